package io.vhdboot.usb;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.ProgressListener;
import io.vhdboot.disk.Zeros;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/**
 * A disk of this machine while something is built on it, piece by piece: it reads as zeros where
 * nothing was written yet, whatever the disk held before.
 *
 * <p>Writes are gathered into chunks of a MiB, which go to the disk in the order of its sectors as
 * far as they come so. The first MiB, with the partition table, is kept back until {@link
 * #complete} has made sure that everything else is on the medium: read back, and its checksums
 * compared. What is closed without that has no partition table. Its own {@link #flush} does
 * nothing: what is not complete is of no use.
 *
 * <p>Safe for several threads, until it is completed.
 */
public final class DeviceBuild implements BlockDevice {

  private static final int CHUNK = DeviceWriter.CHUNK;

  /** Chunks in memory at most; half of them go to the disk together. */
  private static final int LIMIT = 48;

  private static final long BARRIER = 64L << 20;

  private final DeviceCatalog catalog;
  private final DiskDevice disk;
  private final DeviceRules rules;
  private final RawDevice device;
  private final PatientDevice patient;
  private final long size;
  private final int limit;

  /** By the last use, the longest ago first; the first chunk is not among them. */
  private final Map<Integer, ByteBuffer> gathered = new LinkedHashMap<>(64, 0.75f, true);

  private final List<ByteBuffer> spare = new ArrayList<>();
  private final ByteBuffer first;

  /** Chunks that are on the disk, and what their checksums are. */
  private final BitSet stored = new BitSet();

  private final TreeMap<Integer, Long> sums = new TreeMap<>();
  private boolean completed;
  private long unflushed;
  private long written;
  private long zero;
  private long unused;
  private long verified;

  private DeviceBuild(
      DeviceCatalog catalog,
      DiskDevice disk,
      DeviceRules rules,
      RawDevice device,
      BooleanSupplier cancelled,
      int limit) {
    this.limit = limit;
    this.catalog = catalog;
    this.disk = disk;
    this.rules = rules;
    this.device = device;
    this.patient = new PatientDevice(device, cancelled, PatientDevice.Pause::sleep);
    this.size = device.size();
    this.first = ByteBuffer.allocateDirect((int) Math.min(CHUNK, size));
  }

  /**
   * Opens a disk, looks whether it has the room that it claims, and takes its partition table away.
   *
   * @param probe whether to look
   * @param cancelled is asked often whether to stop
   * @throws DeviceRefusedException when the rules forbid it; nothing was written then
   * @throws DeviceChangedException when the disk is gone or another one
   * @throws FakeCapacityException when it has less room than it claims
   */
  public static DeviceBuild begin(
      DeviceCatalog catalog,
      DiskDevice disk,
      DeviceRules rules,
      boolean probe,
      BooleanSupplier cancelled)
      throws IOException {
    return begin(catalog, disk, rules, probe, cancelled, LIMIT);
  }

  /** The same with another count of chunks in memory. */
  static DeviceBuild begin(
      DeviceCatalog catalog,
      DiskDevice disk,
      DeviceRules rules,
      boolean probe,
      BooleanSupplier cancelled,
      int limit)
      throws IOException {
    RawDevice device = catalog.openForEditing(disk, rules);
    try {
      DeviceBuild build = new DeviceBuild(catalog, disk, rules, device, cancelled, limit);
      if (probe) {
        new CapacityProbe(build.patient).run();
      }
      DeviceWriter.clear(build.patient);
      return build;
    } catch (IOException | RuntimeException e) {
      device.close();
      throw e;
    }
  }

  @Override
  public String name() {
    return device.name();
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public int sectorSize() {
    return device.sectorSize();
  }

  private int lengthOf(int chunk) {
    return (int) Math.min(CHUNK, size - (long) chunk * CHUNK);
  }

  @Override
  public synchronized void read(long position, ByteBuffer target) throws IOException {
    checkRange(position, target.remaining());
    long at = position;
    while (target.hasRemaining()) {
      int chunk = (int) (at / CHUNK);
      int offset = (int) (at % CHUNK);
      int count = Math.min(target.remaining(), CHUNK - offset);
      if (isThere(chunk)) {
        target.put(held(chunk, false).slice(offset, count));
      } else {
        Zeros.fill(target.slice(target.position(), count));
        target.position(target.position() + count);
      }
      at += count;
    }
  }

  @Override
  public synchronized void write(long position, ByteBuffer source) throws IOException {
    checkRange(position, source.remaining());
    long at = position;
    while (source.hasRemaining()) {
      int chunk = (int) (at / CHUNK);
      int offset = (int) (at % CHUNK);
      int count = Math.min(source.remaining(), CHUNK - offset);
      ByteBuffer piece = source.slice(source.position(), count);
      held(chunk, count == lengthOf(chunk)).slice(offset, count).put(piece);
      source.position(source.position() + count);
      at += count;
    }
  }

  /** Zeros where there are zeros already need not be written. */
  @Override
  public synchronized void zero(long position, long length) throws IOException {
    checkRange(position, length);
    long end = position + length;
    for (long at = position; at < end; ) {
      int chunk = (int) (at / CHUNK);
      int offset = (int) (at % CHUNK);
      int count = (int) Math.min(end - at, CHUNK - offset);
      if (isThere(chunk)) {
        Zeros.fill(held(chunk, count == lengthOf(chunk)).slice(offset, count));
      }
      at += count;
    }
  }

  private boolean isThere(int chunk) {
    return chunk == 0 || gathered.containsKey(chunk) || stored.get(chunk);
  }

  /**
   * The bytes of a chunk, to be read or changed. One that was stored must be as it was: what is
   * built upon something else would be wrong, and found to be as it was written.
   */
  private ByteBuffer held(int chunk, boolean whole) throws IOException {
    if (chunk == 0) {
      return first;
    }
    ByteBuffer held = gathered.get(chunk);
    if (held == null) {
      if (gathered.size() == limit) {
        store(limit / 2);
      }
      held = spare.isEmpty() ? ByteBuffer.allocateDirect(CHUNK) : spare.remove(spare.size() - 1);
      held.clear().limit(lengthOf(chunk));
      if (stored.get(chunk) && !whole) {
        long at = (long) chunk * CHUNK;
        patient.read(at, held);
        if (sum(held) != sums.get(chunk)) {
          throw changed(at);
        }
      } else {
        Zeros.fill(held);
      }
      held.rewind();
      gathered.put(chunk, held);
    }
    return held;
  }

  /** Writes chunks that were not used for the longest time, in the order of the disk. */
  private void store(int count) throws IOException {
    TreeMap<Integer, ByteBuffer> group = new TreeMap<>();
    for (Map.Entry<Integer, ByteBuffer> entry : gathered.entrySet()) {
      if (group.size() == count) {
        break;
      }
      group.put(entry.getKey(), entry.getValue());
    }
    for (Map.Entry<Integer, ByteBuffer> entry : group.entrySet()) {
      int chunk = entry.getKey();
      ByteBuffer bytes = entry.getValue();
      patient.write((long) chunk * CHUNK, bytes);
      stored.set(chunk);
      sums.put(chunk, sum(bytes));
      written += bytes.remaining();
      unflushed += bytes.remaining();
      gathered.remove(chunk);
      spare.add(bytes);
      if (unflushed >= BARRIER) {
        barrier();
      }
    }
  }

  /** What a flush fails to store is lost, and not in memory any more. */
  private void barrier() throws IOException {
    patient.flush();
    unflushed = 0;
  }

  /** Two independent checksums in one number. */
  private static long sum(ByteBuffer bytes) {
    CRC32 one = new CRC32();
    CRC32C other = new CRC32C();
    one.update(bytes.duplicate());
    other.update(bytes.duplicate());
    return one.getValue() << 32 | other.getValue();
  }

  /** What the disk does not answer, if it does not for so long. */
  public Optional<String> waiting(Duration least) {
    return patient.waiting(least);
  }

  @Override
  public void flush() {}

  /**
   * Stores everything, makes zeros of what the disk held where nothing was written, reads all of it
   * back, and then writes the first MiB. When this returns, all of it is on the medium.
   *
   * @param ranges where nothing was written and it may stay as it was
   * @param verify whether it is read back
   * @throws DeviceFaultException when a place cannot be written or read, or holds something else
   */
  public synchronized WriteReport complete(
      UnusedRanges ranges, boolean verify, ProgressListener progress) throws IOException {
    try {
      store(gathered.size());
      clearRest(ranges, progress);
      barrier();
      if (verify) {
        verify(progress);
      }
      catalog.requireWritable(disk, rules);
      patient.requireGoingOn(0);
      if (verify) {
        DeviceWriter.requirePlaceholder(patient);
      }
      patient.write(0, first);
      patient.flush();
      written += first.capacity();
      if (verify) {
        compare(0, sum(first), ByteBuffer.allocateDirect(CHUNK));
        compareLastAgain();
      }
    } catch (IOException e) {
      DeviceWriter.takeBack(device, e);
      throw e;
    }
    completed = true;
    return new WriteReport(written, zero, unused, verified, 0);
  }

  private void clearRest(UnusedRanges ranges, ProgressListener progress) throws IOException {
    progress.begin("Clearing", size);
    ByteBuffer found = ByteBuffer.allocateDirect(CHUNK);
    int count = (int) ((size + CHUNK - 1) / CHUNK);
    for (int chunk = 1; chunk < count; chunk++) {
      int length = lengthOf(chunk);
      long at = (long) chunk * CHUNK;
      progress.advance(length);
      if (stored.get(chunk)) {
        continue;
      }
      patient.requireGoingOn(at);
      if (ranges.endOfUnused(at) >= at + length) {
        unused += length;
        continue;
      }
      found.clear().limit(length);
      patient.readMedium(at, found);
      boolean clean = Zeros.isZero(found, 0, length);
      Zeros.fill(found.rewind());
      found.rewind();
      if (clean) {
        zero += length;
      } else {
        patient.write(at, found);
        written += length;
        unflushed += length;
      }
      sums.put(chunk, sum(found));
      if (unflushed >= BARRIER) {
        barrier();
      }
    }
  }

  private void verify(ProgressListener progress) throws IOException {
    progress.begin("Verifying", (long) sums.size() * CHUNK);
    ByteBuffer found = ByteBuffer.allocateDirect(CHUNK);
    for (Map.Entry<Integer, Long> chunk : sums.entrySet()) {
      patient.requireGoingOn((long) chunk.getKey() * CHUNK);
      compare(chunk.getKey(), chunk.getValue(), found);
      progress.advance(lengthOf(chunk.getKey()));
    }
  }

  /** Where the disk ends a little too soon, this is what the first sectors took away. */
  private void compareLastAgain() throws IOException {
    if (!sums.isEmpty()) {
      long before = verified;
      Map.Entry<Integer, Long> last = sums.lastEntry();
      compare(last.getKey(), last.getValue(), ByteBuffer.allocateDirect(CHUNK));
      verified = before;
    }
  }

  private void compare(int chunk, long sum, ByteBuffer found) throws IOException {
    long at = (long) chunk * CHUNK;
    found.clear().limit(lengthOf(chunk));
    patient.readMedium(at, found);
    if (sum(found) != sum) {
      throw changed(at);
    }
    verified += found.remaining();
  }

  private DeviceFaultException changed(long at) {
    return new DeviceFaultException(
        name(), at, "the MiB here does not hold what was written", null);
  }

  /** A disk that has less room than it claims may have taken anything for its first sectors. */
  @Override
  public synchronized void close() throws IOException {
    if (!completed) {
      completed = true;
      DeviceWriter.takeBack(device, new IOException("not completed"));
    }
    device.close();
  }

  @Override
  public String toString() {
    return name();
  }
}
