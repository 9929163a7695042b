package io.vhdboot.wim;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The blob table, entries of 50 bytes:
 *
 * <pre>
 * 00  24  {@link ResourceHeader}
 * 18   2  number of the part that holds it
 * 1A   4  reference count
 * 1E  20  SHA-1 of the uncompressed bytes
 * </pre>
 *
 * <p>An entry without a hash or a size is free, one of another part is not ours, and of two with
 * the same hash the first counts. Entries marked as metadata are the images, in the table's order;
 * a reference count of 0 there is what a deletion leaves behind.
 *
 * <p>In a {@link SolidRun} (version 0xE00) an entry whose size is 2^32 stands for a solid resource;
 * every other one is a blob whose stored size is its size and whose offset counts from the run's
 * begin.
 */
final class BlobTable {

  static final int ENTRY_SIZE = 50;

  private static final int PART_OFFSET = 24;
  private static final int COUNT_OFFSET = 26;
  private static final int SHA1_OFFSET = 30;

  /** The size in an entry that stands for a solid resource. */
  static final long SOLID_RESOURCE_MARK = 1L << 32;

  private final BlockDevice file;
  private final Map<Sha1, Blob> blobs = new LinkedHashMap<>();
  private final List<Blob> metadata = new ArrayList<>();

  /** A table without entries yet, of a WIM. */
  BlobTable(BlockDevice file) {
    this.file = file;
  }

  /**
   * Adds the entries of a part, and the headers of solid resources that it names.
   *
   * @param header the part's header
   * @param partOffset where the part begins, from which its entries count
   * @param bytes the decoded table; a rest shorter than an entry is not looked at
   */
  void add(WimHeader header, long partOffset, byte[] bytes) throws IOException {
    int count = bytes.length / ENTRY_SIZE;
    boolean mayBeSolid = header.version() == WimHeader.VERSION_SOLID;
    SolidRun run = new SolidRun(file);
    for (int i = 0; i < count; i++) {
      int at = i * ENTRY_SIZE;
      ResourceHeader resource = ResourceHeader.get(bytes, at);
      boolean ours = LittleEndian.u16(bytes, at + PART_OFFSET) == header.partNumber();
      Sha1 sha1 = Sha1.get(bytes, at + SHA1_OFFSET);
      long references = LittleEndian.u32(bytes, at + COUNT_OFFSET);
      if (mayBeSolid && resource.isSolid()) {
        if (!ours) {
          continue;
        }
        if (resource.size() == SOLID_RESOURCE_MARK) {
          run.addResource(resource.shifted(partOffset));
        } else if (!sha1.isZero() && resource.storedSize() != 0) {
          checkSolid(file.name(), header.blobTable(), at, resource);
          run.addBlob(resource, sha1, references);
        }
        continue;
      }
      run.finish(blobs);
      resource = resource.without(ResourceHeader.SOLID);
      if (sha1.isZero() || resource.size() == 0 || !ours) {
        continue;
      }
      check(file.name(), header.blobTable(), at, resource);
      Blob blob = new Blob(resource.shifted(partOffset), sha1, references);
      if (!resource.isMetadata()) {
        blobs.putIfAbsent(sha1, blob);
      } else if (blob.referenceCount() != 0 && header.partNumber() == 1) {
        metadata.add(blob);
      }
    }
    run.finish(blobs);
  }

  private static void checkSolid(String source, ResourceHeader table, int at, ResourceHeader blob)
      throws CorruptFormatException {
    if (blob.isMetadata()) {
      throw corrupt(source, table, at, "metadata cannot be in a solid resource");
    }
    if (blob.offset() < 0) {
      throw corrupt(source, table, at, "a blob has an offset that cannot be");
    }
  }

  private static void check(String source, ResourceHeader table, int at, ResourceHeader resource)
      throws CorruptFormatException {
    String problem = null;
    if (resource.size() < 0 || resource.offset() < 0 || resource.storedSize() == 0) {
      problem = "a blob has an offset or size that cannot be";
    } else if (!resource.isCompressed() && resource.storedSize() != resource.size()) {
      problem =
          "a blob that is not compressed takes its size, "
              + resource.size()
              + " bytes, not "
              + resource.storedSize();
    }
    if (problem != null) {
      throw corrupt(source, table, at, problem);
    }
  }

  private static CorruptFormatException corrupt(
      String source, ResourceHeader table, int at, String problem) {
    // In a compressed table the place within the file cannot be told.
    long offset = table.isCompressed() ? table.offset() : table.offset() + at;
    return new CorruptFormatException(source, offset, "entry of the blob table: " + problem);
  }

  /**
   * The bytes of a table of blobs and metadata that were written. Solid resources make up one run,
   * which stands first.
   *
   * @param part the number of the part that holds them
   */
  static byte[] toBytes(Collection<WrittenBlob> blobs, Collection<WrittenBlob> metadata, int part) {
    Map<SolidPlace, List<WrittenBlob>> solid = new LinkedHashMap<>();
    List<WrittenBlob> single = new ArrayList<>();
    for (WrittenBlob blob : blobs) {
      if (blob.solid() != null) {
        solid.computeIfAbsent(blob.solid(), place -> new ArrayList<>()).add(blob);
      } else {
        single.add(blob);
      }
    }
    single.addAll(metadata);
    int count = Math.addExact(blobs.size(), metadata.size() + solid.size());
    byte[] bytes = new byte[Math.multiplyExact(count, ENTRY_SIZE)];
    int at = 0;
    long begin = 0;
    for (Map.Entry<SolidPlace, List<WrittenBlob>> run : solid.entrySet()) {
      at = put(bytes, at, run.getKey().toEntry(), part, 1, Sha1.ZERO);
      for (WrittenBlob blob : run.getValue()) {
        ResourceHeader place =
            new ResourceHeader(
                blob.size(), ResourceHeader.SOLID, begin + blob.resource().offset(), 0);
        at = put(bytes, at, place, part, blob.references(), blob.sha1());
      }
      begin += run.getKey().size();
    }
    for (WrittenBlob blob : single) {
      at = put(bytes, at, blob.resource(), part, blob.references(), blob.sha1());
    }
    return bytes;
  }

  private static int put(
      byte[] bytes, int at, ResourceHeader resource, int part, long references, Sha1 sha1) {
    resource.put(bytes, at);
    LittleEndian.put16(bytes, at + PART_OFFSET, part);
    LittleEndian.put32(bytes, at + COUNT_OFFSET, references);
    sha1.put(bytes, at + SHA1_OFFSET);
    return at + ENTRY_SIZE;
  }

  Optional<Blob> blob(Sha1 sha1) {
    return Optional.ofNullable(blobs.get(sha1));
  }

  /** The blob of a hash, or null: the table is asked once for every stream of an image. */
  Blob get(Sha1 sha1) {
    return blobs.get(sha1);
  }

  /** All blobs but metadata, in the table's order. */
  Collection<Blob> blobs() {
    return Collections.unmodifiableCollection(blobs.values());
  }

  /** The metadata of the images, in order. */
  List<Blob> metadata() {
    return Collections.unmodifiableList(metadata);
  }
}
