package io.vhdboot.wim;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Brings blobs into a file, those of the same bytes once.
 *
 * <p>Small sources are read and hashed on the caller's executor, several at a time, and kept until
 * it is known whether they are new. A large one whose size no other has is hashed as it is written;
 * of the rest the hash is taken first. What is new is written in the order in which it was given.
 */
final class BlobWriter {

  /** Content up to this size is read once and kept while it is hashed, and then written. */
  private static final int KEPT_SIZE = 1 << 20;

  private static final int BATCH_SIZE = 1 << 20;
  private static final int BATCH_COUNT = 64;
  private static final int BLOCK_SIZE = 1 << 17;

  private final AppendedFile out;
  private final ResourceWriter resources;
  private final WriteOptions options;
  private final Map<Sha1, WrittenBlob> blobs = new LinkedHashMap<>();

  /** Sizes of the large blobs in the file. */
  private final Set<Long> largeSizes = new HashSet<>();

  private BlobSink sink;

  BlobWriter(AppendedFile out, ResourceWriter resources, WriteOptions options) {
    this.out = out;
    this.resources = resources;
    this.options = options;
  }

  /** Every blob that is in the file, in the order in which they came. */
  Collection<WrittenBlob> blobs() {
    return Collections.unmodifiableCollection(blobs.values());
  }

  /** The blob of a hash, or null. */
  WrittenBlob get(Sha1 sha1) {
    return blobs.get(sha1);
  }

  /** Adds a blob that is in the file already. */
  void put(WrittenBlob blob) {
    blobs.put(blob.sha1(), blob);
    if (blob.size() > KEPT_SIZE) {
      largeSizes.add(blob.size());
    }
  }

  /** Forgets a blob; its bytes stay in the file. */
  void remove(Sha1 sha1) {
    blobs.remove(sha1);
  }

  /**
   * Makes sure that the blobs of streams are in the file.
   *
   * @throws IOException also when a source gives other bytes the second time, or another size
   */
  void add(List<BlobSlot> slots) throws IOException {
    markUnique(slots);
    List<BlobSlot> order = slots;
    if (options.isSolid()) {
      hashThoseOfUnknownSize(slots);
      order = new ArrayList<>(slots);
      order.sort(Comparator.comparing(BlobSlot::similarity));
    }
    long total = 0;
    for (BlobSlot slot : order) {
      total += Math.max(slot.size, 0);
    }
    options.listener().begin("content", total);
    open(total);
    TaskQueue<Batch> queue = new TaskQueue<>(options.executor());
    try {
      int limit = 2 * (options.parallelism() + 1);
      for (int next = 0; next < order.size(); ) {
        int end = batchEnd(order, next);
        queue.submit(new Batch(order.subList(next, end)));
        next = end;
        while (queue.size() >= limit) {
          store(queue.take());
        }
      }
      while (!queue.isEmpty()) {
        store(queue.take());
      }
      sink.finish();
    } finally {
      queue.stop();
      close();
    }
  }

  private void open(long total) {
    sink = options.isSolid() ? new SolidWriter(out, options, total) : resources;
  }

  private void close() {
    if (sink != null) {
      sink.stop();
      sink = null;
    }
  }

  /** Finds the sizes, and which large ones occur once only. */
  private void markUnique(List<BlobSlot> slots) throws IOException {
    Map<Long, BlobSlot> bySize = new HashMap<>();
    boolean allKnown = true;
    for (BlobSlot slot : slots) {
      slot.size = slot.sha1 != null ? slot.size : slot.source().size();
      allKnown &= slot.size >= 0;
      if (slot.size > KEPT_SIZE && slot.sha1 == null) {
        BlobSlot other = bySize.putIfAbsent(slot.size, slot);
        slot.isUnique = other == null && !largeSizes.contains(slot.size);
        if (other != null) {
          other.isUnique = false;
        }
      }
    }
    if (!allKnown) {
      slots.forEach(slot -> slot.isUnique = false);
    }
  }

  private static void hashThoseOfUnknownSize(List<BlobSlot> slots) throws IOException {
    MessageDigest digest = Sha1.newDigest();
    for (BlobSlot slot : slots) {
      if (slot.size < 0) {
        read(slot, digest);
      }
    }
  }

  private static int batchEnd(List<BlobSlot> slots, int from) {
    long size = 0;
    int end = from;
    while (end < slots.size() && end - from < BATCH_COUNT) {
      BlobSlot slot = slots.get(end);
      boolean isSmall = slot.size >= 0 && slot.size <= KEPT_SIZE;
      size += isSmall ? slot.size : BATCH_SIZE;
      if (end > from && size > BATCH_SIZE) {
        break;
      }
      end++;
    }
    return end;
  }

  /** Streams whose content is read and hashed at a time. */
  private static final class Batch extends OrderedTask {

    private final List<BlobSlot> slots;
    private final byte[][] contents;

    Batch(List<BlobSlot> slots) {
      this.slots = slots;
      this.contents = new byte[slots.size()][];
    }

    @Override
    void work() throws IOException {
      MessageDigest digest = Sha1.newDigest();
      for (int i = 0; i < contents.length; i++) {
        BlobSlot slot = slots.get(i);
        boolean isLarge = slot.size > KEPT_SIZE;
        if (!slot.isUnique && !(isLarge && slot.sha1 != null)) {
          contents[i] = read(slot, digest);
        }
      }
    }
  }

  /** Reads and hashes a stream; gives the content of a small one, null for one that is large. */
  private static byte[] read(BlobSlot slot, MessageDigest digest) throws IOException {
    try (InputStream in = slot.source().open()) {
      boolean isSmall = slot.size >= 0 && slot.size <= KEPT_SIZE;
      byte[] content = isSmall ? readAtMost(in, (int) slot.size) : in.readNBytes(KEPT_SIZE);
      Sha1.update(digest, content, 0, content.length);
      long size = content.length;
      if (!isSmall && size == KEPT_SIZE || isSmall) {
        byte[] block = new byte[isSmall ? 1 : BLOCK_SIZE];
        for (int count = in.read(block); count > 0; count = in.read(block)) {
          Sha1.update(digest, block, 0, count);
          size += count;
          if (block.length == 1) {
            block = new byte[BLOCK_SIZE];
          }
        }
      }
      slot.size = size;
      slot.sha1 = Sha1.get(digest.digest(), 0);
      return size == content.length ? content : null;
    }
  }

  private static byte[] readAtMost(InputStream in, int size) throws IOException {
    byte[] bytes = new byte[size];
    int count = in.readNBytes(bytes, 0, size);
    return count == size ? bytes : Arrays.copyOf(bytes, count);
  }

  private void store(Batch batch) throws IOException {
    for (int i = 0; i < batch.contents.length; i++) {
      BlobSlot slot = batch.slots.get(i);
      store(slot, batch.contents[i]);
      batch.contents[i] = null;
      options.listener().advance(slot.size);
    }
  }

  private void store(BlobSlot slot, byte[] content) throws IOException {
    if (slot.size == 0) {
      return;
    }
    WrittenBlob known = slot.sha1 == null ? null : blobs.get(slot.sha1);
    if (known == null) {
      sink.begin(slot.size);
      if (content == null) {
        stream(slot);
      } else {
        sink.write(content, 0, content.length);
      }
      known = sink.end(slot.sha1);
      put(known);
    }
    slot.setBlob(known);
  }

  /** Reads a large stream and writes it; takes or checks its hash. */
  private void stream(BlobSlot slot) throws IOException {
    MessageDigest digest = Sha1.newDigest();
    byte[] block = new byte[BLOCK_SIZE];
    try (InputStream in = slot.source().open()) {
      for (int count = in.read(block); count > 0; count = in.read(block)) {
        Sha1.update(digest, block, 0, count);
        sink.write(block, 0, count);
      }
    }
    Sha1 found = Sha1.get(digest.digest(), 0);
    if (slot.sha1 != null && !slot.sha1.equals(found)) {
      throw new IOException("a source gives other bytes than when it was read before");
    }
    slot.sha1 = found;
  }

  /** A blob of another file that is wanted here. */
  static final class Wanted {

    private final Blob blob;
    private final String fileName;
    private long references;

    /**
     * A blob.
     *
     * @param fileName the name of a file that has it
     */
    Wanted(Blob blob, String fileName) {
      this.blob = blob;
      this.fileName = fileName;
    }

    Blob blob() {
      return blob;
    }

    void addReference() {
      references++;
    }

    long references() {
      return references;
    }
  }

  /** Makes sure that blobs of another file are in this one, and counts their references. */
  void importBlobs(WimFile source, Collection<Wanted> wanted) throws IOException {
    List<Wanted> missing = new ArrayList<>();
    long total = 0;
    for (Wanted each : wanted) {
      if (!blobs.containsKey(each.blob.sha1())) {
        missing.add(each);
        total += each.blob.size();
      }
    }
    missing.sort(Comparator.comparing(Wanted::blob, Blob.BY_OFFSET));
    options.listener().begin("content", total);
    List<Wanted> rest = new RawCopy(source, out, resources, options, this).copy(missing);
    long size = 0;
    boolean isAnySolid = false;
    for (Wanted each : rest) {
      size += each.blob.size();
      isAnySolid |= each.blob.isSolid();
    }
    if (options.isSolid() && !isAnySolid) {
      add(slots(source, rest));
    } else if (!rest.isEmpty()) {
      open(size);
      try {
        recompress(source, rest);
      } finally {
        close();
      }
    }
    for (Wanted each : wanted) {
      blobs.get(each.blob.sha1()).addReferences(each.references());
    }
  }

  private static List<BlobSlot> slots(WimFile source, List<Wanted> wanted) {
    List<BlobSlot> slots = new ArrayList<>(wanted.size());
    for (Wanted each : wanted) {
      BlobSlot slot = new BlobSlot(() -> source.newInputStream(each.blob), each.fileName);
      slot.size = each.blob.size();
      slot.sha1 = each.blob.sha1();
      slots.add(slot);
    }
    return slots;
  }

  private void recompress(WimFile source, List<Wanted> wanted) throws IOException {
    new BlobStreamer(source)
        .executor(options.executor(), options.parallelism()).progress(options.listener()).stream(
            wanted.stream().map(Wanted::blob).toList(),
            new BlobConsumer() {
              @Override
              public void begin(Blob blob) throws IOException {
                sink.begin(blob.size());
              }

              @Override
              public void data(Blob blob, long offset, ByteBuffer piece) throws IOException {
                byte[] bytes;
                int at = 0;
                if (piece.hasArray()) {
                  bytes = piece.array();
                  at = piece.arrayOffset() + piece.position();
                } else {
                  bytes = new byte[piece.remaining()];
                  piece.get(piece.position(), bytes);
                }
                sink.write(bytes, at, piece.remaining());
              }

              @Override
              public void end(Blob blob) throws IOException {
                put(sink.end(blob.sha1()));
              }
            });
    sink.finish();
  }
}
