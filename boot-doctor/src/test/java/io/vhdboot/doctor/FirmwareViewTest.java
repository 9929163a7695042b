package io.vhdboot.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.disk.Mbr;
import io.vhdboot.disk.MbrEntry;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.doctor.FirmwareView.Emulation;
import io.vhdboot.image.ImagePath;
import io.vhdboot.image.OpenImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a BIOS makes of first sectors. */
class FirmwareViewTest {

  private static final int SECTORS = 4096;

  @TempDir(factory = MemoryFolder.class)
  Path folder;

  private static FirmwareView view(MbrEntry... entries) throws IOException {
    MemoryDevice disk = MemoryDevice.ofSize("disk", SECTORS * 512);
    new Mbr(new byte[0], 0x12345678, List.of(entries)).write(disk);
    return FirmwareView.of(disk);
  }

  private static MbrEntry entry(boolean active, long first) {
    return MbrEntry.of(active, MbrEntry.TYPE_NTFS, first, 100);
  }

  @Test
  void tableWithOneActivePartitionMakesAHardDisk() throws IOException {
    FirmwareView view = view(entry(true, 63), entry(false, 1000));
    assertThat(view.emulation()).isEqualTo(Emulation.HARD_DISK);
    assertThat(String.join("; ", view.reasons())).contains("one active partition");
    assertThat(String.join("; ", view.consequences())).contains("80h").contains("controller");
  }

  @Test
  void oddTablesLeaveItToTheBios() throws IOException {
    assertThat(view(entry(false, 63)).reasons()).containsExactly("no partition is active");
    assertThat(view(entry(true, 63), entry(true, 1000)).reasons())
        .containsExactly("2 partitions are active");
    assertThat(view().emulation()).isEqualTo(Emulation.UNCERTAIN);
    assertThat(view(entry(true, SECTORS + 5)).reasons().get(0)).contains("behind the end");
    FirmwareView zip = view(MbrEntry.NONE, MbrEntry.NONE, MbrEntry.NONE, entry(true, 63));
    assertThat(zip.emulation()).isEqualTo(Emulation.UNCERTAIN);
    assertThat(zip.reasons().get(0)).contains("ZIP");
  }

  @Test
  void emptySectorIsPassedOver() throws IOException {
    assertThat(FirmwareView.of(MemoryDevice.ofSize("disk", 4096)).emulation())
        .isEqualTo(Emulation.NOTHING);
  }

  @Test
  void volumeWithoutATableMakesAFloppyDiskAndBootsNothing() throws IOException {
    Path stick = GoodStick.BIOS.copyTo(folder);
    Path volume = folder.resolve("volume.img");
    try (OpenImage image = ImagePath.of(stick + "@1").open(true)) {
      Files.write(volume, image.device().read(0, (int) image.device().size()));
    }
    Diagnosis found = BootDoctor.of(volume.toString()).examine();
    assertThat(found.firmwareView().emulation()).isEqualTo(Emulation.FLOPPY);
    Finding first = found.walks().get(0).firstBreak().orElseThrow();
    assertThat(first.step()).isEqualTo(Step.PARTITION_TABLE);
    assertThat(first.cause()).contains("floppy");
    assertThat(found.boots()).isFalse();
  }
}
