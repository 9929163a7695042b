package io.vhdboot.vhdx;

import static io.vhdboot.vhdx.VhdxTesting.IDS;
import static io.vhdboot.vhdx.VhdxTesting.MIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.disk.WindowsGuid;
import io.vhdboot.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged files are refused by a typed exception or opened, and opening writes nothing. */
class VhdxRobustnessTest {

  private static final int LOG = MIB;
  private static final int METADATA = 2 * MIB;
  private static final int ITEMS = METADATA + (64 << 10);
  private static final int TABLE = 3 * MIB;
  private static final int[] STRUCTURES = {
    0, 64 << 10, 128 << 10, 192 << 10, 256 << 10, LOG, METADATA, ITEMS, TABLE
  };
  private static final long[] ODD = {
    0, 1, -1, 0x7FFFFFFF, 0x80000000L, 512, 4096, MIB, MIB | 6, 4 * MIB | 6, 4 * MIB | 7, 1L << 40
  };

  @TempDir Path folder;

  /** A small file, with its log still to be replayed when it shall be dirty. */
  private static byte[] file(SplittableRandom random, boolean dirty) throws IOException {
    MemoryDevice file = MemoryDevice.ofSize("file", 0);
    Vhdx vhdx = Vhdx.createDynamic(file, VhdxTesting.options(3L * MIB - 4096), IDS);
    VhdxTesting.write(vhdx, 2L * MIB - 100, VhdxTesting.bytes(random, 5000));
    vhdx.flush();
    byte[] open = file.toByteArray();
    vhdx.close();
    return dirty ? open : file.toByteArray();
  }

  @Test
  void mutatedFilesAreRefusedOrOpen() throws IOException {
    SplittableRandom random = Seed.random("mutatedFilesAreRefusedOrOpen");
    byte[] clean = file(random, false);
    byte[] dirty = file(random, true);
    int cases = Seed.cases(20_000, 250);
    int opened = 0;
    for (int i = 0; i < cases; i++) {
      byte[] bytes = (random.nextBoolean() ? clean : dirty).clone();
      for (int n = 1 + random.nextInt(3); n > 0; n--) {
        mutate(bytes, random);
      }
      if (random.nextInt(4) > 0) {
        VhdxFuzzTarget.reseal(bytes);
        resealLog(bytes);
      }
      if (random.nextInt(12) == 0) {
        bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
      }
      opened += VhdxFuzzTarget.probe(bytes) ? 1 : 0;
    }
    // Both must happen often, or the mutations are too wild or too tame.
    assertThat(opened).isBetween(cases / 10, cases - cases / 10);
  }

  /** A log that asks for a larger file than there can be leaves everything as it was. */
  @Test
  void logThatAsksForTooMuchRoomChangesNothing() throws IOException {
    byte[] bytes = file(new SplittableRandom(1), true);
    LittleEndian.put64(bytes, LOG + 0x38, 1L << 39);
    resealLog(bytes);
    assertThat(VhdxFuzzTarget.probe(bytes)).isFalse();
  }

  private static void mutate(byte[] bytes, SplittableRandom random) {
    int at = STRUCTURES[random.nextInt(STRUCTURES.length)] + random.nextInt(0x100);
    switch (random.nextInt(4)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes[at] = (byte) random.nextInt(256);
      case 2 -> LittleEndian.put32(bytes, at & -4, ODD[random.nextInt(ODD.length)]);
      default -> LittleEndian.put64(bytes, at & -8, ODD[random.nextInt(ODD.length)]);
    }
  }

  private static void resealLog(byte[] bytes) {
    long length = LittleEndian.u32(bytes, LOG + 8);
    if (length >= LogEntry.SECTOR_SIZE && length <= MIB) {
      byte[] entry = Arrays.copyOfRange(bytes, LOG, LOG + (int) length);
      VhdxChecksum.seal(entry);
      System.arraycopy(entry, 0, bytes, LOG, entry.length);
    }
  }

  @Test
  void fuzzTargetRunsOnAnyBytes() {
    SplittableRandom random = Seed.random("fuzzTargetRunsOnAnyBytes");
    for (int i = 0; i < Seed.cases(5000, 60); i++) {
      byte[] data = VhdxTesting.bytes(random, random.nextInt(200));
      for (int at = 3; at + 8 < data.length; at += 10) {
        if (random.nextBoolean()) {
          LittleEndian.put64(data, at, ODD[random.nextInt(ODD.length)]);
        }
      }
      VhdxFuzzTarget.fuzzerTestOneInput(data);
    }
  }

  /** A table for 64 TiB is 512 MiB; a file that lacks it is refused, one of holes takes little. */
  @Test
  void tableOfA64TiBDiskTakesNoMoreMemoryThanItsFile() throws IOException {
    byte[] bytes = file(new SplittableRandom(1), false);
    LittleEndian.put64(bytes, ITEMS + 8, VhdxOptions.MAX_DISK_SIZE);
    assertThatThrownBy(() -> open(bytes))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("entries but the block allocation table has only 131072");
    VhdxOptions options = VhdxTesting.options(VhdxOptions.MAX_DISK_SIZE);
    Path path = folder.resolve("huge.vhdx");
    try (Vhdx vhdx = Vhdx.createDynamic(path, options, IDS)) {
      long before = usedMemory();
      try (Vhdx again = Vhdx.open(path, VhdxAccess.readOnly())) {
        assertThat(again.map(0).length()).isEqualTo(VhdxOptions.MAX_DISK_SIZE);
        assertThat(usedMemory() - before).isLessThan(64L << 20);
      }
      vhdx.write(vhdx.size() - 3, ByteBuffer.wrap(new byte[] {1, 2, 3}));
    }
    try (Vhdx again = Vhdx.open(path, VhdxAccess.readOnly())) {
      assertThat(again.presentBlockCount()).isEqualTo(1);
      assertThat(again.read(again.size() - 3, 3)).containsExactly(1, 2, 3);
    }
  }

  private static long usedMemory() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static Vhdx open(byte[] bytes) throws IOException {
    return Vhdx.open(MemoryDevice.wrap("file", bytes), VhdxAccess.writing(IDS));
  }

  @Test
  void unknownRequiredThingsAreRefusedAndOthersKept() throws IOException {
    byte[] bytes = file(new SplittableRandom(1), false);
    UUID id = UUID.fromString("11112222-3333-4444-5555-666677778888");
    byte[] region = bytes.clone();
    putRegion(region, id, 1);
    assertThatThrownBy(() -> open(region))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining("a region {" + id + "}");
    byte[] optional = bytes.clone();
    putRegion(optional, id, 0);
    MemoryDevice device = MemoryDevice.wrap("file", Arrays.copyOf(optional, bytes.length + MIB));
    try (Vhdx vhdx = Vhdx.open(device, VhdxAccess.writing(IDS))) {
      VhdxMaintenance.resize(vhdx, 200L << 30, false);
      assertThat(vhdx.structures().regions().regions()).extracting(Region::id).contains(id);
    }
    byte[] item = bytes.clone();
    putItem(item, id, MetadataItem.REQUIRED);
    assertThatThrownBy(() -> open(item))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining("a metadata item {" + id + "}");
    byte[] userItem = bytes.clone();
    putItem(userItem, id, MetadataItem.USER);
    try (Vhdx vhdx = open(userItem)) {
      VhdxMaintenance.resize(vhdx, 8 * MIB, false);
    }
    try (Vhdx vhdx = open(userItem)) {
      assertThat(vhdx.size()).isEqualTo(8 * MIB);
      assertThat(vhdx.structures().metadataRegion().items())
          .contains(new MetadataItem(id, MetadataItem.USER, new byte[] {7, 8, 9}));
    }
  }

  private static void putRegion(byte[] bytes, UUID id, int required) {
    for (long offset : RegionTable.OFFSETS) {
      LittleEndian.put32(bytes, (int) offset + 8, 3);
      new Region(id, bytes.length - (required == 1 ? MIB : 0), MIB, required == 1)
          .put(bytes, (int) offset + 16 + 2 * Region.SIZE);
    }
    VhdxFuzzTarget.reseal(bytes);
  }

  private static void putItem(byte[] bytes, UUID id, int flags) {
    int count = LittleEndian.u16(bytes, METADATA + 0x0A);
    LittleEndian.put16(bytes, METADATA + 0x0A, count + 1);
    int at = METADATA + 32 + count * 32;
    WindowsGuid.put(bytes, at, id);
    LittleEndian.put32(bytes, at + 0x10, (64 << 10) + 5000);
    LittleEndian.put32(bytes, at + 0x14, 3);
    LittleEndian.put32(bytes, at + 0x18, flags);
    System.arraycopy(new byte[] {7, 8, 9}, 0, bytes, ITEMS + 5000, 3);
  }

  @Test
  void repairMakesRightWhatCheckFinds() throws IOException {
    SplittableRandom random = Seed.random("repairMakesRightWhatCheckFinds");
    byte[] clean = file(random, false);
    byte[] disk;
    try (Vhdx vhdx = open(clean.clone())) {
      disk = vhdx.read(0, (int) vhdx.size());
    }
    // One header, one region table: nothing is lost.
    for (int at : new int[] {64 << 10, 128 << 10, 192 << 10, 256 << 10}) {
      byte[] bytes = clean.clone();
      bytes[at + 20] ^= 1;
      VhdxCheck check = repaired(bytes);
      assertThat(check.problems()).hasSize(1);
      assertThat(check.problems().get(0).remedy()).isEqualTo(VhdxCheck.Remedy.REPAIR);
      assertThat(read(bytes)).isEqualTo(disk);
    }
    // Blocks outside, over structures, in a reserved state: they are given up.
    for (long entry : new long[] {1L << 40 | 6, MIB | 6, 4}) {
      byte[] bytes = clean.clone();
      LittleEndian.put64(bytes, TABLE, entry);
      VhdxCheck check = repaired(bytes);
      assertThat(check.problems().get(0).remedy()).isEqualTo(VhdxCheck.Remedy.LOSS);
      assertThat(read(bytes)).isEqualTo(disk);
    }
    // Two blocks in one place: each has it afterwards.
    byte[] twice = clean.clone();
    LittleEndian.put64(twice, TABLE, LittleEndian.i64(twice, TABLE + 8));
    MemoryDevice device = MemoryDevice.wrap("file", twice);
    assertThat(Vhdx.open(device, VhdxAccess.readOnly()).findings()).hasSize(1);
    assertThatThrownBy(() -> Vhdx.open(device, VhdxAccess.writing(IDS)))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("is where a structure or another block is");
    VhdxMaintenance.repair(device, IDS);
    assertThat(VhdxMaintenance.check(device).isClean()).isTrue();
    byte[] found = read(device.toByteArray());
    assertThat(Arrays.copyOf(found, MIB)).isEqualTo(Arrays.copyOfRange(disk, MIB, 2 * MIB));
    assertThat(Arrays.copyOfRange(found, MIB, 2 * MIB)).isEqualTo(Arrays.copyOf(found, MIB));
    // A log that is named but not there, reserved bits twice.
    byte[] bytes = file(random, true);
    Arrays.fill(bytes, LOG, METADATA, (byte) 0);
    LittleEndian.put64(bytes, TABLE, 0x800);
    LittleEndian.put64(bytes, TABLE + 16, 2 | 0x10000);
    assertThatThrownBy(() -> open(bytes))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("no complete sequence");
    assertThat(repaired(bytes).problems()).hasSize(3);
    // Both headers: nothing can be done.
    byte[] lost = clean.clone();
    lost[(64 << 10) + 20] ^= 1;
    lost[(128 << 10) + 20] ^= 1;
    assertThat(VhdxMaintenance.check(MemoryDevice.wrap("file", lost)).problems().get(0).remedy())
        .isEqualTo(VhdxCheck.Remedy.NONE);
    assertThatThrownBy(() -> VhdxMaintenance.repair(MemoryDevice.wrap("file", lost), IDS))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("cannot be repaired");
  }

  private static byte[] read(byte[] bytes) throws IOException {
    try (Vhdx vhdx = open(bytes)) {
      return vhdx.read(0, (int) vhdx.size());
    }
  }

  private static VhdxCheck repaired(byte[] bytes) throws IOException {
    MemoryDevice device = MemoryDevice.wrap("file", bytes);
    VhdxCheck check = VhdxMaintenance.repair(device, IDS);
    assertThat(check.isClean()).isFalse();
    assertThat(VhdxMaintenance.check(device))
        .isEqualTo(new VhdxCheck(List.of(), false, check.leakedBytes()));
    return check;
  }

  @Test
  void repairedFilesOpenWhateverWasWrong() throws IOException {
    SplittableRandom random = Seed.random("repairedFilesOpenWhateverWasWrong");
    byte[] clean = file(random, false);
    int repaired = 0;
    for (int i = 0; i < Seed.cases(3000, 60); i++) {
      byte[] bytes = clean.clone();
      LittleEndian.put64(bytes, TABLE + 8 * random.nextInt(3), ODD[random.nextInt(ODD.length)]);
      mutate(bytes, random);
      MemoryDevice device = MemoryDevice.wrap("file", bytes);
      VhdxCheck check = VhdxMaintenance.check(device);
      if (check.problems().stream().noneMatch(p -> p.remedy() == VhdxCheck.Remedy.NONE)) {
        VhdxMaintenance.repair(new VhdxTesting.StaysOpen(device), IDS);
        assertThat(VhdxMaintenance.check(device).problems()).isEmpty();
        Vhdx.open(device, VhdxAccess.writing(IDS)).close();
        repaired++;
      }
    }
    assertThat(repaired).isGreaterThan(20);
  }

  @Test
  void anOpenFileDeviceIsNotNeeded() throws IOException {
    Path path = folder.resolve("x.vhdx");
    Vhdx.createFixed(path, VhdxTesting.options(MIB), IDS).close();
    try (FileDevice file = FileDevice.openReadOnly(path);
        Vhdx vhdx = Vhdx.open(file, VhdxAccess.writing(IDS))) {
      assertThat(vhdx.isReadOnly()).isTrue();
    }
  }
}
