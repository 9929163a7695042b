package io.vhdboot.wim;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.ProgressListener;
import io.vhdboot.disk.UnsupportedFormatException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A WIM that is open for reading. Any thread may use it, several at the same time.
 *
 * <p>Whatever is read may throw {@link CorruptFormatException} for damage and {@link
 * UnsupportedFormatException} for encrypted files.
 */
public final class WimFile implements Closeable {

  /**
   * No honest resource of metadata decodes to more than so many times the file's size; wimlib draws
   * the same line.
   */
  private static final long MAX_EXPANSION = 512;

  /** The most bytes that a structure which must be in memory as a whole may have. */
  private static final long MAX_STRUCTURE = 1L << 30;

  private static final int FIRST_STEP = 1 << 20;
  private static final int UNCOMPRESSED_STEP = 1 << 16;

  private final BlockDevice device;
  private final Closeable owner;
  private final List<WimHeader> parts;
  private final WimHeader header;
  private final ChunkDecoder.Pool decoders;
  private final BlobTable table;
  private final WimXml xml;
  private final String xmlText;
  private final List<WimImageInfo> images;
  private final List<WimWarning> warnings;

  /** The solid resource that was read last; it keeps a decoded chunk. */
  private ResourceDevice solidDevice;

  private SolidResource solid;

  /**
   * Opens a file.
   *
   * @param parts the headers of its parts, of which it has one as a rule
   */
  private WimFile(BlockDevice device, List<WimHeader> parts, Closeable owner) throws IOException {
    this.device = device;
    this.owner = owner;
    this.parts = parts;
    this.header = parts.get(0);
    this.decoders =
        new ChunkDecoder.Pool(
            device.name(), header.compression(), header.chunkSize(), header.isPipable());
    this.table = new BlobTable(device);
    for (WimHeader part : parts) {
      if (part.blobTable().isPresent()) {
        table.add(part, startOf(part), readWhole(part.blobTable(), "the blob table"));
      }
    }
    if (table.metadata().size() != header.imageCount()) {
      throw new CorruptFormatException(
          device.name(),
          0x2C,
          "the header tells of "
              + header.imageCount()
              + " images, but the blob table has metadata of "
              + table.metadata().size());
    }
    Warnings found = new Warnings();
    if (header.isWriteInProgress()) {
      found.add(WimWarning.Kind.FILE, () -> "the program that wrote the file did not finish");
    }
    if (bootIndex() != header.bootIndex()) {
      found.add(
          WimWarning.Kind.FILE,
          () ->
              "the image that boots from here, "
                  + Integer.toUnsignedString(header.bootIndex())
                  + ", is not there");
    }
    byte[] xmlBytes = readWhole(header.xmlData(), "the XML data");
    this.xmlText = WimXml.text(xmlBytes);
    this.xml = WimXml.parse(device.name(), header.xmlData().offset(), xmlBytes);
    this.images = xml.images(header.imageCount(), found);
    this.warnings = found.toList();
  }

  /** Opens a file; of one that is split, any part, beside which the others are. */
  public static WimFile open(Path path) throws IOException {
    return open(path, List.of());
  }

  /**
   * Opens a file; of one that is split, any part.
   *
   * @param parts files among which further parts are; others are looked for beside the file
   */
  public static WimFile open(Path path, List<Path> parts) throws IOException {
    FileDevice device = FileDevice.openReadOnly(path);
    try {
      WimHeader header = WimHeader.read(device);
      if (header.partCount() > 1) {
        SplitSet set = SplitSet.open(path, header, parts);
        device.close();
        return open(set, set.headers(), set);
      }
    } catch (IOException | RuntimeException e) {
      device.close();
      throw e;
    }
    return open(device, device);
  }

  /**
   * Opens a WIM on a device that is a part of something else, such as a file on a disc image.
   *
   * @param owner what {@link #close()} closes; it is closed when this throws as well
   */
  public static WimFile open(BlockDevice device, Closeable owner) throws IOException {
    try {
      return open(device, List.of(singleHeader(device)), owner);
    } catch (IOException | RuntimeException e) {
      owner.close();
      throw e;
    }
  }

  /**
   * Opens a WIM that is split on devices that are parts of something else.
   *
   * @param parts all of them, in order
   * @param owner what {@link #close()} closes; it is closed when this throws as well
   */
  public static WimFile open(List<BlockDevice> parts, Closeable owner) throws IOException {
    try {
      if (parts.size() == 1) {
        return open(parts.get(0), owner);
      }
      SplitSet set = SplitSet.of(parts);
      return open(set, set.headers(), owner);
    } catch (IOException | RuntimeException e) {
      owner.close();
      throw e;
    }
  }

  private static WimHeader singleHeader(BlockDevice device) throws IOException {
    WimHeader header = WimHeader.read(device);
    if (header.partCount() > 1) {
      throw new UnsupportedFormatException(
          device.name(),
          0x28,
          "part "
              + header.partNumber()
              + " of a WIM that is split into "
              + header.partCount()
              + ", whose other parts are not at hand");
    }
    return header;
  }

  private static WimFile open(BlockDevice device, List<WimHeader> parts, Closeable owner)
      throws IOException {
    try {
      return new WimFile(device, parts, owner);
    } catch (IOException | RuntimeException e) {
      owner.close();
      throw e;
    }
  }

  /** Opens a WIM on a device, which the caller closes when this is done with. */
  public static WimFile open(BlockDevice device) throws IOException {
    return open(device, () -> {});
  }

  /** Whether a device begins as a WIM does, be it of a kind that can be opened or not. */
  public static boolean isPresent(BlockDevice device) throws IOException {
    return WimHeader.isPresent(device);
  }

  /** What messages call this file. */
  public String name() {
    return device.name();
  }

  /** The size of the file in bytes. */
  public long size() {
    return device.size();
  }

  /** The version number: 10d00h as a rule, e00h where solid resources or LZMS may occur. */
  public int version() {
    return header.version();
  }

  /** How compressed resources are encoded. */
  public WimCompression compression() {
    return header.compression();
  }

  /** Bytes per chunk of a compressed resource, 0 where nothing is compressed. */
  public int chunkSize() {
    return header.chunkSize();
  }

  /** The file's GUID. */
  public UUID guid() {
    return header.guid();
  }

  /** The index of the image that boots from here, 0 for none. */
  public int bootIndex() {
    int index = header.bootIndex();
    return index >= 0 && index <= header.imageCount() ? index : 0;
  }

  /** Whether absolute targets of links were made relative to the root at capture. */
  public boolean isReparseFixed() {
    return header.isReparseFixed();
  }

  /** What the XML data say of the images, in the order of their indexes. */
  public List<WimImageInfo> images() {
    return images;
  }

  /** The XML data as they are. */
  public String xml() {
    return xmlText;
  }

  /**
   * Whether content is encrypted, as in an .esd that Microsoft's download servers hand out; nothing
   * of the images can be read then.
   */
  public boolean isEncrypted() {
    return xml.isEncrypted();
  }

  /** Whether this is the variant of wimlib's that can be written to a pipe. */
  public boolean isPipable() {
    return header.isPipable();
  }

  /** How many files the WIM is split into, 1 as a rule. */
  public int partCount() {
    return header.partCount();
  }

  /** What is wrong with the file as a whole. */
  public List<WimWarning> warnings() {
    return warnings;
  }

  /**
   * Reads an image. Each call reads anew and takes memory for the whole tree: about 200 bytes per
   * name.
   *
   * @param index the index from 1
   * @throws IllegalArgumentException when there is no such image
   */
  public WimImage image(int index) throws IOException {
    byte[] bytes = metadata(index);
    return MetadataReader.read(
        name() + ": the metadata of image " + index, images.get(index - 1), bytes, table);
  }

  /** The metadata of an image, decoded and verified. */
  byte[] metadata(int index) throws IOException {
    if (index < 1 || index > images.size()) {
      throw new IllegalArgumentException(
          "index (" + index + ") must be 1 to " + images.size() + ", the images of " + name());
    }
    checkNotEncrypted();
    Blob metadata = table.metadata().get(index - 1);
    String what = "the metadata of image " + index;
    byte[] bytes = readWhole(metadata.resource(), what);
    checkSha1(what, metadata, bytes);
    return bytes;
  }

  /** Throws when content is encrypted. */
  void checkNotEncrypted() throws UnsupportedFormatException {
    if (isEncrypted()) {
      throw new UnsupportedFormatException(
          name(),
          header.xmlData().offset(),
          "is an encrypted .esd, as Microsoft's download servers hand out: only Microsoft's own"
              + " tools have the key. Take the image of an ISO, or of the Media Creation Tool");
    }
  }

  /** All blobs, in the order of the blob table. */
  public Collection<Blob> blobs() {
    return table.blobs();
  }

  /** The blob of a hash. */
  public Optional<Blob> blob(Sha1 sha1) {
    return table.blob(sha1);
  }

  /**
   * Reads a blob into memory and verifies it.
   *
   * @throws IllegalArgumentException when no array can be so long
   */
  public byte[] readFully(Blob blob) throws IOException {
    if (blob.size() > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException("blob (" + blob + ") must fit in an array");
    }
    byte[] bytes = readGrowing(openBlob(blob), step(blob.resource()));
    checkSha1(blob.toString(), blob, bytes);
    return bytes;
  }

  /**
   * Opens a blob for reading from front to back. The read that reaches the last byte verifies the
   * whole, and throws {@link CorruptFormatException} before it hands that byte out.
   */
  public InputStream newInputStream(Blob blob) throws IOException {
    return new BlobInputStream(openBlob(blob), step(blob.resource()), blob);
  }

  /**
   * Opens a blob as a device, read-only, for access in any order: only the chunks wanted are
   * decoded. Nothing is verified. Closing it does nothing.
   */
  public BlockDevice openDevice(Blob blob) throws IOException {
    return openBlob(blob);
  }

  private BlockDevice openBlob(Blob blob) throws IOException {
    return blob.isSolid()
        ? openSolid(blob.solid()).slice(blob.offset(), blob.size())
        : openResource(blob.resource(), blob.toString());
  }

  /** Blobs of a solid resource are mostly read one after another, from the same chunk. */
  private synchronized ResourceDevice openSolid(SolidResource resource) throws IOException {
    if (solid != resource) {
      solidDevice = ResourceDevice.open(device, resource);
      solid = resource;
    }
    return solidDevice;
  }

  /** How many bytes of a resource are best read at a time. */
  private int step(ResourceHeader resource) {
    return resource.isCompressed() ? chunkSize() : UNCOMPRESSED_STEP;
  }

  /** Where a part begins. */
  private long startOf(WimHeader part) {
    return device instanceof SplitSet set ? set.startOf(part.partNumber()) : 0;
  }

  /** Whether the file has an integrity table. */
  public boolean hasIntegrityTable() {
    return header.integrityTable().isPresent();
  }

  /**
   * Compares the file with its integrity table, where it has one.
   *
   * @throws CorruptFormatException when they do not agree
   */
  public void checkIntegrity(ProgressListener listener) throws IOException {
    checkIntegrity(NumberedTasks.onThisThread(), listener);
  }

  void checkIntegrity(NumberedTasks tasks, ProgressListener listener) throws IOException {
    for (WimHeader part : parts) {
      if (part.integrityTable().isPresent()) {
        byte[] bytes = readWhole(part.integrityTable(), "the integrity table");
        ResourceHeader blobTable = part.blobTable();
        IntegrityTable.check(
            device,
            startOf(part),
            part.integrityTable().offset(),
            bytes,
            blobTable.offset() + blobTable.storedSize(),
            tasks,
            listener);
      }
    }
  }

  /** Closes the file when it was opened by its path, or the owner that was named. */
  @Override
  public void close() throws IOException {
    owner.close();
  }

  @Override
  public String toString() {
    return name();
  }

  BlockDevice device() {
    return device;
  }

  /** The header; of a split file, that of its first part. */
  WimHeader header() {
    return header;
  }

  BlobTable table() {
    return table;
  }

  WimXml xmlData() {
    return xml;
  }

  /** The integrity table's bytes, where there is one. */
  byte[] integrityTable() throws IOException {
    return readWhole(header.integrityTable(), "the integrity table");
  }

  ChunkDecoder.Pool decoders() {
    return decoders;
  }

  private ResourceDevice openResource(ResourceHeader resource, String what) throws IOException {
    return ResourceDevice.open(device, resource, what, decoders);
  }

  /** Reads a structure that must be in memory as a whole, and refuses what cannot be one. */
  private byte[] readWhole(ResourceHeader resource, String what) throws IOException {
    if (!resource.isPresent()) {
      throw new CorruptFormatException(name(), 0, what + " are not there");
    }
    if (resource.size() < 0 || resource.size() / MAX_EXPANSION > device.size()) {
      throw new CorruptFormatException(
          name(),
          resource.offset(),
          what
              + " would have "
              + Long.toUnsignedString(resource.size())
              + " bytes, too many for a file of "
              + device.size());
    }
    long limit = Math.min(MAX_STRUCTURE, Runtime.getRuntime().maxMemory() / 2);
    if (resource.size() > limit) {
      throw new UnsupportedFormatException(
          name(),
          resource.offset(),
          what + " have " + resource.size() + " bytes; there is memory for " + limit);
    }
    return readGrowing(openResource(resource, what), step(resource));
  }

  /** Takes memory only as fast as decoding shows that there is something to put there. */
  private static byte[] readGrowing(BlockDevice resource, int step) throws IOException {
    long size = resource.size();
    byte[] bytes = new byte[(int) Math.min(size, Math.max(FIRST_STEP, step))];
    int have = 0;
    while (true) {
      resource.read(have, ByteBuffer.wrap(bytes, have, bytes.length - have));
      have = bytes.length;
      if (have == size) {
        return bytes;
      }
      bytes = Arrays.copyOf(bytes, (int) Math.min(size, 4L * have));
    }
  }

  private void checkSha1(String what, Blob blob, byte[] bytes) throws CorruptFormatException {
    BlobInputStream.check(name() + ": " + what, blob, Sha1.of(bytes));
  }
}
