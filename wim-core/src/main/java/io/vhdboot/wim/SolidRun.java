package io.vhdboot.wim;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Consecutive entries of the blob table that are marked as solid: the resources, and the blobs that
 * lie in them. A blob's offset counts through all resources of the run, in their order.
 */
final class SolidRun {

  private final BlockDevice file;
  private final List<SolidResource> resources = new ArrayList<>();
  private final List<Entry> entries = new ArrayList<>();

  private record Entry(long offset, long size, Sha1 sha1, long references) {}

  SolidRun(BlockDevice file) {
    this.file = file;
  }

  void addResource(ResourceHeader resource) throws IOException {
    resources.add(SolidResource.read(file, resource));
  }

  /**
   * Adds a blob.
   *
   * @param blob its stored size is the blob's size
   */
  void addBlob(ResourceHeader blob, Sha1 sha1, long references) {
    entries.add(new Entry(blob.offset(), blob.storedSize(), sha1, references));
  }

  /**
   * Gives out the blobs of the run, in the order in which they lie in it, and begins a new one.
   *
   * @throws CorruptFormatException when one is not inside a resource, or two overlap
   */
  void finish(Map<Sha1, Blob> blobs) throws CorruptFormatException {
    entries.sort(Comparator.comparingLong(Entry::offset));
    int index = 0;
    long begin = 0;
    long free = 0;
    for (Entry entry : entries) {
      while (index < resources.size() && entry.offset >= begin + resources.get(index).size()) {
        begin += resources.get(index).size();
        index++;
      }
      if (index == resources.size()
          || entry.offset < free
          || entry.size > begin + resources.get(index).size() - entry.offset) {
        throw new CorruptFormatException(
            file.name(),
            CorruptFormatException.NO_OFFSET,
            "blob "
                + entry.sha1
                + " of "
                + entry.size
                + " bytes at "
                + entry.offset
                + " is not inside a solid resource, or overlaps another");
      }
      free = entry.offset + entry.size;
      ResourceHeader place =
          new ResourceHeader(entry.size, ResourceHeader.SOLID, entry.offset - begin, entry.size);
      blobs.putIfAbsent(
          entry.sha1, new Blob(place, resources.get(index), entry.sha1, entry.references));
    }
    resources.clear();
    entries.clear();
  }
}
