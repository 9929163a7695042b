package io.vhdboot.hive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TransactionLogTest {

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "NewDirtyHive1, NewDirtyHive, RecoveredHive_Windows10",
    "OldDirtyHive, OldDirtyHive, RecoveredHive_Windows7",
  })
  void dirtyHiveBecomesWhatWindowsMadeOfIt(String set, String name, String recovered)
      throws IOException {
    Path hive = unpackAll(set, name);
    Hive ours = Hive.read(hive);
    assertThat(ours.state()).isEqualTo(HiveState.RECOVERED);
    Path windows = SharedData.unpacked("hives/yarp/" + set + "/" + recovered + ".xz", folder);
    HiveDump.assertSame(HiveDump.ours(ours), HiveDump.ours(Hive.read(windows)));
  }

  @Test
  void recoveredHiveIsCleanWhenSaved() throws IOException {
    Hive recovered = Hive.read(unpackAll("NewDirtyHive2", "NewDirtyHive"));
    assertThat(recovered.state()).isEqualTo(HiveState.RECOVERED);
    Path clean = folder.resolve("clean");
    recovered.write(clean);
    assertThat(Hive.read(clean).state()).isEqualTo(HiveState.CLEAN);
    HiveDump.assertSame(HiveDump.ours(Hive.read(clean)), HiveDump.ours(recovered));
    HiveDump.assertSame(HiveDump.hivex(clean), HiveDump.ours(recovered));
  }

  @Test
  void largeSystemHiveIsRecoveredFromBothLogs() throws IOException {
    for (String file : List.of("SYSTEM_B.xz", "SYSTEM_B.LOG1.xz", "SYSTEM_B.LOG2.xz")) {
      SharedData.unpacked("hives/" + file, folder);
    }
    Hive recovered = Hive.read(folder.resolve("SYSTEM_B"));
    assertThat(recovered.state()).isEqualTo(HiveState.RECOVERED);
    Path clean = folder.resolve("clean");
    recovered.write(clean);
    HiveDump.assertSame(HiveDump.hivex(clean), HiveDump.ours(recovered));
  }

  @Test
  void dirtyHiveWithoutLogsCanBeReadButNotSaved() throws IOException {
    SharedData.unpacked("hives/yarp/NewDirtyHive1/NewDirtyHive.xz", folder);
    Hive dirty = Hive.read(folder.resolve("NewDirtyHive"));
    assertThat(dirty.state()).isEqualTo(HiveState.DIRTY);
    assertThatThrownBy(dirty::toBytes)
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining("the hive is dirty");
    assertThatThrownBy(() -> dirty.root().createSubkey("x"))
        .isInstanceOf(UnsupportedFormatException.class);
    dirty.discardMissingChanges();
    dirty.root().createSubkey("x");
    assertThat(Hive.read("again", dirty.toBytes()).root().subkey("x")).isPresent();
  }

  /** The log's time is that of the broken first block, which is not to be trusted. */
  @Test
  void badBaseBlockIsRefusedWhenTheLogDoesNotFitTheBins() throws IOException {
    Path hive = unpackAll("BadBaseBlockHive", "BadBaseBlockHive");
    assertThatThrownBy(() -> Hive.read(hive))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("checksum");
  }

  @ParameterizedTest
  @ValueSource(strings = {"BadLogHive1", "BadLogHive2", "BadLogHive3"})
  void damagedLogsAreNotUsed(String set) throws IOException {
    Hive hive = Hive.read(unpackAll(set, "BadLogHive"));
    assertThat(hive.state()).isEqualTo(HiveState.DIRTY);
    assertThat(HiveDump.ours(hive)).isNotEmpty();
  }

  @Test
  void changesUpToTheFirstDamagedEntryAreReplayed() throws IOException {
    Path hive = unpackAll("NewDirtyHive1", "NewDirtyHive");
    List<String> both = HiveDump.ours(Hive.read(hive));
    Path second = folder.resolve("NewDirtyHive.LOG2");
    byte[] bytes = Files.readAllBytes(second);
    bytes[600] ^= 1;
    Files.delete(second);
    Files.write(second, bytes);
    Hive firstOnly = Hive.read(hive);
    assertThat(firstOnly.state()).isEqualTo(HiveState.RECOVERED);
    assertThat(HiveDump.ours(firstOnly)).isNotEqualTo(both);
  }

  @Test
  void hashIsThatOfARealLogEntry() {
    byte[] header =
        HexFormat.of()
            .parseHex("48764c45005e000000000000020000000050000001000000" + "31e40718666c8667");
    assertThat(Marvin32.hash(header, 0, header.length)).isEqualTo(0xCD44F3CFA7657F02L);
  }

  private Path unpackAll(String set, String name) throws IOException {
    for (Path file : SharedData.files("hives/yarp/" + set)) {
      if (file.getFileName().toString().startsWith(name)) {
        SharedData.unpacked("hives/yarp/" + set + "/" + file.getFileName(), folder);
      }
    }
    assertThat(Files.exists(folder.resolve(name))).isTrue();
    return folder.resolve(name);
  }
}
