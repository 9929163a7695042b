package io.vhdboot.imaging.apply;

import io.vhdboot.ntfs.StreamHandle;
import io.vhdboot.wim.Blob;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Which streams of one volume each blob goes to. Not thread-safe while it is filled. */
public final class BlobTargets {

  private final Map<Blob, List<StreamHandle>> targets = new IdentityHashMap<>();

  /** Begins with no blob. */
  public BlobTargets() {}

  /** Adds a stream that a blob is the content of. */
  public void add(Blob blob, StreamHandle stream) {
    // Most blobs go to one place only.
    targets.computeIfAbsent(blob, key -> new ArrayList<>(1)).add(stream);
  }

  /** The streams that a blob is the content of. */
  public List<StreamHandle> of(Blob blob) {
    return targets.getOrDefault(blob, List.of());
  }

  /** All blobs that are the content of any stream. */
  public Collection<Blob> blobs() {
    return targets.keySet();
  }
}
