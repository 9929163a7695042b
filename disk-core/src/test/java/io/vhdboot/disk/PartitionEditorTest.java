package io.vhdboot.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionEditorTest {

  private static final int MIB = 1 << 20;
  private static final UUID DISK = UUID.fromString("8bd51a24-3053-4849-b987-e5bb05eafe51");

  @TempDir Path folder;

  private int guids;

  private UUID guid() {
    return new UUID(0x1111222233334444L, 0x8000000000000000L + guids++);
  }

  private NewPartition.Builder part(PartitionType type) {
    return NewPartition.of(type).guid(guid());
  }

  private static List<String> places(PartitionEditor editor) {
    return editor.partitions().stream()
        .map(p -> p.number() + " " + p.offset() + " " + p.length())
        .toList();
  }

  private static NewPartition.Builder mbrPart(PartitionRole role, long length) {
    return NewPartition.of(PartitionType.NTFS).role(role).length(length);
  }

  @Test
  void partitionsAreAlignedToAMebibyteAndFillTheDisk() throws IOException {
    MemoryDevice disk = MemoryDevice.ofSize("disk", 20 * MIB + 4096);
    PartitionEditor editor = PartitionEditor.createMbr(disk, 512, 7, new byte[] {1});
    assertThat(editor.add(mbrPart(PartitionRole.PRIMARY, 3 * MIB + 1).build()).length())
        .isEqualTo(3 * MIB + 512);
    assertThat(editor.add(NewPartition.of(PartitionType.FAT32).build()).offset())
        .isEqualTo(5 * MIB);
    assertThat(editor.partition(2).end()).isEqualTo(20 * MIB);
    assertThat(disk.toByteArray())
        .as("nothing is written yet")
        .isEqualTo(new byte[20 * MIB + 4096]);
    editor.write();
    PartitionTable table = PartitionTable.read(disk);
    assertThat(table.partitions()).isEqualTo(editor.partitions());
    assertThat(table.mbrSignature()).hasValue(7);
    assertThat(Mbr.read(disk).bootCode()[0]).isEqualTo((byte) 1);
  }

  @Test
  void partitionsNeverOverlapOrLeaveTheDisk() throws IOException {
    MemoryDevice disk = MemoryDevice.ofSize("disk", 10 * MIB);
    PartitionEditor editor = PartitionEditor.createMbr(disk, 512, 7, new byte[0]);
    editor.add(mbrPart(PartitionRole.PRIMARY, 2 * MIB).offset(4 * MIB).build());
    assertThatThrownBy(
            () -> editor.add(mbrPart(PartitionRole.PRIMARY, 2 * MIB).offset(3 * MIB).build()))
        .isInstanceOf(NoSpaceException.class)
        .hasMessage("disk, from byte 3145728 on, needs 2097152 bytes but has 1048576");
    assertThatThrownBy(
            () -> editor.add(mbrPart(PartitionRole.PRIMARY, 512).offset(6 * MIB - 512).build()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> editor.add(mbrPart(PartitionRole.PRIMARY, 2 * MIB).offset(9 * MIB).build()))
        .isInstanceOf(NoSpaceException.class);
    assertThatThrownBy(() -> editor.add(mbrPart(PartitionRole.PRIMARY, 5 * MIB).build()))
        .isInstanceOf(NoSpaceException.class)
        .hasMessage("the largest free piece of disk needs 5242880 bytes but has 4194304");
    assertThatThrownBy(() -> editor.resize(1, 6 * MIB + 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be from 1 to " + 6 * MIB);
    editor.resize(1, 6 * MIB);
    assertThat(places(editor)).containsExactly("1 " + 4 * MIB + " " + 6 * MIB);
  }

  @Test
  void onlyOnePartitionIsActive() throws IOException {
    MemoryDevice disk = MemoryDevice.ofSize("disk", 10 * MIB);
    PartitionEditor editor = PartitionEditor.createMbr(disk, 512, 7, new byte[0]);
    editor.add(mbrPart(PartitionRole.PRIMARY, MIB).active(true).build());
    editor.add(mbrPart(PartitionRole.PRIMARY, MIB).active(true).build());
    assertThat(editor.partitions()).extracting(Partition::active).containsExactly(false, true);
    editor.setActive(1, true);
    assertThat(editor.partitions()).extracting(Partition::active).containsExactly(true, false);
    editor.setActive(1, false);
    assertThat(editor.partitions()).extracting(Partition::active).containsExactly(false, false);
  }

  /** The places of a chain, and that a reader of the disk finds the same after each edit. */
  @Test
  void logicalPartitionsComeAndGoAnywhereInTheChain() throws IOException {
    MemoryDevice disk = MemoryDevice.ofSize("disk", 40 * MIB);
    PartitionEditor editor = PartitionEditor.createMbr(disk, 512, 7, new byte[0]);
    editor.add(mbrPart(PartitionRole.PRIMARY, MIB).build());
    editor.add(mbrPart(PartitionRole.EXTENDED, 30 * MIB).build());
    for (int i = 0; i < 4; i++) {
      editor.add(mbrPart(PartitionRole.LOGICAL, 2 * MIB).build());
    }
    assertThat(logical(editor)).containsExactly("5 3", "6 6", "7 9", "8 12");
    editor.delete(5);
    assertThat(logical(editor)).containsExactly("5 6", "6 9", "7 12");
    editor.add(mbrPart(PartitionRole.LOGICAL, MIB).build());
    assertThat(logical(editor)).containsExactly("5 3", "6 6", "7 9", "8 12");
    editor.delete(7);
    editor.add(mbrPart(PartitionRole.LOGICAL, MIB).offset(10 * MIB).build());
    editor.delete(8);
    assertThat(logical(editor)).containsExactly("5 3", "6 6", "7 10");
    editor.resize(6, 3 * MIB);
    editor.setType(7, PartitionType.FAT32);
    editor.write();
    PartitionTable table = PartitionTable.read(disk);
    assertThat(table.findings()).isEmpty();
    assertThat(table.partitions())
        .isEqualTo(
            editor.partitions().stream().filter(p -> p.role() != PartitionRole.EXTENDED).toList());
    assertThat(editor.findings()).isEmpty();
    assertThatThrownBy(() -> editor.delete(2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("holds logical partitions");
    for (int number = 7; number >= 5; number--) {
      editor.delete(number);
    }
    editor.resize(2, 1);
    assertThat(editor.partition(2).length()).isEqualTo(512);
    editor.delete(2);
    editor.write();
    assertThat(PartitionTable.read(disk).partitions()).hasSize(1);
  }

  private static List<String> logical(PartitionEditor editor) {
    return editor.partitions().stream()
        .filter(p -> p.role() == PartitionRole.LOGICAL)
        .map(p -> p.number() + " " + p.offset() / MIB)
        .toList();
  }

  @Test
  void fifthPrimaryAndLogicalOutsideAnExtendedAreRefused() throws IOException {
    MemoryDevice disk = MemoryDevice.ofSize("disk", 10 * MIB);
    PartitionEditor editor = PartitionEditor.createMbr(disk, 512, 7, new byte[0]);
    assertThatThrownBy(() -> editor.add(mbrPart(PartitionRole.LOGICAL, MIB).build()))
        .hasMessageContaining("must lie in an extended one");
    for (int i = 0; i < 4; i++) {
      editor.add(mbrPart(PartitionRole.PRIMARY, MIB).build());
    }
    assertThatThrownBy(() -> editor.add(mbrPart(PartitionRole.PRIMARY, MIB).build()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at most four");
    editor.delete(2);
    assertThat(editor.add(mbrPart(PartitionRole.PRIMARY, MIB).build()).number()).isEqualTo(2);
  }

  /** Whatever lies in the sector beside what is edited stays. */
  @Test
  void bootCodeAndUnknownBytesOfAnMbrStay() throws IOException {
    byte[] bytes = new byte[4 * MIB];
    Arrays.fill(bytes, 0, 0x1BE, (byte) 0x5A);
    new Mbr(Arrays.copyOf(bytes, 440), 7, List.of(MbrEntry.of(false, 0xA5, 2048, 2048)))
        .applyTo(bytes);
    byte[] before = bytes.clone();
    MemoryDevice disk = MemoryDevice.wrap("disk", bytes);
    PartitionEditor editor = PartitionEditor.open(disk);
    editor.add(mbrPart(PartitionRole.PRIMARY, MIB).build());
    editor.delete(2);
    editor.write();
    assertThat(disk.toByteArray()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 4096})
  void gptIsSoundToSgdisk(int sectorSize) throws IOException {
    Path image = folder.resolve("gpt.img");
    try (FileDevice disk = FileDevice.create(image, 64 * MIB)) {
      PartitionEditor editor = PartitionEditor.createGpt(disk, sectorSize, DISK);
      editor.add(part(PartitionType.EFI_SYSTEM).length(8 * MIB).name("EFI").build());
      editor.add(part(PartitionType.MICROSOFT_RESERVED).length(16 * MIB).build());
      editor.add(part(PartitionType.NTFS).name("Windows äö").attributes(1L << 63).build());
      editor.write();
      PartitionTable table = PartitionTable.read(disk);
      assertThat(table.partitions()).isEqualTo(editor.partitions());
      assertThat(table.partitions())
          .extracting(Partition::typeName)
          .containsExactly("EFI system", "Microsoft reserved", "basic data");
      assertThat(PartitionEditor.open(disk).findings()).isEmpty();
      assertThat(PartitionEditor.open(disk).sectorSize()).isEqualTo(sectorSize);
    }
    if (sectorSize == 512) {
      assertThat(ExternalTool.named("sgdisk").output("-v", image)).contains("No problems found");
      assertThat(ExternalTool.named("sgdisk").output("-i", "3", image))
          .contains("'Windows äö'")
          .contains("Attribute flags: 8000000000000000")
          .containsIgnoringCase("Partition unique GUID: 11112222-3333-4444-8000-000000000002");
    }
  }

  @Test
  void odditiesOfAGptStay() throws IOException {
    Path image = folder.resolve("gpt.img");
    FileDevice.create(image, 64 * MIB).close();
    ExternalTool sgdisk = ExternalTool.named("sgdisk");
    sgdisk.output("-n", "3:2048:+8M", "-t", "3:a501", "-A", "3:set:5", "-c", "3:odd", image);
    sgdisk.output("-n", "9:0:+1M", image);
    String before = sgdisk.output("-i", "3", image);
    try (FileDevice disk = FileDevice.open(image)) {
      disk.write(0, ByteBuffer.wrap(new byte[] {(byte) 0xEB, 0x3C}));
      PartitionEditor editor = PartitionEditor.open(disk);
      assertThat(editor.add(part(PartitionType.NTFS).offset(40 * MIB).build()).number())
          .isEqualTo(1);
      editor.setName(9, "x".repeat(36));
      editor.resize(9, 3 * MIB);
      editor.write();
      editor.delete(1);
      editor.write();
      assertThat(disk.read(0, 2)).containsExactly(0xEB, 0x3C);
    }
    assertThat(sgdisk.output("-i", "3", image)).isEqualTo(before);
    assertThat(sgdisk.output("-i", "9", image)).contains("x".repeat(36)).contains("6144 sectors");
    assertThat(sgdisk.output("-v", image)).contains("No problems found");
  }

  @ParameterizedTest
  @CsvSource({"512, true", "1024, true", "-512, false", "-16896, false"})
  void eitherCopyIsMadeAnewFromTheOther(int damage, boolean primary) throws IOException {
    Path image = folder.resolve("gpt.img");
    try (FileDevice disk = FileDevice.create(image, 32 * MIB)) {
      PartitionEditor editor = PartitionEditor.createGpt(disk, 512, DISK);
      editor.add(part(PartitionType.NTFS).length(8 * MIB).build());
      editor.write();
      disk.write(damage < 0 ? disk.size() + damage : damage, ByteBuffer.wrap(new byte[] {99}));
      PartitionEditor repair = PartitionEditor.open(disk);
      assertThat(repair.findings())
          .singleElement()
          .asString()
          .startsWith(primary ? "the primary: " : "the backup: ");
      assertThat(repair.partitions()).isEqualTo(editor.partitions());
      repair.write();
      assertThat(repair.findings()).isEmpty();
      assertThat(PartitionEditor.open(disk).findings()).isEmpty();
    }
    assertThat(ExternalTool.named("sgdisk").output("-v", image)).contains("No problems found");
  }

  @Test
  void lostProtectiveMbrIsMadeAnew() throws IOException {
    Path image = folder.resolve("gpt.img");
    try (FileDevice disk = FileDevice.create(image, 32 * MIB)) {
      PartitionEditor editor = PartitionEditor.createGpt(disk, 512, DISK);
      editor.add(part(PartitionType.NTFS).build());
      editor.write();
      disk.zero(0, 512);
      assertThat(PartitionTable.isPresent(disk)).isFalse();
      PartitionEditor repair = PartitionEditor.open(disk);
      assertThat(repair.findings()).containsExactly("the MBR does not protect the whole disk");
      repair.write();
      assertThat(PartitionTable.read(disk).partitions()).isEqualTo(editor.partitions());
    }
    assertThat(ExternalTool.named("sgdisk").output("-v", image)).contains("No problems found");
  }

  @Test
  void backupMovesToTheEndOfADiskThatHasGrown() throws IOException {
    Path image = folder.resolve("gpt.img");
    try (FileDevice disk = FileDevice.create(image, 32 * MIB)) {
      PartitionEditor editor = PartitionEditor.createGpt(disk, 512, DISK);
      editor.add(part(PartitionType.NTFS).build());
      editor.write();
      disk.setSize(64 * MIB);
      PartitionEditor grown = PartitionEditor.open(disk);
      assertThat(grown.findings()).hasSize(2);
      grown.resize(1, grown.maximumLength(1));
      grown.write();
      assertThat(disk.read(32 * MIB - 512, 512)).as("the former backup").containsOnly(0);
      assertThat(grown.partition(1).end()).isEqualTo(64 * MIB - 33 * 512);
      // Cut short again, it refuses what would not fit.
      disk.setSize(48 * MIB);
      PartitionEditor shrunk = PartitionEditor.open(disk);
      assertThatThrownBy(shrunk::write)
          .isInstanceOf(CorruptFormatException.class)
          .hasMessageContaining("is where a copy of the GPT must be");
      shrunk.resize(1, 40 * MIB);
      shrunk.write();
    }
    assertThat(ExternalTool.named("sgdisk").output("-v", image)).contains("No problems found");
  }

  @Test
  void tablesAreConvertedBothWays() throws IOException {
    Path image = folder.resolve("disk.img");
    try (FileDevice disk = FileDevice.create(image, 64 * MIB)) {
      PartitionEditor mbr = PartitionEditor.createMbr(disk, 512, 7, new byte[] {(byte) 0xFA});
      mbr.add(mbrPart(PartitionRole.PRIMARY, 8 * MIB).active(true).build());
      mbr.add(mbrPart(PartitionRole.EXTENDED, 20 * MIB).build());
      mbr.add(NewPartition.of(PartitionType.parse("83")).role(PartitionRole.LOGICAL).build());
      assertThatThrownBy(() -> mbr.toGpt(DISK, this::guid))
          .isInstanceOf(IllegalStateException.class);
      mbr.write();
      PartitionEditor gpt = mbr.toGpt(DISK, this::guid);
      gpt.write();
      assertThat(ExternalTool.named("sgdisk").output("-v", image)).contains("No problems found");
      PartitionTable table = PartitionTable.read(disk);
      assertThat(table.kind()).isEqualTo(PartitionTable.Kind.GPT);
      assertThat(table.partitions())
          .extracting(Partition::typeName)
          .containsExactly("basic data", "Linux");
      assertThat(table.partitions().get(1).offset()).isEqualTo(mbr.partition(5).offset());
      assertThat(table.partitions().get(1).length()).isEqualTo(mbr.partition(5).length());

      PartitionEditor back = gpt.toMbr(9);
      back.write();
      assertThat(Mbr.read(disk).bootCode()[0]).isEqualTo((byte) 0xFA);
      assertThat(PartitionTable.read(disk).partitions())
          .extracting(Partition::typeName)
          .containsExactly("NTFS (07)", "Linux (83)");
      assertThat(Gpt.isPresent(disk, 512)).isFalse();
    }
    assertThat(ExternalTool.named("sfdisk").output("--verify", image)).contains("No errors");
  }

  @Test
  void conversionThatWouldLoseSomethingIsRefused() throws IOException {
    MemoryDevice disk = MemoryDevice.ofSize("disk", 64 * MIB);
    PartitionEditor mbr = PartitionEditor.createMbr(disk, 512, 7, new byte[0]);
    mbr.add(mbrPart(PartitionRole.PRIMARY, MIB).offset(63 * 512).build());
    mbr.add(NewPartition.of(PartitionType.parse("42")).length(MIB).build());
    mbr.write();
    assertThatThrownBy(() -> mbr.toGpt(DISK, this::guid))
        .hasMessageContaining("must be of a type that a GPT knows, not dynamic disk (42)");
    mbr.delete(2);
    mbr.add(mbrPart(PartitionRole.PRIMARY, MIB).offset(63 * MIB).build());
    mbr.write();
    assertThatThrownBy(() -> mbr.toGpt(DISK, this::guid)).isInstanceOf(NoSpaceException.class);
    PartitionEditor gpt = PartitionEditor.createGpt(disk, 512, DISK);
    for (int i = 0; i < 5; i++) {
      gpt.add(part(PartitionType.NTFS).length(MIB).build());
    }
    gpt.write();
    assertThatThrownBy(() -> gpt.toMbr(1)).hasMessageContaining("at most four");
    gpt.delete(2);
    gpt.setAttributes(1, 1L << 62);
    gpt.write();
    assertThatThrownBy(() -> gpt.toMbr(1)).hasMessageContaining("have no attributes");
  }

  /** A header that names itself as the other one must not be cleared as a former backup. */
  @Test
  void primaryThatIsItsOwnBackupIsMended() throws IOException {
    MemoryDevice disk = MemoryDevice.ofSize("disk", 16 * MIB);
    PartitionEditor gpt = PartitionEditor.createGpt(disk, 512, DISK);
    gpt.add(part(PartitionType.NTFS).length(MIB).build());
    gpt.write();
    GptHeader header = GptHeader.read(disk, 1, 512);
    GptHeader odd =
        new GptHeader(1, 1, 34, header.lastUsableSector(), DISK, 2, 128, 128, header.entriesCrc());
    disk.write(512, ByteBuffer.wrap(odd.toBytes()));
    PartitionEditor editor = PartitionEditor.open(disk);
    assertThat(editor.findings()).hasSize(2).first().asString().contains("its own backup");
    editor.write();
    assertThat(PartitionEditor.open(disk).findings()).isEmpty();
    assertThat(Gpt.read(disk, 512).primaryProblem()).isEmpty();
  }

  @Test
  void overlapsAreTold() throws IOException {
    MemoryDevice disk = MemoryDevice.ofSize("disk", 16 * MIB);
    new Mbr(
            new byte[0],
            1,
            List.of(
                MbrEntry.of(false, 7, 2048, 8192),
                MbrEntry.of(false, 7, 4096, 100),
                MbrEntry.of(false, 7, 9000, 100_000)))
        .write(disk);
    PartitionEditor editor = PartitionEditor.open(disk);
    assertThat(editor.findings())
        .containsExactly(
            "partitions 1 and 2 overlap",
            "partition 3 ends at byte 55808000, but the disk at 16777216",
            "partitions 1 and 3 overlap");
    editor.delete(1);
    editor.delete(3);
    assertThat(editor.findings()).isEmpty();
  }

  @Test
  void hybridMbrIsToldAndRefused() throws IOException {
    MemoryDevice disk = MemoryDevice.ofSize("disk", 16 * MIB);
    PartitionEditor gpt = PartitionEditor.createGpt(disk, 512, DISK);
    gpt.add(part(PartitionType.NTFS).build());
    gpt.write();
    new Mbr(
            new byte[0],
            0,
            List.of(
                MbrEntry.of(false, MbrEntry.TYPE_PROTECTIVE, 1, 2047),
                MbrEntry.of(false, 7, 2048, 4096)))
        .write(disk);
    assertThat(PartitionTable.read(disk).findings())
        .containsExactly("the MBR is a hybrid: it names partitions too, which are not looked at");
    assertThatThrownBy(() -> PartitionEditor.open(disk))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining("hybrid MBR");
  }

  @Test
  void damagedChainIsToldAndOnlyWhatDoesNotConcernItIsEdited() throws IOException {
    MemoryDevice disk = MemoryDevice.ofSize("disk", 16 * MIB);
    PartitionEditor editor = PartitionEditor.createMbr(disk, 512, 7, new byte[0]);
    editor.add(mbrPart(PartitionRole.EXTENDED, 8 * MIB).build());
    editor.add(mbrPart(PartitionRole.LOGICAL, MIB).build());
    editor.add(mbrPart(PartitionRole.LOGICAL, MIB).build());
    editor.write();
    disk.zero(3 * MIB, 512);
    PartitionEditor damaged = PartitionEditor.open(disk);
    assertThat(damaged.findings()).singleElement().asString().contains("an MBR ends with aa55h");
    assertThatThrownBy(() -> damaged.add(mbrPart(PartitionRole.LOGICAL, MIB).build()))
        .isInstanceOf(CorruptFormatException.class);
    assertThatThrownBy(() -> damaged.delete(5)).isInstanceOf(CorruptFormatException.class);
    damaged.add(mbrPart(PartitionRole.PRIMARY, MIB).build());
    damaged.delete(1);
    damaged.write();
    assertThat(PartitionTable.read(disk).partitions()).hasSize(1);
  }

  @Test
  void cleanedDiskHasNoTable() throws IOException {
    MemoryDevice disk = MemoryDevice.ofSize("disk", 16 * MIB);
    PartitionEditor gpt = PartitionEditor.createGpt(disk, 512, DISK);
    gpt.write();
    PartitionEditor.clean(disk);
    assertThat(disk.toByteArray()).isEqualTo(new byte[16 * MIB]);
    assertThatThrownBy(() -> PartitionEditor.open(disk))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessage("disk: has no partition table");
  }

  @Test
  void diskThatIsTooSmallForAGptIsRefused() throws IOException {
    for (int sectors = 0; sectors < 68; sectors++) {
      MemoryDevice disk = MemoryDevice.ofSize("disk", sectors * 512);
      assertThatThrownBy(() -> PartitionEditor.createGpt(disk, 512, DISK))
          .isInstanceOf(NoSpaceException.class);
    }
    MemoryDevice disk = MemoryDevice.ofSize("disk", 68 * 512);
    PartitionEditor.createGpt(disk, 512, DISK).write();
    assertThat(PartitionEditor.open(disk).findings()).isEmpty();
  }

  @Test
  void mbrDoesNotReachBehind32Bits() throws IOException {
    Path image = folder.resolve("large.img");
    try (FileDevice disk = FileDevice.create(image, 3L << 40)) {
      PartitionEditor editor = PartitionEditor.createMbr(disk, 512, 7, new byte[0]);
      Partition all = editor.add(NewPartition.of(PartitionType.NTFS).build());
      assertThat(all.end()).isEqualTo(2L << 40);
      editor.write();
      assertThat(PartitionTable.read(disk).partitions()).containsExactly(all);
    }
    assertThat(ExternalTool.named("sfdisk").output("--verify", image)).contains("No errors");
  }

  @ParameterizedTest
  @ValueSource(strings = {"mbr-512-p1e2.bin.gz", "mbr-512-p1e2_2.bin.gz", "gpt-512-3p.raw.gz"})
  void realTablesAreEditedAndStaySound(String name) throws IOException {
    Path image = SharedData.unpacked("ntfs/" + name, folder);
    boolean gpt = name.startsWith("gpt");
    try (FileDevice disk = FileDevice.open(image)) {
      PartitionEditor editor = PartitionEditor.open(disk);
      assertThat(editor.findings()).isEmpty();
      int last = editor.partitions().get(editor.partitions().size() - 1).number();
      editor.resize(last, 1024);
      editor.add(
          part(PartitionType.NTFS)
              .role(gpt ? PartitionRole.PRIMARY : PartitionRole.LOGICAL)
              .alignment(512)
              .length(512)
              .build());
      editor.write();
      assertThat(PartitionEditor.open(disk).partitions()).isEqualTo(editor.partitions());
    }
    assertThat(
            gpt
                ? ExternalTool.named("sgdisk").output("-v", image)
                : ExternalTool.named("sfdisk").output("--verify", image))
        .containsAnyOf("No problems found", "No errors");
  }

  @ParameterizedTest
  @CsvSource({
    "ntfs, NTFS (07)",
    "7, NTFS (07)",
    "0x0c, FAT32 (0c)",
    "EFI, EFI system (ef)",
    "a5, a5"
  })
  void typesAreReadAsPeopleWriteThem(String text, String name) {
    assertThat(PartitionType.name(PartitionType.parse(text).mbrType())).isEqualTo(name);
  }

  @Test
  void typeThatIsNoneIsRefused() {
    for (String text : List.of("", "0", "fat", "100", "ebd0a0a2")) {
      assertThatThrownBy(() -> PartitionType.parse(text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("must be one of basic, efi");
    }
    assertThat(PartitionType.parse("{EBD0A0A2-B9E5-4433-87C0-68B6B72699C7}").gptType())
        .contains(GptEntry.TYPE_BASIC_DATA);
  }
}
