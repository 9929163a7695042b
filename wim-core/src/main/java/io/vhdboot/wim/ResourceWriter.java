package io.vhdboot.wim;

import io.vhdboot.disk.LittleEndian;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Appends resources to a file that is being written, blobs of the same bytes once only. */
final class ResourceWriter implements Closeable {

  /** Content up to this size is read once and kept while it is hashed, and then written. */
  private static final int KEPT_SIZE = 1 << 20;

  private static final int BUFFER_SIZE = 1 << 17;

  private final FileChannel channel;
  private final ChunkEncoder encoder;
  private final Map<Sha1, Written> blobs = new LinkedHashMap<>();
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_SIZE);
  private long position = WimHeader.SIZE;

  /**
   * Creates the file, or empties it.
   *
   * @param encoder encodes resources, or null when none is compressed
   */
  ResourceWriter(Path path, ChunkEncoder encoder) throws IOException {
    this.channel =
        FileChannel.open(
            path,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    this.encoder = encoder;
  }

  /** A blob that is in the file, and how many streams name it. */
  static final class Written {

    private final Sha1 sha1;
    private final ResourceHeader resource;
    private long references;

    private Written(Sha1 sha1, ResourceHeader resource) {
      this.sha1 = sha1;
      this.resource = resource;
    }

    Sha1 sha1() {
      return sha1;
    }

    long size() {
      return resource.size();
    }

    void addReference() {
      references++;
    }

    ResourceHeader resource() {
      return resource;
    }

    long references() {
      return references;
    }
  }

  /**
   * Makes sure that a blob is in the file.
   *
   * @return the blob; nothing when the source has no bytes
   * @throws IOException also when the source gives other bytes the second time
   */
  Optional<Written> add(BlobSource source) throws IOException {
    byte[] kept;
    MessageDigest digest = Sha1.newDigest();
    long size;
    try (InputStream in = source.open()) {
      kept = in.readNBytes(KEPT_SIZE);
      Sha1.update(digest, kept, 0, kept.length);
      size = kept.length;
      byte[] block = new byte[kept.length < KEPT_SIZE ? 0 : BUFFER_SIZE];
      while (kept.length == KEPT_SIZE) {
        int count = in.readNBytes(block, 0, block.length);
        if (count == 0) {
          break;
        }
        Sha1.update(digest, block, 0, count);
        size += count;
      }
    }
    if (size == 0) {
      return Optional.empty();
    }
    Sha1 sha1 = Sha1.get(digest.digest(), 0);
    Written known = blobs.get(sha1);
    if (known == null) {
      BlobSource content = size == kept.length ? BlobSource.of(kept) : source;
      known = new Written(sha1, write(content, size, sha1, 0));
      blobs.put(sha1, known);
    }
    return Optional.of(known);
  }

  /** Appends metadata, compressed where the file is; they are named once. */
  Written addMetadata(byte[] bytes) throws IOException {
    Sha1 sha1 = Sha1.of(bytes);
    Written written =
        new Written(sha1, write(BlobSource.of(bytes), bytes.length, sha1, ResourceHeader.METADATA));
    written.addReference();
    return written;
  }

  /** Appends a structure as it is. */
  ResourceHeader addPlain(byte[] bytes, int flags) throws IOException {
    ResourceHeader header = new ResourceHeader(bytes.length, flags, position, bytes.length);
    append(bytes, bytes.length);
    return header;
  }

  private ResourceHeader write(BlobSource content, long size, Sha1 sha1, int flags)
      throws IOException {
    long start = position;
    if (encoder != null) {
      if (size <= encoder.chunkSize()) {
        return writeOneChunk(content, (int) size, sha1, flags);
      }
      long stored = writeChunks(content, size, sha1);
      if (stored < size) {
        return new ResourceHeader(stored, flags | ResourceHeader.COMPRESSED, start, size);
      }
      // It does not shrink: once more, over what was just written.
      position = start;
    }
    writePlain(content, size, sha1);
    return new ResourceHeader(size, flags, start, size);
  }

  private ResourceHeader writeOneChunk(BlobSource content, int size, Sha1 sha1, int flags)
      throws IOException {
    byte[] chunk = new byte[size];
    byte[] encoded = new byte[size];
    MessageDigest digest = Sha1.newDigest();
    try (InputStream in = content.open()) {
      readBlock(in, chunk, size);
    }
    Sha1.update(digest, chunk, 0, size);
    checkSame(sha1, digest);
    long start = position;
    int stored = encoder.encode(chunk, 0, size, encoded);
    append(encoded, stored);
    return new ResourceHeader(
        stored, stored < size ? flags | ResourceHeader.COMPRESSED : flags, start, size);
  }

  private void writePlain(BlobSource content, long size, Sha1 sha1) throws IOException {
    MessageDigest digest = Sha1.newDigest();
    byte[] block = new byte[(int) Math.min(size, BUFFER_SIZE)];
    long rest = size;
    try (InputStream in = content.open()) {
      while (rest > 0) {
        int count = readBlock(in, block, (int) Math.min(block.length, rest));
        Sha1.update(digest, block, 0, count);
        append(block, count);
        rest -= count;
      }
    }
    checkSame(sha1, digest);
  }

  /** Writes chunks, and then their table before them; gives the bytes taken. */
  private long writeChunks(BlobSource content, long size, Sha1 sha1) throws IOException {
    long start = position;
    int entrySize = size >>> 32 == 0 ? 4 : 8;
    long count = (size - 1) / encoder.chunkSize() + 1;
    long tableSize = (count - 1) * entrySize;
    MessageDigest digest = Sha1.newDigest();
    byte[] chunk = new byte[(int) Math.min(size, encoder.chunkSize())];
    byte[] encoded = new byte[chunk.length];
    byte[] table = new byte[Math.toIntExact(tableSize)];
    flushBuffer();
    position = start + tableSize;
    try (InputStream in = content.open()) {
      for (int i = 0; i < count; i++) {
        int length = (int) Math.min(chunk.length, size - (long) i * chunk.length);
        readBlock(in, chunk, length);
        Sha1.update(digest, chunk, 0, length);
        if (i > 0) {
          long relative = position - start - tableSize;
          if (entrySize == 4) {
            LittleEndian.put32(table, (i - 1) * entrySize, relative);
          } else {
            LittleEndian.put64(table, (i - 1) * entrySize, relative);
          }
        }
        append(encoded, encoder.encode(chunk, 0, length, encoded));
      }
    }
    checkSame(sha1, digest);
    flushBuffer();
    writeAt(start, ByteBuffer.wrap(table));
    return position - start;
  }

  private static int readBlock(InputStream in, byte[] block, int length) throws IOException {
    if (in.readNBytes(block, 0, length) != length) {
      throw new IOException("a source gives fewer bytes than when it was read before");
    }
    return length;
  }

  private static void checkSame(Sha1 expected, MessageDigest digest) throws IOException {
    if (!Sha1.get(digest.digest(), 0).equals(expected)) {
      throw new IOException("a source gives other bytes than when it was read before");
    }
  }

  /** Every blob that is in the file, in its order. */
  Collection<Written> blobs() {
    return Collections.unmodifiableCollection(blobs.values());
  }

  /** Where the next resource begins. */
  long position() {
    return position;
  }

  /** The integrity table of everything between the header and an offset. */
  byte[] integrityTable(long end) throws IOException {
    flushBuffer();
    return IntegrityTable.of(channel, end);
  }

  /** Writes the header, cuts off what lies behind the last resource, and makes all durable. */
  void finish(WimHeader header) throws IOException {
    flushBuffer();
    channel.truncate(position);
    writeAt(0, ByteBuffer.wrap(header.toBytes()));
    channel.force(true);
  }

  private void append(byte[] bytes, int length) throws IOException {
    if (length > buffer.remaining()) {
      flushBuffer();
    }
    if (length > buffer.capacity()) {
      writeAt(position, ByteBuffer.wrap(bytes, 0, length));
    } else {
      buffer.put(bytes, 0, length);
    }
    position += length;
  }

  private void flushBuffer() throws IOException {
    int length = buffer.position();
    writeAt(position - length, buffer.flip());
    buffer.clear();
  }

  private void writeAt(long at, ByteBuffer bytes) throws IOException {
    long next = at;
    while (bytes.hasRemaining()) {
      next += channel.write(bytes, next);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
