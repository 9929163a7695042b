package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The security descriptors that files share, in the file $Secure: stored once each in the stream
 * $SDS and found by id through the index $SII. Safe for use by several threads.
 */
final class SecurityDescriptors {

  private static final long SECURE = 9;
  private static final int CACHED = 256;

  private final MasterFileTable table;
  private final Map<Integer, byte[]> cache =
      new LinkedHashMap<>(2 * CACHED, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, byte[]> eldest) {
          return size() > CACHED;
        }
      };
  private AttributeSet file;
  private StreamContent stream;

  SecurityDescriptors(MasterFileTable table) {
    this.table = table;
  }

  /**
   * The descriptor of an id.
   *
   * @throws CorruptFormatException when there is none, or it is damaged and its copy too
   */
  synchronized byte[] get(int id) throws IOException {
    byte[] known = cache.get(id);
    if (known == null) {
      known = readAsIsNow(id);
      cache.put(id, known);
    }
    return known.clone();
  }

  /** Reads a descriptor, should the file have been edited since it was looked at, too. */
  private byte[] readAsIsNow(int id) throws IOException {
    boolean mayBeStale = file != null;
    try {
      return read(id);
    } catch (CorruptFormatException e) {
      if (!mayBeStale) {
        throw e;
      }
      file = null;
      return read(id);
    }
  }

  private byte[] read(int id) throws IOException {
    if (file == null) {
      AttributeSet secure = AttributeSet.read(table, SECURE);
      stream =
          secure
              .find(AttributeType.DATA, "$SDS")
              .orElseThrow(
                  () ->
                      new CorruptFormatException(
                          secure.source(),
                          CorruptFormatException.NO_OFFSET,
                          "$Secure has no stream $SDS"))
              .content();
      file = secure;
    }
    SecurityDescriptorEntry entry = find(id);
    byte[] descriptor = read(entry, entry.position());
    if (descriptor == null) {
      descriptor = read(entry, entry.position() + SecurityDescriptorEntry.HALF);
    }
    if (descriptor == null) {
      throw new CorruptFormatException(
          file.source() + ", stream $SDS",
          entry.position(),
          "the security descriptor of id " + id + " is damaged, and its copy too");
    }
    return descriptor;
  }

  private SecurityDescriptorEntry find(int id) throws IOException {
    IndexCursor cursor = IndexCursor.open(file, "$SII", table.clusters());
    cursor.seek((node, entry) -> Integer.compareUnsigned(key(node, entry, cursor.source()), id));
    if (!cursor.next() || key(cursor.bytes(), cursor.entry(), cursor.source()) != id) {
      throw new CorruptFormatException(
          cursor.source(),
          CorruptFormatException.NO_OFFSET,
          "there is no security descriptor of id " + Integer.toUnsignedString(id));
    }
    IndexEntry entry = cursor.entry();
    int offset = entry.position() + entry.dataOffset();
    int limit = Math.min(offset + entry.dataLength(), entry.position() + entry.length());
    SecurityDescriptorEntry found =
        SecurityDescriptorEntry.get(cursor.bytes(), offset, limit, cursor.source());
    int length = found.length();
    if (length < SecurityDescriptorEntry.HEADER_SIZE
        || length > SecurityDescriptorEntry.HALF
        || found.position() < 0
        || found.position() > stream.size() - length) {
      throw new CorruptFormatException(
          cursor.source(),
          offset,
          "a descriptor of " + length + " bytes cannot lie at " + found.position() + " of $SDS");
    }
    return found;
  }

  private static int key(byte[] node, IndexEntry entry, String source)
      throws CorruptFormatException {
    if (entry.keyLength() != Integer.BYTES) {
      throw new CorruptFormatException(
          source, entry.position(), "a key of " + entry.keyLength() + " bytes, not of 4");
    }
    return LittleEndian.i32(node, entry.keyPosition());
  }

  /** The descriptor at one of its two places, or null when it is not there. */
  private byte[] read(SecurityDescriptorEntry entry, long position) throws IOException {
    if (position > stream.size() - entry.length()) {
      return null;
    }
    byte[] bytes = new byte[entry.length()];
    stream.read(position, ByteBuffer.wrap(bytes));
    byte[] descriptor =
        Arrays.copyOfRange(bytes, SecurityDescriptorEntry.HEADER_SIZE, bytes.length);
    boolean isSound =
        SecurityDescriptorEntry.get(bytes, 0, bytes.length, file.source()).equals(entry)
            && SecurityDescriptorEntry.hash(descriptor) == entry.hash();
    return isSound ? descriptor : null;
  }
}
