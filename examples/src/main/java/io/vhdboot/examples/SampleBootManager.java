package io.vhdboot.examples;

import io.vhdboot.disk.LittleEndian;
import java.io.IOException;
import java.util.zip.CRC32;
import org.apache.commons.io.IOUtils;

/**
 * The sample's boot manager: our 16-bit program, lengthened to the size of a real one, with the two
 * numbers in its header by which it verifies itself.
 *
 * <pre>
 * 10  4  length of the whole file
 * 14  4  CRC-32 of the whole file with these four bytes taken as 0
 * </pre>
 */
final class SampleBootManager {

  private static final String CORE = "/io/vhdboot/testdata/sample-bootmgr-core.bin";
  private static final int LENGTH_OFFSET = 0x10;
  private static final int CRC_OFFSET = 0x14;

  private SampleBootManager() {}

  /** A boot manager of so many bytes, a multiple of 4. */
  static byte[] ofSize(int size) throws IOException {
    byte[] file = new byte[size];
    byte[] core = IOUtils.resourceToByteArray(CORE);
    System.arraycopy(core, 0, file, 0, core.length);
    // Numbers that tell their place: a cluster that is loaded to a wrong one shows.
    for (int at = (core.length + 3) & ~3; at < size; at += Integer.BYTES) {
      LittleEndian.put32(file, at, at);
    }
    LittleEndian.put32(file, LENGTH_OFFSET, size);
    LittleEndian.put32(file, CRC_OFFSET, 0);
    CRC32 crc = new CRC32();
    crc.update(file);
    LittleEndian.put32(file, CRC_OFFSET, crc.getValue());
    return file;
  }
}
