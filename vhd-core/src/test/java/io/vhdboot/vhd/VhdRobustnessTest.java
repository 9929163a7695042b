package io.vhdboot.vhd;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.disk.BigEndian;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.NoSpaceException;
import io.vhdboot.disk.testing.RecordingDevice;
import io.vhdboot.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Damaged files are refused by a typed exception or opened, and opening writes nothing. */
class VhdRobustnessTest {

  private static final int BLOCK = VhdOptions.MIN_BLOCK_SIZE;
  private static final int HEADER = 512;
  private static final int TABLE = HEADER + DynamicHeader.SIZE;
  private static final int[] ODD = {0, 1, -1, 0x7FFFFFFF, 0x80000000, 512, 4096, 0x10000, 1 << 30};

  private int opened;
  private int refused;

  private static byte[] dynamic(SplittableRandom random) throws IOException {
    RecordingDevice file = new RecordingDevice(new byte[0]);
    VhdOptions options = VhdTesting.options(3L * BLOCK - 4096).withBlockSize(BLOCK);
    try (Vhd vhd = Vhd.createDynamic(file, options)) {
      VhdTesting.write(vhd, 2L * BLOCK, VhdTesting.bytes(random, 5000));
    }
    return file.content();
  }

  private static byte[] fixed() throws IOException {
    RecordingDevice file = new RecordingDevice(new byte[0]);
    Vhd.createFixed(file, VhdTesting.options(64 << 10)).close();
    return file.content();
  }

  @Test
  void mutatedFilesAreRefusedOrOpen() throws IOException {
    SplittableRandom random = Seed.random("mutatedFilesAreRefusedOrOpen");
    byte[] dynamic = dynamic(random);
    byte[] fixed = fixed();
    for (int i = 0; i < Seed.cases(20_000, 2000); i++) {
      byte[] bytes = (random.nextInt(4) == 0 ? fixed : dynamic).clone();
      for (int n = 1 + random.nextInt(3); n > 0; n--) {
        mutate(bytes, random);
      }
      if (random.nextInt(4) > 0) {
        reseal(bytes);
      }
      probe(bytes, random);
    }
    // Both must happen often, or the mutations are too wild or too tame.
    assertThat(opened).isGreaterThan(Seed.cases(20_000, 2000) / 10);
    assertThat(refused).isGreaterThan(Seed.cases(20_000, 2000) / 10);
  }

  @Test
  void truncatedFilesAreRefusedOrOpen() throws IOException {
    SplittableRandom random = Seed.random("truncatedFilesAreRefusedOrOpen");
    byte[] dynamic = dynamic(random);
    byte[] fixed = fixed();
    for (int i = 0; i < Seed.cases(4000, 400); i++) {
      byte[] whole = random.nextInt(4) == 0 ? fixed : dynamic;
      int length =
          switch (random.nextInt(3)) {
            case 0 -> random.nextInt(6000);
            case 1 -> whole.length - random.nextInt(600);
            default -> random.nextInt(whole.length);
          };
      probe(Arrays.copyOf(whole, length), random);
      probe(Arrays.copyOfRange(whole, random.nextInt(whole.length), whole.length), random);
    }
    assertThat(opened).isPositive();
    assertThat(refused).isPositive();
  }

  /** Changes a bit, a number or a byte, mostly where structures are. */
  private static void mutate(byte[] bytes, SplittableRandom random) {
    int structure =
        switch (random.nextInt(4)) {
          case 0 -> 0;
          case 1 -> bytes.length - 512;
          case 2 -> HEADER;
          default -> TABLE;
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
    byte[] header = Arrays.copyOfRange(bytes, HEADER, TABLE);
    if (header[0] == 'c') {
      VhdChecksum.seal(header, 0x24);
      System.arraycopy(header, 0, bytes, HEADER, header.length);
    }
  }

  private void probe(byte[] bytes, SplittableRandom random) throws IOException {
    RecordingDevice file = new RecordingDevice(bytes);
    try {
      Vhd.identify(file);
    } catch (DiskFormatException e) {
      assertThat(e.getMessage()).startsWith("recorded: ");
    }
    boolean readOnly = random.nextBoolean();
    Vhd vhd;
    try {
      vhd = Vhd.open(file, readOnly);
    } catch (DiskFormatException e) {
      assertThat(e.getMessage()).startsWith("recorded: ");
      assertThat(file.events()).isEmpty();
      refused++;
      return;
    }
    opened++;
    assertThat(file.events()).isEmpty();
    assertThat(vhd.size()).isBetween(1L, VhdOptions.MAX_DISK_SIZE);
    byte[] some = new byte[(int) Math.min(vhd.size(), 20_000)];
    for (int i = 0; i < 4; i++) {
      long at = (long) (random.nextDouble() * (vhd.size() - some.length));
      vhd.read(at, ByteBuffer.wrap(some));
      assertThat(vhd.map(at).end()).isBetween(at + 1, vhd.size());
    }
    if (!readOnly) {
      long at = (long) (random.nextDouble() * (vhd.size() - some.length));
      random.nextBytes(some);
      try {
        vhd.write(at, ByteBuffer.wrap(some));
        vhd.close();
      } catch (NoSpaceException | DiskFormatException e) {
        return;
      }
      byte[] again = new byte[some.length];
      Vhd.open(file, true).read(at, ByteBuffer.wrap(again));
      assertThat(again).isEqualTo(some);
    }
  }
}
