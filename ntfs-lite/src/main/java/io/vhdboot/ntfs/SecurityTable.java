package io.vhdboot.ntfs;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The descriptors of a volume in the making, each once, and their places in $Secure:$SDS.
 *
 * <p>A descriptor is known by its handle, which looks like a security id; the ids that are written
 * are given by {@link #settle}, the longer the descriptor the higher. Nothing demands that of a
 * volume, but ntfssecaudit takes what an earlier, longer entry left in its buffer for another one
 * behind the last.
 */
final class SecurityTable {

  private final Map<ByteBuffer, Integer> handles = new HashMap<>();
  private final List<byte[]> descriptors = new ArrayList<>();
  private byte[][] sorted = {};
  private SecurityDescriptorEntry[] entries = {};
  private int[] ids = {};

  /** The handle of a descriptor, which is new or was given for the same bytes before. */
  int add(byte[] descriptor) {
    Integer known = handles.get(ByteBuffer.wrap(descriptor));
    if (known != null) {
      return known;
    }
    byte[] own = descriptor.clone();
    int handle = SecurityDescriptorEntry.FIRST_ID + descriptors.size();
    descriptors.add(own);
    handles.put(ByteBuffer.wrap(own), handle);
    return handle;
  }

  boolean contains(int handle) {
    return handle >= SecurityDescriptorEntry.FIRST_ID
        && handle - SecurityDescriptorEntry.FIRST_ID < descriptors.size();
  }

  /** Gives ids and places to all that have been added. */
  void settle() {
    Integer[] order = new Integer[descriptors.size()];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingInt(i -> alignedLength(descriptors.get(i))));
    sorted = new byte[order.length][];
    entries = new SecurityDescriptorEntry[order.length];
    ids = new int[order.length];
    long end = 0;
    for (int i = 0; i < order.length; i++) {
      byte[] descriptor = descriptors.get(order[i]);
      int id = SecurityDescriptorEntry.FIRST_ID + i;
      ids[order[i]] = id;
      sorted[i] = descriptor;
      entries[i] =
          SecurityDescriptorEntry.behind(
              end, SecurityDescriptorEntry.hash(descriptor), id, descriptor.length);
      end = entries[i].position() + entries[i].length();
    }
  }

  /** The id that a descriptor has on the volume. */
  int id(int handle) {
    return ids[handle - SecurityDescriptorEntry.FIRST_ID];
  }

  int count() {
    return entries.length;
  }

  /** The entries in the order of their ids, as $SII has them. */
  SecurityDescriptorEntry entry(int i) {
    return entries[i];
  }

  /** The entries in the order of $SDH. */
  SecurityDescriptorEntry[] byHash() {
    SecurityDescriptorEntry[] byHash = entries.clone();
    Arrays.sort(
        byHash,
        (a, b) ->
            a.hash() != b.hash()
                ? Integer.compareUnsigned(a.hash(), b.hash())
                : a.securityId() - b.securityId());
    return byHash;
  }

  /** Bytes of $SDS. */
  long streamSize() {
    SecurityDescriptorEntry last = entries[entries.length - 1];
    return SecurityDescriptorEntry.HALF + last.position() + last.length();
  }

  /** The whole of $SDS, with the copies. */
  byte[] streamBytes() {
    byte[] bytes = new byte[Math.toIntExact(streamSize())];
    for (int i = 0; i < entries.length; i++) {
      int position = Math.toIntExact(entries[i].position());
      entries[i].put(bytes, position);
      System.arraycopy(
          sorted[i], 0, bytes, position + SecurityDescriptorEntry.HEADER_SIZE, sorted[i].length);
      System.arraycopy(
          bytes, position, bytes, position + SecurityDescriptorEntry.HALF, entries[i].length());
    }
    return bytes;
  }

  private static int alignedLength(byte[] descriptor) {
    return (int)
        alignUp(
            SecurityDescriptorEntry.HEADER_SIZE + descriptor.length,
            SecurityDescriptorEntry.ALIGNMENT);
  }

  private static long alignUp(long value, int alignment) {
    return (value + alignment - 1) / alignment * alignment;
  }
}
