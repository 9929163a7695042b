package io.vhdboot.wim;

import io.vhdboot.disk.LittleEndian;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An item of metadata that newer programs put at the end of an entry:
 *
 * <pre>
 * 00  4  tag: 1 object id, 2 extended attributes, others are kept as they are
 * 04  4  length of the data
 * 08     data, padded to 8 bytes
 * </pre>
 *
 * @param tag the tag
 * @param data the data
 */
public record TaggedItem(int tag, byte[] data) {

  /** An object id: 16 bytes, or 64 with the three birth ids. */
  public static final int OBJECT_ID = 1;

  /** A packed list of {@link ExtendedAttribute}s. */
  public static final int EXTENDED_ATTRIBUTES = 2;

  private static final int HEADER_SIZE = 8;

  /** Takes a copy of the data. */
  public TaggedItem {
    data = data.clone();
  }

  /** A copy of the data. */
  @Override
  public byte[] data() {
    return data.clone();
  }

  /** Takes the items from the end of an entry; what does not fit in the range ends the list. */
  static List<TaggedItem> parse(byte[] bytes, int from, int to) {
    if (to - from < HEADER_SIZE) {
      return List.of();
    }
    List<TaggedItem> items = new ArrayList<>(2);
    int at = from;
    while (to - at >= HEADER_SIZE) {
      int tag = LittleEndian.i32(bytes, at);
      long length = LittleEndian.u32(bytes, at + 4);
      if (length > to - at - HEADER_SIZE) {
        break;
      }
      // Padding may be zeros that reach as far as a header.
      if (tag != 0 || length != 0) {
        int data = at + HEADER_SIZE;
        items.add(new TaggedItem(tag, Arrays.copyOfRange(bytes, data, data + (int) length)));
      }
      at += HEADER_SIZE + (int) Math.min(Padding.to8(length), to);
    }
    return items.isEmpty() ? List.of() : List.copyOf(items);
  }

  int length() {
    return data.length;
  }

  int size() {
    return HEADER_SIZE + (int) Padding.to8(data.length);
  }

  void put(byte[] bytes, int at) {
    LittleEndian.put32(bytes, at, tag);
    LittleEndian.put32(bytes, at + 4, data.length);
    System.arraycopy(data, 0, bytes, at + HEADER_SIZE, data.length);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TaggedItem item && tag == item.tag && Arrays.equals(data, item.data);
  }

  @Override
  public int hashCode() {
    return 31 * tag + Arrays.hashCode(data);
  }
}
