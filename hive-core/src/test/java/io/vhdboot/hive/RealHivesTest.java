package io.vhdboot.hive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.testing.CountingDevice;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RealHivesTest {

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SYSTEM.xz",
        "SYSTEM_B.xz",
        "SYSTEM_WIN_10_1709.xz",
        "amcache.hve.xz",
        "minimal",
        "special",
        "rlenvalue_test_hive",
        "nt-hive-testhive",
        "yarp/BigDataHive.xz",
        "yarp/BogusKeyNamesHive.xz",
        "yarp/CompHive.xz",
        "yarp/DeletedDataHive.xz",
        "yarp/DeletedTreeHive.xz",
        "yarp/DupNameHive.xz",
        "yarp/DuplicateSubkeysHive.xz",
        "yarp/EmptyHive.xz",
        "yarp/ExtendedASCIIHive.xz",
        "yarp/HealedHive.xz",
        "yarp/InvalidParentHive.xz",
        "yarp/ManySubkeysHive.xz",
        "yarp/MultiSzHive.xz",
        "yarp/NewFlagsHive.xz",
        "yarp/PairHive.xz",
        "yarp/RemnantData.xz",
        "yarp/RemnantsHive.xz",
        "yarp/SlackHive.xz",
        "yarp/StringValuesHive.xz",
        "yarp/System_Delta.xz",
        "yarp/TwoOwnersHive.xz",
        "yarp/UnicodeHive.xz",
        "yarp/UpcaseHive.xz",
        "yarp/ValuesOrderHive.xz",
        "yarp/WrongOrderHive.xz",
      })
  void readsWhatHivexReads(String file) throws IOException {
    Path plain = SharedData.unpacked("hives/" + file, folder);
    HiveDump.assertSame(HiveDump.ours(Hive.read(plain)), HiveDump.hivex(plain));
  }

  @Test
  void everyRealHiveOpensOrIsRefusedByName() throws IOException {
    Path top = SharedData.data("hives");
    int opened = 0;
    List<String> refused = new ArrayList<>();
    for (Path file : SharedData.files("hives")) {
      if (file.toString().matches(".*\\.LOG[12]?(\\.xz)?")) {
        continue;
      }
      Path own = Files.createTempDirectory(folder, "hive");
      Path plain = SharedData.unpacked("hives/" + top.relativize(file), own);
      try {
        assertThat(HiveDump.ours(Hive.read(plain))).isNotEmpty();
        opened++;
      } catch (DiskFormatException e) {
        assertThat(e).hasMessageStartingWith(plain.toString());
        refused.add(plain.getFileName().toString());
      }
    }
    assertThat(opened).isGreaterThan(45);
    assertThat(refused)
        .containsExactly(
            "BadBaseBlockHive",
            "BadListHive",
            "BadSubkeyHive",
            "DeletedDataHiveTruncated",
            "EffectiveSizeHive",
            "GarbageHive",
            "InvalidParentFragment",
            "OldLogWithRemnantData",
            "TruncatedDirtyHive",
            "TruncatedHive",
            "TruncatedHiveBin",
            "TruncatedNameHive");
  }

  /** Nothing is lost from the rest of the hive when one key is damaged. */
  @ParameterizedTest
  @ValueSource(strings = {"yarp/BadListHive.xz", "yarp/BadSubkeyHive.xz"})
  void keyInTheListsOfTwoKeysIsRefusedWhereItDoesNotBelong(String file) throws IOException {
    Hive hive = Hive.read(SharedData.unpacked("hives/" + file, folder));
    assertThat(hive.root().subkeys()).hasSize(4);
    assertThat(hive.root().find("3\\subkey")).isPresent();
    HiveKey wrong = hive.root().subkey("2").orElseThrow();
    assertThatThrownBy(wrong::subkeys)
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("subkey lists of several keys");
  }

  @ParameterizedTest
  @CsvSource({
    "yarp/TruncatedHive, cut short",
    "yarp/TruncatedHiveBin, at least 8192 bytes",
    "yarp/GarbageHive.xz, checksum",
    "yarp/EffectiveSizeHive.xz, checksum",
  })
  void refusesWithANamedReason(String file, String reason) {
    Path plain = SharedData.unpacked("hives/" + file, folder);
    assertThatThrownBy(() -> HiveDump.ours(Hive.read(plain)))
        .isInstanceOf(DiskFormatException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void nameBehindItsCellIsRefused() {
    Path plain = SharedData.unpacked("hives/yarp/TruncatedNameHive.xz", folder);
    assertThatThrownBy(() -> HiveDump.ours(Hive.read(plain)))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("ends behind it");
  }

  /** hivex gives up here; Windows takes any 16-bit unit in a name. */
  @ParameterizedTest
  @ValueSource(strings = {"yarp/TruncatedPairHive.xz", "yarp/TruncatedPairHive2.xz"})
  void halfOfASurrogatePairInANameIsKept(String file) throws IOException {
    Hive hive = Hive.read(SharedData.unpacked("hives/" + file, folder));
    HiveKey half =
        hive.root().subkeys().stream()
            .filter(key -> key.name().chars().anyMatch(c -> c >= 0xD800 && c <= 0xDFFF))
            .findFirst()
            .orElseThrow();
    assertThat(hive.root().subkey(half.name())).isPresent();
  }

  /** What Windows put beside each key, and the order it put them in, is what we would. */
  @ParameterizedTest
  @ValueSource(strings = {"SYSTEM_WIN_10_1709.xz", "amcache.hve.xz", "yarp/UpcaseHive.xz"})
  void hashesHintsAndOrderOfRealHivesAreOurs(String file) throws IOException {
    Hive hive = Hive.read(SharedData.unpacked("hives/" + file, folder));
    Deque<HiveKey> open = new ArrayDeque<>(List.of(hive.root()));
    int checked = 0;
    while (!open.isEmpty()) {
      HiveKey key = open.pop();
      SubkeyList list = SubkeyList.at(hive.cells(), key.node().subkeyList());
      assertThat(list.isSorted()).as(key.path()).isTrue();
      for (HiveKey child : key.subkeys()) {
        assertThat(list.scan(child.name())).as(child.path()).isEqualTo(child.cell());
        assertThat(list.search(child.name())).as(child.path()).isEqualTo(child.cell());
        open.push(child);
        checked++;
      }
    }
    assertThat(checked).isPositive();
  }

  @Test
  void transactionLogIsNoHive() {
    Path log = SharedData.data("hives/yarp/NewDirtyHive1/NewDirtyHive.LOG1");
    assertThatThrownBy(() -> Hive.read(log))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("a transaction log?");
  }

  @Test
  void oneValueOfALargeHiveIsFoundWithoutReadingTheRest() throws IOException {
    Path plain = SharedData.unpacked("hives/SYSTEM_WIN_10_1709.xz", folder);
    try (CountingDevice device = new CountingDevice(FileDevice.openReadOnly(plain))) {
      Hive hive = Hive.open(device, List.of());
      int current =
          hive.root().find("Select").orElseThrow().value("Current").orElseThrow().asDword();
      String path = String.format("ControlSet%03d\\Control\\ComputerName\\ComputerName", current);
      HiveValue name = hive.root().find(path).orElseThrow().value("computername").orElseThrow();
      System.out.printf(
          "two values of a hive of %,d bytes: %,d bytes read%n", device.size(), device.bytesRead());
      assertThat(name.asString()).isNotEmpty();
      assertThat(device.bytesRead()).isBetween(20_000L, device.size() / 20);
      HiveDump.assertSame(HiveDump.ours(hive), HiveDump.ours(Hive.read(plain)));
      assertThat(device.bytesRead()).isLessThanOrEqualTo(device.size());
    }
  }
}
