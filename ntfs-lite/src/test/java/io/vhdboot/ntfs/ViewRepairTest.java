package io.vhdboot.ntfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.testing.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damage of $ObjId, whose index alone holds the ids of birth. */
class ViewRepairTest {

  private static final String INDEX = "$O";
  private static final int FILES = 400;

  @TempDir Path folder;

  private byte[] whole;
  private long objIds;

  @BeforeEach
  void makeVolume() throws IOException {
    SplittableRandom random = Seed.random("ViewRepairTest");
    MemoryDevice device = MemoryDevice.ofSize("ids", 16 << 20);
    NtfsFormat.format(
        device,
        NtfsFormatOptions.ofSize(device.size())
            .clusterSize(4096)
            .time(NtfsFormatTest.TIME)
            .build());
    try (NtfsEditor editor = NtfsEditor.open(device)) {
      for (int i = 0; i < FILES; i++) {
        NtfsFile file =
            editor.createFile(editor.volume().root(), "file " + i, NewFileOptions.defaults());
        byte[] id = new byte[i % 8 == 0 ? 16 : 64];
        random.nextBytes(id);
        editor.setObjectId(file, id);
      }
      objIds = editor.volume().file("$Extend/$ObjId").recordNumber();
    }
    whole = device.toByteArray();
    assertThat(entries(whole)).hasSize(FILES);
  }

  /** What the index has of each object id: the file, and the ids of its birth. */
  private Map<String, String> entries(byte[] image) throws IOException {
    NtfsVolume volume = NtfsVolume.open(MemoryDevice.wrap("ids", image));
    IndexCursor cursor =
        IndexCursor.open(AttributeSet.read(volume.table(), objIds), INDEX, volume.clusters());
    Map<String, String> entries = new TreeMap<>();
    HexFormat hex = HexFormat.of();
    while (cursor.next()) {
      IndexEntry entry = cursor.entry();
      int data = entry.position() + entry.dataOffset();
      entries.put(
          hex.formatHex(cursor.bytes(), entry.keyPosition(), entry.keyPosition() + 16),
          hex.formatHex(cursor.bytes(), data, data + entry.dataLength()));
    }
    return entries;
  }

  /** Repairs, and gives how many files have other ids of birth than before. */
  private int lost(MutableImage image) throws IOException {
    MemoryDevice device = MemoryDevice.wrap("ids", image.bytes());
    NtfsRepairReport report = NtfsRepair.run(device, NtfsCheckOptions.DEFAULT.withStrict(true));
    assertThat(report.before().isSound()).isFalse();
    assertThat(report.after().isClean()).as("%s", report.after().findings()).isTrue();
    Judges.check(Files.write(folder.resolve("v.img"), device.toByteArray()));
    Map<String, String> before = entries(whole);
    Map<String, String> after = entries(device.toByteArray());
    assertThat(after.keySet()).isEqualTo(before.keySet());
    int lost = 0;
    for (String id : before.keySet()) {
      lost += after.get(id).equals(before.get(id)) ? 0 : 1;
      assertThat(after.get(id)).startsWith(before.get(id).substring(0, 16));
    }
    return lost;
  }

  @Test
  void birthsAreFoundInBlocksThatNoRootLeadsTo() throws IOException {
    MutableImage image = new MutableImage(whole.clone());
    // The few entries that stand in the root itself go with it.
    image.remove(objIds, AttributeType.INDEX_ROOT, INDEX);
    assertThat(lost(image)).isLessThan(10);
  }

  @Test
  void aBlockThatIsDamagedLosesItsOwnOnly() throws IOException {
    MutableImage image = new MutableImage(whole.clone());
    image.put(image.place(objIds, AttributeType.INDEX_ALLOCATION, INDEX, 4096), new byte[4096]);
    assertThat(lost(image)).isBetween(10, 60);
  }

  @Test
  void anEntryOfAnotherFileIsNotTaken() throws IOException {
    MutableImage image = new MutableImage(whole.clone());
    image.block(
        objIds,
        INDEX,
        0,
        block -> {
          int first = 0x18 + block[0x18];
          Arrays.fill(block, first + 0x20, first + 0x28, (byte) 0x11);
        });
    assertThat(lost(image)).isLessThan(2);
  }
}
