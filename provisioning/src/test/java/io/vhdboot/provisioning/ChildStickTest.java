package io.vhdboot.provisioning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.PartitionTable;
import io.vhdboot.ntfs.NtfsVolume;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.vhd.ParentPath;
import io.vhdboot.vhd.ParentResolver;
import io.vhdboot.vhd.Vhd;
import io.vhdboot.vhd.VhdType;
import io.vhdboot.vhdx.Vhdx;
import io.vhdboot.vhdx.VhdxAccess;
import io.vhdboot.vhdx.VhdxType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stick whose VHD stays as it is made, for a child of it boots. */
class ChildStickTest {

  @TempDir Path folder;

  @Test
  void childFindsItsParentOnTheStick() throws IOException {
    Path stick = folder.resolve("stick.img");
    Sample.write(Sample.stick(stick).vhdName("base.vhd").childName("today.vhd").build());
    try (FileDevice disk = FileDevice.openReadOnly(stick)) {
      NtfsVolume volume = NtfsVolume.open(PartitionTable.read(disk).partitions().get(0).open(disk));
      try (Vhd child =
              Vhd.open(
                  volume.file("today.vhd").stream("").device(),
                  true,
                  path -> besideTheChild(volume, path));
          Vhd base = Vhd.open(volume.file("base.vhd").stream("").device(), true)) {
        assertThat(child.type()).isEqualTo(VhdType.DIFFERENCING);
        assertThat(child.findings()).isEmpty();
        assertThat(child.presentBlockCount()).isZero();
        assertThat(child.parentReference().orElseThrow().paths())
            .contains(new ParentPath(ParentPath.Form.W2RU, ".\\base.vhd"));
        assertThat(
                Arrays.mismatch(
                    child.read(0, (int) Sample.VHD_SIZE), base.read(0, (int) Sample.VHD_SIZE)))
            .isEqualTo(-1);
      }
      for (String name : new String[] {"base.vhd", "today.vhd"}) {
        try (InputStream in = volume.file(name).newInputStream()) {
          Files.copy(in, folder.resolve(name));
        }
      }
    }
    assertThat(ExternalTool.named("vhdiinfo").output(folder.resolve("today.vhd")))
        .contains("Differential")
        .contains("base.vhd");
  }

  /** Follows the relative path only, from the root where the child is. */
  private static Optional<ParentResolver.Found> besideTheChild(NtfsVolume volume, ParentPath path)
      throws IOException {
    assertThat(path).isEqualTo(new ParentPath(ParentPath.Form.W2RU, ".\\base.vhd"));
    return Optional.of(
        new ParentResolver.Found(
            volume.file("base.vhd").stream("").device(), Optional.empty(), ParentResolver.NONE));
  }

  @Test
  void childOfAVhdxFindsItsParentOnTheStick() throws IOException {
    Path stick = folder.resolve("stick.img");
    Sample.write(
        Sample.stick(stick)
            .vhdAllocation(VhdAllocation.VHDX_DYNAMIC)
            .vhdName("base.vhdx")
            .childName("today.vhdx")
            .build());
    try (FileDevice disk = FileDevice.openReadOnly(stick)) {
      NtfsVolume volume = NtfsVolume.open(PartitionTable.read(disk).partitions().get(0).open(disk));
      for (String name : new String[] {"base.vhdx", "today.vhdx"}) {
        try (InputStream in = volume.file(name).newInputStream()) {
          Files.copy(in, folder.resolve(name));
        }
      }
    }
    try (Vhdx child = Vhdx.open(folder.resolve("today.vhdx"), VhdxAccess.readOnly());
        Vhdx base = Vhdx.open(folder.resolve("base.vhdx"), VhdxAccess.readOnly())) {
      assertThat(child.type()).isEqualTo(VhdxType.DIFFERENCING);
      assertThat(child.findings()).isEmpty();
      assertThat(child.presentBlockCount()).isZero();
      assertThat(child.info().parent().orElseThrow().paths()).contains(".\\base.vhdx");
      assertThat(child.info().diskId()).isEqualTo(base.info().diskId());
      assertThat(
              Arrays.mismatch(
                  child.read(0, (int) Sample.VHD_SIZE), base.read(0, (int) Sample.VHD_SIZE)))
          .isEqualTo(-1);
      assertThat(ExternalTool.named("vhdiinfo").output(folder.resolve("today.vhdx")))
          .contains("Differential")
          .contains(base.info().dataWriteId().toString());
    }
  }

  @Test
  void planCountsTheRoomThatTheChildExpandsTo() throws IOException {
    try (FlashPlan with =
            Sample.stick(folder.resolve("a.img")).childName("child.vhd").build().plan();
        FlashPlan without = Sample.stick(folder.resolve("b.img")).build().plan()) {
      assertThat(with.expandedVhdFileSize()).isGreaterThan(without.vhdFileSize() + Sample.VHD_SIZE);
      assertThat(with.stickSize()).isGreaterThan(with.expandedVhdFileSize());
    }
    FlashImage tight =
        Sample.stick(folder.resolve("c.img")).childName("child.vhd").stickSize(170L << 20).build();
    try (FlashPlan plan = tight.plan()) {
      assertThatThrownBy(plan::requireAcceptable).isInstanceOf(PlanRejectedException.class);
    }
    assertThatThrownBy(
            () -> Sample.stick(folder.resolve("d.img")).childName("VirtualHardDisk.VHD").build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must differ");
  }
}
