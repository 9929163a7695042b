package io.vhdboot.usb;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.ProgressListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * A disk of this machine that is changed in place: what is on it stays, but for what is written,
 * and {@link #flush} is the barrier that it must be. It remembers the checksum of every page that
 * is written, so that {@link #verify} can read all of them back from the medium.
 *
 * <p>Safe for several threads.
 */
public final class DeviceEdit implements BlockDevice {

  private static final int PAGE = 4096;
  private static final int PAGES = DeviceWriter.CHUNK / PAGE;

  private final RawDevice device;
  private final PatientDevice patient;
  private final Map<Long, Sums> chunks = new TreeMap<>();

  /** The checksums of the pages of a MiB that were written. */
  private static final class Sums {

    private final BitSet written = new BitSet(PAGES);
    private final int[] sums = new int[PAGES];
  }

  private DeviceEdit(RawDevice device) {
    this.device = device;
    this.patient = new PatientDevice(device, () -> false, PatientDevice.Pause::sleep);
  }

  /**
   * Opens a disk.
   *
   * @throws DeviceRefusedException when the rules forbid it
   * @throws DeviceChangedException when the disk is gone or another one
   */
  public static DeviceEdit begin(DeviceCatalog catalog, DiskDevice disk, DeviceRules rules)
      throws IOException {
    return new DeviceEdit(catalog.openForEditing(disk, rules));
  }

  @Override
  public String name() {
    return device.name();
  }

  @Override
  public long size() {
    return device.size();
  }

  @Override
  public int sectorSize() {
    return device.sectorSize();
  }

  @Override
  public synchronized void read(long position, ByteBuffer target) throws IOException {
    device.read(position, target);
  }

  @Override
  public synchronized void write(long position, ByteBuffer source) throws IOException {
    int length = source.remaining();
    checkRange(position, length);
    ByteBuffer bytes = source.duplicate();
    long end = position + length;
    for (long page = position / PAGE; page * PAGE < end; page++) {
      if (page * PAGE < position || pageEnd(page) > end) {
        requireUnchanged(page);
      }
    }
    patient.write(position, bytes);
    source.position(source.limit());
    for (long page = position / PAGE; page * PAGE < end; page++) {
      long start = page * PAGE;
      ByteBuffer content =
          start >= position && pageEnd(page) <= end
              ? bytes.slice(
                  bytes.position() + (int) (start - position), (int) (pageEnd(page) - start))
              : read(page);
      Sums sums = chunks.computeIfAbsent(page / PAGES, key -> new Sums());
      sums.written.set((int) (page % PAGES));
      sums.sums[(int) (page % PAGES)] = sum(content);
    }
  }

  private long pageEnd(long page) {
    return Math.min((page + 1) * PAGE, size());
  }

  private ByteBuffer read(long page) throws IOException {
    ByteBuffer content = ByteBuffer.allocate((int) (pageEnd(page) - page * PAGE));
    device.read(page * PAGE, content);
    return content.flip();
  }

  /** What a part of is written over must be as it was, or its checksum would hide the change. */
  private void requireUnchanged(long page) throws IOException {
    Sums sums = chunks.get(page / PAGES);
    int index = (int) (page % PAGES);
    if (sums != null && sums.written.get(index) && sum(read(page)) != sums.sums[index]) {
      throw changed(page * PAGE);
    }
  }

  private DeviceFaultException changed(long position) {
    return new DeviceFaultException(
        name(), position, "the page here does not hold what was written", null);
  }

  private static int sum(ByteBuffer bytes) {
    CRC32C sum = new CRC32C();
    sum.update(bytes);
    return (int) sum.getValue();
  }

  @Override
  public synchronized void flush() throws IOException {
    device.flush();
  }

  /**
   * Reads back from the medium all that was written.
   *
   * @return how many bytes those are
   * @throws DeviceFaultException when a place cannot be read, or holds something else
   */
  public synchronized long verify(ProgressListener progress) throws IOException {
    flush();
    progress.begin("Verifying", (long) chunks.size() * DeviceWriter.CHUNK);
    long verified = 0;
    ByteBuffer found = ByteBuffer.allocateDirect(DeviceWriter.CHUNK);
    for (Map.Entry<Long, Sums> chunk : chunks.entrySet()) {
      long at = chunk.getKey() * DeviceWriter.CHUNK;
      found.clear().limit((int) Math.min(DeviceWriter.CHUNK, size() - at));
      patient.readMedium(at, found);
      Sums sums = chunk.getValue();
      for (int page = sums.written.nextSetBit(0);
          page >= 0;
          page = sums.written.nextSetBit(page + 1)) {
        int start = page * PAGE;
        int length = Math.min(PAGE, found.limit() - start);
        if (sum(found.slice(start, length)) != sums.sums[page]) {
          throw changed(at + start);
        }
        verified += length;
      }
      progress.advance(DeviceWriter.CHUNK);
    }
    return verified;
  }

  @Override
  public void close() throws IOException {
    device.close();
  }

  @Override
  public String toString() {
    return name();
  }
}
