package io.vhdboot.ntfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.ntfs.security.SecurityDescriptor;
import io.vhdboot.ntfs.security.StandardDescriptors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damage of $SDS, of which Windows keeps two copies, on a volume with more than 256 KiB of it. */
class SecurityRepairTest {

  private static final int SECURE = 9;
  private static final String SDS = SecurityCheck.STREAM;
  private static final int HALF = SecurityDescriptorEntry.HALF;
  private static final int FILES = 1400;

  @TempDir Path folder;

  private static byte[] image;

  /** A descriptor of 232 bytes like no other. */
  private static byte[] descriptor(int number) {
    byte[] root = StandardDescriptors.ROOT;
    byte[] descriptor = root.clone();
    LittleEndian.put32(descriptor, 20 + 8 + 4, 0x10_0000 + number);
    return descriptor;
  }

  private static MutableImage image() throws IOException {
    if (image == null) {
      MemoryDevice device = MemoryDevice.ofSize("secure", 16 << 20);
      NtfsFormat.format(
          device,
          NtfsFormatOptions.ofSize(device.size())
              .clusterSize(4096)
              .time(NtfsFormatTest.TIME)
              .build());
      try (NtfsEditor editor = NtfsEditor.open(device)) {
        for (int i = 0; i < FILES; i++) {
          editor.createFile(
              editor.volume().root(),
              name(i),
              NewFileOptions.builder().securityDescriptor(descriptor(i)).build());
        }
      }
      image = device.toByteArray();
    }
    return new MutableImage(image.clone());
  }

  private static String name(int number) {
    return String.format("file %04d", number);
  }

  /** Repairs, has others look at it, and gives the descriptors of the files. */
  private Map<String, byte[]> repaired(MutableImage damaged) throws IOException {
    MemoryDevice device = MemoryDevice.wrap("secure", damaged.bytes());
    NtfsRepairReport report = NtfsRepair.run(device, NtfsCheckOptions.DEFAULT.withStrict(true));
    assertThat(report.before().isSound()).isFalse();
    assertThat(report.after().isClean())
        .as("%s after %s", report.after().findings(), report.actions())
        .isTrue();
    Judges.check(Files.write(folder.resolve("v.img"), device.toByteArray()));
    NtfsVolume volume = NtfsVolume.open(device);
    Map<String, byte[]> found = new TreeMap<>();
    for (int i = 0; i < FILES; i++) {
      found.put(name(i), volume.file(name(i)).securityDescriptor().orElseThrow());
    }
    return found;
  }

  private static void checkAllBut(Map<String, byte[]> found, int... lost) {
    for (int i = 0; i < FILES; i++) {
      int number = i;
      if (Arrays.stream(lost).noneMatch(each -> each == number)) {
        assertThat(found.get(name(i))).as(name(i)).isEqualTo(descriptor(i));
      }
    }
  }

  /** Where the entry of a file's descriptor stands in the stream. */
  private static long position(MutableImage image, int number) throws IOException {
    long size = image.volume().file(SECURE).stream(SDS).size();
    byte[] wanted = descriptor(number);
    byte[] stream = new byte[(int) size];
    image.volume().file(SECURE).stream(SDS).read(0, ByteBuffer.wrap(stream));
    for (int at = 0; at + 20 + wanted.length <= size; at += 16) {
      if (Arrays.equals(stream, at + 20, at + 20 + wanted.length, wanted, 0, wanted.length)) {
        return at;
      }
    }
    throw new AssertionError("no descriptor of file " + number);
  }

  private static void overwrite(MutableImage image, long from, int length) throws IOException {
    for (long at = from; at < from + length; at++) {
      image.flip(image.place(SECURE, SDS, at), 0xA5);
    }
  }

  @Test
  void thereIsMoreThanOnePairOfHalves() throws IOException {
    assertThat(position(image(), FILES - 1)).isGreaterThan(2 * HALF);
  }

  @Test
  void eitherHalfIsMadeAnewFromTheOther() throws IOException {
    for (int half = 0; half < 2; half++) {
      MutableImage image = image();
      long second = position(image, FILES - 1) / (2 * HALF) * (2 * HALF);
      overwrite(image, half * HALF, 100_000);
      overwrite(image, second + half * HALF, 3_000);
      checkAllBut(repaired(image));
    }
  }

  @Test
  void descriptorsThatAreDamagedInBothHalvesAreThoseThatAreLost() throws IOException {
    MutableImage image = image();
    for (int number : new int[] {10, 700}) {
      long at = position(image, number);
      overwrite(image, at + 30, 40);
      overwrite(image, at + HALF + 30, 40);
    }
    long header = position(image, 900);
    overwrite(image, header, 20);
    overwrite(image, header + HALF, 20);
    Map<String, byte[]> found = repaired(image);
    checkAllBut(found, 10, 700, 900);
    // It is right by its form, and lets nobody in but the system.
    assertThat(SecurityDescriptor.problem(found.get(name(10)))).isNull();
    assertThat(found.get(name(10))).isNotEqualTo(descriptor(10));
    assertThat(found.get(name(900))).isNotEqualTo(descriptor(900));
  }

  @Test
  void anIdThatStandsThereTwiceIsKeptOnce() throws IOException {
    MutableImage image = image();
    long at = position(image, 800);
    for (long half : new long[] {at, at + HALF}) {
      image.flip(image.place(SECURE, SDS, half + 4), 1);
    }
    checkAllBut(repaired(image), 799, 800, 801);
  }

  @Test
  void copiesThatTheStreamIsTooShortForAreAdded() throws IOException {
    MutableImage image = image();
    long end = position(image, FILES - 1) + 20 + descriptor(0).length;
    image.attribute(
        SECURE,
        AttributeType.DATA,
        SDS,
        header -> {
          LittleEndian.put64(header, 0x30, end + 100_000);
          LittleEndian.put64(header, 0x38, end + 100_000);
        });
    checkAllBut(repaired(image));
  }

  @Test
  void withoutTheStreamAllFilesGetADefault() throws IOException {
    MutableImage image = image();
    image.remove(SECURE, AttributeType.DATA, SDS);
    for (byte[] found : repaired(image).values()) {
      assertThat(SecurityDescriptor.problem(found)).isNull();
    }
  }

  @Test
  void bothIndexesAreMadeAnew() throws IOException {
    for (String index : new String[] {"$SII", "$SDH"}) {
      MutableImage image = image();
      image.block(SECURE, index, 2, block -> block[0x60] ^= 0x55);
      image.block(SECURE, index, 0, block -> block[0x30 + 16] ^= 0x55);
      checkAllBut(repaired(image));
    }
  }
}
