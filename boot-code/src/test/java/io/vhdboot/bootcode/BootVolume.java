package io.vhdboot.bootcode;

import io.vhdboot.testing.ExternalTool;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * An NTFS volume that mkntfs formatted and ntfs-3g filled, and the disk around it with our boot
 * code. What is judged is the boot code; nothing else here is ours.
 */
final class BootVolume {

  static final int SECTOR = 512;
  static final long FIRST_SECTOR = 2048;

  private static final int HIDDEN_SECTORS = 0x1C;
  private static final int CHUNK = 1 << 20;
  private static final int RECORD = 1024;
  private static final int BITMAP_RECORD = 6;

  private final Path folder;
  private final Path file;
  private final long firstSector;
  private final int sector;

  private BootVolume(Path folder, Path file, long firstSector, int sector) {
    this.folder = folder;
    this.file = file;
    this.firstSector = firstSector;
    this.sector = sector;
  }

  /** What is done in a mounted volume. */
  interface Work {
    void in(Path root) throws IOException;
  }

  /** A fresh volume for the partition at sector 2048. */
  static BootVolume format(Path folder, int clusterBytes, int mebibytes) throws IOException {
    return format(folder, clusterBytes, (long) mebibytes << 20, FIRST_SECTOR, SECTOR);
  }

  /** A fresh volume for a partition that begins elsewhere, or for another sector size. */
  static BootVolume format(Path folder, int clusterBytes, long size, long firstSector, int sector)
      throws IOException {
    Path file = Files.createTempFile(folder, "volume", ".ntfs");
    try (RandomAccessFile volume = new RandomAccessFile(file.toFile(), "rw")) {
      volume.setLength(size);
    }
    ExternalTool.named("mkntfs")
        .output(
            "-q",
            "-Q",
            "-F",
            "-c",
            clusterBytes,
            "-s",
            sector,
            "-p",
            firstSector,
            "-H",
            255,
            "-S",
            63,
            file);
    return new BootVolume(folder, file, firstSector, sector);
  }

  /**
   * A volume that somebody else made, cut out of the disk it came on; one that came without a disk
   * (first sector 0) gets the usual place.
   */
  static BootVolume cutOut(Path folder, Path disk, long firstSector) throws IOException {
    Path file = Files.createTempFile(folder, "volume", ".ntfs");
    try (FileChannel in = FileChannel.open(disk);
        FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer boot = ByteBuffer.allocate(SECTOR).order(ByteOrder.LITTLE_ENDIAN);
      in.read(boot, firstSector * SECTOR);
      long size = (boot.getLong(0x28) + 1) * SECTOR;
      copy(in, firstSector * SECTOR, size, out, 0);
    }
    if (firstSector == 0) {
      BootVolume volume = new BootVolume(folder, file, FIRST_SECTOR, SECTOR);
      return volume.write(HIDDEN_SECTORS, (byte) FIRST_SECTOR, (byte) (FIRST_SECTOR >> 8));
    }
    return new BootVolume(folder, file, firstSector, SECTOR);
  }

  /** Puts a file into the root directory, without mounting. */
  BootVolume put(String name, byte[] content) throws IOException {
    Path source = Files.write(folder.resolve("content.bin"), content);
    ExternalTool.named("ntfscp").output("-q", "-f", file, source, name);
    return this;
  }

  /** Does something in the volume, mounted by ntfs-3g. */
  BootVolume mounted(Work work) throws IOException {
    ExternalTool.requireRoot();
    ExternalTool.named("ntfs-3g");
    Path root = Files.createTempDirectory(folder, "mounted");
    Process process =
        new ProcessBuilder(
                "ntfs-3g",
                "-o",
                "no_detach,compression,streams_interface=xattr",
                file.toString(),
                root.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("ntfs-3g.log").toFile())
            .start();
    try {
      while (!Files.readString(Path.of("/proc/mounts")).contains(" " + root + " ")) {
        if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
          throw new AssertionError(Files.readString(folder.resolve("ntfs-3g.log")));
        }
      }
      try {
        work.in(root);
      } finally {
        ExternalTool.named("umount").output(root);
        process.waitFor();
      }
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
    return this;
  }

  /**
   * Marks free clusters as used in {@code $Bitmap}, all but some pairs, so that whatever is written
   * afterwards lies in fragments; {@code $MFT} too.
   */
  BootVolume scatterFreeSpace(Random random) throws IOException {
    return editBitmap(
        bitmap -> {
          for (int i = 0; i < bitmap.length; i++) {
            int free = random.nextInt(12) > 0 ? 0 : random.nextBoolean() ? 0x0F : 0xF0;
            bitmap[i] |= (byte) ~free;
          }
        });
  }

  /** Marks the first so many clusters as used, so that what is written afterwards lies behind. */
  BootVolume occupyFirst(long clusters) throws IOException {
    return editBitmap(bitmap -> Arrays.fill(bitmap, 0, (int) (clusters / 8), (byte) 0xFF));
  }

  private BootVolume editBitmap(Consumer<byte[]> edit) throws IOException {
    Path log = folder.resolve("bitmap.bin");
    ExternalTool.named("ntfscat");
    Process process =
        new ProcessBuilder("ntfscat", "-f", "-i", Integer.toString(BITMAP_RECORD), file.toString())
            .redirectOutput(log.toFile())
            .start();
    process.onExit().join();
    byte[] bitmap = Files.readAllBytes(log);
    edit.accept(bitmap);
    Files.write(log, bitmap);
    ExternalTool.named("ntfscp").output("-q", "-f", "-i", file, log, BITMAP_RECORD);
    return this;
  }

  /** Whether a file has an attribute list, by the judgement of ntfsinfo. */
  boolean hasAttributeList(String path) {
    return ExternalTool.named("ntfsinfo")
        .output("-f", "-F", path, file)
        .contains("Dumping attribute $ATTRIBUTE_LIST");
  }

  /** The positions in the volume of the records of $MFT's first extent that name a file. */
  List<Long> records(String name) throws IOException {
    byte[] wanted = name.getBytes(StandardCharsets.UTF_16LE);
    List<Long> found = new ArrayList<>();
    try (FileChannel volume = FileChannel.open(file)) {
      long start = mftPosition();
      ByteBuffer record = ByteBuffer.allocate(RECORD).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < 4096; i++) {
        record.clear();
        volume.read(record, start + (long) i * RECORD);
        boolean inUse = record.getInt(0) == 0x454C4946 && (record.get(0x16) & 1) != 0;
        if (inUse && indexOf(record.array(), wanted) >= 0) {
          found.add(start + (long) i * RECORD);
        }
      }
    }
    return found;
  }

  /** Where the first attribute of that type begins in the record at a position. */
  long attribute(long record, int type) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(read(record, RECORD)).order(ByteOrder.LITTLE_ENDIAN);
    int at = bytes.getShort(0x14);
    while (bytes.getInt(at) != type) {
      at += bytes.getInt(at + 4);
    }
    return record + at;
  }

  /** The position of $MFT's record 0. */
  long mftPosition() throws IOException {
    ByteBuffer boot = ByteBuffer.wrap(read(0, SECTOR)).order(ByteOrder.LITTLE_ENDIAN);
    return boot.getLong(0x30) * clusterBytes();
  }

  /** Where the clusters of an attribute outside its record begin. */
  long firstRun(long attribute) throws IOException {
    byte[] bytes = read(attribute, RECORD);
    int run = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getShort(0x20);
    int lengthBytes = bytes[run] & 0x0F;
    long cluster = 0;
    for (int i = (bytes[run] & 0xFF) >> 4; i > 0; i--) {
      cluster = cluster << 8 | bytes[run + lengthBytes + i] & 0xFF;
    }
    return cluster * clusterBytes();
  }

  private long clusterBytes() throws IOException {
    ByteBuffer boot = ByteBuffer.wrap(read(0, SECTOR)).order(ByteOrder.LITTLE_ENDIAN);
    int coded = boot.get(0x0D);
    return boot.getShort(0x0B) * (coded > 0 || coded == -128 ? coded & 0xFF : 1L << -coded);
  }

  byte[] read(long position, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    try (FileChannel volume = FileChannel.open(file)) {
      volume.read(bytes, position);
    }
    return bytes.array();
  }

  BootVolume write(long position, byte... bytes) throws IOException {
    try (FileChannel volume = FileChannel.open(file, StandardOpenOption.WRITE)) {
      volume.write(ByteBuffer.wrap(bytes), position);
    }
    return this;
  }

  /** Our boot record around the volume's own parameters. */
  BootVolume bootable() throws IOException {
    byte[] record = BootCode.ntfsBootRecord();
    byte[] formatted = read(0, SECTOR);
    System.arraycopy(
        formatted,
        BootCode.NTFS_PARAMETERS_OFFSET,
        record,
        BootCode.NTFS_PARAMETERS_OFFSET,
        BootCode.NTFS_PARAMETERS_END - BootCode.NTFS_PARAMETERS_OFFSET);
    return write(0, record);
  }

  /** The volume alone, as it is. */
  Path file() {
    return file;
  }

  /** A disk with our MBR whose active partition is the volume, partitioned by sfdisk. */
  Path disk() throws IOException {
    bootable();
    Path disk = Files.createTempFile(folder, "disk", ".img");
    long size = Files.size(file);
    try (FileChannel in = FileChannel.open(file);
        FileChannel out = FileChannel.open(disk, StandardOpenOption.WRITE)) {
      out.write(ByteBuffer.allocate(1), firstSector * sector + size + SECTOR - 1);
      Path table =
          Files.writeString(
              folder.resolve("table"),
              String.format(
                  "label: dos%nlabel-id: 0xcafebabe%n%d,%d,7,*%n", firstSector, size / sector));
      if (sector == SECTOR && firstSector + size / sector < 1L << 32) {
        ExternalTool.named("sh").output("-c", "sfdisk -q \"$1\" < \"$2\"", "sfdisk", disk, table);
      } else {
        writeEntry(out, size);
      }
      out.write(ByteBuffer.wrap(BootCode.mbr()), 0);
      copy(in, 0, size, out, firstSector * sector);
    }
    return disk;
  }

  /**
   * Where sfdisk will not: a file has sectors of 512 bytes for it, and every partition ends below
   * 2^32 of them.
   */
  private void writeEntry(FileChannel disk, long size) throws IOException {
    ByteBuffer entry = ByteBuffer.allocate(66).order(ByteOrder.LITTLE_ENDIAN);
    entry.putInt(0xFFFFFE80).putInt(0xFFFFFE07);
    entry.putInt((int) firstSector).putInt((int) (size / sector));
    entry.putShort(64, (short) 0xAA55).rewind();
    disk.write(entry, 0x1BE);
  }

  private static void copy(FileChannel in, long from, long size, FileChannel out, long to)
      throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
    byte[] zeros = new byte[CHUNK];
    for (long done = 0; done < size; done += chunk.limit()) {
      chunk.clear().limit((int) Math.min(CHUNK, size - done));
      in.read(chunk, from + done);
      chunk.flip();
      if (!chunk.hasRemaining()) {
        return;
      }
      if (!Arrays.equals(chunk.array(), 0, chunk.limit(), zeros, 0, chunk.limit())) {
        out.write(chunk, to + done);
      }
    }
  }

  private static int indexOf(byte[] bytes, byte[] wanted) {
    for (int i = 0; i + wanted.length <= bytes.length; i++) {
      if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
        return i;
      }
    }
    return -1;
  }
}
