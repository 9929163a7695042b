package io.vhdboot.ntfs;

import io.vhdboot.disk.LittleEndian;
import io.vhdboot.ntfs.security.SecurityDescriptor;
import io.vhdboot.ntfs.security.StandardDescriptors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes $Secure right, and gives files whose security id is unknown a descriptor of their own. */
final class SecurityRepair {

  private static final int PAIR = 2 * SecurityDescriptorEntry.HALF;
  private static final int SELF_RELATIVE = 0x8000;

  /** What Windows puts behind the data of an entry of $SDH. */
  private static final int PADDING = 0x0049_0049;

  private final CheckedVolume volume;
  private final RepairLog log;
  private final RepairSpace space;
  private final FileWriter writer;

  SecurityRepair(CheckedVolume volume, RepairLog log, RepairSpace space, FileWriter writer) {
    this.volume = volume;
    this.log = log;
    this.space = space;
    this.writer = writer;
  }

  void run() throws IOException {
    Set<RepairNeeds.Part> parts = volume.needs().parts();
    CheckedFile file = volume.readAgain(SystemFiles.SECURE);
    if (file != null) {
      if (parts.contains(RepairNeeds.Part.SECURITY_STREAM)) {
        mendStream(file);
      }
      if (parts.contains(RepairNeeds.Part.SECURITY_STREAM)
          || parts.contains(RepairNeeds.Part.SECURITY_INDEXES)) {
        rebuildIndexes();
      }
    }
    for (int number : volume.needs().unknownSecurity().stream().toArray()) {
      ownDescriptor(number);
    }
  }

  private void mendStream(CheckedFile file) throws IOException {
    CheckedStream stream = file.find(AttributeType.DATA, SecurityCheck.STREAM);
    if (stream == null || stream.isResident() || stream.size() < SecurityDescriptorEntry.HALF) {
      if (stream != null) {
        file.remove(stream);
      }
      SecurityTable table = new SecurityTable();
      table.add(StandardDescriptors.SYSTEM_READ);
      table.add(StandardDescriptors.SYSTEM_WRITE);
      table.settle();
      byte[] bytes = table.streamBytes();
      file.add(
          CheckedStream.plain(
              AttributeType.DATA,
              SecurityCheck.STREAM,
              space.store(bytes),
              bytes.length,
              volume.clusters().clusterSize()),
          volume.table().check());
      writer.write(file);
      log.done(SystemFiles.SECURE, "the descriptors are lost; $SDS is made anew");
      return;
    }
    Set<Integer> ids = idsInUse(file);
    Set<Integer> seen = new HashSet<>();
    StreamContent content = stream.content(volume.clusters());
    long missing = 0;
    for (long at = 0; at <= stream.size() - SecurityDescriptorEntry.HEADER_SIZE; ) {
      if (at % PAIR >= SecurityDescriptorEntry.HALF) {
        at = at / PAIR * PAIR + PAIR;
        continue;
      }
      byte[] bytes = sound(content, at);
      if (bytes == null) {
        long next = SecurityCheck.nextSound(content, at);
        if (next < 0) {
          at = at / PAIR * PAIR + PAIR;
          continue;
        }
        bytes = filler(at, (int) (next - at));
        LittleEndian.put32(bytes, 4, unusedId(ids));
      } else if (SecurityCheck.problem(bytes) != null) {
        bytes = mended(bytes);
      }
      int id = LittleEndian.i32(bytes, 4);
      if (seen.contains(id) || id >= 0 && id < SecurityDescriptorEntry.FIRST_ID) {
        id = unusedId(ids);
        LittleEndian.put32(bytes, 4, id);
      }
      seen.add(id);
      ids.add(id);
      int length = LittleEndian.i32(bytes, 0x10);
      missing = Math.max(missing, at + SecurityDescriptorEntry.HALF + length - stream.size());
      put(stream, at, bytes);
      at += length + SecurityDescriptorEntry.ALIGNMENT - 1 & -SecurityDescriptorEntry.ALIGNMENT;
    }
    if (missing > 0) {
      lengthen(file, stream, stream.size() + missing);
    }
    log.done(SystemFiles.SECURE, "the damaged descriptors and copies are set right");
  }

  /**
   * Gives $SDS room for the copies of its last descriptors, and puts them there. They have none
   * when a stop came between writing a descriptor and writing the size of the stream.
   */
  private void lengthen(CheckedFile file, CheckedStream stream, long size) throws IOException {
    ClusterSpace clusters = volume.clusters();
    List<DataRun> runs = new ArrayList<>(stream.runs());
    long added = clusters.clustersOf(size) - stream.covered();
    if (added > 0) {
      runs.addAll(space.takeClusters(added));
    }
    CheckedStream longer =
        CheckedStream.plain(
            AttributeType.DATA,
            SecurityCheck.STREAM,
            StreamCheck.merge(runs),
            size,
            clusters.clusterSize());
    long from = Math.max(0, size - 1) / PAIR * PAIR;
    byte[] copy = new byte[(int) (size - from - SecurityDescriptorEntry.HALF)];
    stream.content(clusters).read(from, ByteBuffer.wrap(copy));
    longer.write(clusters, from + SecurityDescriptorEntry.HALF, ByteBuffer.wrap(copy));
    file.replace(stream, longer);
    writer.write(file);
  }

  /** An entry or its copy, whichever is better; null when neither has a header. */
  private static byte[] sound(StreamContent content, long at) throws IOException {
    byte[] own = SecurityCheck.entry(content, at, at);
    byte[] copy = SecurityCheck.entry(content, at + SecurityDescriptorEntry.HALF, at);
    return own == null || SecurityCheck.problem(own) != null && copy != null
        ? SecurityCheck.problem(copy) == null || own == null ? copy : own
        : own;
  }

  /** The ids that descriptors have, and those that files refer to though theirs are damaged. */
  private Set<Integer> idsInUse(CheckedFile file) throws IOException {
    Set<Integer> ids = new HashSet<>(SecurityCheck.entries(volume, file).keySet());
    FileTable files = volume.files();
    for (long number = 0; number < files.end(); number++) {
      if (files.state(number) == CheckedRecord.State.BASE) {
        ids.add(files.securityId(number));
      }
    }
    return ids;
  }

  private static int unusedId(Set<Integer> ids) {
    int id = SecurityDescriptorEntry.FIRST_ID;
    while (!ids.add(id)) {
      id++;
    }
    return id;
  }

  private void put(CheckedStream stream, long at, byte[] bytes) throws IOException {
    stream.write(volume.clusters(), at, ByteBuffer.wrap(bytes));
    if (at + SecurityDescriptorEntry.HALF + bytes.length <= stream.size()) {
      stream.write(volume.clusters(), at + SecurityDescriptorEntry.HALF, ByteBuffer.wrap(bytes));
    }
  }

  /** An entry whose hash is wrong, with the hash of its bytes or with a default descriptor. */
  private static byte[] mended(byte[] bytes) {
    byte[] descriptor =
        Arrays.copyOfRange(bytes, SecurityDescriptorEntry.HEADER_SIZE, bytes.length);
    if (SecurityDescriptor.problem(descriptor) == null) {
      byte[] copy = bytes.clone();
      LittleEndian.put32(copy, 0, SecurityDescriptorEntry.hash(descriptor));
      return copy;
    }
    byte[] filler = filler(LittleEndian.i64(bytes, 8), bytes.length);
    LittleEndian.put32(filler, 4, LittleEndian.i32(bytes, 4));
    return filler;
  }

  /** An entry of a length with a descriptor that only the system may pass. */
  private static byte[] filler(long at, int length) {
    byte[] descriptor = new byte[length - SecurityDescriptorEntry.HEADER_SIZE];
    byte[] wanted = StandardDescriptors.SYSTEM_WRITE;
    if (wanted.length <= descriptor.length) {
      System.arraycopy(wanted, 0, descriptor, 0, wanted.length);
    } else {
      descriptor[0] = 1;
      LittleEndian.put16(descriptor, 2, SELF_RELATIVE);
    }
    byte[] bytes = new byte[length];
    new SecurityDescriptorEntry(SecurityDescriptorEntry.hash(descriptor), 0, at, length)
        .put(bytes, 0);
    System.arraycopy(descriptor, 0, bytes, SecurityDescriptorEntry.HEADER_SIZE, descriptor.length);
    return bytes;
  }

  private void rebuildIndexes() throws IOException {
    CheckedFile file = volume.readAgain(SystemFiles.SECURE);
    Map<Integer, SecurityDescriptorEntry> known = SecurityCheck.entries(volume, file);
    List<SecurityDescriptorEntry> entries = new ArrayList<>(known.values());
    entries.sort((a, b) -> Integer.compareUnsigned(a.securityId(), b.securityId()));
    List<byte[]> byId = new ArrayList<>();
    for (SecurityDescriptorEntry entry : entries) {
      byte[] key = new byte[4];
      LittleEndian.put32(key, 0, entry.securityId());
      byId.add(viewEntry(key, entry, 0));
    }
    entries.sort(
        (a, b) ->
            a.hash() != b.hash()
                ? Integer.compareUnsigned(a.hash(), b.hash())
                : Integer.compareUnsigned(a.securityId(), b.securityId()));
    List<byte[]> byHash = new ArrayList<>();
    for (SecurityDescriptorEntry entry : entries) {
      byte[] key = new byte[8];
      LittleEndian.put32(key, 0, entry.hash());
      LittleEndian.put32(key, 4, entry.securityId());
      byHash.add(viewEntry(key, entry, 4));
    }
    IndexRebuild rebuild = new IndexRebuild(volume, space);
    for (String name : List.of(SecurityCheck.BY_HASH, SecurityCheck.BY_ID)) {
      boolean id = name.equals(SecurityCheck.BY_ID);
      rebuild.rebuild(file, name, IndexForm.of(file, name), id ? byId : byHash);
    }
    boolean written = writer.write(file);
    log.done(
        SystemFiles.SECURE,
        written
            ? "the indexes of " + entries.size() + " descriptors are made anew"
            : "not repaired: there is no free record");
  }

  private static byte[] viewEntry(byte[] key, SecurityDescriptorEntry entry, int padding) {
    byte[] data = new byte[SecurityDescriptorEntry.HEADER_SIZE + padding];
    entry.put(data, 0);
    if (padding > 0) {
      LittleEndian.put32(data, SecurityDescriptorEntry.HEADER_SIZE, PADDING);
    }
    return IndexRebuild.entry(
        IndexEntry.viewData(
            IndexEntry.HEADER_SIZE + key.length, SecurityDescriptorEntry.HEADER_SIZE),
        key,
        data);
  }

  private void ownDescriptor(int number) throws IOException {
    CheckedFile file = volume.readAgain(number);
    if (file == null) {
      return;
    }
    CheckedStream stream = file.find(AttributeType.STANDARD_INFORMATION);
    byte[] value = stream.value();
    StandardInformation old = StandardInformation.get(value, 0, value.length, "");
    StandardInformation short48 =
        new StandardInformation(
            old.created(),
            old.modified(),
            old.changed(),
            old.accessed(),
            old.attributes(),
            0,
            0,
            0,
            0,
            false);
    byte[] bytes = new byte[short48.size()];
    short48.put(bytes, 0);
    file.replace(stream, CheckedStream.resident(AttributeType.STANDARD_INFORMATION, "", bytes));
    if (!file.has(AttributeType.SECURITY_DESCRIPTOR)) {
      file.add(
          CheckedStream.resident(
              AttributeType.SECURITY_DESCRIPTOR,
              "",
              FileCheck.defaultDescriptor(
                  file.isDirectory(), number < CheckedTable.FIRST_ORDINARY)),
          volume.table().check());
    }
    boolean written = writer.write(file);
    log.done(
        number,
        written
            ? "its security id " + old.securityId() + " is unknown; it gets a default descriptor"
            : "not repaired: there is no free record for a part of it");
  }
}
