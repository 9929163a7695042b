package io.vhdboot.imaging.capture;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.ntfs.FileAttributes;
import io.vhdboot.ntfs.NtfsDirectoryEntry;
import io.vhdboot.ntfs.NtfsFile;
import io.vhdboot.ntfs.NtfsStream;
import io.vhdboot.ntfs.NtfsVolume;
import io.vhdboot.wim.BlobSource;
import io.vhdboot.wim.ExtendedAttribute;
import io.vhdboot.wim.NewFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NotDirectoryException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Captures a folder of an NTFS volume with all that a WIM can hold: security descriptors, short
 * names, hard links, named streams, reparse points as they are, object ids, extended attributes and
 * times. Files that the Windows overlay filter compressed are captured as they read, as DISM does
 * it. Encrypted files, which cannot be read, are left out with a warning; so are the volume's own
 * files, without one.
 *
 * <pre>{@code
 * CapturedTree tree = VolumeCapture.of(volume).capture();
 * writer.addImage(WimImageInfo.builder().name("C").build(), tree.root());
 * }</pre>
 *
 * <p>For use by one thread; the volume must not change until the tree is written.
 */
public final class VolumeCapture {

  private static final String OVERLAY_STREAM = "WofCompressedData";
  private static final int REPARSE_HEADER_SIZE = 8;
  private static final int OVERLAY_ATTRIBUTES =
      FileAttributes.REPARSE_POINT | FileAttributes.SPARSE;

  private final NtfsVolume volume;
  private final NtfsFile start;
  private ExclusionList exclusions = ExclusionList.DEFAULT;
  private final Map<Long, NewFile> linked = new HashMap<>();
  private final Map<Integer, byte[]> descriptors = new HashMap<>();
  private final Set<Long> directories = new HashSet<>();
  private final List<String> warnings = new ArrayList<>();
  private long names;

  private VolumeCapture(NtfsVolume volume, NtfsFile start) {
    this.volume = Objects.requireNonNull(volume, "volume");
    this.start = Objects.requireNonNull(start, "start");
  }

  /** Captures a whole volume. */
  public static VolumeCapture of(NtfsVolume volume) throws IOException {
    return new VolumeCapture(volume, volume.root());
  }

  /**
   * Captures a folder, which becomes the root of the image.
   *
   * @param path its path on the volume
   * @throws java.nio.file.NotDirectoryException when it is a file
   */
  public static VolumeCapture of(NtfsVolume volume, String path) throws IOException {
    NtfsFile start = volume.file(path);
    if (!start.isDirectory()) {
      throw new NotDirectoryException(path);
    }
    return new VolumeCapture(volume, start);
  }

  /** Leaves out what this list says; unless called, what {@link ExclusionList#DEFAULT} says. */
  public VolumeCapture exclusions(ExclusionList list) {
    this.exclusions = Objects.requireNonNull(list, "list");
    return this;
  }

  /** A directory whose entries are yet to be captured. */
  private record Pending(String path, NtfsFile directory, NewFile captured) {}

  /**
   * Captures the tree; contents stay where they are.
   *
   * @throws CorruptFormatException when the volume is damaged
   */
  public CapturedTree capture() throws IOException {
    NewFile root = NewFile.directory();
    describe(start, root, false);
    addNamedStreams(start, root, false);
    Deque<Pending> pending = new ArrayDeque<>();
    directories.add(start.recordNumber());
    pending.push(new Pending("", start, root));
    while (!pending.isEmpty()) {
      Pending next = pending.pop();
      for (NtfsDirectoryEntry entry : next.directory.list()) {
        String path = next.path + "\\" + entry.name();
        if (entry.isMetafile() || exclusions.excludes(path)) {
          continue;
        }
        capture(entry, path, next.captured, pending);
      }
    }
    return new CapturedTree(root, names, warnings);
  }

  private void capture(
      NtfsDirectoryEntry entry, String path, NewFile parent, Deque<Pending> pending)
      throws IOException {
    if (!NewFile.isName(entry.name()) || parent.child(entry.name()).isPresent()) {
      warnings.add(path + ": a WIM cannot hold this name, or has it already; it was left out");
      return;
    }
    // A name that is its own short name has no other.
    String shortName = entry.shortName().filter(name -> !name.equals(entry.name())).orElse("");
    NewFile known = linked.get(entry.recordNumber());
    if (known != null) {
      names++;
      parent.add(entry.name(), shortName, known);
      return;
    }
    NtfsFile file = volume.file(entry);
    if ((file.attributes() & FileAttributes.ENCRYPTED) != 0 && !file.isDirectory()) {
      warnings.add(path + ": is encrypted; it was left out");
      return;
    }
    NewFile captured;
    try {
      captured = capture(file);
    } catch (UnsupportedFormatException e) {
      // What a filter of Windows keeps elsewhere: in the cloud, say.
      warnings.add(path + ": " + e.getMessage() + "; it was left out");
      return;
    }
    names++;
    parent.add(entry.name(), shortName, captured);
    if (!file.isDirectory() && file.names().size() > 1) {
      linked.put(entry.recordNumber(), captured);
    }
    if (file.isDirectory() && file.reparseTag().isEmpty()) {
      if (!directories.add(entry.recordNumber())) {
        throw new CorruptFormatException(
            file.toString(), CorruptFormatException.NO_OFFSET, "a folder that is in two places");
      }
      pending.push(new Pending(path, file, captured));
    }
  }

  private NewFile capture(NtfsFile file) throws IOException {
    boolean isOverlay = false;
    NewFile captured;
    if (file.isDirectory()) {
      captured = NewFile.directory();
    } else {
      Optional<NtfsStream> data = file.findStream("");
      isOverlay = data.isPresent() && data.get().isOverlay();
      boolean isEmpty = data.isEmpty() || data.get().size() == 0;
      if (!isEmpty && file.reparseTag().isPresent()) {
        data.get().newInputStream().close();
      }
      captured = NewFile.of(isEmpty ? BlobSource.of(new byte[0]) : source(file, data.get()));
    }
    describe(file, captured, isOverlay);
    addNamedStreams(file, captured, isOverlay);
    return captured;
  }

  private void describe(NtfsFile file, NewFile captured, boolean isOverlay) throws IOException {
    int attributes = file.attributes() & (isOverlay ? ~OVERLAY_ATTRIBUTES : ~0);
    captured
        .attributes(attributes == 0 ? FileAttributes.NORMAL : attributes)
        .times(file.created(), file.accessed(), file.modified());
    byte[] descriptor = descriptor(file);
    if (descriptor != null) {
      captured.securityDescriptor(descriptor);
    }
    Optional<byte[]> reparse = isOverlay ? Optional.empty() : file.reparseData();
    if (reparse.isPresent()) {
      byte[] bytes = reparse.get();
      if (bytes.length < REPARSE_HEADER_SIZE) {
        throw new CorruptFormatException(
            file.toString(), CorruptFormatException.NO_OFFSET, "a reparse point without a header");
      }
      captured.reparse(
          LittleEndian.i32(bytes, 0),
          LittleEndian.u16(bytes, 6),
          BlobSource.of(Arrays.copyOfRange(bytes, REPARSE_HEADER_SIZE, bytes.length)),
          true);
    }
    Optional<byte[]> id = file.fullObjectId();
    if (id.isPresent() && (id.get().length == 16 || id.get().length == 64)) {
      captured.objectId(id.get());
    }
    List<ExtendedAttribute> extended = new ArrayList<>();
    for (io.vhdboot.ntfs.ExtendedAttribute each : file.extendedAttributes()) {
      extended.add(new ExtendedAttribute(each.name(), each.flags(), each.value()));
    }
    if (!extended.isEmpty()) {
      captured.extendedAttributes(extended);
    }
  }

  /** Files of one security id share the bytes: there are few ids, and many files. */
  private byte[] descriptor(NtfsFile file) throws IOException {
    int id = file.securityId();
    byte[] known = id == 0 ? null : descriptors.get(id);
    if (known == null) {
      known = file.securityDescriptor().orElse(null);
      if (id != 0 && known != null) {
        descriptors.put(id, known);
      }
    }
    return known;
  }

  private void addNamedStreams(NtfsFile file, NewFile captured, boolean isOverlay) {
    // A damaged file may have two of one name: the first counts.
    Set<String> seen = new HashSet<>();
    for (NtfsStream stream : file.streams()) {
      boolean isHidden =
          stream.name().isEmpty() || isOverlay && stream.name().equals(OVERLAY_STREAM);
      if (isHidden || !seen.add(stream.name())) {
        continue;
      }
      captured.stream(stream.name(), source(file, stream));
    }
  }

  private BlobSource source(NtfsFile file, NtfsStream stream) {
    return new VolumeSource(volume, file.recordNumber(), stream.name(), stream.size());
  }

  /** A stream of a volume, found again when it is read: so as little as possible is kept. */
  private record VolumeSource(NtfsVolume volume, long recordNumber, String name, long size)
      implements BlobSource {

    @Override
    public InputStream open() throws IOException {
      return volume.file(recordNumber).stream(name).newInputStream();
    }
  }
}
