package io.vhdboot.udf;

import io.vhdboot.disk.LittleEndian;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Makes a disc of UDF 2.50 with a metadata partition, whose file lies in several extents, with a
 * mirror: what Blu-ray writers make and no tool here does. Sectors and blocks have 2048 bytes.
 */
final class MetadataDisc {

  static final int BLOCK = 2048;

  private static final int VERSION = 3;
  private static final int SEQUENCE = 32;
  private static final int RESERVE = 64;
  private static final int PARTITION_START = 272;

  /** Blocks of the physical partition. */
  static final int METADATA_FILE = 0;

  static final int MIRROR_FILE = 1;
  private static final int DATA = 200;

  /** A metadata file in three extents, and in one: first block and count of each. */
  static final int[][] SCATTERED = {{40, 3}, {20, 2}, {60, 30}};

  static final int[][] WHOLE = {{40, 60}};

  private final int[][] extents;
  private final byte[] image;
  private final List<byte[]> metadata = new ArrayList<>();
  private final List<String> names = new ArrayList<>();
  private final List<byte[]> contents = new ArrayList<>();

  MetadataDisc(int blocks, int[][] extents) {
    this.extents = extents;
    this.image = new byte[(PARTITION_START + blocks) * BLOCK];
  }

  void add(String name, byte[] content) {
    names.add(name);
    contents.add(content);
  }

  /** Where a block of the physical partition lies in the image. */
  static int place(int block) {
    return (PARTITION_START + block) * BLOCK;
  }

  byte[] build() {
    putStructure(16, "BEA01");
    putStructure(17, "NSR03");
    putStructure(18, "TEA01");
    putAnchor(256);
    putAnchor(image.length / BLOCK - 1);
    putSequence(SEQUENCE);
    putSequence(RESERVE);
    buildMetadata();
    putMetadataFile(METADATA_FILE, 250);
    putMetadataFile(MIRROR_FILE, 251);
    int at = 0;
    for (int[] extent : extents) {
      for (int i = 0; i < extent[1] && at < metadata.size(); i++, at++) {
        System.arraycopy(metadata.get(at), 0, image, place(extent[0] + i), BLOCK);
      }
    }
    return image;
  }

  private void putStructure(int sector, String id) {
    byte[] bytes = id.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, image, sector * BLOCK + 1, bytes.length);
    image[sector * BLOCK + 6] = 1;
  }

  private void putAnchor(int sector) {
    byte[] anchor = new byte[BLOCK];
    LittleEndian.put32(anchor, 16, 16 * BLOCK);
    LittleEndian.put32(anchor, 20, SEQUENCE);
    LittleEndian.put32(anchor, 24, 16 * BLOCK);
    LittleEndian.put32(anchor, 28, RESERVE);
    putSector(anchor, DescriptorTag.ANCHOR, sector);
  }

  private void putSector(byte[] bytes, int kind, int sector) {
    seal(bytes, kind, sector, 512 - 16);
    System.arraycopy(bytes, 0, image, sector * BLOCK, BLOCK);
  }

  /** Writes the tag of a descriptor. */
  static void seal(byte[] bytes, int kind, int location, int length) {
    LittleEndian.put16(bytes, 0, kind);
    LittleEndian.put16(bytes, 2, VERSION);
    LittleEndian.put16(bytes, 8, crc(bytes, 16, length));
    LittleEndian.put16(bytes, 10, length);
    LittleEndian.put32(bytes, 12, location);
    bytes[4] = 0;
    int sum = 0;
    for (int i = 0; i < 16; i++) {
      sum += bytes[i];
    }
    bytes[4] = (byte) sum;
  }

  private static int crc(byte[] bytes, int from, int length) {
    int crc = 0;
    for (int i = from; i < from + length; i++) {
      crc ^= (bytes[i] & 0xFF) << 8;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 0x8000) != 0 ? crc << 1 ^ 0x1021 : crc << 1;
      }
      crc &= 0xFFFF;
    }
    return crc;
  }

  private static void putText(byte[] bytes, int offset, String text) {
    byte[] encoded = text.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(encoded, 0, bytes, offset, encoded.length);
  }

  /** A text in a field of fixed length, whose last byte counts it. */
  private static void putField(byte[] bytes, int offset, int size, String text) {
    bytes[offset] = 8;
    putText(bytes, offset + 1, text);
    bytes[offset + size - 1] = (byte) (text.length() + 1);
  }

  private static void putCharacterSet(byte[] bytes, int offset) {
    putText(bytes, offset + 1, "OSTA Compressed Unicode");
  }

  private static void putDomain(byte[] bytes, int offset) {
    putText(bytes, offset + 1, "*OSTA UDF Compliant");
    LittleEndian.put16(bytes, offset + 24, 0x0250);
  }

  private void putSequence(int sector) {
    byte[] primary = new byte[BLOCK];
    putField(primary, 24, 32, "METADATA");
    LittleEndian.put16(primary, 56, 1);
    LittleEndian.put16(primary, 58, 1);
    LittleEndian.put16(primary, 60, 2);
    LittleEndian.put16(primary, 62, 3);
    LittleEndian.put32(primary, 64, 1);
    LittleEndian.put32(primary, 68, 1);
    putField(primary, 72, 128, "0123456789ABCDEFset");
    putCharacterSet(primary, 200);
    putCharacterSet(primary, 264);
    putSector(primary, DescriptorTag.PRIMARY_VOLUME, sector);

    byte[] partition = new byte[BLOCK];
    LittleEndian.put32(partition, 16, 1);
    LittleEndian.put16(partition, 20, 1);
    putText(partition, 25, "+NSR03");
    LittleEndian.put32(partition, 184, 1);
    LittleEndian.put32(partition, 188, PARTITION_START);
    LittleEndian.put32(partition, 192, image.length / BLOCK - PARTITION_START - 1);
    putSector(partition, DescriptorTag.PARTITION, sector + 1);

    byte[] volume = new byte[BLOCK];
    LittleEndian.put32(volume, 16, 2);
    putCharacterSet(volume, 20);
    putField(volume, 84, 128, "METADATA");
    LittleEndian.put32(volume, 212, BLOCK);
    putDomain(volume, 216);
    // The file set is in block 0 of the metadata partition, which is the second of the maps.
    putLong(volume, 248, BLOCK, 0, 1);
    LittleEndian.put32(volume, 264, 6 + 64);
    LittleEndian.put32(volume, 268, 2);
    volume[440] = 1;
    volume[441] = 6;
    LittleEndian.put16(volume, 442, 1);
    int map = 446;
    volume[map] = 2;
    volume[map + 1] = 64;
    putText(volume, map + 5, "*UDF Metadata Partition");
    LittleEndian.put16(volume, map + 28, 0x0250);
    LittleEndian.put16(volume, map + 36, 1);
    LittleEndian.put32(volume, map + 40, METADATA_FILE);
    LittleEndian.put32(volume, map + 44, MIRROR_FILE);
    LittleEndian.put32(volume, map + 48, 0xFFFF_FFFFL);
    LittleEndian.put32(volume, map + 52, 32);
    LittleEndian.put16(volume, map + 56, 1);
    seal(volume, DescriptorTag.LOGICAL_VOLUME, sector + 2, 440 + 70 - 16);
    System.arraycopy(volume, 0, image, (sector + 2) * BLOCK, BLOCK);

    putSector(new byte[BLOCK], DescriptorTag.TERMINATOR, sector + 3);
  }

  private static void putLong(byte[] bytes, int at, int length, int block, int partition) {
    LittleEndian.put32(bytes, at, length);
    LittleEndian.put32(bytes, at + 4, block);
    LittleEndian.put16(bytes, at + 8, partition);
  }

  /** File set, root entry, root directory, then an entry for each file. */
  private void buildMetadata() {
    byte[] fileSet = new byte[BLOCK];
    LittleEndian.put16(fileSet, 28, 3);
    LittleEndian.put16(fileSet, 30, 3);
    LittleEndian.put32(fileSet, 32, 1);
    LittleEndian.put32(fileSet, 36, 1);
    putCharacterSet(fileSet, 48);
    putField(fileSet, 112, 128, "METADATA");
    putCharacterSet(fileSet, 240);
    putField(fileSet, 304, 32, "METADATA");
    putLong(fileSet, 400, BLOCK, 1, 1);
    putDomain(fileSet, 416);
    seal(fileSet, DescriptorTag.FILE_SET, 0, 512 - 16);
    metadata.add(fileSet);

    byte[] directory = directory();
    int directoryBlocks = (directory.length + BLOCK - 1) / BLOCK;
    byte[] root = entry(4, directory.length, 1);
    LittleEndian.put32(root, 0xD4, 8);
    LittleEndian.put32(root, 0xD8, directory.length);
    LittleEndian.put32(root, 0xDC, 2);
    seal(root, DescriptorTag.EXTENDED_FILE_ENTRY, 1, 0xD8 + 8 - 16);
    metadata.add(root);
    for (int i = 0; i < directoryBlocks; i++) {
      metadata.add(Arrays.copyOfRange(directory, i * BLOCK, (i + 1) * BLOCK));
    }
    int block = DATA;
    for (byte[] content : contents) {
      byte[] entry = entry(5, content.length, 0);
      if (content.length <= 1000) {
        LittleEndian.put16(entry, 0x22, 3);
        LittleEndian.put32(entry, 0xD4, content.length);
        System.arraycopy(content, 0, entry, 0xD8, content.length);
        seal(entry, DescriptorTag.EXTENDED_FILE_ENTRY, metadata.size(), 0xD8 + content.length - 16);
      } else {
        // Its content is in the physical partition: a long descriptor names it.
        LittleEndian.put16(entry, 0x22, 1);
        LittleEndian.put32(entry, 0xD4, 16);
        putLong(entry, 0xD8, content.length, block, 0);
        seal(entry, DescriptorTag.EXTENDED_FILE_ENTRY, metadata.size(), 0xD8 + 16 - 16);
        System.arraycopy(content, 0, image, place(block), content.length);
        block += (content.length + BLOCK - 1) / BLOCK;
      }
      metadata.add(entry);
    }
  }

  private byte[] directory() {
    byte[] bytes = new byte[64 * BLOCK];
    int at = putIdentifier(bytes, 0, "", 1, 0x0A);
    int blocks = 0;
    for (int round = 0; round < 2; round++) {
      // The first round finds how many blocks the directory takes, which moves the entries.
      at = putIdentifier(bytes, 0, "", 1, 0x0A);
      for (int i = 0; i < names.size(); i++) {
        at = putIdentifier(bytes, at, names.get(i), 2 + blocks + i, 0);
      }
      blocks = (at + BLOCK - 1) / BLOCK;
    }
    return Arrays.copyOf(bytes, at);
  }

  private static int putIdentifier(byte[] bytes, int at, String name, int block, int flags) {
    int nameLength = name.isEmpty() ? 0 : 1 + 2 * name.length();
    int size = 38 + nameLength + 3 & -4;
    byte[] identifier = new byte[size];
    LittleEndian.put16(identifier, 16, 1);
    identifier[18] = (byte) flags;
    identifier[19] = (byte) nameLength;
    putLong(identifier, 20, BLOCK, block, 1);
    if (nameLength > 0) {
      identifier[38] = 16;
      for (int i = 0; i < name.length(); i++) {
        identifier[39 + 2 * i] = (byte) (name.charAt(i) >> 8);
        identifier[40 + 2 * i] = (byte) name.charAt(i);
      }
    }
    seal(identifier, DescriptorTag.FILE_IDENTIFIER, 2 + at / BLOCK, size - 16);
    System.arraycopy(identifier, 0, bytes, at, size);
    return at + size;
  }

  /** An extended entry of a file of a kind. */
  private static byte[] entry(int kind, int size, int linkCount) {
    byte[] entry = new byte[BLOCK];
    LittleEndian.put16(entry, 20, 4);
    LittleEndian.put16(entry, 24, 1);
    entry[27] = (byte) kind;
    LittleEndian.put32(entry, 36, 0xFFFF_FFFFL);
    LittleEndian.put32(entry, 40, 0xFFFF_FFFFL);
    LittleEndian.put32(entry, 44, 0x14A5);
    LittleEndian.put16(entry, 48, Math.max(1, linkCount));
    LittleEndian.put64(entry, 56, size);
    LittleEndian.put64(entry, 64, size);
    LittleEndian.put64(entry, 72, (size + BLOCK - 1) / BLOCK);
    for (int time : new int[] {80, 92, 104, 116}) {
      LittleEndian.put16(entry, time, 0x1000);
      LittleEndian.put16(entry, time + 2, 2024);
      entry[time + 4] = 2;
      entry[time + 5] = 29;
      entry[time + 6] = 12;
    }
    LittleEndian.put32(entry, 128, 1);
    return entry;
  }

  private void putMetadataFile(int block, int kind) {
    int count = Arrays.stream(extents).mapToInt(extent -> extent[1]).sum();
    byte[] entry = entry(kind, count * BLOCK, 1);
    LittleEndian.put32(entry, 0xD4, 8L * extents.length);
    for (int i = 0; i < extents.length; i++) {
      LittleEndian.put32(entry, 0xD8 + 8 * i, (long) extents[i][1] * BLOCK);
      LittleEndian.put32(entry, 0xDC + 8 * i, extents[i][0]);
    }
    seal(entry, DescriptorTag.EXTENDED_FILE_ENTRY, block, 0xD8 + 8 * extents.length - 16);
    System.arraycopy(entry, 0, image, place(block), BLOCK);
  }
}
