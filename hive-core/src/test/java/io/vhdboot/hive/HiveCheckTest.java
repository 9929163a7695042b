package io.vhdboot.hive;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.disk.LittleEndian;
import io.vhdboot.hive.HiveFinding.Severity;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HiveCheckTest {

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SYSTEM_WIN_10_1709.xz",
        "amcache.hve.xz",
        "special",
        "yarp/UnicodeHive.xz",
        "yarp/UpcaseHive.xz",
        "yarp/ManySubkeysHive.xz",
        "yarp/BigDataHive.xz"
      })
  void findsNoErrorInWhatWindowsMade(String file) throws IOException {
    Hive hive = Hive.read(SharedData.unpacked("hives/" + file, folder));
    hive.discardMissingChanges();
    assertThat(errors(hive)).isEmpty();
    Hive compacted = hive.compacted();
    assertThat(HiveCheck.check(compacted)).isEmpty();
    assertThat(compacted.binsSize()).isLessThanOrEqualTo(hive.binsSize());
    HiveDump.assertSame(HiveDump.ours(compacted), HiveDump.ours(hive));
    assertThat(HiveDiff.of(hive.root(), compacted.root())).isEmpty();
    Path file2 = folder.resolve("compacted");
    compacted.write(file2);
    HiveDump.assertSame(HiveDump.ours(Hive.read(file2)), HiveDump.hivex(file2));
  }

  @ParameterizedTest
  @CsvSource({
    "yarp/WrongOrderHive.xz, where Windows does not find it",
    "yarp/InvalidParentHive.xz, names another key as its parent",
    "yarp/DuplicateSubkeysHive.xz, where Windows does not find it",
    "yarp/BadSubkeyHive.xz, which something else uses as well",
  })
  void findsWhatIsWrong(String file, String problem) throws IOException {
    Hive hive = Hive.read(SharedData.unpacked("hives/" + file, folder));
    assertThat(errors(hive)).anyMatch(finding -> finding.problem().contains(problem));
  }

  @Test
  void findsWrongCountsHashesAndLostCells() throws IOException {
    Hive hive = HiveEditTest.randomHive(6);
    hive.cells().allocate(100);
    assertThat(HiveCheck.check(hive))
        .containsExactly(
            new HiveFinding(Severity.NOTE, "bins", "1 cells in use (104 bytes) belong to nothing"));
    HiveKey top = hive.root().subkey("random").orElseThrow();
    SecurityCell.at(hive.cells(), top.node().security()).addReference();
    KeyNode node = top.node();
    int list = Cells.data(node.subkeyList());
    LittleEndian.put32(hive.cells().array(), list + 8, 0x7A7A7A7A);
    node.setSubkeyCount(node.subkeyCount() + 1);
    assertThat(errors(hive))
        .anyMatch(finding -> finding.problem().contains("hash or first letters"))
        .anyMatch(finding -> finding.problem().matches("counts \\d+ subkeys, but lists \\d+"))
        .anyMatch(finding -> finding.problem().matches("security cell .* counts .* use it"));
  }

  @Test
  void compactingGivesRoomBack() throws IOException {
    Hive hive = HiveEditTest.randomHive(8);
    for (int i = 0; i < 2000; i++) {
      hive.root().createPath("much\\key " + i).setValue(HiveValue.string("value", "text " + i));
    }
    hive.root().deleteSubkey("much");
    Hive compacted = hive.compacted();
    assertThat(compacted.binsSize()).isLessThan(hive.binsSize() / 2);
    HiveInvariants.check(compacted);
    assertThat(HiveDiff.of(hive.root(), compacted.root())).isEmpty();
    HiveKey made = compacted.root().createPath("one\\more");
    assertThat(made.securityDescriptor()).isEqualTo(HiveEditTest.SECURITY);
    HiveInvariants.check(compacted);
  }

  @Test
  void differencesAreTold() throws IOException {
    Hive left = HiveEditTest.randomHive(9);
    Hive right = HiveEditTest.randomHive(9);
    assertThat(HiveDiff.of(left.root(), right.root())).isEmpty();
    left.root().createSubkey("b").setValue(HiveValue.dword("same", 1));
    right.root().createSubkey("B").setValue(HiveValue.dword("SAME", 2));
    right.root().createSubkey("only").createSubkey("below");
    right.root().createSubkey("b").setClassName("c");
    left.root().setValue(HiveValue.dword("gone", 3));
    assertThat(HiveDiff.of(left.root(), right.root()))
        .extracting(each -> each.kind() + " " + each.path())
        .containsExactly("VALUE_REMOVED ", "KEY_ADDED only", "CLASS_CHANGED b", "VALUE_CHANGED b");
  }

  private static List<HiveFinding> errors(Hive hive) throws IOException {
    return HiveCheck.check(hive).stream()
        .filter(finding -> finding.severity() == Severity.ERROR)
        .toList();
  }
}
