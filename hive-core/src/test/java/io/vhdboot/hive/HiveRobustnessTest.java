package io.vhdboot.hive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.testing.Seed;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged hives give typed exceptions, and soon. */
class HiveRobustnessTest {

  private static final int CHECKSUM = 0x1FC;

  @TempDir Path folder;

  @Test
  void mutatedHivesGiveTypedExceptionsOnly() throws IOException {
    SplittableRandom random = Seed.random("mutatedHives");
    byte[][] originals = {
      HiveEditTest.randomHive(1).toBytes(),
      manySubkeys().toBytes(),
      Files.readAllBytes(SharedData.data("hives/special")),
      Files.readAllBytes(SharedData.data("hives/rlenvalue_test_hive")),
      Files.readAllBytes(SharedData.unpacked("hives/yarp/BigDataHive.xz", folder)),
    };
    int refused = 0;
    int cases = Seed.cases(20_000, 600);
    for (int i = 0; i < cases; i++) {
      byte[] mutant = mutate(originals[i % originals.length], random);
      refused += HiveFuzzTarget.isRefused(mutant) ? 1 : 0;
    }
    assertThat(refused).isBetween(cases / 10, cases - 1);
  }

  @Test
  void truncatedHivesAreRefused() throws IOException {
    byte[] whole = HiveEditTest.randomHive(2).toBytes();
    for (int length = 0; length < whole.length; length += length < 4200 ? 100 : 3001) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> Hive.read("cut", cut)).isInstanceOf(CorruptFormatException.class);
    }
  }

  @Test
  void mutatedLogsGiveTypedExceptionsOnly() throws IOException {
    SplittableRandom random = Seed.random("mutatedLogs");
    byte[] hive =
        Files.readAllBytes(SharedData.unpacked("hives/yarp/NewDirtyHive1/NewDirtyHive.xz", folder));
    byte[] newLog =
        Files.readAllBytes(SharedData.data("hives/yarp/NewDirtyHive1/NewDirtyHive.LOG1"));
    byte[] oldHive =
        Files.readAllBytes(SharedData.unpacked("hives/yarp/OldDirtyHive/OldDirtyHive.xz", folder));
    byte[] oldLog =
        Files.readAllBytes(SharedData.data("hives/yarp/OldDirtyHive/OldDirtyHive.LOG1"));
    int recovered = 0;
    for (int i = 0; i < Seed.cases(5_000, 300); i++) {
      byte[] log = mutateHead(i % 2 == 0 ? newLog : oldLog, random);
      try {
        Hive read =
            Hive.read(
                MemoryDevice.wrap("hive", i % 2 == 0 ? hive : oldHive),
                List.of(MemoryDevice.wrap("log", log)));
        recovered += read.state() == HiveState.RECOVERED ? 1 : 0;
      } catch (DiskFormatException e) {
        // A log with a right checksum may still say nonsense.
      }
    }
    assertThat(recovered).isPositive();
  }

  @Test
  void keyThatIsItsOwnSubkeyEndsTheWalk() throws IOException {
    Hive hive = Hive.create("root", HiveEditTest.SECURITY, HiveEditTest.TIME);
    HiveKey a = hive.root().createSubkey("a");
    a.createSubkey("b");
    byte[] bytes = hive.toBytes();
    // The list of "a" names "a" instead of "b".
    int list = a.node().subkeyList();
    LittleEndian.put32(bytes, BaseBlock.SIZE + Cells.data(list) + 4, a.cell());
    Hive cyclic = Hive.read("cyclic", bytes);
    assertThatThrownBy(() -> HiveDump.ours(cyclic))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("subkey lists of several keys");
    assertThatThrownBy(() -> cyclic.root().deleteSubkey("a"))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("used twice");
    assertThat(cyclic.root().subkey("a")).isPresent();
  }

  @Test
  void securityRingThatDoesNotCloseIsLeft() throws IOException {
    Hive hive = Hive.create("root", HiveEditTest.SECURITY, HiveEditTest.TIME);
    HiveKey a = hive.root().createSubkey("a");
    HiveKey b = hive.root().createSubkey("b");
    a.setSecurityDescriptor(new byte[] {1});
    b.setSecurityDescriptor(new byte[] {2});
    byte[] bytes = hive.toBytes();
    int security = a.node().security();
    LittleEndian.put32(bytes, BaseBlock.SIZE + Cells.data(security) + 4, security);
    HiveKey root = Hive.read("ring", bytes).root();
    assertThatThrownBy(() -> root.setSecurityDescriptor(new byte[] {3}))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("does not close");
  }

  private static Hive manySubkeys() throws IOException {
    Hive hive = Hive.create("root", HiveEditTest.SECURITY, HiveEditTest.TIME, 5);
    for (int i = 0; i < 600; i++) {
      hive.root().createSubkey("key" + i);
    }
    return hive;
  }

  /** Changes some bytes, mostly where structures are, and puts the checksum right. */
  private static byte[] mutate(byte[] original, SplittableRandom random) {
    byte[] bytes = original.clone();
    int changes = 1 + random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      int at =
          random.nextInt(20) == 0
              ? random.nextInt(0x40)
              : 4096 + random.nextInt(bytes.length - 4100);
      switch (random.nextInt(4)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt(256);
        case 2 -> LittleEndian.put32(bytes, at & ~3, random.nextInt());
        default ->
            LittleEndian.put32(bytes, at & ~3, 32 + 8 * random.nextInt((bytes.length - 4128) / 8));
      }
    }
    return withChecksum(bytes);
  }

  private static byte[] mutateHead(byte[] original, SplittableRandom random) {
    byte[] bytes = original.clone();
    LittleEndian.put32(
        bytes, random.nextInt(300) * 4 & ~3, random.nextInt(8) == 0 ? -1 : random.nextInt(1 << 16));
    return random.nextBoolean() ? withChecksum(bytes) : bytes;
  }

  private static byte[] withChecksum(byte[] bytes) {
    int sum = 0;
    for (int i = 0; i < CHECKSUM; i += 4) {
      sum ^= LittleEndian.i32(bytes, i);
    }
    LittleEndian.put32(bytes, CHECKSUM, sum);
    return bytes;
  }
}
