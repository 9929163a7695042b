package io.vhdboot.authenticode;

import io.vhdboot.disk.CorruptFormatException;

/**
 * Finds where an ASN.1 object ends, and refuses what would lead a parser astray: objects that leave
 * the one they are in, and objects nested deeper than any signature nests them.
 *
 * <p>Tag 1 (more bytes where its low 5 bits are set), length 1 (below 80h: itself; 80h: until two
 * zeros; above: that many bytes of length follow), contents. Source: ITU-T X.690.
 */
final class DerBounds {

  private static final int MAX_DEPTH = 64;
  private static final int CONSTRUCTED = 0x20;
  private static final int OPEN = -1;

  private final byte[] bytes;
  private final String source;
  private final int[] ends = new int[MAX_DEPTH];
  private int depth;
  private int at;

  private DerBounds(byte[] bytes, String source) {
    this.bytes = bytes;
    this.source = source;
  }

  /** The length of the object that bytes begin with; what follows it is padding. */
  static int length(byte[] bytes, String source) throws CorruptFormatException {
    return new DerBounds(bytes, source).length();
  }

  private int length() throws CorruptFormatException {
    do {
      object();
      while (depth > 0 && ends[depth - 1] == at) {
        depth--;
      }
    } while (depth > 0);
    return at;
  }

  private void object() throws CorruptFormatException {
    int end = depth == 0 || ends[depth - 1] == OPEN ? enclosing() : ends[depth - 1];
    int tag = next(end);
    if ((tag & 0x1F) == 0x1F) {
      while ((next(end) & 0x80) != 0) {
        // A tag of several bytes ends with one below 80h.
      }
    }
    int length = next(end);
    if (tag == 0 && length == 0 && depth > 0 && ends[depth - 1] == OPEN) {
      depth--;
      return;
    }
    int contentEnd = length == 0x80 ? OPEN : contentEnd(length, end);
    if ((tag & CONSTRUCTED) == 0) {
      if (contentEnd == OPEN) {
        throw corrupt("has an ASN.1 value without a length");
      }
      at = contentEnd;
      return;
    }
    if (depth == MAX_DEPTH) {
      throw corrupt("nests ASN.1 objects more than " + MAX_DEPTH + " deep");
    }
    ends[depth++] = contentEnd;
  }

  /** The end of the innermost object that states one. */
  private int enclosing() {
    for (int i = depth - 1; i >= 0; i--) {
      if (ends[i] != OPEN) {
        return ends[i];
      }
    }
    return bytes.length;
  }

  private int contentEnd(int first, int end) throws CorruptFormatException {
    long length = first;
    if (first > 0x80) {
      if (first > 0x84) {
        throw corrupt("has an ASN.1 length of " + (first & 0x7F) + " bytes");
      }
      length = 0;
      for (int i = first & 0x7F; i > 0; i--) {
        length = length << 8 | next(end);
      }
    }
    if (length > end - at) {
      throw corrupt(
          "has an ASN.1 object of " + length + " bytes where " + (end - at) + " are left");
    }
    return at + (int) length;
  }

  private int next(int end) throws CorruptFormatException {
    if (at >= end) {
      throw corrupt("has an ASN.1 object that is cut short");
    }
    return bytes[at++] & 0xFF;
  }

  private CorruptFormatException corrupt(String problem) {
    return new CorruptFormatException(source, at, problem);
  }
}
