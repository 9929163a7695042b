package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.ntfs.security.SecurityDescriptor;
import io.vhdboot.ntfs.security.SecurityInheritance;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * $Secure of a volume that is edited, and what new files get from it. It gives a security id to
 * each descriptor, the same one to the same bytes: a new descriptor goes behind the last one in
 * $SDS, with its copy 256 KiB further, and into the indexes $SII and $SDH. None is ever removed, as
 * in Windows.
 */
final class SecurityEdit {

  private static final long SECURE = 9;
  private static final String STREAM = "$SDS";

  /** The most bytes of a descriptor. */
  static final int MAX_LENGTH = SecurityDescriptorEntry.HALF - SecurityDescriptorEntry.HEADER_SIZE;

  private static final int CACHED = 64;
  private static final int MAX_HEIRS = 1024;

  private final VolumeEdit volume;
  private final Map<ByteBuffer, Integer> known =
      new LinkedHashMap<>(2 * CACHED, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Integer> eldest) {
          return size() > CACHED;
        }
      };

  /** The ids of what is inherited, by the parent's id and whether it is for a directory. */
  private final Map<Long, Integer> heirs = new HashMap<>();

  /** What the fields below were learned from; another one after an edit that was undone. */
  private FileEdit file;

  private int lastId;
  private long end;

  /** What stood where this edit put descriptors. */
  private final List<Replaced> replaced = new ArrayList<>();

  private record Replaced(long position, byte[] bytes) {}

  SecurityEdit(VolumeEdit volume) {
    this.volume = volume;
  }

  /**
   * The id of the descriptor of a new file: of one that is given, or of what it inherits. To be
   * called within an edit.
   */
  int idOfNew(FileEdit directory, boolean isDirectory, Optional<byte[]> descriptor)
      throws IOException {
    if (descriptor.isPresent()) {
      return idOf(descriptor.get());
    }
    settle();
    int parent = directory.standard().securityId();
    if (parent == 0) {
      return idOf(inherited(descriptorOf(directory), isDirectory, directory));
    }
    long key = (long) parent << 1 | (isDirectory ? 1 : 0);
    Integer heir = heirs.get(key);
    if (heir == null) {
      heir = idOf(inherited(descriptorOf(directory), isDirectory, directory));
      if (heirs.size() == MAX_HEIRS) {
        heirs.clear();
      }
      heirs.put(key, heir);
    }
    return heir;
  }

  private static byte[] inherited(byte[] parent, boolean isDirectory, FileEdit directory)
      throws IOException {
    return SecurityInheritance.descriptor(
        parent, isDirectory, directory.source() + ", security descriptor");
  }

  /** The descriptor of a file, by its id or, in some of the system's own, in an attribute. */
  private byte[] descriptorOf(FileEdit owner) throws IOException {
    int id = owner.standard().securityId();
    if (id != 0) {
      return volume.volume().securityDescriptors().get(id);
    }
    return owner
        .get(AttributeType.SECURITY_DESCRIPTOR, "")
        .wholeValue(SecurityDescriptorEntry.HALF);
  }

  /**
   * The id of a descriptor, which is stored if it is new. To be called within an edit.
   *
   * @param descriptor the descriptor, self-relative
   * @throws IllegalArgumentException when it is none, or is longer than 262,124 bytes
   */
  int idOf(byte[] descriptor) throws IOException {
    String problem = SecurityDescriptor.problem(descriptor);
    if (problem != null) {
      throw new IllegalArgumentException("descriptor must be sound: " + problem);
    }
    if (descriptor.length > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "descriptor (" + descriptor.length + " bytes) must have at most " + MAX_LENGTH);
    }
    settle();
    Integer id = known.get(ByteBuffer.wrap(descriptor));
    if (id == null) {
      int hash = SecurityDescriptorEntry.hash(descriptor);
      id = find(hash, descriptor);
      if (id == null) {
        id = add(hash, descriptor);
      }
      known.put(ByteBuffer.wrap(descriptor.clone()), id);
    }
    return id;
  }

  /** Sees to it that what is known was learned from the file as it is now. */
  private void settle() throws IOException {
    FileEdit secure = volume.file(SECURE);
    if (secure != file) {
      learn(secure);
    }
  }

  /** Finds the last id, and where the last descriptor ends. */
  private void learn(FileEdit secure) throws IOException {
    known.clear();
    heirs.clear();
    file = null;
    lastId = SecurityDescriptorEntry.FIRST_ID - 1;
    end = 0;
    long size = secure.get(AttributeType.DATA, STREAM).size();
    index(secure, "$SII")
        .visit(
            word(0),
            item -> {
              SecurityDescriptorEntry entry = entry(secure, item, size);
              if (Integer.compareUnsigned(entry.securityId(), lastId) > 0) {
                lastId = entry.securityId();
              }
              end = Math.max(end, entry.position() + entry.length());
              return true;
            });
    file = secure;
  }

  private static SecurityDescriptorEntry entry(FileEdit secure, IndexItem item, long size)
      throws CorruptFormatException {
    byte[] data = item.data();
    SecurityDescriptorEntry entry =
        SecurityDescriptorEntry.get(data, 0, data.length, secure.source());
    if (entry.length() < SecurityDescriptorEntry.HEADER_SIZE
        || entry.length() > SecurityDescriptorEntry.HALF
        || entry.position() < 0
        || entry.position() > size - entry.length()) {
      throw new CorruptFormatException(
          secure.source(),
          CorruptFormatException.NO_OFFSET,
          "a descriptor of "
              + entry.length()
              + " bytes cannot lie at "
              + entry.position()
              + " of $SDS");
    }
    return entry;
  }

  /** The id of a descriptor that is there, or null. */
  private Integer find(int hash, byte[] descriptor) throws IOException {
    AttributeEdit stream = file.get(AttributeType.DATA, STREAM);
    int[] found = new int[1];
    boolean[] isFound = new boolean[1];
    index(file, "$SDH")
        .visit(
            twoWords(hash, 0),
            item -> {
              if (LittleEndian.i32(item.key(), 0) != hash) {
                return false;
              }
              SecurityDescriptorEntry entry = entry(file, item, stream.size());
              isFound[0] =
                  entry.length() == SecurityDescriptorEntry.HEADER_SIZE + descriptor.length
                      && Arrays.equals(bytes(entry, descriptor), read(stream, entry));
              found[0] = entry.securityId();
              return !isFound[0];
            });
    return isFound[0] ? found[0] : null;
  }

  private static byte[] read(AttributeEdit stream, SecurityDescriptorEntry entry)
      throws IOException {
    byte[] bytes = new byte[entry.length()];
    stream.read(entry.position(), ByteBuffer.wrap(bytes));
    return bytes;
  }

  private static byte[] bytes(SecurityDescriptorEntry entry, byte[] descriptor) {
    byte[] bytes = new byte[SecurityDescriptorEntry.HEADER_SIZE + descriptor.length];
    entry.put(bytes, 0);
    System.arraycopy(descriptor, 0, bytes, SecurityDescriptorEntry.HEADER_SIZE, descriptor.length);
    return bytes;
  }

  /** Forgets what the edit that is through has replaced. */
  void done() {
    replaced.clear();
  }

  /**
   * Puts back what stood where the edit that was undone put descriptors. They lie among the bytes
   * of the stream, ahead of the copies of older ones, and whoever reads it on would take them for
   * some.
   */
  void undone() throws IOException {
    if (replaced.isEmpty()) {
      return;
    }
    List<Replaced> before = List.copyOf(replaced);
    replaced.clear();
    AttributeEdit stream = volume.file(SECURE).get(AttributeType.DATA, STREAM);
    for (Replaced each : before) {
      stream.write(each.position, ByteBuffer.wrap(each.bytes));
    }
  }

  private void remember(AttributeEdit stream, SecurityDescriptorEntry entry) throws IOException {
    long length = Math.min(entry.length(), stream.size() - entry.position());
    if (length > 0) {
      byte[] bytes = new byte[(int) length];
      stream.read(entry.position(), ByteBuffer.wrap(bytes));
      replaced.add(new Replaced(entry.position(), bytes));
    }
  }

  private int add(int hash, byte[] descriptor) throws IOException {
    if (lastId == -1) {
      throw new UnsupportedFormatException(
          file.source(), UnsupportedFormatException.NO_OFFSET, "all security ids are taken");
    }
    SecurityDescriptorEntry entry =
        SecurityDescriptorEntry.behind(end, hash, lastId + 1, descriptor.length);
    IndexEditor byId = index(file, "$SII");
    IndexEditor byHash = index(file, "$SDH");
    byte[] idKey = word(entry.securityId());
    byte[] hashKey = twoWords(hash, entry.securityId());
    if (byId.find(idKey).isPresent() || byHash.find(hashKey).isPresent()) {
      throw new CorruptFormatException(
          file.source(),
          CorruptFormatException.NO_OFFSET,
          "security id " + entry.securityId() + " is in an index, but no descriptor has it");
    }
    byte[] bytes = bytes(entry, descriptor);
    remember(file.get(AttributeType.DATA, STREAM), entry);
    StreamEdit stream = new StreamEdit(file.get(AttributeType.DATA, STREAM));
    stream.write(entry.position(), ByteBuffer.wrap(bytes));
    stream.write(entry.position() + SecurityDescriptorEntry.HALF, ByteBuffer.wrap(bytes));
    byte[] header = Arrays.copyOf(bytes, SecurityDescriptorEntry.HEADER_SIZE);
    byId.insert(IndexItem.ofView(idKey, header));
    byHash.insert(IndexItem.ofView(hashKey, header, word(ViewIndex.ByHash.PADDING)));
    lastId = entry.securityId();
    end = entry.position() + entry.length();
    return lastId;
  }

  private static IndexEditor index(FileEdit secure, String name) throws IOException {
    return RecordIndexStore.editor(secure, name);
  }

  private static byte[] word(int value) {
    byte[] bytes = new byte[4];
    LittleEndian.put32(bytes, 0, value);
    return bytes;
  }

  private static byte[] twoWords(int first, int second) {
    byte[] bytes = new byte[8];
    LittleEndian.put32(bytes, 0, first);
    LittleEndian.put32(bytes, 4, second);
    return bytes;
  }
}
