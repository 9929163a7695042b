package io.vhdboot.ntfs.security;

import io.vhdboot.disk.BigEndian;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A security identifier (MS-DTYP 2.4.2.2), which names a user or a group:
 *
 * <pre>
 * 0  1  revision: 1
 * 1  1  number of sub-authorities, at most 15
 * 2  6  authority, big-endian
 * 8     sub-authorities, 4 bytes each
 * </pre>
 *
 * @param bytes these bytes, not to be changed by anybody
 */
public record Sid(byte[] bytes) {

  private static final int HEADER_SIZE = 8;
  private static final int MAX_SUB_AUTHORITIES = 15;
  private static final long MAX_AUTHORITY = (1L << 48) - 1;
  private static final long MAX_SUB_AUTHORITY = (1L << 32) - 1;

  /** Authorities beyond this are written in hexadecimal. */
  private static final long MAX_DECIMAL_AUTHORITY = MAX_SUB_AUTHORITY;

  private static final Pattern TEXT =
      Pattern.compile(
          "[Ss]-1-(0[xX][0-9A-Fa-f]{1,12}|[0-9]{1,15})"
              + "((?:-(?:0[xX][0-9A-Fa-f]{1,8}|[0-9]{1,10})){0,15})");

  public static final Sid CREATOR_OWNER = parse("S-1-3-0");
  public static final Sid CREATOR_GROUP = parse("S-1-3-1");
  public static final Sid CREATOR_OWNER_SERVER = parse("S-1-3-2");
  public static final Sid CREATOR_GROUP_SERVER = parse("S-1-3-3");
  public static final Sid SYSTEM = parse("S-1-5-18");
  public static final Sid ADMINISTRATORS = parse("S-1-5-32-544");

  /**
   * Reads the SID that begins at an offset.
   *
   * @throws CorruptFormatException when it does not lie within the bounds
   */
  public static Sid get(byte[] bytes, int offset, int limit, String source)
      throws CorruptFormatException {
    if (!isPresent(bytes, offset, limit)) {
      throw new CorruptFormatException(
          source,
          offset,
          "no SID of revision 1 is within the " + (limit - offset) + " bytes from here");
    }
    int size = size(LittleEndian.u8(bytes, offset + 1));
    return new Sid(Arrays.copyOfRange(bytes, offset, offset + size));
  }

  /** Whether a SID lies between an offset and a limit. */
  static boolean isPresent(byte[] bytes, long offset, int limit) {
    if (offset < 0 || offset + HEADER_SIZE > limit || bytes[(int) offset] != 1) {
      return false;
    }
    int count = LittleEndian.u8(bytes, (int) offset + 1);
    return count <= MAX_SUB_AUTHORITIES && offset + size(count) <= limit;
  }

  /**
   * Reads a SID as people write it, {@code S-1-5-18}.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static Sid parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not a SID: " + text);
    }
    String tail = matcher.group(2);
    String[] subAuthorities = tail.isEmpty() ? new String[0] : tail.substring(1).split("-");
    byte[] bytes = new byte[size(subAuthorities.length)];
    BigEndian.put64(bytes, 0, number(matcher.group(1), MAX_AUTHORITY, text));
    bytes[0] = 1;
    bytes[1] = (byte) subAuthorities.length;
    for (int i = 0; i < subAuthorities.length; i++) {
      LittleEndian.put32(bytes, size(i), number(subAuthorities[i], MAX_SUB_AUTHORITY, text));
    }
    return new Sid(bytes);
  }

  private static long number(String digits, long most, String text) {
    boolean isHex = digits.length() > 1 && (digits.charAt(1) | 0x20) == 'x';
    long value = isHex ? Long.parseLong(digits.substring(2), 16) : Long.parseLong(digits);
    if (value > most) {
      throw new IllegalArgumentException("not a SID: " + text + " (" + digits + " is too large)");
    }
    return value;
  }

  private static int size(int subAuthorities) {
    return HEADER_SIZE + 4 * subAuthorities;
  }

  /** Bytes that it takes. */
  public int size() {
    return bytes.length;
  }

  /** The SID of a member of this one, a domain. */
  public Sid member(int id) {
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 4);
    longer[1]++;
    LittleEndian.put32(longer, bytes.length, id);
    return new Sid(longer);
  }

  public boolean canHaveMembers() {
    return bytes[1] < MAX_SUB_AUTHORITIES;
  }

  public void put(byte[] target, int offset) {
    System.arraycopy(bytes, 0, target, offset, bytes.length);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Sid sid && Arrays.equals(bytes, sid.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** The SID as people write it. */
  @Override
  public String toString() {
    long authority = BigEndian.i64(bytes, 0) & MAX_AUTHORITY;
    StringBuilder text = new StringBuilder("S-1-");
    text.append(
        authority > MAX_DECIMAL_AUTHORITY
            ? String.format("0x%012x", authority)
            : Long.toString(authority));
    for (int i = HEADER_SIZE; i < bytes.length; i += 4) {
      text.append('-').append(LittleEndian.u32(bytes, i));
    }
    return text.toString();
  }
}
