package io.vhdboot.hive;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadmeExampleTest {

  @TempDir Path folder;

  @Test
  void exampleOfTheReadmeDoesWhatItSays() throws IOException {
    Path file = SharedData.unpacked("hives/SYSTEM.xz", folder);
    Hive hive = Hive.read(file);
    int current = hive.root().find("Select").orElseThrow().value("Current").orElseThrow().asDword();
    HiveKey control = hive.root().find("ControlSet%03d\\Control".formatted(current)).orElseThrow();
    control.setValue(HiveValue.dword("PortableOperatingSystem", 1));
    control.createPath("Example\\Below").setValue(HiveValue.string("", "default value"));
    control.deleteSubkey("NoLongerWanted");
    hive.write(file);
    HiveKey again = Hive.read(file).root().find(control.path()).orElseThrow();
    assertThat(again.value("portableoperatingsystem").orElseThrow().asDword()).isEqualTo(1);
    assertThat(again.find("example\\below").orElseThrow().values())
        .containsExactly(HiveValue.string("", "default value"));
  }
}
