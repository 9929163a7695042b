package io.vhdboot.ntfs;

import static io.vhdboot.disk.LittleEndian.i32;
import static io.vhdboot.disk.LittleEndian.i64;
import static io.vhdboot.disk.LittleEndian.put16;
import static io.vhdboot.disk.LittleEndian.put32;
import static io.vhdboot.disk.LittleEndian.put64;
import static io.vhdboot.disk.LittleEndian.u16;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Single faults in a {@link MutationBase}, each with what a checker must say of it. */
final class VolumeMutations {

  private static final int SI = AttributeType.STANDARD_INFORMATION;
  private static final int FN = AttributeType.FILE_NAME;
  private static final int DATA = AttributeType.DATA;
  private static final int ROOT = AttributeType.INDEX_ROOT;
  private static final int ALLOCATION = AttributeType.INDEX_ALLOCATION;
  private static final int LIST = AttributeType.ATTRIBUTE_LIST;
  private static final String I30 = "$I30";

  /** Changes a volume. */
  interface Fault {
    void apply(MutableImage image) throws IOException;
  }

  /**
   * A fault.
   *
   * @param name what it is
   * @param kind what must be found, among other things
   * @param touched the paths of files that may be other than before when it is repaired; that of a
   *     directory stands for all in it
   */
  record Mutation(String name, NtfsFindingKind kind, List<String> touched, Fault fault) {}

  private final List<Mutation> all = new ArrayList<>();

  private VolumeMutations() {}

  /** All faults, in a fixed order. */
  static List<Mutation> all() {
    VolumeMutations mutations = new VolumeMutations();
    mutations.boot();
    mutations.records();
    mutations.attributes();
    mutations.streams();
    mutations.lists();
    mutations.names();
    mutations.values();
    mutations.indexes();
    mutations.bitmaps();
    mutations.metadata();
    mutations.security();
    mutations.views();
    return mutations.all;
  }

  private void add(String name, NtfsFindingKind kind, Fault fault, String... touched) {
    all.add(new Mutation(name, kind, List.of(touched), fault));
  }

  private void boot() {
    add("total sectors", NtfsFindingKind.BOOT_SECTOR, i -> i.flip(0x28, 1));
    add("copy of the boot sector", NtfsFindingKind.BOOT_COPY, i -> i.flip(i.bootCopy() + 0x48, 1));
    add("name of the file system", NtfsFindingKind.BOOT_SECTOR, i -> i.flip(3, 1));
    add("a field of FAT", NtfsFindingKind.BOOT_SECTOR, i -> i.flip(0x16, 1));
    add("cluster size", NtfsFindingKind.BOOT_SECTOR, i -> i.flip(0x0D, 0x0F));
    add("cluster of $MFT", NtfsFindingKind.BOOT_COPY, i -> i.flip(0x30, 1));
    add("cluster of $MFTMirr", NtfsFindingKind.BOOT_FIELD, i -> i.flip(0x38, 1));
    add(
        "media byte in both",
        NtfsFindingKind.BOOT_FIELD,
        i -> {
          i.flip(0x15, 1);
          i.flip(i.bootCopy() + 0x15, 1);
        });
    add(
        "mark in both",
        NtfsFindingKind.BOOT_FIELD,
        i -> {
          i.flip(0x1FF, 1);
          i.flip(i.bootCopy() + 0x1FF, 1);
        });
    add(
        "jump in both",
        NtfsFindingKind.BOOT_FIELD,
        i -> {
          i.flip(0, 0x40);
          i.flip(i.bootCopy(), 0x40);
        });
    add("whole boot sector", NtfsFindingKind.BOOT_SECTOR, i -> i.put(0, new byte[512]));
  }

  private void records() {
    for (String path : List.of(MutationBase.SMALL, MutationBase.ONE)) {
      add(
          "last bytes of a sector, " + path,
          NtfsFindingKind.RECORD_TORN,
          i -> i.flip(i.recordPlace(i.record(path)) + 1022, 1));
    }
    add(
        "update sequence number",
        NtfsFindingKind.RECORD_LOST,
        i -> i.flip(i.recordPlace(i.record(MutationBase.SMALL)) + 0x30, 1),
        MutationBase.SMALL);
    add(
        "place of the update sequence",
        NtfsFindingKind.RECORD_TORN,
        i -> i.flip(i.recordPlace(i.record(MutationBase.SMALL)) + 4, 4));
    add(
        "mark BAAD",
        NtfsFindingKind.RECORD_SIGNATURE,
        i -> i.put(i.recordPlace(i.record(MutationBase.SMALL)), new byte[] {'B', 'A', 'A', 'D'}));
    add(
        "signature",
        NtfsFindingKind.RECORD_SIGNATURE,
        i -> i.flip(i.recordPlace(i.record(MutationBase.SMALL)), 1));
    add(
        "whole record",
        NtfsFindingKind.ENTRY_WITHOUT_FILE,
        i -> i.put(i.recordPlace(i.record(MutationBase.SMALL)), new byte[1024]),
        MutationBase.SMALL);
    onRecord("own number", NtfsFindingKind.RECORD_NUMBER, MutationBase.SMALL, flip(0x2C, 1));
    onRecord("link count", NtfsFindingKind.LINK_COUNT, MutationBase.SMALL, flip(0x12, 2));
    onRecord(
        "sequence number",
        NtfsFindingKind.ENTRY_WITHOUT_FILE,
        MutationBase.SMALL,
        b -> put16(b, 0x10, 9));
    onRecord(
        "sequence number 0",
        NtfsFindingKind.RECORD_HEADER,
        MutationBase.SMALL,
        b -> put16(b, 0x10, 0));
    add(
        "in use",
        NtfsFindingKind.ENTRY_WITHOUT_FILE,
        i -> i.record(i.record(MutationBase.ONE), flip(0x16, 1)),
        MutationBase.ONE);
    onRecord("unknown flag", NtfsFindingKind.RECORD_FLAGS, MutationBase.SMALL, flip(0x16, 0x40));
    add(
        "unknown flags of a free record",
        NtfsFindingKind.RECORD_FLAGS,
        i -> i.record(CheckedTable.FIRST_RESERVED, flip(0x17, 0xF9)));
    onRecord("bytes in use", NtfsFindingKind.RECORD_HEADER, MutationBase.SMALL, flip(0x18, 8));
    onRecord("allocated bytes", NtfsFindingKind.RECORD_HEADER, MutationBase.SMALL, flip(0x1D, 1));
    onRecord("first attribute", NtfsFindingKind.RECORD_HEADER, MutationBase.SMALL, flip(0x14, 4));
    onRecord(
        "next instance",
        NtfsFindingKind.ATTRIBUTE_INSTANCE,
        MutationBase.SMALL,
        b -> put16(b, 0x28, 1));
    onRecord(
        "end mark",
        NtfsFindingKind.ATTRIBUTE_DAMAGED,
        MutationBase.SMALL,
        b -> put32(b, i32(b, 0x18) - 8, 0xFFFF_FFFEL));
    add(
        "record of the root torn",
        NtfsFindingKind.RECORD_TORN,
        i -> i.flip(i.recordPlace(5) + 510, 1));
    add("record 0", NtfsFindingKind.RECORD_SIGNATURE, i -> i.flip(i.recordPlace(0), 1));
    add("sequence of $Bitmap", NtfsFindingKind.SYSTEM_FILE, i -> i.record(6, flip(0x10, 1)));
    for (int record : new int[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}) {
      add(
          "metadata record " + record + " lost",
          NtfsFindingKind.SYSTEM_FILE,
          i -> i.put(i.recordPlace(record), new byte[1024]),
          // What only such a record knows: the descriptors, the label, the root's own.
          record == 9 ? new String[] {""} : new String[0]);
      add(
          "metadata record " + record + " free",
          NtfsFindingKind.SYSTEM_FILE,
          i -> i.record(record, flip(0x16, 1)));
    }
    for (int record : new int[] {24, 25, 26}) {
      add(
          "metadata record " + record + " lost",
          NtfsFindingKind.SYSTEM_FILE,
          i -> i.put(i.recordPlace(record), new byte[1024]));
    }
    add("name of $AttrDef", NtfsFindingKind.SYSTEM_FILE, i -> i.value(4, FN, flip(0x42, 1)));
  }

  private void onRecord(
      String name, NtfsFindingKind kind, String path, MutableImage.Change change) {
    add(name, kind, i -> i.record(i.record(path), change));
  }

  private static MutableImage.Change flip(int offset, int bits) {
    return b -> b[offset] ^= (byte) bits;
  }

  private void onAttribute(
      String name,
      NtfsFindingKind kind,
      String path,
      int type,
      MutableImage.Change change,
      String... touched) {
    add(name, kind, i -> i.attribute(i.record(path), type, change), touched);
  }

  private void attributes() {
    onRecord(
        "two attributes of one instance",
        NtfsFindingKind.ATTRIBUTE_INSTANCE,
        MutationBase.SMALL,
        b -> {
          List<AttributeHeader> headers = MutableImage.headers(b);
          put16(b, headers.get(1).position() + 0x0E, headers.get(0).instance());
        });
    onRecord(
        "attributes swapped",
        NtfsFindingKind.ATTRIBUTE_ORDER,
        MutationBase.SMALL,
        b -> {
          List<AttributeHeader> headers = MutableImage.headers(b);
          AttributeHeader first = headers.get(0);
          AttributeHeader second = headers.get(1);
          byte[] both = b.clone();
          System.arraycopy(both, second.position(), b, first.position(), second.length());
          System.arraycopy(
              both, first.position(), b, first.position() + second.length(), first.length());
        });
    onAttribute(
        "type of the first attribute",
        NtfsFindingKind.STANDARD_INFORMATION,
        MutationBase.SMALL,
        SI,
        b -> put32(b, 0, 0x40),
        MutationBase.SMALL);
    onAttribute(
        "length of an attribute",
        NtfsFindingKind.ATTRIBUTE_DAMAGED,
        MutationBase.SMALL,
        FN,
        flip(4, 4));
    onAttribute(
        "length of an attribute in clusters",
        NtfsFindingKind.ATTRIBUTE_DAMAGED,
        MutationBase.ONE,
        DATA,
        b -> put32(b, 4, 0x7FFF_FFF8));
    onAttribute(
        "form of an attribute",
        NtfsFindingKind.ATTRIBUTE_DAMAGED,
        MutationBase.ONE,
        DATA,
        b -> b[8] = 7,
        MutationBase.ONE);
    onAttribute(
        "unknown flags", NtfsFindingKind.ATTRIBUTE_FIELD, MutationBase.ONE, DATA, flip(0x0D, 4));
    onAttribute(
        "indexed flag", NtfsFindingKind.ATTRIBUTE_FIELD, MutationBase.SMALL, FN, flip(0x16, 1));
    onAttribute(
        "length of a value",
        NtfsFindingKind.ATTRIBUTE_FIELD,
        MutationBase.SMALL,
        DATA,
        b -> put32(b, 0x10, 5000),
        MutationBase.SMALL);
    onAttribute(
        "place of a value",
        NtfsFindingKind.ATTRIBUTE_FIELD,
        MutationBase.SMALL,
        DATA,
        b -> put16(b, 0x14, 0x1C),
        MutationBase.SMALL);
    add(
        "place of an empty value",
        NtfsFindingKind.ATTRIBUTE_FIELD,
        i -> i.attribute(SystemFiles.LAST_NAMELESS, DATA, b -> put16(b, 0x14, 0x956)));
    onAttribute(
        "unknown type",
        NtfsFindingKind.ATTRIBUTE_UNKNOWN,
        MutationBase.SMALL,
        DATA,
        b -> put32(b, 0, 0xF0),
        MutationBase.SMALL);
    add(
        "volume name in a file",
        NtfsFindingKind.ATTRIBUTE_MISPLACED,
        i ->
            i.add(
                i.record(MutationBase.SMALL),
                CheckedAttribute.resident(0, AttributeType.VOLUME_NAME, "", 0, new byte[4])));
    add(
        "index of no view in a file",
        NtfsFindingKind.ATTRIBUTE_MISPLACED,
        i ->
            i.add(
                i.record(MutationBase.SMALL),
                CheckedAttribute.resident(0, AttributeType.INDEX_ROOT, "", 0, new byte[64])));
    add(
        "stream twice",
        NtfsFindingKind.ATTRIBUTE_TWICE,
        i ->
            i.add(
                i.record(MutationBase.SMALL),
                CheckedAttribute.resident(0, DATA, "", 0, new byte[8])));
    add(
        "no stream",
        NtfsFindingKind.NO_DATA,
        i -> i.remove(i.record(MutationBase.SMALL), DATA, ""),
        MutationBase.SMALL);
    add(
        "no $STANDARD_INFORMATION",
        NtfsFindingKind.STANDARD_INFORMATION,
        i -> i.remove(i.record(MutationBase.SMALL), SI, ""),
        MutationBase.SMALL);
    add(
        "short $STANDARD_INFORMATION",
        NtfsFindingKind.STANDARD_INFORMATION,
        i -> i.attribute(i.record(MutationBase.SMALL), SI, b -> put32(b, 0x10, 40)),
        MutationBase.SMALL);
  }

  private void streams() {
    onAttribute(
        "clusters of another file",
        NtfsFindingKind.CLUSTERS_SHARED,
        MutationBase.TWO,
        DATA,
        b -> b[u16(b, 0x20) + 2] -= 3,
        MutationBase.TWO);
    onAttribute(
        "clusters behind the volume",
        NtfsFindingKind.DATA_RUNS,
        MutationBase.ONE,
        DATA,
        b -> b[u16(b, 0x20) + 3] = 0x7F,
        MutationBase.ONE);
    onAttribute(
        "header of a run",
        NtfsFindingKind.DATA_RUNS,
        MutationBase.ONE,
        DATA,
        b -> b[u16(b, 0x20)] = (byte) 0xFF,
        MutationBase.ONE);
    onAttribute(
        "hole in a plain stream",
        NtfsFindingKind.STREAM_HOLE,
        MutationBase.ONE,
        DATA,
        b -> b[u16(b, 0x20)] &= 0x0F,
        MutationBase.ONE);
    onAttribute(
        "place of the runs",
        NtfsFindingKind.ATTRIBUTE_DAMAGED,
        MutationBase.ONE,
        DATA,
        b -> put16(b, 0x20, 0x4000),
        MutationBase.ONE);
    onAttribute("last VCN", NtfsFindingKind.EXTENT_RANGE, MutationBase.ONE, DATA, flip(0x18, 8));
    onAttribute(
        "first VCN",
        NtfsFindingKind.EXTENT_MISSING,
        MutationBase.ONE,
        DATA,
        b -> put64(b, 0x10, 7),
        MutationBase.ONE);
    onAttribute(
        "allocated size", NtfsFindingKind.STREAM_SIZE, MutationBase.ONE, DATA, flip(0x2A, 1));
    onAttribute(
        "size",
        NtfsFindingKind.STREAM_SIZE,
        MutationBase.ONE,
        DATA,
        b -> put64(b, 0x30, 1 << 20),
        MutationBase.ONE);
    onAttribute(
        "negative size",
        NtfsFindingKind.STREAM_SIZE,
        MutationBase.ONE,
        DATA,
        b -> put64(b, 0x30, -5),
        MutationBase.ONE);
    onAttribute(
        "initialised size",
        NtfsFindingKind.STREAM_SIZE,
        MutationBase.ONE,
        DATA,
        b -> put64(b, 0x38, i64(b, 0x30) + 1));
    onAttribute(
        "sparse without the size that it holds",
        NtfsFindingKind.STORED_SIZE,
        MutationBase.ONE,
        DATA,
        b -> put16(b, 0x0C, AttributeHeader.FLAG_SPARSE),
        MutationBase.ONE);
    onAttribute(
        "compression unit of 2^99",
        NtfsFindingKind.ATTRIBUTE_FIELD,
        MutationBase.ONE,
        DATA,
        b -> put16(b, 0x22, 99));
  }

  private void lists() {
    String path = MutationBase.LINKED;
    add(
        "instance in a list",
        NtfsFindingKind.ATTRIBUTE_LIST,
        i -> list(i, path, b -> b[0x18] ^= 0x20));
    add(
        "type in a list",
        NtfsFindingKind.ATTRIBUTE_LIST,
        i -> list(i, path, b -> b[0] ^= (byte) 0x80));
    add("length in a list", NtfsFindingKind.ATTRIBUTE_LIST, i -> list(i, path, b -> b[4] = 3));
    add(
        "sequence in a list",
        NtfsFindingKind.ATTRIBUTE_LIST,
        i -> list(i, path, b -> b[0x16] ^= 0x20));
    add(
        "list whose file is gone from its extension",
        NtfsFindingKind.EXTENSION_BASE,
        i -> i.record(extension(i, path), b -> put16(b, 0x26, 77)));
    add(
        "no list",
        NtfsFindingKind.EXTENSION_UNUSED,
        i -> i.remove(i.record(path), LIST, ""),
        path,
        "links");
    add(
        "extension in use by nobody",
        NtfsFindingKind.EXTENSION_UNUSED,
        i -> {
          long free = i.volume().recordCount() - 1;
          i.record(
              free,
              b -> {
                put16(b, 0x16, 1);
                put64(b, 0x20, FileReference.of(i.record(MutationBase.SMALL), 1));
              });
          i.add(free, CheckedAttribute.resident(0, DATA, "x", 0, new byte[8]));
          i.recordBit(free);
        });
    add(
        "extension record lost",
        NtfsFindingKind.ATTRIBUTE_LIST,
        i -> i.put(i.recordPlace(extension(i, path)), new byte[1024]),
        path,
        "links");
  }

  private static void list(MutableImage image, String path, MutableImage.Change change)
      throws IOException {
    long record = image.record(path);
    byte[] block = new byte[8];
    image.record(
        record,
        b -> {
          AttributeHeader header = MutableImage.header(b, LIST, "");
          block[0] = (byte) (header instanceof AttributeHeader.Resident ? 1 : 0);
        });
    if (block[0] == 1) {
      image.value(record, LIST, change);
      return;
    }
    long place = image.listPlace(record);
    byte[] head = Arrays.copyOfRange(image.bytes(), (int) place, (int) place + 0x20);
    change.apply(head);
    image.put(place, head);
  }

  private static long extension(MutableImage image, String path) throws IOException {
    long base = image.record(path);
    for (long number = 0; number < image.volume().recordCount(); number++) {
      int at = (int) image.recordPlace(number);
      if (u16(image.bytes(), at + 0x16) == 1
          && FileReference.record(i64(image.bytes(), at + 0x20)) == base) {
        return number;
      }
    }
    throw new AssertionError("no extension of " + path);
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

  private void bitmaps() {
    add(
        "used cluster marked free",
        NtfsFindingKind.CLUSTERS_UNMARKED,
        i -> i.clusterBit(i.cluster(MutationBase.ONE)));
    add(
        "free cluster marked used",
        NtfsFindingKind.CLUSTERS_LOST,
        i -> i.clusterBit(i.volume().clusterCount() - 1));
    add(
        "bits behind the last cluster",
        NtfsFindingKind.CLUSTER_BITMAP_UNUSUAL,
        i -> i.clusterBit((i.volume().clusterCount() + 63) / 64 * 64 - 1));
    add(
        "bitmap too small",
        NtfsFindingKind.CLUSTER_BITMAP,
        i -> i.attribute(6, DATA, b -> put64(b, 0x30, 8)));
    add(
        "used record marked free",
        NtfsFindingKind.RECORD_UNMARKED,
        i -> i.recordBit(i.record(MutationBase.SMALL)));
    add(
        "free record marked used",
        NtfsFindingKind.RECORD_MARKED,
        i -> i.recordBit(i.volume().recordCount() - 1));
    add(
        "bitmap of records lost",
        NtfsFindingKind.RECORD_BITMAP,
        i -> i.remove(0, AttributeType.BITMAP, ""));
  }

  private void metadata() {
    add("mirror", NtfsFindingKind.MFT_MIRROR, i -> i.flip(i.place(1, "", 2 * 1024 + 0x60), 1));
    add("dirty", NtfsFindingKind.VOLUME_DIRTY, i -> volumeFlags(i, 1));
    add(
        "no volume information",
        NtfsFindingKind.VOLUME_INFORMATION,
        i -> i.remove(3, AttributeType.VOLUME_INFORMATION, ""));
    add(
        "runs of the log",
        NtfsFindingKind.SYSTEM_FILE,
        i -> i.attribute(SystemFiles.LOG_FILE, DATA, b -> b[0x40] = 0));
    add("log", NtfsFindingKind.LOG, i -> i.flip(i.place(2, "", 40_000), 0x10));
    add("start of the log", NtfsFindingKind.LOG, i -> i.put(i.place(2, "", 0), new byte[8192]));
    add("capital of a", NtfsFindingKind.UPCASE, i -> i.flip(i.place(10, "", 2 * 97), 1));
    add(
        "capital of a far letter",
        NtfsFindingKind.UPCASE,
        i -> i.flip(i.place(10, "", 130_690), 1));
    add(
        "size of the capitals",
        NtfsFindingKind.UPCASE,
        i -> i.attribute(10, DATA, b -> put64(b, 0x30, 100)));
    add(
        "type in $AttrDef",
        NtfsFindingKind.ATTRIBUTE_DEFINITIONS,
        i -> i.flip(i.place(4, "", 160 + 0x80), 0x40));
    add(
        "size of $Bad",
        NtfsFindingKind.BAD_CLUSTERS,
        i -> i.attribute(8, DATA, "$Bad", b -> put64(b, 0x30, i64(b, 0x30) - i.clusterSize())));
    add(
        "stream of bad clusters lost",
        NtfsFindingKind.BAD_CLUSTERS,
        i -> i.remove(8, DATA, "$Bad"));
    add(
        "$Boot elsewhere",
        NtfsFindingKind.BOOT_FILE,
        i -> i.attribute(7, DATA, b -> b[u16(b, 0x20) + 2] = 1));
    add(
        "size of $MFT",
        NtfsFindingKind.STREAM_SIZE,
        i -> i.attribute(0, DATA, b -> put64(b, 0x30, i64(b, 0x30) + (1 << 20))));
  }

  private static void volumeFlags(MutableImage image, int flags) throws IOException {
    image.value(3, AttributeType.VOLUME_INFORMATION, b -> put16(b, 10, flags));
  }

  private void security() {
    add("hash of a descriptor", NtfsFindingKind.SECURITY_STREAM, i -> i.flip(sds(i, 0), 1));
    add(
        "descriptor in both places",
        NtfsFindingKind.SECURITY_STREAM,
        i -> {
          i.flip(sds(i, 24), 1);
          i.flip(sds(i, 0x40000 + 24), 1);
        });
    add(
        "revision of a descriptor in both places",
        NtfsFindingKind.SECURITY_STREAM,
        i -> {
          i.flip(sds(i, 20), 1);
          i.flip(sds(i, 0x40000 + 20), 1);
        });
    add(
        "length of the first descriptor in both places",
        NtfsFindingKind.SECURITY_STREAM,
        i -> {
          i.flip(sds(i, 16), 0xFF);
          i.flip(sds(i, 0x40000 + 16), 0xFF);
        },
        "");
    add(
        "copy of a descriptor",
        NtfsFindingKind.SECURITY_COPY,
        i -> i.flip(sds(i, 0x40000 + 40), 1));
    add("place in $SII", NtfsFindingKind.SECURITY_INDEX, i -> view(i, 9, "$SII", 32 + 0x1C));
    add("hash in $SDH", NtfsFindingKind.SECURITY_INDEX, i -> view(i, 9, "$SDH", 32 + 0x18));
    add("key of $SII", NtfsFindingKind.SECURITY_INDEX, i -> view(i, 9, "$SII", 32 + 0x10));
    add(
        "unknown security id",
        NtfsFindingKind.SECURITY_ID,
        i -> i.value(i.record(MutationBase.SMALL), SI, b -> put32(b, 0x34, 0x7777)),
        MutationBase.SMALL);
    add(
        "no descriptor",
        NtfsFindingKind.SECURITY_ID,
        i ->
            i.attribute(
                i.record(MutationBase.SMALL),
                SI,
                b -> put32(b, 0x10, StandardInformation.SHORT_SIZE)),
        MutationBase.SMALL);
    add("no $SDS", NtfsFindingKind.SECURITY_STREAM, i -> i.remove(9, DATA, "$SDS"), "");
    add("no $SII", NtfsFindingKind.INDEX_ROOT, i -> i.remove(9, ROOT, "$SII"));
  }

  private static long sds(MutableImage image, long offset) throws IOException {
    return image.place(9, "$SDS", offset);
  }

  private static void view(MutableImage image, long record, String name, int offset)
      throws IOException {
    image.value(record, ROOT, name, flip(offset, 0x10));
  }

  private void views() {
    add("an object id in $O", NtfsFindingKind.OBJECT_ID_INDEX, i -> view(i, 25, "$O", 32 + 0x10));
    add("a file in $O", NtfsFindingKind.OBJECT_ID_INDEX, i -> view(i, 25, "$O", 32 + 0x20));
    add(
        "an object id twice",
        NtfsFindingKind.OBJECT_ID_INDEX,
        i -> i.value(i.record(MutationBase.OTHER_ID), AttributeType.OBJECT_ID, flip(0, 1)),
        MutationBase.OTHER_ID,
        MutationBase.IDENTIFIED);
    add("a file in $R", NtfsFindingKind.REPARSE_INDEX, i -> view(i, 26, "$R", 32 + 0x14));
    add("owner in $Q", NtfsFindingKind.QUOTA_INDEX, i -> view(i, 24, "$Q", 32 + 0x10));
    add("no $O of object ids", NtfsFindingKind.INDEX_ROOT, i -> i.remove(25, ROOT, "$O"));
    add("no $R", NtfsFindingKind.INDEX_ROOT, i -> i.remove(26, ROOT, "$R"));
    add("no $Q", NtfsFindingKind.INDEX_ROOT, i -> i.remove(24, ROOT, "$Q"));
    add(
        "flag of $Reparse in $Extend",
        NtfsFindingKind.RECORD_FLAGS,
        i -> i.record(26, flip(0x16, 4)));
    add("view flag of $ObjId", NtfsFindingKind.RECORD_FLAGS, i -> i.record(25, flip(0x16, 8)));
    add(
        "$Extend's name of $ObjId",
        NtfsFindingKind.SYSTEM_FILE,
        i -> i.value(25, FN, flip(0x44, 1)),
        "$Extend");
  }
}
