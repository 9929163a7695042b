package io.vhdboot.bcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadmeExampleTest {

  @TempDir Path folder;

  @Test
  void exampleOfTheReadmeDoesWhatItSays() throws IOException {
    Path file = folder.resolve("BCD");
    Files.copy(SharedData.data("bcd/win10-bios-mbr.bcd"), file);
    BcdStore store = BcdStore.read(file);
    BcdObject loader = store.find("{default}").orElseThrow();
    BcdDevice stick = BcdDevice.mbrPartition(0x28cd42d6, 1 << 20);
    loader.set(
        BcdElements.DEVICE,
        BcdValue.of(BcdDevice.vhdOnPartition(stick, "\\w.vhd", BcdElements.PATH)));
    loader.set(
        BcdElements.OS_DEVICE,
        BcdValue.of(BcdDevice.vhdOnPartition(stick, "\\w.vhd", BcdElements.SYSTEM_ROOT)));
    assertThat(BcdListing.of(store, DeviceNamer.OFFLINE).toText())
        .contains("osdevice                vhd=[mbr:28cd42d6@1048576]\\w.vhd");
    store.write(file);
    assertThat(BcdJudge.theirs(file)).isEqualTo(BcdJudge.ours(store));
    BcdStore made =
        WindowsBootStore.builder()
            .windows(new WindowsVersion(6, 1, 7601, false))
            .systemPartition(stick)
            .windowsInVhd(stick, "\\virtualharddisk.vhd")
            .identifiers(UUID::randomUUID)
            .time(Instant.now())
            .build();
    assertThat(made.find("{default}")).isPresent();
  }
}
