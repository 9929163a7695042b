package io.vhdboot.ntfs;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The descriptors of a volume in the making, each once, and their places in $Secure:$SDS. */
final class SecurityTable {

  private static final int PAIR = 2 * SecurityDescriptorEntry.HALF;

  private final Map<ByteBuffer, Integer> ids = new HashMap<>();
  private final List<byte[]> descriptors = new ArrayList<>();
  private final List<SecurityDescriptorEntry> entries = new ArrayList<>();
  private long end;

  /** The id of a descriptor, which is new or was given for the same bytes before. */
  int add(byte[] descriptor) {
    Integer known = ids.get(ByteBuffer.wrap(descriptor));
    if (known != null) {
      return known;
    }
    byte[] own = descriptor.clone();
    int id = SecurityDescriptorEntry.FIRST_ID + descriptors.size();
    int length = SecurityDescriptorEntry.HEADER_SIZE + own.length;
    long position = alignUp(end, SecurityDescriptorEntry.ALIGNMENT);
    if (position % PAIR + length > SecurityDescriptorEntry.HALF) {
      position = alignUp(position, PAIR);
    }
    entries.add(
        new SecurityDescriptorEntry(SecurityDescriptorEntry.hash(own), id, position, length));
    end = position + length;
    descriptors.add(own);
    ids.put(ByteBuffer.wrap(own), id);
    return id;
  }

  boolean contains(int id) {
    return id >= SecurityDescriptorEntry.FIRST_ID
        && id - SecurityDescriptorEntry.FIRST_ID < descriptors.size();
  }

  int count() {
    return entries.size();
  }

  /** The entries in the order of their ids, as $SII has them. */
  SecurityDescriptorEntry entry(int i) {
    return entries.get(i);
  }

  /** The entries in the order of $SDH. */
  SecurityDescriptorEntry[] byHash() {
    SecurityDescriptorEntry[] sorted = entries.toArray(SecurityDescriptorEntry[]::new);
    Arrays.sort(
        sorted,
        (a, b) ->
            a.hash() != b.hash()
                ? Integer.compareUnsigned(a.hash(), b.hash())
                : a.securityId() - b.securityId());
    return sorted;
  }

  /** Bytes of $SDS. */
  long streamSize() {
    return SecurityDescriptorEntry.HALF + end;
  }

  /** The whole of $SDS, with the copies. */
  byte[] streamBytes() {
    byte[] bytes = new byte[Math.toIntExact(streamSize())];
    for (int i = 0; i < entries.size(); i++) {
      SecurityDescriptorEntry entry = entries.get(i);
      int position = Math.toIntExact(entry.position());
      entry.put(bytes, position);
      byte[] descriptor = descriptors.get(i);
      System.arraycopy(
          descriptor, 0, bytes, position + SecurityDescriptorEntry.HEADER_SIZE, descriptor.length);
      System.arraycopy(
          bytes, position, bytes, position + SecurityDescriptorEntry.HALF, entry.length());
    }
    return bytes;
  }

  private static long alignUp(long value, int alignment) {
    return (value + alignment - 1) / alignment * alignment;
  }
}
