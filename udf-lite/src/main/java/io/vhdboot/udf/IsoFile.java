package io.vhdboot.udf;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.UnsupportedFormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A file of ISO 9660, with the names of one of its formats. */
final class IsoFile extends DiscFile {

  private static final int SECTOR_SIZE = IsoDescriptors.SECTOR_SIZE;

  /** The most bytes of a directory, about 500,000 names. */
  private static final int MAX_DIRECTORY_SIZE = 64 << 20;

  private final Reading reading;
  private final List<DirectoryRecord> records;
  private final SystemUse systemUse;

  /**
   * How a disc is read.
   *
   * @param device the disc
   * @param format the names that are wanted
   * @param systemUseSkip what {@link SystemUse#skip} gave
   */
  record Reading(BlockDevice device, DiscFormat format, int systemUseSkip) {

    String name(DirectoryRecord record, SystemUse use) {
      if (use != null && use.name().isPresent()) {
        return use.name().get();
      }
      String name =
          new String(
              record.name(),
              format == DiscFormat.JOLIET
                  ? StandardCharsets.UTF_16BE
                  : StandardCharsets.ISO_8859_1);
      int version = name.lastIndexOf(';');
      name = version > 0 ? name.substring(0, version) : name;
      // ISO 9660 demands a dot where Windows would have none.
      return format != DiscFormat.JOLIET && name.endsWith(".") && name.length() > 1
          ? name.substring(0, name.length() - 1)
          : name;
    }
  }

  private IsoFile(String name, Reading reading, List<DirectoryRecord> records, SystemUse use) {
    super(name);
    this.reading = reading;
    this.records = List.copyOf(records);
    this.systemUse = use;
  }

  static IsoFile root(Reading reading, DirectoryRecord record) {
    return new IsoFile("", reading, List.of(record), null);
  }

  /** Where the content of a record begins. */
  static long position(BlockDevice device, DirectoryRecord record) throws CorruptFormatException {
    long position = record.block() * SECTOR_SIZE;
    if (position > device.size() - record.size()) {
      throw new CorruptFormatException(
          device.name(),
          position,
          "a file of " + record.size() + " bytes here is not on the disc: cut short?");
    }
    return position;
  }

  private DirectoryRecord record() {
    return records.get(0);
  }

  @Override
  public boolean isDirectory() {
    return record().isDirectory() || systemUse != null && systemUse.relocatedTo() >= 0;
  }

  @Override
  public boolean isHidden() {
    return record().isHidden();
  }

  @Override
  public Optional<String> linkTarget() {
    return systemUse == null ? Optional.empty() : systemUse.linkTarget();
  }

  @Override
  public long size() {
    return isDirectory() ? 0 : records.stream().mapToLong(DirectoryRecord::size).sum();
  }

  @Override
  public Optional<Instant> modified() {
    Optional<Instant> time = systemUse == null ? Optional.empty() : systemUse.modified();
    return time.isPresent() ? time : record().recorded();
  }

  @Override
  BlockDevice open() throws IOException {
    List<ExtentDevice.Extent> extents = new ArrayList<>();
    long size = 0;
    for (DirectoryRecord record : records) {
      if (record.size() == 0) {
        // Where nothing lies does not matter, and some writers name odd places.
        continue;
      }
      if (record.isInterleaved()) {
        throw new UnsupportedFormatException(
            reading.device.name(), record.block() * SECTOR_SIZE, "an interleaved file");
      }
      extents.add(
          new ExtentDevice.Extent(reading.device, position(reading.device, record), record.size()));
      size += record.size();
    }
    return new ExtentDevice(reading.device.name() + ": " + this, extents, size);
  }

  @Override
  long place() {
    long elsewhere = systemUse == null ? -1 : systemUse.relocatedTo();
    return (elsewhere >= 0 ? elsewhere : record().block()) * SECTOR_SIZE;
  }

  @Override
  List<DiscFile> readDirectory() throws IOException {
    String source = reading.device.name();
    long start = place();
    long size = directorySize(start);
    if (size > MAX_DIRECTORY_SIZE || start > reading.device.size() - size) {
      throw new CorruptFormatException(
          source, start, "a directory of " + size + " bytes cannot be here");
    }
    List<DiscFile> files = new ArrayList<>();
    List<DirectoryRecord> parts = new ArrayList<>();
    for (long at = start; at < start + size; at += SECTOR_SIZE) {
      byte[] sector = reading.device.read(at, (int) Math.min(SECTOR_SIZE, start + size - at));
      int offset = 0;
      while (offset < sector.length && sector[offset] != 0) {
        DirectoryRecord record = DirectoryRecord.get(sector, offset, source, at);
        offset += record.length();
        if (!record.isDot()) {
          parts.add(record);
          if (!record.goesOn()) {
            add(files, parts);
            parts.clear();
          }
        }
      }
    }
    if (!parts.isEmpty()) {
      throw new CorruptFormatException(source, start, "the last part of a file is missing");
    }
    return files;
  }

  /** The size of this directory; that of one which lies elsewhere stands there. */
  private long directorySize(long start) throws IOException {
    if (systemUse == null || systemUse.relocatedTo() < 0) {
      return record().size();
    }
    if (start > reading.device.size() - SECTOR_SIZE) {
      throw new CorruptFormatException(
          reading.device.name(), start, "a directory is not on the disc: cut short?");
    }
    byte[] sector = reading.device.read(start, SECTOR_SIZE);
    return DirectoryRecord.get(sector, 0, reading.device.name(), start).size();
  }

  private void add(List<DiscFile> files, List<DirectoryRecord> parts) throws IOException {
    SystemUse use =
        reading.format == DiscFormat.ROCK_RIDGE
            ? SystemUse.read(reading.device, parts.get(0), reading.systemUseSkip)
            : null;
    if (use == null || !use.isRelocated()) {
      files.add(new IsoFile(reading.name(parts.get(0), use), reading, parts, use));
    }
  }
}
