package io.vhdboot.diskpart;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.PartitionTable;
import io.vhdboot.image.VirtualDisk;
import io.vhdboot.image.VirtualDiskFormat;
import io.vhdboot.image.VirtualDiskKind;
import io.vhdboot.ntfs.NtfsVolume;
import io.vhdboot.testing.ExternalTool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VirtualDiskCommandsTest {

  private static final long MIB = 1L << 20;

  @TempDir private Path folder;

  private DiskPartRun run(String script) throws IOException {
    DiskPartRun run = DiskPartRun.of(script.replace("FOLDER", folder.toString()));
    assertThat(run.exitCode()).as(run.out()).isZero();
    return run;
  }

  /** The script of "Deploy Windows on a VHD", which selects no disk. */
  @ParameterizedTest
  @ValueSource(strings = {"vhd", "vhdx"})
  void attachedDiskIsTheOneThatFollowingCommandsConcern(String extension) throws IOException {
    String answers =
        run("""
            create vdisk file="FOLDER/windows.EXT" maximum=200 type=expandable
            attach vdisk
            create partition primary
            assign letter=v
            format quick fs=ntfs label="Windows"
            list vdisk
            detail vdisk
            detach vdisk
            """
                .replace("EXT", extension))
            .out();
    assertThat(answers).contains("DiskPart succeeded in creating the specified partition.");
    VirtualDisk disk = VirtualDisk.at(folder.resolve("windows." + extension));
    assertThat(disk.format().toString()).isEqualTo(extension);
    assertThat(disk.info().kind()).isEqualTo(VirtualDiskKind.DYNAMIC);
    try (BlockDevice device = disk.open(true)) {
      assertThat(device.size()).isEqualTo(200 * MIB);
      BlockDevice volume = PartitionTable.read(device).partitions().get(0).open(device);
      assertThat(NtfsVolume.open(volume).label()).isEqualTo("Windows");
    }
    ExternalTool.named("qemu-img").output("info", folder.resolve("windows." + extension));
  }

  @Test
  void childIsMergedIntoItsParent() throws IOException {
    run(
        """
        create vdisk file="FOLDER/base.vhd" maximum=20 type=expandable
        create vdisk file="FOLDER/child.vhd" parent="FOLDER/base.vhd"
        """);
    VirtualDisk child = VirtualDisk.at(folder.resolve("child.vhd"));
    try (BlockDevice device = child.open(false)) {
      device.write(5 * MIB, ByteBuffer.wrap("kept".getBytes()));
    }
    String answers =
        run("""
            select vdisk file="FOLDER/child.vhd"
            detail vdisk
            merge vdisk depth=1
            """)
            .out();
    assertThat(answers)
        .contains("Is Child: Yes")
        .contains("base.vhd")
        .contains("DiskPart successfully merged the virtual disk file.");
    try (BlockDevice base = VirtualDisk.at(folder.resolve("base.vhd")).open(true)) {
      assertThat(base.read(5 * MIB, 4)).isEqualTo("kept".getBytes());
    }
  }

  @Test
  void diskIsExpandedWhileItIsDetachedOnly() throws IOException {
    run("create vdisk file=\"FOLDER/a.vhd\" maximum=20 type=expandable\nexpand vdisk maximum=60");
    assertThat(VirtualDisk.at(folder.resolve("a.vhd")).info().diskSize()).isEqualTo(60 * MIB);
    DiskPartRun attached =
        DiskPartRun.of(
            "select vdisk file=\"%s\"\nattach vdisk\nexpand vdisk maximum=80\n"
                .formatted(folder.resolve("a.vhd")));
    assertThat(attached.exitCode()).isEqualTo(DiskPart.EXIT_FAILED);
    assertThat(attached.out()).contains("The virtual disk is attached.");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void blocksOfZerosAreDroppedByCompacting(boolean attached) throws IOException {
    run("create vdisk file=\"FOLDER/c.vhd\" maximum=64 type=expandable");
    Path file = folder.resolve("c.vhd");
    VirtualDisk disk = VirtualDisk.at(file, VirtualDiskFormat.VHD);
    try (BlockDevice device = disk.open(false)) {
      device.write(0, ByteBuffer.allocate(8 << 20).put(0, (byte) 1));
      device.write(0, ByteBuffer.allocate(8 << 20));
      device.write(40 * MIB, ByteBuffer.wrap("kept".getBytes()));
    }
    long before = Files.size(file);
    String answers =
        run("select vdisk file=\"FOLDER/c.vhd\"\n"
                + (attached ? "attach vdisk readonly\n" : "")
                + "compact vdisk\nlist vdisk\n")
            .out();
    assertThat(answers).contains("DiskPart successfully compacted the virtual disk file.");
    assertThat(answers.contains("Attached not open")).isEqualTo(attached);
    assertThat(Files.size(file)).isLessThan(before - 6 * MIB);
    try (BlockDevice device = disk.open(true)) {
      assertThat(device.read(40 * MIB, 4)).isEqualTo("kept".getBytes());
    }
  }

  @Test
  void attachedDiskThatCanBeWrittenIsNotCompacted() throws IOException {
    DiskPartRun run =
        DiskPartRun.of(
            "create vdisk file=\"%s\" maximum=20 type=expandable\nattach vdisk\ncompact vdisk\n"
                .formatted(folder.resolve("d.vhd")));
    assertThat(run.exitCode()).isEqualTo(DiskPart.EXIT_FAILED);
    assertThat(run.out()).contains("attached as read-only");
  }
}
