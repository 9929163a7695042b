package io.vhdboot.usb;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A machine with one stick in memory, of which a test says what goes wrong with it, at the level of
 * the channel that the system would give.
 */
final class FaultyDisk extends FileChannel implements DeviceHost {

  static final String PATH = "/dev/sdz";

  /** Fails for good. */
  static final int FOREVER = Integer.MAX_VALUE;

  final byte[] content;
  private byte[] durable;
  private final long claimed;

  DiskDevice disk;
  int largestTransfer = Integer.MAX_VALUE;
  int failingFlushes;
  long fullAt = Long.MAX_VALUE;
  long lostAt = -1;
  final Map<Long, Integer> failingWrites = new TreeMap<>();
  final Map<Long, Integer> failingReads = new TreeMap<>();
  int operationsUntilGone = Integer.MAX_VALUE;
  boolean gone;
  Step onOpen = () -> {};
  Step onWrite = () -> {};
  Step onFlush = () -> {};
  long writtenBytes;
  int unmounts;

  /** Something that happens meanwhile. */
  interface Step {

    /** Does it. */
    void run() throws IOException;
  }

  /** A stick of a size that really has it. */
  FaultyDisk(int size) {
    this(size, size);
  }

  /** A stick that claims more than it has: addresses begin anew behind its end. */
  FaultyDisk(int real, long claimed) {
    this.content = new byte[real];
    this.durable = content.clone();
    this.claimed = claimed;
    this.disk = stick(claimed, "S3R1AL");
  }

  static DiskDevice stick(long size, String serial) {
    return new DiskDevice(
        PATH,
        size,
        512,
        DeviceBus.USB,
        true,
        false,
        "Maker",
        "Stick",
        serial,
        "65:16/7",
        Optional.empty(),
        List.of(),
        List.of());
  }

  /** Something uses the stick from now on. */
  void use(DiskUse.Kind kind, String text) {
    disk =
        new DiskDevice(
            disk.path(),
            disk.size(),
            disk.sectorSize(),
            disk.bus(),
            disk.removable(),
            disk.readOnly(),
            disk.vendor(),
            disk.model(),
            disk.serial(),
            disk.attachment(),
            disk.backing(),
            disk.volumes(),
            List.of(new DiskUse(kind, text)));
  }

  @Override
  public List<DiskDevice> disks(Collection<Path> kept) {
    return gone ? List.of() : List.of(disk);
  }

  @Override
  public RawDevice open(DiskDevice opened, boolean forWriting) throws IOException {
    onOpen.run();
    return ChannelDevice.of(opened, this, claimed)
        .readOnly(!forWriting)
        .checking(
            () -> {
              if (gone) {
                throw new DeviceChangedException(opened + " is not there any more");
              }
            })
        .closing(List.of(), () -> {})
        .build();
  }

  @Override
  public void unmount(DiskDevice mounted) {
    unmounts++;
    disk = stick(claimed, disk.serial());
  }

  private void count() throws IOException {
    if (--operationsUntilGone <= 0) {
      gone = true;
    }
    if (gone) {
      throw new IOException("Input/output error");
    }
  }

  private static void fail(Map<Long, Integer> places, long position, int length)
      throws IOException {
    for (Map.Entry<Long, Integer> place : places.entrySet()) {
      if (place.getKey() >= position
          && place.getKey() < position + length
          && place.getValue() > 0) {
        if (place.getValue() != FOREVER) {
          place.setValue(place.getValue() - 1);
        }
        throw new IOException("Input/output error");
      }
    }
  }

  @Override
  public int read(ByteBuffer target, long position) throws IOException {
    count();
    if (position >= claimed) {
      return -1;
    }
    int length = (int) Math.min(Math.min(target.remaining(), largestTransfer), claimed - position);
    fail(failingReads, position, length);
    for (int done = 0; done < length; ) {
      int at = (int) ((position + done) % content.length);
      int piece = Math.min(length - done, content.length - at);
      target.put(content, at, piece);
      done += piece;
    }
    return length;
  }

  @Override
  public int write(ByteBuffer source, long position) throws IOException {
    count();
    onWrite.run();
    int length = Math.min(source.remaining(), largestTransfer);
    if (position + length > Math.min(fullAt, claimed)) {
      throw new IOException("No space left on device");
    }
    fail(failingWrites, position, length);
    for (int done = 0; done < length; ) {
      int at = (int) ((position + done) % content.length);
      int piece = Math.min(length - done, content.length - at);
      source.get(content, at, piece);
      done += piece;
    }
    if (lostAt >= position && lostAt < position + length) {
      content[(int) (lostAt % content.length)] ^= 0x10;
    }
    writtenBytes += length;
    return length;
  }

  /** A flush that fails loses all that was not stored, and says so only once. */
  @Override
  public void force(boolean metadata) throws IOException {
    count();
    onFlush.run();
    if (failingFlushes > 0) {
      failingFlushes--;
      System.arraycopy(durable, 0, content, 0, content.length);
      throw new IOException("Input/output error");
    }
    durable = content.clone();
  }

  /** Whether firmware or an operating system would see something on it. */
  boolean looksUsed() {
    return !Arrays.equals(Arrays.copyOf(content, 4096), new byte[4096]);
  }

  @Override
  public long size() {
    return claimed;
  }

  @Override
  public int read(ByteBuffer target) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long read(ByteBuffer[] targets, int offset, int length) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int write(ByteBuffer source) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long write(ByteBuffer[] sources, int offset, int length) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long position() {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileChannel position(long position) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileChannel truncate(long size) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long transferTo(long position, long count, WritableByteChannel target) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long transferFrom(ReadableByteChannel source, long position, long count) {
    throw new UnsupportedOperationException();
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long position, long size) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileLock lock(long position, long size, boolean shared) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileLock tryLock(long position, long size, boolean shared) {
    throw new UnsupportedOperationException();
  }

  @Override
  protected void implCloseChannel() {}
}
