package io.vhdboot.hive;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
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
        "yarp/BadListHive.xz",
        "yarp/BadSubkeyHive.xz",
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
    assertThat(HiveDump.ours(Hive.read(plain))).isEqualTo(HiveDump.hivex(plain));
  }
}
