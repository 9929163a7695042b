package io.vhdboot.ntfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.NoSpaceException;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.testing.Seed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IndexEditorTest {

  private static final UpCaseTable CAPITALS = UpCaseTable.windows7();

  private static IndexEditor editor(MemoryIndexStore store) throws IOException {
    int collation = LittleEndian.i32(store.root, 4);
    return new IndexEditor(store, IndexCollation.of(collation, CAPITALS, "test index"));
  }

  private static MemoryIndexStore directory(int blockSize, int unitsPerBlock, int rootLimit) {
    return new MemoryIndexStore(IndexRoot.COLLATION_FILE_NAME, blockSize, unitsPerBlock, rootLimit);
  }

  private static IndexItem name(long reference, String name) {
    return IndexItem.ofFile(
        reference, new FileName(5, 1, 2, 3, 4, 0, reference, 0x20, 0, FileName.POSIX, name));
  }

  private static byte[] word(int value) {
    byte[] bytes = new byte[4];
    LittleEndian.put32(bytes, 0, value);
    return bytes;
  }

  @ParameterizedTest
  @CsvSource({
    "1, 4096, 1, 664", "1, 4096, 8, 56", "1, 2048, 4, 300", "1, 8192, 2, 3600",
    "1, 65536, 16, 100", "16, 4096, 1, 600", "17, 4096, 1, 400", "18, 1024, 2, 56",
    "19, 4096, 8, 300", "16, 512, 1, 120", "19, 512, 1, 3000"
  })
  void treeEqualsSortedMapAfterEveryEdit(
      int collation, int blockSize, int unitsPerBlock, int rootLimit) throws IOException {
    SplittableRandom random =
        Seed.random("IndexEditorTest " + collation + "/" + blockSize + "/" + rootLimit);
    for (int round = 0; round < Seed.cases(40, 2); round++) {
      MemoryIndexStore store = new MemoryIndexStore(collation, blockSize, unitsPerBlock, rootLimit);
      int longest = random.nextInt(4) == 0 ? 255 : 1 + random.nextInt(20);
      randomEdits(store, collation, longest, random, Seed.cases(4000, 700));
    }
  }

  private static void randomEdits(
      MemoryIndexStore store, int collation, int longest, SplittableRandom random, int edits)
      throws IOException {
    IndexEditor editor = editor(store);
    IndexCollation order = IndexCollation.of(collation, CAPITALS, "test");
    Map<byte[], IndexItem> model =
        new TreeMap<>((a, b) -> order.compare(a, 0, a.length, b, 0, b.length));
    List<byte[]> keys = new ArrayList<>();
    int fullRootLimit = store.rootLimit;
    int growing = 3;
    for (int i = 0; i < edits; i++) {
      if (i % 300 == 299) {
        growing = 1 + random.nextInt(7);
      }
      if (random.nextInt(50) == 0) {
        // Others in the record came and went.
        store.rootLimit = random.nextInt(IndexEditor.LEAST_ROOT, fullRootLimit + 1);
        if (store.root.length > store.rootLimit) {
          editor.lowerRoot();
          assertThat(store.root).hasSize(IndexEditor.LEAST_ROOT);
        }
      }
      IndexItem item = item(collation, longest, random, i);
      byte[] key =
          keys.isEmpty() || random.nextInt(8) < growing
              ? item.key()
              : keys.get(random.nextInt(keys.size()));
      IndexItem known = model.get(key);
      assertThat(editor.find(key)).isEqualTo(Optional.ofNullable(known));
      if (known == null) {
        assertThat(editor.remove(key)).isFalse();
        if (Arrays.equals(key, item.key())) {
          editor.insert(item);
          model.put(key, item);
          keys.add(key);
        }
      } else if (random.nextInt(4) == 0) {
        IndexItem other = with(known, random);
        editor.replace(other);
        model.put(key, other);
      } else {
        assertThat(editor.remove(key)).isTrue();
        model.remove(key);
      }
      if (i % Seed.cases(5, 20) == 0 || i == edits - 1 || keys.size() < 50) {
        assertThat(IndexTree.items(store)).isEqualTo(List.copyOf(model.values()));
      }
    }
    for (byte[] key : List.copyOf(model.keySet())) {
      assertThat(editor.remove(key)).isTrue();
      if (model.size() % Seed.cases(5, 30) == 0) {
        IndexTree.items(store);
      }
      model.remove(key);
    }
    assertThat(IndexTree.items(store)).isEmpty();
    assertThat(store.blocks).isEmpty();
    assertThat(store.root).hasSize(IndexRoot.SIZE + IndexEntry.HEADER_SIZE);
  }

  /** The same key with other data; in a view of another length, too. */
  private static IndexItem with(IndexItem item, SplittableRandom random) {
    if (item.keyLength() >= FileName.HEADER_SIZE) {
      byte[] bytes = item.bytes().clone();
      LittleEndian.put64(bytes, IndexEntry.HEADER_SIZE + 0x30, random.nextLong());
      return new IndexItem(bytes);
    }
    return IndexItem.ofView(item.key(), new byte[random.nextInt(40)]);
  }

  private static IndexItem item(int collation, int longest, SplittableRandom random, int i) {
    if (collation == IndexRoot.COLLATION_FILE_NAME) {
      StringBuilder name = new StringBuilder();
      int length = 1 + random.nextInt(longest);
      while (name.length() < length) {
        name.append("aAbBcC1234~.\u00E4\u00C4\uD800\uFFFF".charAt(random.nextInt(16)));
      }
      return name(i, name.toString());
    }
    int length =
        switch (collation) {
          case IndexRoot.COLLATION_U32 -> 4;
          case IndexRoot.COLLATION_SECURITY_HASH -> 8;
          default -> 4 * (1 + random.nextInt(5));
        };
    byte[] key = new byte[length];
    random.nextBytes(key);
    return IndexItem.ofView(key, new byte[random.nextInt(40)]);
  }

  @Test
  void fullDiskLeavesTheIndexAsItWas() throws IOException {
    SplittableRandom random = Seed.random("IndexEditorTest full disk");
    MemoryIndexStore store = directory(2048, 4, 400);
    IndexEditor editor = editor(store);
    List<String> names = new ArrayList<>();
    int failures = 0;
    for (int i = 0; i < 4000; i++) {
      byte[] root = store.root.clone();
      Map<Long, byte[]> blocks = new TreeMap<>();
      boolean isCut = random.nextInt(3) == 0;
      if (isCut) {
        store.blocks.forEach((vcn, block) -> blocks.put(vcn, block.clone()));
      }
      store.blocksLeft = isCut ? random.nextInt(2) : Integer.MAX_VALUE;
      String name = "n" + random.nextInt(1_000_000) + "x".repeat(random.nextInt(200));
      boolean removes = !names.isEmpty() && random.nextInt(4) == 0;
      try {
        if (removes) {
          String victim = names.get(random.nextInt(names.size()));
          editor.remove(IndexCollation.nameKey(victim));
          names.remove(victim);
        } else if (editor.find(IndexCollation.nameKey(name)).isEmpty()) {
          editor.insert(name(i, name));
          names.add(name);
        }
      } catch (NoSpaceException e) {
        failures++;
        assertThat(store.root).isEqualTo(root);
        assertThat(store.blocks.keySet()).isEqualTo(blocks.keySet());
        blocks.forEach((vcn, block) -> assertThat(store.blocks.get(vcn)).isEqualTo(block));
      }
    }
    assertThat(failures).isPositive();
    assertThat(IndexTree.items(store)).hasSameSizeAs(names);
  }

  @Test
  void namesThatComeInOrderFillTheirBlocks() throws IOException {
    MemoryIndexStore store = directory(4096, 1, 600);
    IndexEditor editor = editor(store);
    for (int i = 0; i < 20_000; i++) {
      editor.insert(name(i, String.format("file-%06d.txt", i)));
    }
    assertThat(IndexTree.items(store)).hasSize(20_000);
    assertThat(IndexTree.fill(store)).isGreaterThan(0.94);
    assertThat(IndexTree.depth(store)).isEqualTo(3);
  }

  @Test
  void namesThatDifferInCaseOnlyStandSideBySideAndAreFoundByAnyCase() throws IOException {
    MemoryIndexStore store = directory(4096, 1, 600);
    IndexEditor editor = editor(store);
    editor.insert(name(1, "readme"));
    editor.insert(name(2, "README"));
    assertThat(editor.find(IndexCollation.nameKey("readme")).orElseThrow().reference())
        .isEqualTo(1);
    assertThat(editor.find(IndexCollation.nameKey("ReadMe"))).isEmpty();
    assertThat(editor.find(IndexCollation.nameKey("ReadMe"), IndexCollation.ignoringCase(CAPITALS)))
        .isPresent();
    assertThat(editor.find(IndexCollation.nameKey("read"), IndexCollation.ignoringCase(CAPITALS)))
        .isEmpty();
  }

  @Test
  void entriesAreVisitedInOrderFromAnyKey() throws IOException {
    MemoryIndexStore store = directory(2048, 4, 300);
    IndexEditor editor = editor(store);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 700; i++) {
      String name = String.format("n%04d", 2 * i) + "x".repeat(i % 60);
      editor.insert(name(i, name));
      names.add(name);
    }
    assertThat(IndexTree.depth(store)).isGreaterThan(1);
    for (int i = 0; i < 1402; i += 7) {
      List<String> found = new ArrayList<>();
      int most = 1 + i % 90;
      editor.visit(
          IndexCollation.nameKey(String.format("n%04d", i)),
          item -> {
            byte[] key = item.key();
            found.add(FileName.get(key, 0, key.length, "key").name());
            return found.size() < most;
          });
      int from = Math.min(names.size(), (i + 1) / 2);
      assertThat(found).isEqualTo(names.subList(from, Math.min(names.size(), from + most)));
    }
  }

  @Test
  void secondEntryOfAKeyIsRefused() throws IOException {
    MemoryIndexStore store = directory(4096, 1, 600);
    IndexEditor editor = editor(store);
    editor.insert(name(1, "a"));
    assertThatThrownBy(() -> editor.insert(name(2, "a")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must have a key that test index has not");
    assertThatThrownBy(() -> editor.replace(name(2, "b")))
        .isInstanceOf(IllegalArgumentException.class);
    editor.put(name(3, "a"));
    editor.put(name(4, "b"));
    assertThat(IndexTree.items(store)).containsExactly(name(3, "a"), name(4, "b"));
  }

  @Test
  void blocksTooSmallForLongNamesTakeShortOnes() throws IOException {
    MemoryIndexStore store = directory(1024, 2, 200);
    IndexEditor editor = editor(store);
    assertThatThrownBy(() -> editor.insert(name(1, "x".repeat(255))))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining("592 bytes in blocks that take");
    for (int i = 0; i < 1000; i++) {
      editor.insert(name(i, i + "y".repeat(i % 90)));
    }
    assertThat(IndexTree.items(store)).hasSize(1000);
  }

  /** Inner blocks with a sub-node and no entry, as other programs leave them. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void innerBlocksWithoutEntriesAreEditedAway(int levels) throws IOException {
    MemoryIndexStore store = directory(4096, 1, 600);
    IndexCollation order = IndexCollation.of(IndexRoot.COLLATION_FILE_NAME, CAPITALS, "test");
    IndexNodes nodes =
        new IndexNodes(
            store, order, IndexNode.root(store.root(), order, "test"), 4096, new HashMap<>());
    IndexNode below = nodes.add(List.of(new IndexNode.Row(name(1, "a"), -1)), IndexEntry.NO_CHILD);
    IndexNode other = nodes.add(List.of(new IndexNode.Row(name(3, "c"), -1)), IndexEntry.NO_CHILD);
    for (int i = 0; i < levels; i++) {
      below = nodes.add(List.of(), below.vcn());
      other = nodes.add(List.of(), other.vcn());
    }
    nodes.root().setRows(List.of(new IndexNode.Row(name(2, "b"), below.vcn())), other.vcn());
    nodes.touch(nodes.root());
    nodes.commit();
    IndexEditor editor = editor(store);
    editor.insert(name(4, "d"));
    assertThat(editor.remove(IndexCollation.nameKey("b"))).isTrue();
    assertThat(editor.remove(IndexCollation.nameKey("a"))).isTrue();
    assertThat(IndexTree.items(store)).containsExactly(name(3, "c"), name(4, "d"));
    assertThat(store.blocks).isEmpty();
  }

  @Test
  void damagedTreesEndInAnExceptionOfTheFormat() throws IOException {
    SplittableRandom random = Seed.random("IndexEditorTest damage");
    MemoryIndexStore sound = directory(2048, 4, 400);
    for (int i = 0; i < 600; i++) {
      editor(sound).insert(name(i, i + "z".repeat(i % 60)));
    }
    int refused = 0;
    for (int i = 0; i < Seed.cases(60_000, 3_000); i++) {
      MemoryIndexStore store = directory(2048, 4, 400);
      store.root = sound.root.clone();
      sound.blocks.forEach((vcn, block) -> store.blocks.put(vcn, block.clone()));
      damage(store, random);
      IndexEditor editor = editor(store);
      try {
        for (int j = 0; j < 20; j++) {
          int n = random.nextInt(700);
          String name = n + "z".repeat(n % 60);
          if (editor.find(IndexCollation.nameKey(name)).isPresent()) {
            editor.remove(IndexCollation.nameKey(name));
          } else {
            editor.put(name(n, name));
          }
        }
      } catch (DiskFormatException e) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  private static void damage(MemoryIndexStore store, SplittableRandom random) {
    List<Long> vcns = List.copyOf(store.blocks.keySet());
    byte[] victim =
        random.nextInt(4) == 0
            ? store.root
            : store.blocks.get(vcns.get(random.nextInt(vcns.size())));
    int from = victim == store.root ? IndexRoot.HEADER_OFFSET : IndexBlock.HEADER_OFFSET;
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      switch (random.nextInt(3)) {
        case 0 -> victim[from + random.nextInt(victim.length - from)] = (byte) random.nextInt();
        case 1 -> victim[from + random.nextInt(victim.length - from)] ^= 1;
        default -> {
          int end = from + LittleEndian.i32(victim, from + 4);
          if (end >= 8 && end <= victim.length) {
            // The sub-node of the end, if there is one.
            LittleEndian.put64(victim, end - 8, vcns.get(random.nextInt(vcns.size())));
          }
        }
      }
    }
  }

  @Test
  void unknownCollationIsRefused() {
    assertThatThrownBy(() -> IndexCollation.of(2, CAPITALS, "test"))
        .isInstanceOf(UnsupportedFormatException.class);
  }

  @Test
  void keyThatHoldsNoNameIsDamage() throws IOException {
    MemoryIndexStore store = directory(4096, 1, 600);
    editor(store).insert(name(1, "abc"));
    LittleEndian.put8(store.root, IndexRoot.SIZE + IndexEntry.HEADER_SIZE + 0x40, 200);
    assertThatThrownBy(() -> editor(store).find(IndexCollation.nameKey("x")))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("cannot hold 200 units");
    assertThatThrownBy(
            () -> editor(directory(4096, 1, 600)).insert(IndexItem.ofView(word(1), word(2))))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
