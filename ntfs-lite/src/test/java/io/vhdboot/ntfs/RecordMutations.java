package io.vhdboot.ntfs;

import static io.vhdboot.disk.LittleEndian.i32;
import static io.vhdboot.disk.LittleEndian.i64;
import static io.vhdboot.disk.LittleEndian.put16;
import static io.vhdboot.disk.LittleEndian.put32;
import static io.vhdboot.disk.LittleEndian.put64;
import static io.vhdboot.disk.LittleEndian.u16;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** Faults of file records, of the attributes in them, and of the lists of these. */
final class RecordMutations extends VolumeMutations {

  @Override
  void addAll() {
    records();
    attributes();
    streams();
    lists();
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
}
