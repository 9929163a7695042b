package io.vhdboot.diskpart;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.MappedExtent;
import io.vhdboot.disk.Partition;
import io.vhdboot.disk.PartitionTable;
import io.vhdboot.ntfs.NtfsVolume;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.SharedData;
import io.vhdboot.vhd.Vhd;
import io.vhdboot.vhd.VhdType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The scripts of the recipe of 2009 (markwilson.co.uk, "Running Windows from a USB flash drive"),
 * in which nothing is replaced but what its author writes as a place to fill in.
 */
class RecipeTest {

  private static final String MAKE_THE_VHD =
      """
      create vdisk file=driveletter:\\virtualharddisk.vhd maximum=15000 type=expandable
      select vdisk file=driveletter:\\virtualharddisk.vhd
      attach vdisk
      list disk
      select disk disknumber
      create partition primary
      select partition 1
      active
      format fs=ntfs quick
      assign
      exit
      """;

  private static final String DETACH_THE_VHD =
      """
      select vdisk file=driveletter:\\virtualharddisk.vhd
      detach vdisk
      exit
      """;

  @TempDir Path folder;

  private String filledIn(String script) {
    return script.replace("driveletter:\\", folder + "/").replace("disknumber", "0");
  }

  @Test
  void makesTheVhdThatWindowsIsAppliedTo() throws IOException {
    Path vhdFile = folder.resolve("virtualharddisk.vhd");
    DriveLetters letters = new DriveLetters();
    DiskPartRun made = DiskPartRun.of(letters, filledIn(MAKE_THE_VHD));
    assertThat(made.exitCode()).as(made.out()).isZero();
    assertThat(made.out())
        .isEqualTo(
            """

              100 percent completed

            DiskPart successfully created the virtual disk file.

            DiskPart successfully selected the virtual disk file.

              100 percent completed

            DiskPart successfully attached the virtual disk file.

              Disk ###  Status         Size     Free     Dyn  Gpt
              --------  -------------  -------  -------  ---  ---
            * Disk 0    Online           14 GB    14 GB

            Disk 0 is now the selected disk.

            DiskPart succeeded in creating the specified partition.

            Partition 1 is now the selected partition.

            DiskPart marked the current partition as active.

              100 percent completed

            DiskPart successfully formatted the volume.

            DiskPart successfully assigned the drive letter or mount point.

            Leaving DiskPart...
            """);
    assertThat(letters.volume('D')).contains(vhdFile + "@1");
    assertThat(letters.attached())
        .containsExactly(new DriveLetters.Attached(vhdFile.toString(), false));

    DiskPartRun detached = DiskPartRun.of(letters, filledIn(DETACH_THE_VHD));
    assertThat(detached.exitCode()).as(detached.out()).isZero();
    assertThat(letters.attached()).isEmpty();
    assertThat(letters.volumes()).isEmpty();

    Path disk = folder.resolve("disk.img");
    Path volume = folder.resolve("volume.img");
    try (Vhd vhd = Vhd.open(vhdFile, true)) {
      assertThat(vhd.type()).isEqualTo(VhdType.DYNAMIC);
      assertThat(vhd.size()).isEqualTo(15_000L << 20);
      Partition partition = PartitionTable.read(vhd).partitions().get(0);
      assertThat(partition.active()).isTrue();
      assertThat(partition.offset()).isEqualTo(1 << 20);
      assertThat(partition.end()).isEqualTo(15_000L << 20);
      assertThat(NtfsVolume.open(partition.open(vhd)).hiddenSectors()).isEqualTo(2048);
      copy(vhd, disk);
      copy(partition.open(vhd), volume);
    }
    assertThat(Files.size(vhdFile)).isLessThan(200L << 20);
    assertThat(ExternalTool.named("sfdisk").output("--verify", disk)).contains("No errors");
    assertThat(ExternalTool.named("qemu-img").output("compare", vhdFile, disk))
        .contains("identical");
    assertThat(
            ExternalTool.script("python3", SharedData.tool("ntfscheck.py"))
                .output(disk, "--offset", 1 << 20, "--strict"))
        .contains("0 errors");
    ExternalTool.named("ntfsfix").output("-n", volume);
  }

  /** Copies what a device holds and leaves its holes out. */
  private static void copy(BlockDevice from, Path to) throws IOException {
    try (FileDevice out = FileDevice.create(to, from.size())) {
      for (long at = 0; at < from.size(); ) {
        MappedExtent extent = from.map(at);
        int length = (int) Math.min(extent.length(), 1 << 20);
        if (extent.kind() == MappedExtent.Kind.DATA) {
          out.write(at, ByteBuffer.wrap(from.read(at, length)));
          at += length;
        } else {
          at = extent.end();
        }
      }
    }
  }
}
