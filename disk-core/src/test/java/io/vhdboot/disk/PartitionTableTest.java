package io.vhdboot.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.Seed;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionTableTest {

  private static final Pattern SFDISK_LINE =
      Pattern.compile("\\D(\\d+) : start= *(\\d+), size= *(\\d+), type=([^,\\s]+)(.*)");

  @TempDir Path folder;

  /** What sfdisk says, one partition a line. */
  private static List<String> sfdisk(Path image) {
    return SFDISK_LINE
        .matcher(ExternalTool.named("sfdisk").output("--dump", image))
        .results()
        .filter(line -> !line.group(4).matches("5|f|85"))
        .map(
            line ->
                line.group(1)
                    + " "
                    + Long.parseLong(line.group(2)) * 512
                    + " "
                    + Long.parseLong(line.group(3)) * 512
                    + (line.group(5).contains("bootable") ? " active" : "")
                    + guid(line.group(5)))
        .toList();
  }

  private static String guid(String rest) {
    Matcher matcher = Pattern.compile("uuid=([0-9A-F-]+)").matcher(rest);
    return matcher.find() ? " " + UUID.fromString(matcher.group(1)) : "";
  }

  private static List<String> ours(PartitionTable table) {
    return table.partitions().stream()
        .map(
            partition ->
                partition.number()
                    + " "
                    + partition.offset()
                    + " "
                    + partition.length()
                    + (partition.active() ? " active" : "")
                    + partition.guid().map(guid -> " " + guid).orElse(""))
        .toList();
  }

  private Path gptDisk() throws IOException {
    Path image = folder.resolve("gpt.img");
    FileDevice.create(image, 64 << 20).close();
    ExternalTool sgdisk = ExternalTool.named("sgdisk");
    sgdisk.output("-n", "1:2048:+8M", "-t", "1:ef00", "-n", "2:0:+16M", "-t", "2:0c01", image);
    sgdisk.output("-n", "5:0:0", "-t", "5:0700", "-c", "5:Windows \u00e4\u65e5", image);
    return image;
  }

  @ParameterizedTest
  @CsvSource({
    "mbr-512-p0.bin, MBR, 0",
    "mbr-512-p1.bin, MBR, 1",
    "mbr-512-p4.bin, MBR, 4",
    "mbr-512-p1e2.bin.gz, MBR, 3",
    "mbr-512-p1e2_2.bin.gz, MBR, 3",
    "gpt-512-0p.raw.gz, GPT, 0",
    "gpt-512-3p.raw.gz, GPT, 3",
  })
  void readsRealTablesAsSfdiskDoes(String name, PartitionTable.Kind kind, int count)
      throws IOException {
    Path image = SharedData.unpacked("ntfs/" + name, folder);
    try (FileDevice disk = FileDevice.openReadOnly(image)) {
      PartitionTable table = PartitionTable.read(disk);
      assertThat(table.kind()).isEqualTo(kind);
      assertThat(table.partitions()).hasSize(count);
      assertThat(table.findings()).isEmpty();
      assertThat(ours(table)).isEqualTo(sfdisk(image));
    }
  }

  @ParameterizedTest
  @CsvSource({"mbr-4096-p1e0.bin.gz, 4096, 512000, 0", "mbr-4096-p1e1.bin.gz, 12288, 8192, 36864"})
  void readsRealTablesOf4096ByteSectors(String name, long offset, long length, long logical)
      throws IOException {
    try (FileDevice disk = FileDevice.openReadOnly(SharedData.unpacked("ntfs/" + name, folder))) {
      PartitionTable table = PartitionTable.read(disk, 4096);
      assertThat(table.findings()).isEmpty();
      assertThat(table.partitions().get(0).offset()).isEqualTo(offset);
      assertThat(table.partitions().get(0).length()).isEqualTo(length);
      assertThat(table.partitions()).hasSize(logical == 0 ? 1 : 2);
      if (logical != 0) {
        assertThat(table.partitions().get(1).number()).isEqualTo(5);
        assertThat(table.partitions().get(1).offset()).isEqualTo(logical);
      }
    }
  }

  @Test
  void readsTheTableOfADiskOfWindows() throws Exception {
    Path archive = SharedData.data("ntfs/vss_1_vol.tar.gz");
    Process tar = new ProcessBuilder("tar", "-xzOf", archive.toString()).start();
    byte[] head = new byte[1 << 20];
    try (InputStream in = tar.getInputStream()) {
      in.readNBytes(head, 0, head.length);
    } finally {
      tar.destroy();
    }
    PartitionTable table = PartitionTable.read(MemoryDevice.wrap("windows", head));
    assertThat(table.kind()).isEqualTo(PartitionTable.Kind.GPT);
    assertThat(table.findings()).isEmpty();
    assertThat(table.partitions()).extracting(Partition::typeName).contains("basic data");
    Gpt gpt = Gpt.read(MemoryDevice.wrap("windows", head), 512);
    assertThat(gpt.header().toBytes()).isEqualTo(Arrays.copyOfRange(head, 512, 512 + 92));
    byte[] entries = new byte[128 * gpt.entries().size()];
    for (int i = 0; i < gpt.entries().size(); i++) {
      gpt.entries().get(i).put(entries, i * 128);
    }
    assertThat(entries).isEqualTo(Arrays.copyOfRange(head, 1024, 1024 + entries.length));
  }

  @Test
  void readsWhatSgdiskMade() throws IOException {
    Path image = gptDisk();
    try (FileDevice disk = FileDevice.openReadOnly(image)) {
      PartitionTable table = PartitionTable.read(disk);
      assertThat(ours(table)).isEqualTo(sfdisk(image));
      assertThat(table.partitions())
          .extracting(Partition::typeName)
          .containsExactly("EFI system", "Microsoft reserved", "basic data");
      assertThat(table.partitions()).extracting(Partition::number).containsExactly(1, 2, 5);
      assertThat(ExternalTool.named("sgdisk").output("-p", image))
          .containsIgnoringCase(table.gptDiskGuid().orElseThrow().toString());
      assertThat(Gpt.read(disk, 512).entries().get(4).name()).isEqualTo("Windows \u00e4\u65e5");
    }
  }

  /** Each place where the primary may be hurt: its header, its entries, its mark. */
  @ParameterizedTest
  @ValueSource(ints = {512, 512 + 0x18, 512 + 0x58, 1024, 1024 + 128 + 0x20, 1024 + 127 * 128})
  void damagedPrimaryIsReplacedByTheBackup(int damage) throws IOException {
    Path image = gptDisk();
    PartitionTable before;
    try (FileDevice disk = FileDevice.open(image)) {
      before = PartitionTable.read(disk);
      byte[] hurt = disk.read(damage, 1);
      hurt[0] ^= 1;
      disk.write(damage, ByteBuffer.wrap(hurt));
      PartitionTable after = PartitionTable.read(disk);
      assertThat(after.partitions()).isEqualTo(before.partitions());
      assertThat(after.gptDiskGuid()).isEqualTo(before.gptDiskGuid());
      assertThat(after.findings())
          .singleElement()
          .asString()
          .startsWith("the backup of the GPT was used");
      // With the backup hurt too, what is said is what is wrong with the primary.
      disk.write(disk.size() - 512 + 0x20, ByteBuffer.wrap(new byte[] {77}));
      assertThatThrownBy(() -> PartitionTable.read(disk))
          .isInstanceOf(CorruptFormatException.class)
          .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
    }
  }

  @Test
  void backupIsFoundOnADiskThatHasGrown() throws IOException {
    Path image = gptDisk();
    try (FileDevice disk = FileDevice.open(image)) {
      disk.setSize(disk.size() + 4096);
      disk.write(1024, ByteBuffer.wrap(new byte[] {1}));
      assertThat(PartitionTable.read(disk).partitions()).hasSize(3);
    }
  }

  @Test
  void gptOf4096ByteSectorsIsFoundInAFile() throws IOException {
    int sector = 4096;
    MemoryDevice disk = MemoryDevice.ofSize("4Kn", 400 * sector);
    new Mbr(new byte[0], 0, List.of(MbrEntry.of(false, MbrEntry.TYPE_PROTECTIVE, 1, 399)))
        .write(disk);
    byte[] entries = new byte[128 * 128];
    UUID guid = UUID.fromString("8bd51a24-3053-4849-b987-e5bb05eafe51");
    GptEntry entry = new GptEntry(GptEntry.TYPE_BASIC_DATA, guid, 256, 383, 0, "data");
    entry.put(entries, 0);
    CRC32 crc = new CRC32();
    crc.update(entries);
    GptHeader header = new GptHeader(1, 399, 6, 394, guid, 2, 128, 128, (int) crc.getValue());
    disk.write(sector, ByteBuffer.wrap(header.toBytes()));
    disk.write(2 * sector, ByteBuffer.wrap(entries));
    Gpt gpt = Gpt.read(disk, sector);
    assertThat(gpt.header()).isEqualTo(header);
    assertThat(gpt.entries().get(0)).isEqualTo(entry);
    assertThat(PartitionTable.read(disk).partitions())
        .singleElement()
        .satisfies(
            partition -> {
              assertThat(partition.offset()).isEqualTo(256L * sector);
              assertThat(partition.length()).isEqualTo(128L * sector);
              assertThat(partition.guid()).contains(guid);
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"4k.boot", "4kn.boot", "512.boot", "volume_start.bin"})
  void volumeWithoutATableHasNone(String name) throws IOException {
    try (FileDevice disk = FileDevice.openReadOnly(SharedData.data("ntfs/" + name))) {
      assertThat(Mbr.isPresent(disk)).isTrue();
      assertThat(PartitionTable.isPresent(disk)).isFalse();
      assertThat(PartitionTable.read(disk).kind()).isEqualTo(PartitionTable.Kind.NONE);
      assertThat(PartitionTable.read(disk).partitions()).isEmpty();
    }
  }

  @Test
  void blankAndTinyDisksHaveNoTable() throws IOException {
    for (int size : new int[] {0, 511, 512, 4096}) {
      assertThat(PartitionTable.read(MemoryDevice.ofSize("blank", size)).kind())
          .isEqualTo(PartitionTable.Kind.NONE);
    }
  }

  @Test
  void chainsOfLogicalPartitionsThatCircleOrLeaveAreCut() throws IOException {
    MemoryDevice disk = MemoryDevice.ofSize("chain", 1 << 20);
    new Mbr(new byte[0], 1, List.of(MbrEntry.of(false, 0x0F, 100, 1000))).write(disk);
    MbrEntry logical = MbrEntry.of(false, 7, 1, 10);
    writeLink(disk, 100, logical, MbrEntry.of(false, 0x05, 50, 20));
    writeLink(disk, 150, logical, MbrEntry.of(false, 0x05, 50, 20));
    assertThat(PartitionTable.read(disk).partitions())
        .extracting(Partition::offset)
        .containsExactly(101L * 512, 151L * 512);
    assertThat(PartitionTable.read(disk).findings())
        .singleElement()
        .asString()
        .endsWith("the chain of logical partitions runs in a circle (at byte 0x12c00)");
    writeLink(disk, 150, logical, MbrEntry.of(false, 0x05, 1000, 20));
    assertThat(PartitionTable.read(disk).partitions()).hasSize(2);
    assertThat(PartitionTable.read(disk).findings())
        .singleElement()
        .asString()
        .contains("leaves the extended partition");
  }

  private static void writeLink(BlockDevice disk, long sector, MbrEntry logical, MbrEntry next)
      throws IOException {
    byte[] link = new Mbr(new byte[0], 0, List.of(logical, next)).toBytes();
    disk.write(sector * 512, ByteBuffer.wrap(link));
  }

  @Test
  void mutatedTablesAreRefusedOrRead() throws IOException {
    SplittableRandom random = Seed.random("mutatedTablesAreRefusedOrRead");
    byte[] gpt = Files.readAllBytes(SharedData.unpacked("ntfs/gpt-512-3p.raw.gz", folder));
    byte[] mbr = Files.readAllBytes(SharedData.unpacked("ntfs/mbr-512-p1e2.bin.gz", folder));
    int refused = 0;
    for (int i = 0; i < Seed.cases(20_000, 2000); i++) {
      byte[] bytes = (random.nextBoolean() ? gpt : mbr).clone();
      for (int n = 1 + random.nextInt(3); n > 0; n--) {
        int at = random.nextInt(3) > 0 ? 440 + random.nextInt(600) : random.nextInt(bytes.length);
        bytes[at] = (byte) random.nextInt(256);
      }
      if (random.nextBoolean()) {
        resealGpt(bytes, random);
      }
      byte[] cut =
          random.nextInt(4) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
      try {
        PartitionTable table = PartitionTable.read(MemoryDevice.wrap("mutant", cut));
        for (Partition partition : table.partitions()) {
          assertThat(partition.length()).isPositive();
          assertThat(partition.offset()).isPositive();
        }
      } catch (DiskFormatException e) {
        assertThat(e.getMessage()).startsWith("mutant: ");
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  /** Puts any number in the primary header and makes its CRC right. */
  private static void resealGpt(byte[] bytes, SplittableRandom random) {
    int field = 512 + 0x18 + 4 * random.nextInt(17);
    LittleEndian.put32(bytes, field, random.nextInt() >> random.nextInt(32));
    LittleEndian.put32(bytes, 512 + 0x10, 0);
    CRC32 crc = new CRC32();
    crc.update(bytes, 512, 92);
    LittleEndian.put32(bytes, 512 + 0x10, (int) crc.getValue());
  }
}
