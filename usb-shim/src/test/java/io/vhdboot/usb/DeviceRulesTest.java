package io.vhdboot.usb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which disks may be written. */
class DeviceRulesTest {

  private static final long GB = 1_000_000_000;
  private static final DeviceRules EVERYTHING_LIFTED =
      DeviceRules.STRICT.force(true).allowLarge(true).unmount(true);

  private static DiskDevice disk(DeviceBus bus, boolean removable, long size, DiskUse... uses) {
    return new DiskDevice(
        "/dev/sdz",
        size,
        512,
        bus,
        removable,
        false,
        "",
        "Disk",
        "",
        "",
        Optional.empty(),
        List.of(),
        List.of(uses));
  }

  private static List<DeviceObjection.Kind> judge(DeviceRules rules, DiskDevice disk)
      throws IOException {
    return rules.judge(disk).stream().map(DeviceObjection::kind).toList();
  }

  @Test
  void sticksAndCardsMayBeWritten() throws IOException {
    assertThat(judge(DeviceRules.STRICT, disk(DeviceBus.USB, true, 16 * GB))).isEmpty();
    assertThat(judge(DeviceRules.STRICT, disk(DeviceBus.USB, false, 500 * GB))).isEmpty();
    assertThat(judge(DeviceRules.STRICT, disk(DeviceBus.SD, false, 32 * GB))).isEmpty();
    assertThat(judge(DeviceRules.STRICT, disk(DeviceBus.SCSI, true, 32 * GB))).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = DeviceBus.class,
      names = {"ATA", "SCSI", "NVME", "MMC", "OTHER"})
  void builtInDisksOnlyByForce(DeviceBus bus) throws IOException {
    DiskDevice disk = disk(bus, false, 500 * GB);
    assertThat(judge(DeviceRules.STRICT.allowLarge(true).unmount(true), disk))
        .containsExactly(DeviceObjection.Kind.NOT_REMOVABLE);
    assertThat(judge(DeviceRules.STRICT.force(true), disk)).isEmpty();
  }

  /** Where something else speaks against the disk that no option lifts, none is offered. */
  @Test
  void forceIsOfferedOnlyWhereItHelps() throws IOException {
    DiskDevice builtIn = disk(DeviceBus.ATA, false, 500 * GB);
    assertThat(DeviceRules.STRICT.judge(builtIn))
        .extracting(DeviceObjection::remedy)
        .containsExactly("pass --force if it is meant all the same");
    DiskDevice system =
        disk(DeviceBus.ATA, false, 500 * GB, new DiskUse(DiskUse.Kind.SYSTEM, "something"));
    assertThat(DeviceRules.STRICT.judge(system))
        .extracting(DeviceObjection::remedy)
        .containsExactly("", "");
  }

  @ParameterizedTest
  @EnumSource(value = DiskUse.Kind.class, names = "MOUNT", mode = EnumSource.Mode.EXCLUDE)
  void nothingLiftsWhatADiskIsNeededFor(DiskUse.Kind kind) throws IOException {
    DiskDevice stick = disk(DeviceBus.USB, true, 16 * GB, new DiskUse(kind, "something"));
    assertThat(judge(EVERYTHING_LIFTED, stick))
        .containsExactly(
            kind == DiskUse.Kind.UNKNOWN
                ? DeviceObjection.Kind.UNKNOWN
                : DeviceObjection.Kind.IN_USE);
  }

  @Test
  void mountsAreLiftedByUnmountOnly() throws IOException {
    DiskDevice stick =
        disk(DeviceBus.USB, true, 16 * GB, new DiskUse(DiskUse.Kind.MOUNT, "mounted"));
    assertThat(judge(DeviceRules.STRICT.force(true), stick))
        .containsExactly(DeviceObjection.Kind.MOUNTED);
    assertThat(judge(DeviceRules.STRICT.unmount(true), stick)).isEmpty();
  }

  @Test
  void whatIsUnknownIsRefused() throws IOException {
    assertThat(judge(EVERYTHING_LIFTED, disk(DeviceBus.UNKNOWN, false, 16 * GB)))
        .containsExactly(DeviceObjection.Kind.UNKNOWN);
  }

  @Test
  void sizesCount() throws IOException {
    assertThat(judge(EVERYTHING_LIFTED, disk(DeviceBus.USB, true, 0)))
        .containsExactly(DeviceObjection.Kind.NO_MEDIUM);
    DiskDevice small = disk(DeviceBus.USB, true, 4 * GB);
    assertThat(judge(EVERYTHING_LIFTED.image(4 * GB + 512, 512), small))
        .containsExactly(DeviceObjection.Kind.TOO_SMALL);
    assertThat(judge(DeviceRules.STRICT.image(4 * GB, 512), small)).isEmpty();
    DiskDevice large = disk(DeviceBus.USB, true, 4000 * GB);
    assertThat(judge(DeviceRules.STRICT, large)).containsExactly(DeviceObjection.Kind.TOO_LARGE);
    assertThat(judge(DeviceRules.STRICT.allowLarge(true), large)).isEmpty();
    assertThat(judge(DeviceRules.STRICT.image(GB, 4096), small))
        .containsExactly(DeviceObjection.Kind.SECTOR_SIZE);
  }

  @Test
  void anotherSerialNumberIsRefused() throws IOException {
    DiskDevice stick = FaultyDisk.stick(16 * GB, "4C53");
    assertThat(judge(EVERYTHING_LIFTED.expect("4C54"), stick))
        .containsExactly(DeviceObjection.Kind.OTHER_DISK);
    assertThat(judge(DeviceRules.STRICT.expect("4C53"), stick)).isEmpty();
    DiskDevice nameless = disk(DeviceBus.USB, true, 16 * GB);
    assertThat(nameless.identity()).isEqualTo("Disk-16000000000");
  }

  @Test
  void virtualDisksAreRefusedButForTheLoopDeviceOfAFileThatIsNamed(@TempDir Path folder)
      throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    Path other = Files.createFile(folder.resolve("other"));
    DiskDevice loop =
        new DiskDevice(
            "/dev/loop9",
            GB,
            512,
            DeviceBus.VIRTUAL,
            false,
            false,
            "",
            "",
            "",
            "",
            Optional.of(file),
            List.of(),
            List.of());
    assertThat(judge(EVERYTHING_LIFTED, loop)).containsExactly(DeviceObjection.Kind.VIRTUAL);
    assertThat(judge(EVERYTHING_LIFTED.loopDeviceOf(other), loop))
        .containsExactly(DeviceObjection.Kind.VIRTUAL);
    assertThat(judge(DeviceRules.STRICT.loopDeviceOf(file), loop)).isEmpty();
    assertThat(judge(DeviceRules.STRICT.loopDeviceOf(file), disk(DeviceBus.VIRTUAL, true, GB)))
        .containsExactly(DeviceObjection.Kind.VIRTUAL);
  }

  @Test
  void namesCannotDeceive() {
    DiskDevice stick = FaultyDisk.stick(16 * GB, "12\u202E34\u0007");
    assertThat(stick.serial()).isEqualTo("1234");
  }

  @Test
  void objectionsAreAllTold() {
    DiskDevice disk =
        disk(
            DeviceBus.NVME,
            false,
            GB,
            new DiskUse(DiskUse.Kind.SYSTEM, "/ of the running system is on it"),
            new DiskUse(DiskUse.Kind.SWAP, "the system swaps to it"));
    assertThatThrownBy(() -> DeviceRules.STRICT.image(2 * GB, 512).require(disk))
        .isInstanceOfSatisfying(
            DeviceRefusedException.class, e -> assertThat(e.objections()).hasSize(4))
        .hasMessageContaining("/dev/sdz (Disk, 1.0 GB) is not written")
        .hasMessageContaining("running system");
  }
}
