package io.vhdboot.ntfs;

import static io.vhdboot.disk.LittleEndian.i32;
import static io.vhdboot.disk.LittleEndian.i64;
import static io.vhdboot.disk.LittleEndian.put16;
import static io.vhdboot.disk.LittleEndian.put32;
import static io.vhdboot.disk.LittleEndian.put64;
import static io.vhdboot.disk.LittleEndian.u16;

/** Faults of names, of what attributes say of a file, and of the indexes of directories. */
final class NameMutations extends VolumeMutations {

  @Override
  void addAll() {
    names();
    values();
    indexes();
  }

  private void names() {
    add(
        "name of a file",
        NtfsFindingKind.NAME_WITHOUT_ENTRY,
        i -> i.value(i.record(MutationBase.SMALL), FN, b -> b[0x42] ^= 1),
        MutationBase.SMALL);
    add(
        "parent's sequence number",
        NtfsFindingKind.NAME_WITHOUT_DIRECTORY,
        i -> i.value(i.record(MutationBase.SMALL), FN, b -> put16(b, 6, 99)));
    add(
        "parent's number",
        NtfsFindingKind.NAME_WITHOUT_DIRECTORY,
        i -> i.value(i.record(MutationBase.SMALL), FN, b -> put32(b, 0, 0x123456)),
        MutationBase.SMALL);
    add(
        "namespace",
        NtfsFindingKind.NAME_DAMAGED,
        i -> i.value(i.record(MutationBase.SMALL), FN, b -> b[0x41] = 9),
        MutationBase.SMALL);
    add(
        "length of a name",
        NtfsFindingKind.NAME_DAMAGED,
        i -> i.value(i.record(MutationBase.SMALL), FN, b -> b[0x40] = 99),
        MutationBase.SMALL);
    add(
        "directory bit of a name",
        NtfsFindingKind.NAME_FLAGS,
        i -> i.value(i.record(MutationBase.SMALL), FN, b -> b[0x3B] ^= 0x10));
    add(
        "slash in a name",
        NtfsFindingKind.NAME_CHARACTERS,
        i -> i.value(i.record(MutationBase.SMALL), FN, b -> b[0x42] = '/'),
        MutationBase.SMALL);
    add(
        "no name",
        NtfsFindingKind.NO_NAME,
        i -> i.remove(i.record(MutationBase.SMALL), FN, ""),
        MutationBase.SMALL);
    add(
        "short name without its long one",
        NtfsFindingKind.SHORT_NAME,
        i ->
            i.record(
                i.record(MutationBase.LONG),
                b -> {
                  for (AttributeHeader header : MutableImage.headers(b)) {
                    int namespace = header.position() + 0x18 + 0x41;
                    if (header.type() == FN && b[namespace] == FileName.WIN32) {
                      b[namespace] = FileName.POSIX;
                    }
                  }
                }),
        MutationBase.LONG);
    add(
        "directory flag",
        NtfsFindingKind.DIRECTORY_FORM,
        i -> i.record(i.record(MutationBase.DEEP), flip(0x16, 2)));
    add(
        "file with a directory's flag",
        NtfsFindingKind.DIRECTORY_FORM,
        i -> i.record(i.record(MutationBase.SMALL), flip(0x16, 2)));
    add(
        "a ring of directories",
        NtfsFindingKind.DIRECTORY_UNREACHABLE,
        i -> {
          long top = i.volume().file("deep").reference();
          long bottom = i.volume().file(MutationBase.DEEP).reference();
          i.value(FileReference.record(top), FN, b -> put64(b, 0, bottom));
        },
        "deep");
  }

  private void values() {
    String path = MutationBase.SMALL;
    add(
        "directory bit stored",
        NtfsFindingKind.FILE_ATTRIBUTES,
        i -> i.value(i.record(path), SI, b -> b[0x20] |= 0x10));
    add(
        "sparse bit of a plain file",
        NtfsFindingKind.FILE_ATTRIBUTES_UNUSUAL,
        i -> i.value(i.record(path), SI, b -> b[0x21] |= 2));
    add(
        "encrypted bit of a file of the volume",
        NtfsFindingKind.FILE_ATTRIBUTES,
        i -> i.value(SystemFiles.BITMAP, SI, b -> b[0x21] |= 0x40));
    add(
        "reparse bit without reparse point",
        NtfsFindingKind.REPARSE_POINT,
        i -> i.value(i.record(path), SI, b -> b[0x21] |= 4));
    add(
        "negative time",
        NtfsFindingKind.STANDARD_INFORMATION,
        i -> i.value(i.record(path), SI, b -> b[7] |= (byte) 0x80),
        path);
    add(
        "compressed bit of a plain file",
        NtfsFindingKind.FILE_ATTRIBUTES_UNUSUAL,
        i -> i.value(i.record(path), SI, b -> b[0x21] |= 8));
    add(
        "length of extended attributes",
        NtfsFindingKind.EXTENDED_ATTRIBUTES,
        i -> i.value(i.record(MutationBase.EA), AttributeType.EA_INFORMATION, b -> b[4] ^= 8));
    add(
        "chain of extended attributes",
        NtfsFindingKind.EXTENDED_ATTRIBUTES,
        i -> i.value(i.record(MutationBase.EA), AttributeType.EA, b -> b[0] = 2),
        MutationBase.EA);
    add(
        "extended attributes without information",
        NtfsFindingKind.EXTENDED_ATTRIBUTES,
        i -> i.remove(i.record(MutationBase.EA), AttributeType.EA_INFORMATION, ""));
    add(
        "length of reparse data",
        NtfsFindingKind.REPARSE_POINT,
        i -> i.value(i.record(MutationBase.JUNCTION), AttributeType.REPARSE_POINT, b -> b[4] ^= 1),
        MutationBase.JUNCTION);
    add(
        "tag of a reparse point",
        NtfsFindingKind.REPARSE_INDEX,
        i -> i.value(i.record(MutationBase.JUNCTION), AttributeType.REPARSE_POINT, b -> b[0] ^= 1),
        MutationBase.JUNCTION);
    add(
        "size of an object id",
        NtfsFindingKind.OBJECT_ID,
        i ->
            i.attribute(
                i.record(MutationBase.IDENTIFIED),
                AttributeType.OBJECT_ID,
                b -> put32(b, 0x10, 12)),
        MutationBase.IDENTIFIED);
  }

  private void indexes() {
    onBlock("torn block", NtfsFindingKind.INDEX_BLOCK, null);
    onBlock("own VCN", NtfsFindingKind.INDEX_BLOCK, flip(0x10, 1));
    onBlock("flag of a leaf", NtfsFindingKind.INDEX_BLOCK, flip(36, 1));
    onBlock("used bytes of a block", NtfsFindingKind.INDEX_ENTRY, flip(28, 0x10));
    onBlock("allocated bytes of a block", NtfsFindingKind.INDEX_BLOCK, flip(32, 0x10));
    onBlock(
        "name in an entry", NtfsFindingKind.ENTRY_WITHOUT_NAME, b -> b[first(b) + 16 + 0x42] = 'z');
    onBlock(
        "sequence in an entry",
        NtfsFindingKind.ENTRY_WITHOUT_FILE,
        b -> put16(b, first(b) + 6, 99));
    onBlock(
        "record in an entry",
        NtfsFindingKind.ENTRY_WITHOUT_FILE,
        b -> put32(b, first(b), 0x00FF_FFFF));
    onBlock("parent in an entry", NtfsFindingKind.ENTRY_PARENT, b -> b[first(b) + 16] ^= 1);
    onBlock("flags of an entry", NtfsFindingKind.INDEX_ENTRY, b -> b[first(b) + 12] |= 0x40);
    onBlock("length of an entry", NtfsFindingKind.INDEX_ENTRY, b -> b[first(b) + 8] ^= 4);
    onBlock("key length of an entry", NtfsFindingKind.INDEX_ENTRY, b -> b[first(b) + 10] ^= 4);
    onBlock(
        "size in an entry",
        NtfsFindingKind.DUPLICATE_INFORMATION,
        b -> b[first(b) + 16 + 0x30] ^= 4);
    onBlock(
        "two entries in each other's place",
        NtfsFindingKind.INDEX_ORDER,
        b -> {
          int one = first(b);
          int length = u16(b, one + 8);
          byte[] both = b.clone();
          System.arraycopy(both, one + length, b, one, length);
          System.arraycopy(both, one, b, one + length, length);
        });
    add(
        "block not marked",
        NtfsFindingKind.INDEX_BITMAP,
        i -> i.value(i.record(MutationBase.MANY), AttributeType.BITMAP, I30, flip(0, 1)));
    add(
        "free block marked",
        NtfsFindingKind.INDEX_BITMAP,
        i -> i.value(i.record(MutationBase.MANY), AttributeType.BITMAP, I30, flip(7, 1)));
    onRoot("collation", flip(4, 3));
    onRoot("block size", flip(9, 1));
    onRoot("units of a block", flip(12, 3));
    onRoot("first entry", flip(16, 8));
    onRoot("used bytes", flip(20, 8));
    onRoot("allocated bytes", flip(26, 0x2B));
    onRoot("short allocated size", b -> b[24] = IndexHeader.SIZE);
    add(
        "root without sub-nodes",
        NtfsFindingKind.INDEX_BLOCK,
        i -> i.value(i.record(MutationBase.MANY), ROOT, I30, flip(28, 1)));
    add(
        "sub-node twice",
        NtfsFindingKind.INDEX_BLOCK,
        i -> {
          long record = i.record(MutationBase.MANY);
          i.block(
              record,
              I30,
              i.topBlock(record),
              b -> {
                int one = first(b);
                int two = one + u16(b, one + 8);
                put64(b, two + u16(b, two + 8) - 8, i64(b, two - 8));
              });
        });
    add(
        "root lost",
        NtfsFindingKind.DIRECTORY_FORM,
        i -> i.remove(i.record(MutationBase.MANY), ROOT, I30));
    add(
        "blocks lost",
        NtfsFindingKind.INDEX_ROOT,
        i -> i.remove(i.record(MutationBase.MANY), ALLOCATION, I30));
    add(
        "bitmap lost",
        NtfsFindingKind.INDEX_ROOT,
        i -> i.remove(i.record(MutationBase.MANY), AttributeType.BITMAP, I30));
    add(
        "runs of the blocks",
        NtfsFindingKind.DATA_RUNS,
        i ->
            i.attribute(
                i.record(MutationBase.MANY), ALLOCATION, I30, b -> b[u16(b, 0x20)] = (byte) 0xFF));
    add(
        "index of the root directory torn",
        NtfsFindingKind.INDEX_ROOT,
        i -> i.value(5, ROOT, I30, flip(20, 8)));
  }

  private void onRoot(String name, MutableImage.Change change) {
    add(
        name + " of a root",
        NtfsFindingKind.INDEX_ROOT,
        i -> i.value(i.record(MutationBase.MANY), ROOT, I30, change));
  }

  private void onBlock(String name, NtfsFindingKind kind, MutableImage.Change change) {
    add(
        name,
        kind,
        i -> {
          long record = i.record(MutationBase.MANY);
          if (change == null) {
            i.flip(i.place(record, ALLOCATION, I30, 510), 1);
          } else {
            i.block(record, I30, 0, change);
          }
        });
  }

  private static int first(byte[] block) {
    return IndexBlock.HEADER_OFFSET + i32(block, IndexBlock.HEADER_OFFSET);
  }
}
