package io.vhdboot.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sticks with random damage: whatever it is, it ends in findings or in "boots". */
class MutatedSticksTest {

  private static final int SECTOR = 512;

  @TempDir(factory = MemoryFolder.class)
  Path folder;

  @Test
  void randomDamageEndsInFindings() throws IOException {
    SplittableRandom random = Seed.random(getClass().getSimpleName());
    List<GoodStick> goods = List.of(GoodStick.ALL, GoodStick.UEFI, GoodStick.VHDX);
    int damaged = 0;
    int cases = Seed.cases(600, 25);
    for (int i = 0; i < cases; i++) {
      Path stick = goods.get(random.nextInt(goods.size())).copyTo(folder);
      String damage = damage(stick, random);
      Diagnosis found;
      try {
        found = BootDoctor.of(stick.toString()).examine();
      } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
        throw new AssertionError("damaged at " + damage, e);
      }
      damaged += found.boots() ? 0 : 1;
      for (Finding finding : found.findings()) {
        assertThat(finding.cause()).isNotBlank();
      }
      if (i % 5 == 0) {
        mend(stick, damage);
      }
      Files.delete(stick);
    }
    assertThat(damaged).isGreaterThan(cases / 4);
  }

  private static void mend(Path stick, String damage) throws IOException {
    try {
      Treatment treatment = BootDoctor.of(stick.toString()).mend();
      assertThat(treatment.after().walks()).as(damage).isNotEmpty();
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      throw new AssertionError("mended, damaged at " + damage, e);
    }
  }

  /** Changes a few sectors, most of them where structures are. */
  private static String damage(Path stick, SplittableRandom random) throws IOException {
    List<Long> places = new ArrayList<>();
    try (FileChannel file =
        FileChannel.open(stick, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      int count = 1 + random.nextInt(12);
      while (places.size() < count) {
        long sector =
            random.nextInt(8) == 0 ? random.nextLong(64) : random.nextLong(file.size() / SECTOR);
        ByteBuffer bytes = ByteBuffer.allocate(SECTOR);
        file.read(bytes, sector * SECTOR);
        if (isZero(bytes) && random.nextInt(50) != 0) {
          continue;
        }
        change(bytes.array(), random);
        file.write(bytes.rewind(), sector * SECTOR);
        places.add(sector);
      }
    }
    return "sectors " + places;
  }

  private static boolean isZero(ByteBuffer bytes) {
    for (byte each : bytes.array()) {
      if (each != 0) {
        return false;
      }
    }
    return true;
  }

  private static void change(byte[] sector, SplittableRandom random) {
    switch (random.nextInt(4)) {
      case 0 -> random.nextBytes(sector);
      case 1 -> Arrays.fill(sector, (byte) (random.nextBoolean() ? 0 : 0xFF));
      case 2 -> sector[random.nextInt(SECTOR)] ^= (byte) (1 << random.nextInt(8));
      default -> {
        for (int i = random.nextInt(SECTOR - 8), end = i + 8; i < end; i++) {
          sector[i] = (byte) random.nextInt(256);
        }
      }
    }
  }
}
