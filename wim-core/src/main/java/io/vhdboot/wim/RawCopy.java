package io.vhdboot.wim;

import io.vhdboot.disk.BlockDevice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Copies resources of a file that are stored there just as they would be stored here. */
final class RawCopy {

  private final WimFile source;
  private final AppendedFile out;
  private final ResourceWriter resources;
  private final WriteOptions options;
  private final BlobWriter target;

  RawCopy(
      WimFile source,
      AppendedFile out,
      ResourceWriter resources,
      WriteOptions options,
      BlobWriter target) {
    this.source = source;
    this.out = out;
    this.resources = resources;
    this.options = options;
    this.target = target;
  }

  /** Copies what can be copied and gives the rest. */
  List<BlobWriter.Wanted> copy(List<BlobWriter.Wanted> wanted) throws IOException {
    if (options.isRecompressing()) {
      return wanted;
    }
    Map<SolidResource, SolidPlace> solid = copySolid(wanted);
    List<BlobWriter.Wanted> rest = new ArrayList<>();
    for (BlobWriter.Wanted each : wanted) {
      Blob blob = each.blob();
      SolidPlace place = blob.isSolid() ? solid.get(blob.solid()) : null;
      WrittenBlob written = new WrittenBlob(blob.sha1(), blob.size());
      if (place != null) {
        written.placeIn(place, blob.offset());
      } else if (!blob.isSolid() && isStoredAlike(blob)) {
        written.placeAt(copy(blob));
      } else {
        rest.add(each);
        continue;
      }
      target.put(written);
      options.listener().advance(blob.size());
    }
    return rest;
  }

  private ResourceHeader copy(Blob blob) throws IOException {
    if (blob.isCompressed()) {
      // Refuses a size that the resource cannot have.
      ChunkTable.of(source.name(), blob.resource(), source.chunkSize(), false);
    }
    return resources.copy(source.device(), blob.resource());
  }

  private boolean isStoredAlike(Blob blob) {
    ChunkDecoder.Pool theirs = source.decoders();
    if (options.isSolid() || theirs.isPipable()) {
      return false;
    }
    boolean isOfOneKind =
        theirs.compression() == options.compression() && theirs.chunkSize() == options.chunkSize();
    return isOfOneKind || !blob.isCompressed() && options.compression() == WimCompression.NONE;
  }

  /** Copies solid resources of which most is wanted. */
  private Map<SolidResource, SolidPlace> copySolid(List<BlobWriter.Wanted> wanted)
      throws IOException {
    Map<SolidResource, Long> used = new IdentityHashMap<>();
    for (BlobWriter.Wanted each : wanted) {
      if (each.blob().isSolid()) {
        used.merge(each.blob().solid(), each.blob().size(), Long::sum);
      }
    }
    Map<SolidResource, SolidPlace> places = new IdentityHashMap<>();
    BlockDevice device = source.device();
    for (BlobWriter.Wanted each : wanted) {
      SolidResource resource = each.blob().solid();
      if (resource != null && !places.containsKey(resource) && isStoredAlike(resource, used)) {
        ResourceHeader stored =
            new ResourceHeader(resource.storedSize(), 0, resource.offset(), resource.storedSize());
        long offset = resources.copy(device, stored).offset();
        places.put(resource, new SolidPlace(offset, resource.storedSize(), resource.size()));
      }
    }
    return places;
  }

  private boolean isStoredAlike(SolidResource resource, Map<SolidResource, Long> used) {
    return options.isSolid()
        && resource.decoders().compression() == options.solidCompression()
        && resource.chunkSize() == options.solidChunkSize()
        && used.get(resource) >= resource.size() / 3 * 2;
  }
}
