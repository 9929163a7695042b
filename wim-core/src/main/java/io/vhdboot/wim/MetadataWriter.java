package io.vhdboot.wim;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes the metadata of an image and has its blobs written. Streams are laid out as DISM does it: a
 * single unnamed one in the main hash, and otherwise all of them in stream entries.
 */
final class MetadataWriter {

  private static final Comparator<NewFile.Link> BY_NAME =
      (a, b) -> WimEntry.compareNames(a.name(), b.name());

  private final ResourceWriter resources;
  private final Map<NewFile, Stored> files = new IdentityHashMap<>();
  private final Map<ByteBuffer, Integer> descriptorIds = new HashMap<>();
  private final List<byte[]> descriptors = new ArrayList<>();
  private long nextLinkGroup = 1;

  private long directoryCount;
  private long fileCount;
  private long totalBytes;
  private long hardLinkBytes;

  MetadataWriter(ResourceWriter resources) {
    this.resources = resources;
  }

  /** What of a file is the same under all its names. */
  private record Stored(
      Sha1 main,
      List<StreamEntry> streams,
      List<ResourceWriter.Written> blobs,
      int securityId,
      long linkGroup) {

    long bytes() {
      return blobs.stream().mapToLong(ResourceWriter.Written::size).sum();
    }
  }

  /** A directory's entry and those that it lists. */
  private static final class Listing {

    private final Dentry entry;
    private final NewFile directory;
    private final List<Dentry> children = new ArrayList<>();

    Listing(Dentry entry, NewFile directory) {
      this.entry = entry;
      this.directory = directory;
    }
  }

  /**
   * Writes the blobs of a tree.
   *
   * @return the metadata
   */
  byte[] write(NewFile root) throws IOException {
    Dentry rootEntry = dentry(new NewFile.Link("", "", root));
    List<Listing> listings = new ArrayList<>();
    Deque<Listing> pending = new ArrayDeque<>();
    pending.push(new Listing(rootEntry, root));
    while (!pending.isEmpty()) {
      Listing listing = pending.pop();
      listings.add(listing);
      List<Listing> below = new ArrayList<>();
      for (NewFile.Link link : listing.directory.children().stream().sorted(BY_NAME).toList()) {
        Dentry child = dentry(link);
        count(link.file());
        listing.children.add(child);
        if (link.file().isDirectory() && !link.file().isReparsePoint()) {
          below.add(new Listing(child, link.file()));
        }
      }
      for (int i = below.size() - 1; i >= 0; i--) {
        pending.push(below.get(i));
      }
    }
    return layOut(rootEntry, listings);
  }

  /** Sets each directory's offset, in the order in which they were walked, and puts all entries. */
  private byte[] layOut(Dentry rootEntry, List<Listing> listings) {
    byte[] security = SecurityData.toBytes(descriptors);
    long at = security.length + rootEntry.size() + Dentry.END_SIZE;
    for (Listing listing : listings) {
      listing.entry.childOffset = at;
      for (Dentry child : listing.children) {
        at += child.size();
      }
      at += Dentry.END_SIZE;
    }
    if (at > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "root (" + (directoryCount + fileCount) + " names) must have metadata of 2 GiB at most");
    }
    byte[] metadata = new byte[(int) at];
    System.arraycopy(security, 0, metadata, 0, security.length);
    rootEntry.put(metadata, security.length);
    for (Listing listing : listings) {
      int next = (int) listing.entry.childOffset;
      for (Dentry child : listing.children) {
        child.put(metadata, next);
        next += child.size();
      }
    }
    return metadata;
  }

  private Dentry dentry(NewFile.Link link) throws IOException {
    NewFile file = link.file();
    Stored stored = files.get(file);
    if (stored == null) {
      stored = store(file);
      files.put(file, stored);
    } else {
      hardLinkBytes += stored.bytes();
    }
    // A blob is counted for each name, as Windows does.
    stored.blobs.forEach(ResourceWriter.Written::addReference);
    Dentry dentry = file.toDentry(link);
    dentry.securityId = stored.securityId;
    dentry.mainSha1 = stored.main;
    dentry.streams = stored.streams;
    if (!file.isReparsePoint()) {
      dentry.linkOrReparse = stored.linkGroup;
    }
    return dentry;
  }

  private Stored store(NewFile file) throws IOException {
    List<StreamEntry> streams = new ArrayList<>();
    List<ResourceWriter.Written> blobs = new ArrayList<>();
    if (file.reparseData().isPresent()) {
      streams.add(new StreamEntry("", store(file.reparseData().get(), blobs)));
    }
    if (file.data().isPresent()) {
      Sha1 data = store(file.data().get(), blobs);
      // Of a reparse point, an unnamed stream of no bytes says nothing.
      if (!file.isReparsePoint() || !data.isZero()) {
        streams.add(new StreamEntry("", data));
      }
    }
    for (Map.Entry<String, BlobSource> stream : file.namedStreams().entrySet()) {
      streams.add(new StreamEntry(stream.getKey(), store(stream.getValue(), blobs)));
    }
    boolean inMain = streams.isEmpty() || streams.size() == 1 && streams.get(0).name().isEmpty();
    return new Stored(
        inMain && !streams.isEmpty() ? streams.get(0).sha1() : Sha1.ZERO,
        inMain ? List.of() : List.copyOf(streams),
        List.copyOf(blobs),
        securityId(file),
        file.linkCount() > 1 && !file.isDirectory() ? nextLinkGroup++ : 0);
  }

  private Sha1 store(BlobSource source, List<ResourceWriter.Written> blobs) throws IOException {
    Optional<ResourceWriter.Written> blob = resources.add(source);
    blob.ifPresent(blobs::add);
    return blob.map(ResourceWriter.Written::sha1).orElse(Sha1.ZERO);
  }

  private int securityId(NewFile file) {
    if (file.securityDescriptor().isEmpty()) {
      return Dentry.NO_SECURITY;
    }
    byte[] descriptor = file.securityDescriptor().get();
    return descriptorIds.computeIfAbsent(
        ByteBuffer.wrap(descriptor),
        key -> {
          descriptors.add(descriptor);
          return descriptors.size() - 1;
        });
  }

  private void count(NewFile file) {
    Stored stored = files.get(file);
    if (file.isDirectory()) {
      directoryCount++;
    } else {
      fileCount++;
    }
    totalBytes += stored.bytes();
  }

  /** What is said of the image, with the counts that the writing gave. */
  WimImageInfo describe(WimImageInfo info, int index) {
    Map<String, Long> counts = new LinkedHashMap<>();
    counts.put("DIRCOUNT", directoryCount);
    counts.put("FILECOUNT", fileCount);
    counts.put("TOTALBYTES", totalBytes);
    counts.put("HARDLINKBYTES", hardLinkBytes);
    WimImageInfo.Builder builder = info.toBuilder().index(index);
    counts.forEach((name, count) -> builder.property(name, Long.toString(count)));
    return builder.build();
  }
}
