package io.vhdboot.vhd;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.disk.BigEndian;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Lets {@link VhdFuzzTarget} have files that are nearly right. */
class VhdFuzzTest {

  private static final int BLOCK = VhdOptions.MIN_BLOCK_SIZE;
  private static final int[] ODD = {
    0, 1, -1, 0x7FFF_FFFF, 0x8000_0000, 512, 4096, 0x10000, 1 << 30, 3, 8, 2049
  };

  @Test
  void mutatedFilesGiveTypedExceptionsOnly() throws IOException {
    SplittableRandom random = Seed.random("mutatedFilesGiveTypedExceptionsOnly");
    byte[] dynamic = dynamic(random);
    byte[] child = child(random);
    byte[] fixed = fixed();
    int cases = Seed.cases(20_000, 700);
    for (int i = 0; i < cases; i++) {
      byte[] bytes =
          switch (i % 5) {
            case 0 -> fixed.clone();
            case 1, 2 -> child.clone();
            default -> dynamic.clone();
          };
      for (int n = 1 + random.nextInt(3); n > 0; n--) {
        mutate(bytes, random);
      }
      if (random.nextInt(4) > 0) {
        reseal(bytes);
      }
      if (random.nextInt(10) == 0) {
        bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
      }
      try {
        VhdFuzzTarget.fuzzerTestOneInput(bytes);
      } catch (RuntimeException | Error e) {
        throw new AssertionError("case " + i, e);
      }
    }
    assertThat(cases).isPositive();
  }

  private static byte[] fixed() throws IOException {
    MemoryDevice file = MemoryDevice.ofSize("fixed", 0);
    Vhd.createFixed(file, VhdTesting.options(64 << 10)).close();
    return file.toByteArray();
  }

  private static byte[] dynamic(SplittableRandom random) throws IOException {
    MemoryDevice file = MemoryDevice.ofSize("dynamic", 0);
    VhdOptions options = VhdTesting.options(3L * BLOCK - 4096).withBlockSize(BLOCK);
    try (Vhd vhd = Vhd.createDynamic(file, options)) {
      VhdTesting.write(vhd, 2L * BLOCK, VhdTesting.bytes(random, 5000));
    }
    return file.toByteArray();
  }

  private static byte[] child(SplittableRandom random) throws IOException {
    MemoryDevice file = MemoryDevice.ofSize("child", 0);
    VhdOptions options =
        VhdOptions.of(3L * BLOCK - 4096, new UUID(1, 2), VhdTesting.TIME).withBlockSize(BLOCK);
    ParentReference parent =
        ParentReference.relative(VhdTesting.ID, Optional.empty(), ".\\base.vhd");
    byte[] base = fixed();
    try (Vhd vhd =
        Vhd.createDifferencing(file, options, parent, VhdTesting.inMemory(base))) {
      vhd.write(2L * BLOCK, ByteBuffer.wrap(VhdTesting.bytes(random, 5000)));
    }
    return file.toByteArray();
  }

  /** Changes a bit, a number or a byte, mostly where structures are. */
  private static void mutate(byte[] bytes, SplittableRandom random) {
    int structure =
        switch (random.nextInt(7)) {
          case 0 -> 0;
          case 1 -> bytes.length - 512;
          case 2 -> 0x200;
          case 3 -> 0x440;
          case 4 -> 0x1000;
          case 5 -> 0x2000;
          default -> 0x600;
        };
    int at = structure + random.nextInt(0x60);
    switch (random.nextInt(4)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes[at] = (byte) random.nextInt(256);
      case 2 -> BigEndian.put32(bytes, at & -4, ODD[random.nextInt(ODD.length)]);
      default -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    }
  }

  /** Makes the checksums right again, so that the damage gets past them. */
  private static void reseal(byte[] bytes) {
    for (int at : new int[] {0, bytes.length - 512}) {
      byte[] footer = Arrays.copyOfRange(bytes, at, at + 512);
      if (VhdFooter.hasCookie(footer)) {
        VhdChecksum.seal(footer, 0x40);
        System.arraycopy(footer, 0, bytes, at, 512);
      }
    }
    byte[] header = Arrays.copyOfRange(bytes, 0x200, 0x600);
    if (header[0] == 'c') {
      VhdChecksum.seal(header, 0x24);
      System.arraycopy(header, 0, bytes, 0x200, header.length);
    }
  }
}
