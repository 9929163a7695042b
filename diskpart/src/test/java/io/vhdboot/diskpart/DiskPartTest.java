package io.vhdboot.diskpart;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.Mbr;
import io.vhdboot.disk.Partition;
import io.vhdboot.disk.PartitionTable;
import io.vhdboot.ntfs.NewFileOptions;
import io.vhdboot.ntfs.NtfsChecker;
import io.vhdboot.ntfs.NtfsEditor;
import io.vhdboot.ntfs.NtfsVolume;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.vhd.Vhd;
import io.vhdboot.vhd.VhdType;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What is answered is held against public transcripts of diskpart, which name versions 6.1 to
 * 10.0.22621; layouts of listings too.
 */
class DiskPartTest {

  @TempDir Path folder;

  private Path disk(int mebibytes) throws IOException {
    return disk("disk.img", mebibytes);
  }

  private Path disk(String name, int mebibytes) throws IOException {
    Path image = folder.resolve(name);
    FileDevice.create(image, (long) mebibytes << 20).close();
    return image;
  }

  private static void assertDone(DiskPartRun run) {
    assertThat(run.exitCode()).as(run.out()).isZero();
  }

  /** The partitions that Microsoft's own guide makes for UEFI, but for FAT32, which is refused. */
  @Test
  void gptDiskIsMadeAndListed() throws IOException {
    Path image = disk(2048);
    DiskPartRun run =
        DiskPartRun.of(
            """
            rem == CreatePartitions-UEFI.txt ==
            select disk 0
            clean
            convert gpt
            create partition efi size=100
            create partition msr size=16
            create partition primary
            format quick fs=ntfs label="Windows äö"
            assign letter="W"
            list partition
            detail partition
            list volume
            list disk
            """,
            image);
    assertDone(run);
    assertThat(run.out())
        .contains(
            """

            DiskPart succeeded in cleaning the disk.

            DiskPart successfully converted the selected disk to GPT format.

            DiskPart succeeded in creating the specified partition.
            """)
        .contains(
            """

              Partition ###  Type              Size     Offset
              -------------  ----------------  -------  -------
              Partition 1    System             100 MB  1024 KB
              Partition 2    Reserved            16 MB   101 MB
            * Partition 3    Primary           1930 MB   117 MB

            Partition 3
            Type    : ebd0a0a2-b9e5-4433-87c0-68b6b72699c7
            Hidden  : No
            Required: No
            Attrib  : 0000000000000000
            Offset in Bytes: 122683392

              Volume ###  Ltr  Label        Fs     Type        Size     Status     Info
              ----------  ---  -----------  -----  ----------  -------  ---------  --------
            * Volume 1     W   Windows äö   NTFS   Partition   1930 MB  Healthy
            """)
        .contains(
            """
              Volume 0                      RAW    Partition    100 MB  Healthy    Hidden
            """)
        .contains(
            """
            * Disk 0    Online         2048 MB  1007 KB        *
            """);
    assertThat(ExternalTool.named("sgdisk").output("-v", image)).contains("No problems found");
    assertThat(ExternalTool.named("sgdisk").output("-i", "3", image))
        .contains("'Basic data partition'");
  }

  @Test
  void mbrDiskWithLogicalDrivesIsMadeAndListed() throws IOException {
    Path image = disk(1024);
    DriveLetters letters = new DriveLetters();
    DiskPartRun run =
        DiskPartRun.of(
            letters,
            """
            SEL DIS 0
            cre par pri size=100
            ACT
            cre par ext
            cre par log size=200
            assign letter=l
            cre par log size=300
            assign letter=m:
            lis par
            sel par 2
            del par
            sel par 3
            det par
            lis par
            """,
            image);
    assertDone(run);
    assertThat(run.out())
        .contains(
            """
              Partition ###  Type              Size     Offset
              -------------  ----------------  -------  -------
              Partition 1    Primary            100 MB  1024 KB
              Partition 0    Extended           923 MB   101 MB
              Partition 2    Logical            200 MB   102 MB
            * Partition 3    Logical            300 MB   303 MB
            """)
        .contains(
            """

            Partition 3
            Type  : 07
            Hidden: No
            Active: No
            Offset in Bytes: 317718528
            """)
        .contains(
            """
              Partition 0    Extended           923 MB   101 MB
            * Partition 3    Logical            300 MB   303 MB
            """);
    // The second logical drive is number 5 in the table now, and its letter has followed it.
    assertThat(letters.volumes()).hasSize(1);
    assertThat(letters.volume('M')).contains(image + "@5");
    assertThat(ExternalTool.named("sfdisk").output("--verify", image)).contains("No errors");
    try (FileDevice device = FileDevice.openReadOnly(image)) {
      assertThat(Mbr.read(device).bootCode()).isNotEqualTo(new byte[440]);
      assertThat(PartitionTable.read(device).partitions())
          .extracting(Partition::active)
          .containsExactly(true, false);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "create partition primary | There is no disk selected to create the partition.",
        "list partition | There is no disk selected to list partitions.",
        "select disk 7 | The disk you specified is not valid.",
        "sel dis 0; sel par 4 | The specified partition is not valid.",
        "sel dis 0; active | There is no partition selected.",
        "format fs=ntfs quick | There is no volume selected.",
        "select volume 3 | The volume you selected is not valid or does not exist.",
        "attach vdisk | There is no virtual disk selected.",
        "sel dis 0; cre par pri size=5000 | No usable free extent could be found.",
        "sel dis 0; cre par efi size=1 | The selected disk is not a GPT disk.",
        "sel dis 0; con gpt; cre par pri; act | The selected disk is not a fixed MBR disk.",
        "sel dis 0; cre par pri; convert gpt | The specified disk is not convertible.",
        "sel dis 0; con gpt; cre par efi; del par | Cannot delete a protected partition",
        "sel dis 0; cre par pri; format fs=fat32 | The file system FAT32 is not supported.",
        "sel dis 0; cre par pri; format unit=1000 | must be a power of two",
        "create vdisk file=x.vhd maximum=100000000 | diskSize",
        "create vdisk file=x.vhd parent=/nowhere/p.vhd | The system cannot find the file"
            + " specified.",
        "compact vdisk | There is no virtual disk selected.",
        "select vdisk file=/nowhere/x.vhd | The system cannot find the file specified.",
        "sel dis 0; online disk | This disk is already online.",
      })
  void whatCannotBeDoneEndsTheScript(String script, String answer) throws IOException {
    DiskPartRun run = DiskPartRun.of(script.replace("; ", "\n") + "\nlist vdisk\n", disk(100));
    assertThat(run.exitCode()).as(run.out()).isEqualTo(DiskPart.EXIT_FAILED);
    assertThat(run.out()).contains(answer).doesNotContain("virtual disks to show");
    DiskPartRun goingOn =
        DiskPartRun.of(
            script.replace("; ", " noerr\n") + " noerr\nlist vdisk\n", disk("other.img", 100));
    assertThat(goingOn.exitCode()).as(goingOn.out()).isZero();
    assertThat(goingOn.out()).contains(answer).endsWith("show.\n");
  }

  @ParameterizedTest
  @CsvSource({
    "det vdisk, HELP DET",
    "frobnicate, There is no command frobnicate.",
    "se disk 0, There is no command se.",
    "select, The arguments specified for this command are not valid.",
    "select disk one, HELP SELECT DISK",
    "select disk 0 0, HELP SELECT DISK",
    "sel dis 0 size=1, HELP SELECT DISK",
    "create vdisk file=x.vhd, HELP CREATE VDISK",
    "create vdisk file=x.vhd maximum=ten, HELP CREATE VDISK",
    "create vdisk file=x.vhd maximum=-1, HELP CREATE VDISK",
    "create vdisk file=x.vhd max=10 max=10, HELP CREATE VDISK",
    "create vdisk file=x.vhd max=10 type=round, HELP CREATE VDISK"
  })
  void whatIsNotUnderstoodEndsTheScript(String line, String answer) throws IOException {
    DiskPartRun run = DiskPartRun.of(line + "\nlist vdisk\n", disk(10));
    assertThat(run.exitCode()).as(run.out()).isEqualTo(DiskPart.EXIT_SYNTAX);
    assertThat(run.out()).contains(answer).doesNotContain("virtual disks to show");
  }

  @Test
  void refusedPartitionLeavesTheDiskAsItWas() throws IOException {
    Path image = disk(100);
    DiskPartRun.of("sel dis 0\ncre par pri size=500\n", image);
    assertThat(Files.readAllBytes(image)).isEqualTo(new byte[100 << 20]);
  }

  @Test
  void placesAreInTheUnitsOfDiskPart() throws IOException {
    Path image = disk(100);
    assertDone(
        DiskPartRun.of(
            """
            sel dis 0
            cre par pri size=10 offset=32
            cre par pri size=10 align=3000
            cre par pri size=10 offset=50000 align=1024
            """,
            image));
    try (FileDevice device = FileDevice.openReadOnly(image)) {
      assertThat(PartitionTable.read(device).partitions())
          .extracting(Partition::offset)
          .containsExactly(32L << 10, 12_000L << 10, 50_176L << 10);
    }
  }

  @Test
  void wholeDiskIsCleared() throws IOException {
    Path image = disk(20);
    assertDone(
        DiskPartRun.of(
            "sel dis 0\ncre par pri\nformat label=x\nassign\nclean all\nlist par\n", image));
    assertThat(Files.readAllBytes(image)).isEqualTo(new byte[20 << 20]);
  }

  @Test
  void volumeIsFormattedAsWished() throws IOException {
    Path image = disk(50);
    DiskPartRun run =
        DiskPartRun.of(
            """
            select disk 0
            create partition primary id=0b
            format fs=ntfs label="My Disk" unit=8K
            select volume 0
            detail volume
            """,
            image);
    assertDone(run);
    assertThat(run.out())
        .contains("Volume 0 is the selected volume.")
        .contains("Volume Capacity        :   49 MB")
        .contains("Volume Free Space      : ");
    try (FileDevice device = FileDevice.openReadOnly(image)) {
      Partition partition = PartitionTable.read(device).partitions().get(0);
      assertThat(partition.typeName()).isEqualTo("NTFS (07)");
      NtfsVolume volume = NtfsVolume.open(partition.open(device));
      assertThat(volume.label()).isEqualTo("My Disk");
      assertThat(volume.clusterSize()).isEqualTo(8192);
    }
  }

  @Test
  void lettersAreAssignedAndRemoved() throws IOException {
    Path image = disk(50);
    DriveLetters letters = new DriveLetters();
    String two = "sel dis 0\ncre par pri size=10\nassign\ncre par pri\n";
    assertDone(DiskPartRun.of(letters, two + "assign letter=Q\nassign\nlist vol\n", image));
    assertThat(letters.volume('D')).contains(image + "@1");
    assertThat(letters.volume('Q')).contains(image + "@2");
    DiskPartRun taken = DiskPartRun.of(letters, "sel vol q\nassign letter=D", image);
    assertThat(taken.out()).contains("The specified drive letter is not free to be assigned.");
    assertDone(DiskPartRun.of(letters, "sel vol D:\nremove letter=D\nremove noerr\n", image));
    assertThat(letters.volumes()).containsOnlyKeys('Q');
    assertDone(DiskPartRun.of(letters, "sel dis 0\nclean\n", image));
    assertThat(letters.volumes()).isEmpty();
  }

  @Test
  void identifiersAndAttributesAreShownAndChanged() throws IOException {
    Path image = disk(50);
    DiskPartRun mbr =
        DiskPartRun.of(
            """
            sel dis 0
            uniqueid disk
            cre par pri
            uniqueid disk id=cafebabe
            uniqueid disk
            set id=27
            list par
            detail disk
            attributes disk clear readonly
            """,
            image);
    assertDone(mbr);
    assertThat(mbr.out())
        .contains("Disk ID: 00000000\n")
        .contains("Disk ID: CAFEBABE\n")
        .contains("* Partition 1    Recovery            49 MB  1024 KB")
        .contains("Status : Online")
        .contains("Disk attributes cleared successfully.");
    DiskPartRun gpt =
        DiskPartRun.of(
            """
            sel dis 0
            clean
            con gpt
            uniqueid disk id=baf784e7-6bbd-4cfb-aaac-e86c96e166ee
            uni dis
            cre par pri
            gpt attributes=0x8000000000000001
            det par
            attributes volume set hidden
            att vol clear nodefaultdriveletter
            att vol
            set id=de94bba4-06d1-4d40-a16a-bfd50179d6ac override
            """,
            image);
    assertDone(gpt);
    assertThat(gpt.out())
        .contains("Disk ID: {BAF784E7-6BBD-4CFB-AAAC-E86C96E166EE}\n")
        .contains("Required: Yes\nAttrib  : 0X8000000000000001\n")
        .contains("Hidden                 : Yes\nNo Default Drive Letter: No\n");
    assertThat(ExternalTool.named("sgdisk").output("-i", "1", image))
        .contains("Attribute flags: 4000000000000001")
        .contains("Windows RE");
  }

  @Test
  void volumesGrowAndShrinkWithTheirPartitions() throws IOException {
    Path image = disk(80);
    assertDone(DiskPartRun.of("sel dis 0\ncre par pri size=10\nextend size=5", image));
    assertThat(volumeSize(image)).isEqualTo(15 << 20);
    assertDone(DiskPartRun.of("sel vol 0\nshrink desired=3\nformat quick\nextend size=38", image));
    assertThat(volumeSize(image)).isEqualTo(50 << 20);
    assertThat(checked(image)).isEqualTo((50L << 20) - 4096);
    DiskPartRun run = DiskPartRun.of("sel vol 0\nextend\nshrink querymax\nlist par", image);
    assertDone(run);
    assertThat(run.out())
        .contains("DiskPart successfully extended the volume.")
        .containsPattern("The maximum number of reclaimable bytes is: +[67]\\d MB")
        .contains("79 MB  1024 KB");
    assertThat(checked(image)).isEqualTo((79L << 20) - 4096);
    run = DiskPartRun.of("sel vol 0\nshrink desired=20 minimum=10", image);
    assertDone(run);
    assertThat(run.out()).contains("DiskPart successfully shrunk the volume by:   20 MB");
    assertThat(volumeSize(image)).isEqualTo(59 << 20);
    assertThat(checked(image)).isEqualTo((59L << 20) - 4096);
    // As much as possible, and then no more.
    assertDone(DiskPartRun.of("sel vol 0\nshrink", image));
    long least = volumeSize(image);
    assertThat(least).isLessThan(20 << 20);
    assertThat(checked(image)).isEqualTo(least - 4096);
    run = DiskPartRun.of("sel vol 0\nshrink minimum=10", image);
    assertThat(run.exitCode()).isEqualTo(DiskPart.EXIT_FAILED);
    assertThat(run.out()).contains("The specified shrink size is too big");
    assertThat(volumeSize(image)).isEqualTo(least);
    assertThat(DiskPartRun.of("sel vol 0\nshrink desired=1 minimum=2", image).exitCode())
        .isEqualTo(DiskPart.EXIT_SYNTAX);
  }

  @Test
  void volumeThatMustBeCheckedIsNotExtended() throws IOException {
    Path image = disk(50);
    assertDone(DiskPartRun.of("sel dis 0\ncre par pri size=20\nformat quick", image));
    try (FileDevice disk = FileDevice.open(image)) {
      BlockDevice volume = PartitionTable.read(disk).partitions().get(0).open(disk);
      // Left open, as by a program that was stopped.
      NtfsEditor editor = NtfsEditor.open(volume);
      editor.createFile(editor.volume().root(), "a.txt", NewFileOptions.defaults());
      editor.flush();
    }
    DiskPartRun run = DiskPartRun.of("sel vol 0\nextend", image);
    assertThat(run.exitCode()).isNotZero();
    assertThat(volumeSize(image)).isEqualTo(20 << 20);
  }

  @ParameterizedTest
  @CsvSource({"extend,extended", "shrink,shrunk", "shrink querymax,shrunk"})
  void fatKeepsItsSize(String command, String done) throws IOException {
    Path image = disk(50);
    assertDone(DiskPartRun.of("sel dis 0\ncre par pri size=20", image));
    try (FileDevice disk = FileDevice.open(image)) {
      disk.write((1 << 20) + 0x52, ByteBuffer.wrap("FAT32   ".getBytes(US_ASCII)));
    }
    DiskPartRun run = DiskPartRun.of("sel vol 0\n" + command, image);
    assertThat(run.exitCode()).isEqualTo(DiskPart.EXIT_FAILED);
    assertThat(run.out())
        .contains("The volume cannot be " + done + " because the file system does not support it.");
    assertThat(volumeSize(image)).isEqualTo(20 << 20);
  }

  private static long volumeSize(Path image) throws IOException {
    try (FileDevice disk = FileDevice.openReadOnly(image)) {
      return PartitionTable.read(disk).partitions().get(0).length();
    }
  }

  /** The size of the NTFS volume in the first partition, in which nothing is wrong. */
  private static long checked(Path image) throws IOException {
    try (FileDevice disk = FileDevice.openReadOnly(image)) {
      BlockDevice volume = PartitionTable.read(disk).partitions().get(0).open(disk);
      assertThat(NtfsChecker.check(volume).findings()).isEmpty();
      return NtfsVolume.open(volume).clusterCount() * NtfsVolume.open(volume).clusterSize();
    }
  }

  @Test
  void virtualDisksStayAttachedUntilTheyAreDetached() throws IOException {
    Path vhd = folder.resolve("my disk.vhd");
    DriveLetters letters = new DriveLetters();
    DiskPartRun made =
        DiskPartRun.of(
            letters,
            "cre vdi file=\"" + vhd + "\" max=64\natt vdi\nlis vdi\ndetail vdi\n",
            disk(10));
    assertDone(made);
    assertThat(made.out())
        .contains(
            """
              VDisk ###  Disk ###  State                 Type       File
              ---------  --------  --------------------  ---------  ----
            """
                + "* VDisk 0    Disk 1    Attached not open     Fixed      "
                + vhd
                + "\n")
        .contains("State: Attached not open\nVirtual size:   64 MB\nPhysical size:   64 MB\n")
        .contains("Is Child: No\nParent Filename:\nAssociated disk#: 1\n");
    try (Vhd opened = Vhd.open(vhd, true)) {
      assertThat(opened.type()).isEqualTo(VhdType.FIXED);
    }
    String again = "list disk\nsel vdi file=\"" + vhd + "\"\n";
    assertThat(DiskPartRun.of(letters, again + "att vdi").out())
        .contains("  Disk 0    Online           64 MB    64 MB")
        .contains("The virtual disk is already attached.");
    assertDone(DiskPartRun.of(letters, again + "detach vdisk\natt vdi read\nsel dis 0\n"));
    assertThat(DiskPartRun.of(letters, "sel dis 0\ncre par pri").out())
        .contains("The media is write protected.");
    assertDone(DiskPartRun.of(letters, again + "detach vdisk\n"));
    assertThat(letters.attached()).isEmpty();
    assertThat(DiskPartRun.of(letters, again + "detach vdisk").out())
        .contains("There are no fixed disks to show.")
        .contains("The virtual disk is already detached.");
    assertThat(DiskPartRun.of("cre vdi file=\"" + vhd + "\" max=64").out())
        .contains("DiskPart has encountered an error: The file exists.");
    letters.setAttached(
        List.of(new DriveLetters.Attached(folder.resolve("gone.vhd").toString(), false)));
    assertDone(DiskPartRun.of(letters, "list disk"));
    assertThat(letters.attached()).isEmpty();
  }

  @Test
  void attachedReadOnlyIsNotWritten() throws IOException {
    Path vhd = folder.resolve("a.vhd");
    assertDone(DiskPartRun.of("cre vdi file=" + vhd + " max=64 type=exp"));
    byte[] before = Files.readAllBytes(vhd);
    DiskPartRun run =
        DiskPartRun.of(
            "sel vdi file=" + vhd + "\natt vdi readonly\nsel dis 0\ncre par pri noerr\nlis par\n");
    assertThat(run.out())
        .contains("The media is write protected.")
        .endsWith("There are no partitions on this disk to show.\n");
    assertThat(Files.readAllBytes(vhd)).isEqualTo(before);
  }

  @Test
  void diskWhoseTableCannotBeReadIsOnlyCleaned() throws IOException {
    Path image = disk(20);
    try (FileDevice device = FileDevice.open(image)) {
      byte[] record = new Mbr(new byte[0], 1, List.of()).toBytes();
      record[0x1BE] = 1;
      device.write(0, ByteBuffer.wrap(record));
    }
    for (String command : List.of("create partition primary", "convert gpt", "uniqueid disk")) {
      DiskPartRun run = DiskPartRun.of("sel dis=0\n" + command, image);
      assertThat(run.exitCode()).as(run.out()).isEqualTo(DiskPart.EXIT_FATAL);
      assertThat(run.out()).contains("a partition's status is 00h or 80h, not 01h");
    }
    assertDone(DiskPartRun.of("sel dis=0\nlist disk\nclean\ncre par pri\nsel par=1\n", image));
  }

  @Test
  void pathsOfWindowsAreRefusedElsewhere() throws IOException {
    assumeTrue(File.separatorChar == '/');
    DiskPartRun run = DiskPartRun.of("create vdisk file=\"C:\\a.vhd\" maximum=10");
    assertThat(run.exitCode()).isEqualTo(DiskPart.EXIT_FAILED);
    assertThat(run.out()).contains("The path C:\\a.vhd begins with a drive letter.");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "9999, 9999 B",
    "10000, 9 KB",
    "1048576, 1024 KB",
    "10238976, 9999 KB",
    "15728640000, 14 GB",
    "2147483648, 2048 MB",
    "20000000000000, 18 TB",
    "9223372036854775807, 8388607 TB"
  })
  void sizesAreShownAsDiskPartDoes(long bytes, String text) {
    assertThat(Quantity.of(bytes).strip()).isEqualTo(text);
  }

  @Test
  void wordsAreQuotedAnywhere() {
    assertThat(ScriptLine.words("  a  file=\"x y\"z \"\" \"b"))
        .containsExactly("a", "file=x yz", "", "b");
  }
}
