package io.vhdboot.wim;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.ProgressListener;
import io.vhdboot.disk.UnsupportedFormatException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Copies a WIM to a stream in wimlib's pipable form, which a program can apply as it arrives. Only
 * wimlib and this library read it:
 *
 * <pre>
 * header with WLPWM and no places, XML data, metadata of the images, blobs, blob table, XML data,
 * header with the places
 *
 * before the first XML data and each resource:
 * 00   8  2B9B9BA2443DB9D8h
 * 08   8  size once decoded
 * 10  20  SHA-1 of the decoded bytes
 * 24   4  flags of the resource
 * </pre>
 *
 * <p>Compressed chunks are copied as they are stored, each behind its length (4); their table
 * follows them. Nothing is verified on the way.
 */
public final class PipableCopy {

  private static final long MAGIC = 0x2B9B9BA2443DB9D8L;
  private static final int BLOB_HEADER_SIZE = 40;
  private static final int COPY_SIZE = 1 << 18;
  private static final int PREFIX_SIZE = 4;

  /** Places of chunks that are read at once. */
  private static final int WINDOW = 1024;

  private final WimFile source;
  private final OutputStream out;
  private final ProgressListener listener;
  private long position;

  private PipableCopy(WimFile source, OutputStream out, ProgressListener listener) {
    this.source = source;
    this.out = out;
    this.listener = listener;
  }

  /**
   * Writes the copy. The stream is flushed but not closed.
   *
   * @param source what is copied; it may be split
   * @param out takes the copy
   * @throws UnsupportedFormatException when the source has solid resources
   * @throws CorruptFormatException when the source is damaged
   */
  public static void write(WimFile source, OutputStream out, ProgressListener listener)
      throws IOException {
    new PipableCopy(
            Objects.requireNonNull(source, "source"),
            Objects.requireNonNull(out, "out"),
            Objects.requireNonNull(listener, "listener"))
        .write();
  }

  private void write() throws IOException {
    List<Blob> blobs = source.blobs().stream().sorted(Blob.BY_OFFSET).toList();
    if (blobs.stream().anyMatch(Blob::isSolid)) {
      throw new UnsupportedFormatException(
          source.name(),
          UnsupportedFormatException.NO_OFFSET,
          "pipable files have no solid resources; export it to another form first");
    }
    listener.begin("content", blobs.stream().mapToLong(Blob::storedSize).sum());
    put(header(ResourceHeader.NONE, ResourceHeader.NONE, ResourceHeader.NONE));
    byte[] early = xml();
    putBlobHeader(early.length, Sha1.of(early), ResourceHeader.METADATA);
    put(early);
    List<WrittenBlob> metadata = copy(source.table().metadata());
    List<WrittenBlob> written = copy(blobs);
    final ResourceHeader blobTable = putPlain(BlobTable.toBytes(written, metadata, 1));
    final ResourceHeader xml = putPlain(xml());
    ResourceHeader boot =
        source.bootIndex() == 0
            ? ResourceHeader.NONE
            : metadata.get(source.bootIndex() - 1).resource();
    put(header(blobTable, xml, boot));
    out.flush();
  }

  private byte[] xml() {
    return WimXml.toBytes(source.xmlData().withoutImages(), source.images(), position);
  }

  private List<WrittenBlob> copy(List<Blob> blobs) throws IOException {
    List<WrittenBlob> written = new ArrayList<>(blobs.size());
    for (Blob blob : blobs) {
      ResourceHeader resource = blob.resource();
      int flags = resource.flags() & (ResourceHeader.METADATA | ResourceHeader.COMPRESSED);
      ResourceDevice.checkReadable(
          source.device(), resource, blob.toString(), source.compression());
      putBlobHeader(blob.size(), blob.sha1(), flags);
      final long start = position;
      if (blob.isCompressed()) {
        copyChunks(resource);
      } else {
        copyBytes(source.device(), resource.offset(), resource.storedSize());
      }
      WrittenBlob copy = WrittenBlob.of(blob, null);
      copy.placeAt(new ResourceHeader(position - start, flags, start, blob.size()));
      written.add(copy);
      listener.advance(blob.storedSize());
    }
    return written;
  }

  private void copyChunks(ResourceHeader resource) throws IOException {
    BlockDevice device = source.device();
    ChunkTable table =
        ChunkTable.of(source.name(), resource, source.chunkSize(), source.decoders().isPipable());
    long count = table.count();
    int entrySize = count == 1 ? 4 : (int) (table.size() / (count - 1));
    byte[] entries = new byte[Math.toIntExact(table.size())];
    byte[] prefix = new byte[PREFIX_SIZE];
    long relative = 0;
    for (long first = 0; first < count; first += WINDOW) {
      int chunks = (int) Math.min(WINDOW, count - first);
      long[] positions = table.read(device, first, chunks);
      for (int i = 0; i < chunks; i++) {
        long begin = positions[i] + table.prefixSize();
        long length = positions[i + 1] - begin;
        if (first + i > 0) {
          int at = (int) (first + i - 1) * entrySize;
          if (entrySize == 4) {
            LittleEndian.put32(entries, at, relative);
          } else {
            LittleEndian.put64(entries, at, relative);
          }
        }
        LittleEndian.put32(prefix, 0, length);
        put(prefix);
        copyBytes(device, begin, length);
        relative += length;
      }
    }
    put(entries);
  }

  private void copyBytes(BlockDevice device, long offset, long length) throws IOException {
    byte[] block = new byte[(int) Math.min(COPY_SIZE, length)];
    for (long done = 0; done < length; done += block.length) {
      int count = (int) Math.min(block.length, length - done);
      device.read(offset + done, ByteBuffer.wrap(block, 0, count));
      out.write(block, 0, count);
      position += count;
    }
  }

  private void putBlobHeader(long size, Sha1 sha1, int flags) throws IOException {
    byte[] bytes = new byte[BLOB_HEADER_SIZE];
    LittleEndian.put64(bytes, 0, MAGIC);
    LittleEndian.put64(bytes, 8, size);
    sha1.put(bytes, 16);
    LittleEndian.put32(bytes, 36, flags);
    put(bytes);
  }

  private ResourceHeader putPlain(byte[] bytes) throws IOException {
    ResourceHeader place =
        new ResourceHeader(bytes.length, ResourceHeader.METADATA, position, bytes.length);
    put(bytes);
    return place;
  }

  private void put(byte[] bytes) throws IOException {
    out.write(bytes);
    position += bytes.length;
  }

  private byte[] header(ResourceHeader blobTable, ResourceHeader xml, ResourceHeader boot) {
    WimHeader whole = source.header();
    int dropped = WimHeader.FLAG_WRITE_IN_PROGRESS | WimHeader.FLAG_SPANNED;
    return new WimHeader(
            true,
            whole.version(),
            whole.flags() & ~dropped,
            whole.compression(),
            whole.chunkSize(),
            whole.guid(),
            1,
            1,
            whole.imageCount(),
            source.bootIndex(),
            blobTable,
            xml,
            boot,
            ResourceHeader.NONE)
        .toBytes();
  }
}
