package io.vhdboot.usb;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.ProgressListener;
import io.vhdboot.disk.Zeros;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.zip.CRC32C;

/**
 * Writes an image to a disk, and reads it back.
 *
 * <p>The first MiB, with the partition table, is written when everything else is there and found to
 * be the same: until then nothing takes the disk for one to start from or to mount. What is zero in
 * the image is written only where the disk holds something else. What the image does not use may be
 * left as it is.
 *
 * <p>For one thread; {@link Builder#cancelled} may be asked by another.
 */
public final class DeviceWriter {

  static final int CHUNK = 1 << 20;

  /** What may be lost, and has to be written again, when the disk fails to store it. */
  private static final long BARRIER = 64L << 20;

  /** Zeros at the beginning of a disk in which nobody finds a table or a volume. */
  private static final int BLANK = 4096;

  private final Builder options;
  private final BlockDevice image;
  private final DeviceRules rules;
  private final long end;
  private final Optional<WriteJournal> journal;

  private volatile PatientDevice current;
  private long written;
  private long zero;
  private long unused;
  private long verified;
  private long resumed;

  private DeviceWriter(Builder options) throws IOException {
    this.options = options;
    this.image = options.image;
    int sector = options.disk.sectorSize();
    this.end = (image.size() + sector - 1) / sector * sector;
    this.rules = options.rules.image(end, image.sectorSize());
    this.journal =
        options.journal.isEmpty()
            ? Optional.empty()
            : Optional.of(new WriteJournal(options.journal.get(), imageMark(image), options.disk));
  }

  /**
   * Begins to say what shall be written where.
   *
   * @param catalog where the disk is from
   * @param disk the disk, as the user chose it
   * @param rules what it must comply with
   * @param image what shall be on it
   */
  public static Builder builder(
      DeviceCatalog catalog, DiskDevice disk, DeviceRules rules, BlockDevice image) {
    return new Builder(catalog, disk, rules, image);
  }

  /** Up to where an earlier attempt got; nothing when there is none that could be resumed. */
  public OptionalLong resumable() throws IOException {
    return journal.isEmpty() ? OptionalLong.empty() : journal.get().done();
  }

  /** What the disk does not answer, if it does not for so long; any thread may ask. */
  public Optional<String> waiting(Duration least) {
    PatientDevice device = current;
    return device == null ? Optional.empty() : device.waiting(least);
  }

  /**
   * Writes the image, and unless that is not wanted reads it back. When this returns, all of it is
   * on the medium; when it throws, the disk has no partition table.
   *
   * @throws DeviceRefusedException when the rules forbid it; nothing was written then
   * @throws DeviceChangedException when the disk is gone or another one
   * @throws FakeCapacityException when it has less room than it claims
   * @throws DeviceFaultException when a place cannot be written or read, or holds something else
   * @throws WriteCancelledException when it was told to stop
   */
  public WriteReport write() throws IOException {
    try (RawDevice device = options.catalog.openForWriting(options.disk, rules)) {
      PatientDevice patient = new PatientDevice(device, options.cancelled, options.pause);
      current = patient;
      try (ImageReader reader = new ImageReader(image, options.executor, end)) {
        writeAll(patient, reader, begin(patient));
      }
    }
    if (journal.isPresent()) {
      journal.get().delete();
    }
    return new WriteReport(written, zero, unused, verified, resumed);
  }

  private void writeAll(PatientDevice device, ImageReader reader, long from) throws IOException {
    try {
      copy(device, reader, from);
      if (options.verify) {
        verify(device, reader, CHUNK);
      }
      complete(device, reader);
    } catch (IOException e) {
      takeBack(device.device(), e);
      throw e;
    }
  }

  /** Takes the disk's old structures away; gives where writing begins. */
  private long begin(PatientDevice device) throws IOException {
    if (device.device().isSequential()) {
      device.write(0, placeholder((int) Math.min(CHUNK, device.device().size())));
      return CHUNK;
    }
    if (options.resume) {
      OptionalLong done = resumable();
      if (done.isPresent() && holdsPlaceholder(device)) {
        resumed = Math.max(0, Math.min(done.getAsLong(), end) / CHUNK * CHUNK - CHUNK);
        return resumed + CHUNK;
      }
    }
    if (options.probe) {
      options.progress.begin("Probing", -1);
      new CapacityProbe(device).run();
    }
    clear(device);
    note(CHUNK);
    return CHUNK;
  }

  /** Takes the disk's old structures away. */
  static void clear(PatientDevice device) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        clearOnce(device);
        return;
      } catch (IOException e) {
        PatientDevice.requireHope(e);
        if (attempt == PatientDevice.ATTEMPTS) {
          throw new DeviceFaultException(
              device.device().name(), 0, "cannot be written: " + e.getMessage(), e);
        }
        device.rest(attempt);
      }
    }
  }

  private static void clearOnce(PatientDevice device) throws IOException {
    long size = device.device().size();
    device.write(0, placeholder((int) Math.min(CHUNK, size)));
    // A copy of an old GPT would be at the end.
    long tail = Math.max(CHUNK, size - CHUNK);
    if (tail < size) {
      device.write(tail, zeros((int) (size - tail)));
    }
    device.flush();
  }

  /**
   * What stands in the first MiB meanwhile: zeros where tables and volumes begin, and then noise,
   * by which one sees whether it is written over through addresses further up.
   */
  static ByteBuffer placeholder(int length) {
    byte[] bytes = new byte[length];
    if (length > BLANK) {
      byte[] noise = new byte[length - BLANK];
      new SplittableRandom(length).nextBytes(noise);
      System.arraycopy(noise, 0, bytes, BLANK, noise.length);
    }
    return ByteBuffer.wrap(bytes);
  }

  private static boolean holdsPlaceholder(PatientDevice device) throws IOException {
    ByteBuffer found = ByteBuffer.allocateDirect((int) Math.min(CHUNK, device.device().size()));
    device.readMedium(0, found);
    return found.equals(placeholder(found.remaining()));
  }

  static void requirePlaceholder(PatientDevice device) throws IOException {
    if (!holdsPlaceholder(device)) {
      throw new DeviceFaultException(
          device.device().name(),
          0,
          "something else is there than was written: the disk is broken or smaller than it claims",
          null);
    }
  }

  private static boolean isZero(PatientDevice device, long position, int length)
      throws IOException {
    ByteBuffer found = ByteBuffer.allocateDirect(length);
    device.readMedium(position, found);
    return Zeros.isZero(found, 0, length);
  }

  private static ByteBuffer zeros(int length) {
    return ByteBuffer.allocateDirect(length);
  }

  private void note(long position) throws IOException {
    if (journal.isPresent()) {
      journal.get().note(position);
    }
  }

  private void copy(PatientDevice device, ImageReader reader, long from) throws IOException {
    options.progress.begin("Writing", Math.max(0, end - from));
    long durable = from;
    long reported = from;
    int failures = 0;
    for (long at = from; at < end || at > durable; ) {
      if (at >= end || at - durable >= options.barrier) {
        try {
          device.flush();
        } catch (IOException e) {
          // What was not stored is forgotten by the system, so all since then is written again.
          PatientDevice.requireHope(e);
          if (++failures == PatientDevice.ATTEMPTS) {
            throw new DeviceFaultException(
                device.device().name(), durable, "cannot be stored: " + e.getMessage(), e);
          }
          device.rest(failures);
          at = durable;
          continue;
        }
        failures = 0;
        durable = at;
        note(durable);
        continue;
      }
      at = copyChunk(device, reader, at);
      if (at > reported) {
        options.progress.advance(at - reported);
        reported = at;
      }
    }
  }

  private long copyChunk(PatientDevice device, ImageReader reader, long at) throws IOException {
    device.requireGoingOn(at);
    boolean skips = !device.device().isSequential();
    long used = endOfUnused(at);
    if (skips && used > at) {
      unused += used - at;
      return used;
    }
    ByteBuffer chunk = reader.chunk(at);
    int length = chunk.remaining();
    if (skips && Zeros.isZero(chunk, 0, length) && isZero(device, at, length)) {
      zero += length;
    } else {
      device.write(at, chunk);
      written += length;
    }
    return at + length;
  }

  /** Where whole chunks end that the image does not use. */
  private long endOfUnused(long at) throws IOException {
    return Math.max(at, Math.min(options.unused.endOfUnused(at), end) / CHUNK * CHUNK);
  }

  private void verify(PatientDevice device, ImageReader reader, long from) throws IOException {
    options.progress.begin("Verifying", Math.max(0, end - from));
    ByteBuffer found = ByteBuffer.allocateDirect(CHUNK);
    for (long at = from; at < end; ) {
      device.requireGoingOn(at);
      long next = endOfUnused(at);
      if (next == at) {
        next = at + compare(device, reader, at, found);
      }
      options.progress.advance(next - at);
      at = next;
    }
  }

  private int compare(PatientDevice device, ImageReader reader, long at, ByteBuffer found)
      throws IOException {
    ByteBuffer chunk = reader.chunk(at);
    int length = chunk.remaining();
    found.clear().limit(length);
    device.readMedium(at, found);
    int difference = chunk.mismatch(found);
    if (difference >= 0) {
      if (journal.isPresent()) {
        // To go on where a disk loses what it is given is of no use.
        journal.get().delete();
      }
      throw new DeviceFaultException(
          device.device().name(), at + difference, "does not hold what was written", null);
    }
    verified += length;
    return length;
  }

  private void compareAgain(PatientDevice device, ImageReader reader, long at, ByteBuffer found)
      throws IOException {
    long before = verified;
    compare(device, reader, at, found);
    verified = before;
  }

  /** Writes what makes it a disk to start from. */
  private void complete(PatientDevice device, ImageReader reader) throws IOException {
    options.catalog.requireWritable(options.disk, rules);
    device.requireGoingOn(0);
    boolean reads = options.verify && !device.device().isSequential();
    if (reads) {
      requirePlaceholder(device);
    }
    ByteBuffer first = reader.chunk(0);
    int length = first.remaining();
    device.write(0, first);
    device.flush();
    written += length;
    if (options.verify) {
      ByteBuffer found = ByteBuffer.allocateDirect(CHUNK);
      compare(device, reader, 0, found);
      long last = (end - 1) / CHUNK * CHUNK;
      if (reads && last > 0 && endOfUnused(last) == last) {
        // Where the disk ends a little too soon, this is what the first sectors took away.
        compareAgain(device, reader, last, found);
      }
    }
  }

  /** Makes it a disk without a table again, as far as that is still possible. */
  static void takeBack(RawDevice device, IOException reason) {
    try {
      device.write(0, placeholder((int) Math.min(CHUNK, device.size())));
      device.flush();
    } catch (IOException e) {
      reason.addSuppressed(e);
    }
  }

  /** What tells this image from others: its size, beginning, middle and end. */
  private static String imageMark(BlockDevice image) throws IOException {
    CRC32C sum = new CRC32C();
    int length = (int) Math.min(CHUNK, image.size());
    for (long at : new long[] {0, (image.size() - length) / 2, image.size() - length}) {
      sum.update(image.read(at, length));
    }
    return image.size() + "/" + Long.toHexString(sum.getValue());
  }

  /** Collects how an image is written. Not thread-safe. */
  public static final class Builder {

    private final DeviceCatalog catalog;
    private final DiskDevice disk;
    private final DeviceRules rules;
    private final BlockDevice image;
    private UnusedRanges unused = UnusedRanges.NONE;
    private Optional<Path> journal = Optional.empty();
    private boolean resume;
    private boolean probe = true;
    private boolean verify = true;
    private Optional<Executor> executor = Optional.empty();
    private BooleanSupplier cancelled = () -> false;
    private ProgressListener progress = ProgressListener.NONE;
    private PatientDevice.Pause pause = PatientDevice.Pause::sleep;
    private long barrier = BARRIER;

    private Builder(DeviceCatalog catalog, DiskDevice disk, DeviceRules rules, BlockDevice image) {
      this.catalog = catalog;
      this.disk = disk;
      this.rules = rules;
      this.image = image;
    }

    /** What of the image may be left as it is on the disk; nothing unless told. */
    public Builder unused(UnusedRanges ranges) {
      unused = ranges;
      return this;
    }

    /** A file that notes how far it got, so that it can be resumed; none unless told. */
    public Builder journal(Path file) {
      journal = Optional.of(file);
      return this;
    }

    /** Goes on where the journal says that an earlier attempt at the same got. */
    public Builder resume(boolean yes) {
      resume = yes;
      return this;
    }

    /** Whether it is looked first if the disk has the room that it claims; yes unless told. */
    public Builder probe(boolean yes) {
      probe = yes;
      return this;
    }

    /** Whether everything is read back from the medium and compared; yes unless told. */
    public Builder verify(boolean yes) {
      verify = yes;
      return this;
    }

    /** Reads the image ahead; nothing is read ahead unless told. */
    public Builder executor(Executor threads) {
      executor = Optional.of(threads);
      return this;
    }

    /** Is asked often whether to stop. */
    public Builder cancelled(BooleanSupplier stop) {
      cancelled = stop;
      return this;
    }

    /** Is told how it gets on. */
    public Builder progress(ProgressListener listener) {
      progress = listener;
      return this;
    }

    /** How to wait between attempts. */
    Builder pause(PatientDevice.Pause waiting) {
      pause = waiting;
      return this;
    }

    /** How many bytes to write before all of them are made durable. */
    Builder barrier(long bytes) {
      barrier = bytes;
      return this;
    }

    /** Gives the writer; reads a little of the image, and nothing of the disk. */
    public DeviceWriter build() throws IOException {
      return new DeviceWriter(this);
    }
  }
}
