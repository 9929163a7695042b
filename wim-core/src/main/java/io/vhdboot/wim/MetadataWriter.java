package io.vhdboot.wim;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes the metadata of an image from a tree: gives out the streams that are to be written, and
 * when that is done, the entries. Streams are laid out as DISM does it: a single unnamed one in the
 * main hash, and otherwise all of them in stream entries.
 */
final class MetadataWriter {

  private static final Comparator<NewFile.Link> BY_NAME =
      (a, b) -> WimEntry.compareNames(a.name(), b.name());

  private static final BlobSlot[] NO_SLOTS = {};

  private final NewFile.Link root;
  private final List<Listing> listings = new ArrayList<>();
  private final Map<NewFile, BlobSlot[]> slots = new IdentityHashMap<>();
  private final List<BlobSlot> all = new ArrayList<>();
  private final Map<NewFile, Long> linkGroups = new IdentityHashMap<>();
  private final Map<ByteBuffer, Integer> descriptorIds = new HashMap<>();
  private final List<byte[]> descriptors = new ArrayList<>();

  private long directoryCount;
  private long fileCount;
  private long totalBytes;
  private long hardLinkBytes;

  MetadataWriter(NewFile root) {
    this.root = new NewFile.Link("", "", root);
    walk();
  }

  /** A directory and what it lists, sorted. */
  private static final class Listing {

    private final NewFile directory;
    private final NewFile.Link[] children;
    private long offset;

    Listing(NewFile directory) {
      this.directory = directory;
      this.children = directory.children().toArray(NewFile.Link[]::new);
      Arrays.sort(children, BY_NAME);
    }
  }

  private void walk() {
    visit(root);
    Deque<NewFile> pending = new ArrayDeque<>();
    pending.push(root.file());
    while (!pending.isEmpty()) {
      Listing listing = new Listing(pending.pop());
      listings.add(listing);
      List<NewFile> below = new ArrayList<>();
      for (NewFile.Link link : listing.children) {
        visit(link);
        if (link.file().isDirectory() && !link.file().isReparsePoint()) {
          below.add(link.file());
        }
      }
      for (int i = below.size() - 1; i >= 0; i--) {
        pending.push(below.get(i));
      }
    }
  }

  /** Plans the streams and ids of a file when its first name is met. */
  private void visit(NewFile.Link link) {
    NewFile file = link.file();
    if (slots.containsKey(file)) {
      return;
    }
    List<BlobSource> sources = new ArrayList<>(2);
    file.reparseData().ifPresent(sources::add);
    file.data().ifPresent(sources::add);
    sources.addAll(file.namedStreams().values());
    BlobSlot[] planned = sources.isEmpty() ? NO_SLOTS : new BlobSlot[sources.size()];
    for (int i = 0; i < planned.length; i++) {
      planned[i] = new BlobSlot(sources.get(i), link.name());
      all.add(planned[i]);
    }
    slots.put(file, planned);
    securityId(file);
    if (file.linkCount() > 1 && !file.isDirectory()) {
      linkGroups.put(file, linkGroups.size() + 1L);
    }
  }

  /** The streams of all files, in the order of the tree. */
  List<BlobSlot> slots() {
    return all;
  }

  /** The metadata, once all streams have become blobs, which are given their references here. */
  byte[] toBytes() {
    byte[] security = SecurityData.toBytes(descriptors);
    Map<NewFile, Long> offsets = new IdentityHashMap<>();
    long at = security.length + dentry(root).size() + Dentry.END_SIZE;
    for (Listing listing : listings) {
      listing.offset = at;
      offsets.put(listing.directory, at);
      for (NewFile.Link link : listing.children) {
        at += dentry(link).size();
      }
      at += Dentry.END_SIZE;
    }
    if (at > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException("root must have metadata of 2 GiB at most");
    }
    byte[] metadata = new byte[(int) at];
    System.arraycopy(security, 0, metadata, 0, security.length);
    Set<NewFile> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    put(root, offsets, metadata, security.length);
    countBlobs(root, seen);
    for (Listing listing : listings) {
      int next = (int) listing.offset;
      for (NewFile.Link link : listing.children) {
        next += put(link, offsets, metadata, next);
        countBlobs(link, seen);
        if (link.file().isDirectory()) {
          directoryCount++;
        } else {
          fileCount++;
        }
        totalBytes += bytes(link.file());
      }
    }
    return metadata;
  }

  private int put(NewFile.Link link, Map<NewFile, Long> offsets, byte[] metadata, int at) {
    Dentry dentry = dentry(link);
    dentry.childOffset = offsets.getOrDefault(link.file(), 0L);
    dentry.put(metadata, at);
    return dentry.size();
  }

  /** Counts a blob for each name, as Windows does. */
  private void countBlobs(NewFile.Link link, Set<NewFile> seen) {
    for (BlobSlot slot : slots.get(link.file())) {
      if (slot.blob() != null) {
        slot.blob().addReferences(1);
      }
    }
    if (!seen.add(link.file())) {
      hardLinkBytes += bytes(link.file());
    }
  }

  private long bytes(NewFile file) {
    long sum = 0;
    for (BlobSlot slot : slots.get(file)) {
      sum += slot.blob() == null ? 0 : slot.blob().size();
    }
    return sum;
  }

  private Dentry dentry(NewFile.Link link) {
    NewFile file = link.file();
    Dentry dentry = file.toDentry(link);
    dentry.securityId = securityId(file);
    List<StreamEntry> streams = streams(file);
    if (streams.isEmpty() || streams.size() == 1 && streams.get(0).name().isEmpty()) {
      dentry.mainSha1 = streams.isEmpty() ? Sha1.ZERO : streams.get(0).sha1();
    } else {
      dentry.streams = streams;
    }
    if (!file.isReparsePoint()) {
      dentry.linkOrReparse = linkGroups.getOrDefault(file, 0L);
    }
    return dentry;
  }

  private List<StreamEntry> streams(NewFile file) {
    BlobSlot[] planned = slots.get(file);
    List<StreamEntry> streams = new ArrayList<>(planned.length);
    int next = 0;
    if (file.isReparsePoint()) {
      streams.add(new StreamEntry("", planned[next++].storedSha1()));
    }
    if (file.data().isPresent()) {
      Sha1 data = planned[next++].storedSha1();
      // Of a reparse point, an unnamed stream of no bytes says nothing.
      if (!file.isReparsePoint() || !data.isZero()) {
        streams.add(new StreamEntry("", data));
      }
    }
    for (String name : file.namedStreams().keySet()) {
      streams.add(new StreamEntry(name, planned[next++].storedSha1()));
    }
    return streams;
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
