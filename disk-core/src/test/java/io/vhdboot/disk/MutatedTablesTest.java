package io.vhdboot.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.testing.Seed;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Damaged tables lead to typed exceptions or findings, also when they are edited. */
class MutatedTablesTest {

  private static final int SIZE = 1 << 20;

  private static byte[] gpt(int sectorSize) throws IOException {
    MemoryDevice disk = MemoryDevice.ofSize("gpt", SIZE);
    PartitionEditor editor = PartitionEditor.createGpt(disk, sectorSize, new UUID(1, 2));
    for (int i = 0; i < 5; i++) {
      editor.add(
          NewPartition.of(PartitionType.NTFS)
              .alignment(4096)
              .length(1 << 16)
              .guid(new UUID(3, i))
              .build());
    }
    editor.write();
    return disk.toByteArray();
  }

  private static byte[] mbr() throws IOException {
    MemoryDevice disk = MemoryDevice.ofSize("mbr", SIZE);
    PartitionEditor editor = PartitionEditor.createMbr(disk, 512, 7, new byte[0]);
    for (PartitionRole role :
        List.of(
            PartitionRole.PRIMARY,
            PartitionRole.EXTENDED,
            PartitionRole.LOGICAL,
            PartitionRole.LOGICAL,
            PartitionRole.LOGICAL)) {
      editor.add(
          NewPartition.of(PartitionType.NTFS)
              .role(role)
              .alignment(4096)
              .length(role == PartitionRole.EXTENDED ? 1 << 19 : 1 << 16)
              .build());
    }
    editor.write();
    return disk.toByteArray();
  }

  @Test
  void damageLeadsToTypedExceptionsOrFindings() throws IOException {
    SplittableRandom random = Seed.random("damageLeadsToTypedExceptionsOrFindings");
    List<byte[]> disks = List.of(gpt(512), gpt(4096), mbr(), mbr());
    for (int i = 0; i < Seed.cases(20_000, 500); i++) {
      byte[] disk = disks.get(random.nextInt(disks.size())).clone();
      int sectorSize = disk[4096] == 'E' ? 4096 : 512;
      for (int n = 1 + random.nextInt(4); n > 0; n--) {
        mutate(disk, sectorSize, random);
      }
      if (random.nextInt(3) > 0) {
        seal(disk, 1, sectorSize);
        seal(disk, SIZE / sectorSize - 1, sectorSize);
      }
      byte[] cut = random.nextInt(6) == 0 ? Arrays.copyOf(disk, random.nextInt(SIZE)) : disk;
      try {
        PartitionTableFuzzTarget.fuzzerTestOneInput(cut);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("case " + i, e);
      }
    }
  }

  /** Hits a place that matters: an MBR's table, a record of the chain, a header, an entry. */
  private static void mutate(byte[] disk, int sectorSize, SplittableRandom random) {
    int[] places = {
      440 + random.nextInt(72),
      446 + random.nextInt(64),
      sectorSize + random.nextInt(92),
      2 * sectorSize + random.nextInt(5 * 128),
      SIZE - sectorSize + random.nextInt(92),
      SIZE - sectorSize - 16384 + random.nextInt(5 * 128),
      (1 << 16) * random.nextInt(16) + 440 + random.nextInt(72),
      4096 * random.nextInt(256) + 446 + random.nextInt(64)
    };
    int at = places[random.nextInt(places.length)];
    byte[] values = {0, 1, (byte) 0xFF, (byte) 0x80, 0x7F, 0x05, (byte) 0xEE, disk[at]};
    disk[at] =
        random.nextBoolean() ? (byte) random.nextInt(256) : values[random.nextInt(values.length)];
  }

  /** Makes the CRCs of a header right, so that what it says is looked at. */
  private static void seal(byte[] disk, int sector, int sectorSize) {
    int header = sector * sectorSize;
    if (disk[header] != 'E') {
      return;
    }
    int entries = sector == 1 ? 2 * sectorSize : header - 16384;
    byte[] array = Arrays.copyOfRange(disk, entries, entries + 16384);
    LittleEndian.put32(disk, header + 0x58, GptHeader.crc(array));
    byte[] bytes = Arrays.copyOfRange(disk, header, header + 92);
    LittleEndian.put32(bytes, 0x10, 0);
    LittleEndian.put32(disk, header + 0x10, GptHeader.crc(bytes));
  }

  @Test
  void anyBytesAtAllLeadToTypedExceptions() {
    SplittableRandom random = Seed.random("anyBytesAtAllLeadToTypedExceptions");
    for (int i = 0; i < Seed.cases(5000, 300); i++) {
      byte[] bytes = new byte[random.nextInt(64 * 1024)];
      random.nextBytes(bytes);
      if (bytes.length > 512) {
        bytes[510] = 0x55;
        bytes[511] = (byte) 0xAA;
        for (int entry = 446; entry < 510; entry += 16) {
          bytes[entry] = (byte) (bytes[entry] & 0x80);
        }
      }
      PartitionTableFuzzTarget.fuzzerTestOneInput(bytes);
    }
  }

  @Test
  void openingWritesNothing() throws IOException {
    byte[] before = gpt(512);
    MemoryDevice disk = MemoryDevice.wrap("gpt", before.clone());
    PartitionEditor.open(disk).findings();
    assertThat(disk.toByteArray()).isEqualTo(before);
  }
}
