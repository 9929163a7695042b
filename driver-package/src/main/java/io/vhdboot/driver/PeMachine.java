package io.vhdboot.driver;

import io.vhdboot.disk.LittleEndian;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * The machine field of a program: at byte 60 of the file a u32 offset to {@code PE\0\0}, behind it
 * the COFF file header, whose first u16 it is (PE format of Microsoft's documentation).
 */
final class PeMachine {

  private static final int DOS_HEADER_SIZE = 64;
  private static final int PE_OFFSET = 60;
  private static final int DOS_MAGIC = 0x5A4D;
  private static final long PE_MAGIC = 0x4550;

  private PeMachine() {}

  /** The machine that a file is for; empty where it is no program of Windows. */
  static OptionalInt of(Path file) throws IOException {
    try (SeekableByteChannel channel = Files.newByteChannel(file)) {
      byte[] header = new byte[DOS_HEADER_SIZE];
      if (!read(channel, 0, header) || LittleEndian.u16(header, 0) != DOS_MAGIC) {
        return OptionalInt.empty();
      }
      byte[] coff = new byte[6];
      long offset = LittleEndian.u32(header, PE_OFFSET);
      if (!read(channel, offset, coff) || LittleEndian.u32(coff, 0) != PE_MAGIC) {
        return OptionalInt.empty();
      }
      return OptionalInt.of(LittleEndian.u16(coff, 4));
    }
  }

  private static boolean read(SeekableByteChannel channel, long position, byte[] bytes)
      throws IOException {
    if (position > channel.size() - bytes.length) {
      return false;
    }
    channel.position(position);
    ByteBuffer target = ByteBuffer.wrap(bytes);
    while (target.hasRemaining()) {
      if (channel.read(target) < 0) {
        return false;
      }
    }
    return true;
  }
}
