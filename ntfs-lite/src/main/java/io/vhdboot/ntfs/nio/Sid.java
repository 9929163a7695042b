package io.vhdboot.ntfs.nio;

import io.vhdboot.disk.BigEndian;
import io.vhdboot.disk.LittleEndian;
import java.nio.file.attribute.GroupPrincipal;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A user or group of Windows by its SID (MS-DTYP 2.4.2):
 *
 * <pre>
 * 0  1  revision: 1
 * 1  1  number of sub-authorities, 0 to 15
 * 2  6  authority, big-endian
 * 8     the sub-authorities, 4 bytes each
 * </pre>
 *
 * Its name is that of a well-known one, such as {@code BUILTIN\Administrators}, and otherwise the
 * SID as text, since an image says no names.
 */
final class Sid implements GroupPrincipal {

  private static final int HEADER_SIZE = 8;
  private static final int MAX_SUB_AUTHORITIES = 15;
  private static final Pattern FORM =
      Pattern.compile("S-1-(\\d{1,15}|0X[0-9A-F]{12})(-\\d{1,10}){0,15}");

  /** Well-known SIDs (MS-DTYP 2.4.2.4), as an English Windows names them. */
  private static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry("S-1-0-0", "NULL SID"),
          Map.entry("S-1-1-0", "Everyone"),
          Map.entry("S-1-2-0", "LOCAL"),
          Map.entry("S-1-3-0", "CREATOR OWNER"),
          Map.entry("S-1-3-1", "CREATOR GROUP"),
          Map.entry("S-1-3-4", "OWNER RIGHTS"),
          Map.entry("S-1-5-2", "NT AUTHORITY\\NETWORK"),
          Map.entry("S-1-5-3", "NT AUTHORITY\\BATCH"),
          Map.entry("S-1-5-4", "NT AUTHORITY\\INTERACTIVE"),
          Map.entry("S-1-5-6", "NT AUTHORITY\\SERVICE"),
          Map.entry("S-1-5-7", "NT AUTHORITY\\ANONYMOUS LOGON"),
          Map.entry("S-1-5-11", "NT AUTHORITY\\Authenticated Users"),
          Map.entry("S-1-5-12", "NT AUTHORITY\\RESTRICTED"),
          Map.entry("S-1-5-18", "NT AUTHORITY\\SYSTEM"),
          Map.entry("S-1-5-19", "NT AUTHORITY\\LOCAL SERVICE"),
          Map.entry("S-1-5-20", "NT AUTHORITY\\NETWORK SERVICE"),
          Map.entry("S-1-5-32-544", "BUILTIN\\Administrators"),
          Map.entry("S-1-5-32-545", "BUILTIN\\Users"),
          Map.entry("S-1-5-32-546", "BUILTIN\\Guests"),
          Map.entry("S-1-5-32-547", "BUILTIN\\Power Users"),
          Map.entry("S-1-5-32-551", "BUILTIN\\Backup Operators"),
          Map.entry("S-1-15-2-1", "APPLICATION PACKAGE AUTHORITY\\ALL APPLICATION PACKAGES"),
          Map.entry(
              "S-1-15-2-2", "APPLICATION PACKAGE AUTHORITY\\ALL RESTRICTED APPLICATION PACKAGES"),
          Map.entry(
              "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464",
              "NT SERVICE\\TrustedInstaller"));

  private static final Map<String, String> BY_NAME =
      NAMES.entrySet().stream()
          .collect(Collectors.toMap(entry -> fold(entry.getValue()), Map.Entry::getKey));

  /** The null SID, which stands for no one. */
  static final Sid NOBODY = ofName("S-1-0-0").orElseThrow();

  private final byte[] bytes;
  private final String text;

  private Sid(byte[] bytes) {
    this.bytes = bytes;
    this.text = text(bytes);
  }

  /** The SID that begins at an offset, if one lies there before the limit. */
  static Optional<Sid> get(byte[] bytes, long offset, int limit) {
    if (offset < 0 || offset + HEADER_SIZE > limit) {
      return Optional.empty();
    }
    int at = (int) offset;
    int size = HEADER_SIZE + 4 * bytes[at + 1];
    if (bytes[at] != 1
        || bytes[at + 1] < 0
        || bytes[at + 1] > MAX_SUB_AUTHORITIES
        || at + size > limit) {
      return Optional.empty();
    }
    return Optional.of(new Sid(Arrays.copyOfRange(bytes, at, at + size)));
  }

  /** The principal of a name: a SID as text, or the name of a well-known one, in any case. */
  static Optional<Sid> ofName(String name) {
    String folded = fold(name);
    String known = BY_NAME.get(folded);
    if (known == null && folded.indexOf('\\') < 0) {
      known =
          BY_NAME.entrySet().stream()
              .filter(entry -> entry.getKey().endsWith("\\" + folded))
              .map(Map.Entry::getValue)
              .findFirst()
              .orElse(null);
    }
    String sid = known == null ? folded : known;
    return FORM.matcher(sid).matches() ? parse(sid) : Optional.empty();
  }

  private static Optional<Sid> parse(String sid) {
    String[] parts = sid.substring("S-1-".length()).split("-");
    long authority =
        parts[0].startsWith("0X")
            ? Long.parseLong(parts[0].substring(2), 16)
            : Long.parseLong(parts[0]);
    byte[] bytes = new byte[HEADER_SIZE + 4 * (parts.length - 1)];
    bytes[0] = 1;
    bytes[1] = (byte) (parts.length - 1);
    BigEndian.put16(bytes, 2, (int) (authority >>> 32));
    BigEndian.put32(bytes, 4, authority);
    for (int i = 1; i < parts.length; i++) {
      long part = Long.parseLong(parts[i]);
      if (part > 0xFFFF_FFFFL || authority >= 1L << 48) {
        return Optional.empty();
      }
      LittleEndian.put32(bytes, HEADER_SIZE + 4 * (i - 1), part);
    }
    return Optional.of(new Sid(bytes));
  }

  private static String text(byte[] bytes) {
    long authority = (long) BigEndian.u16(bytes, 2) << 32 | BigEndian.u32(bytes, 4);
    StringBuilder text = new StringBuilder("S-1-");
    text.append(
        authority >= 1L << 32 ? String.format("0x%012X", authority) : Long.toString(authority));
    for (int at = HEADER_SIZE; at < bytes.length; at += 4) {
      text.append('-').append(LittleEndian.u32(bytes, at));
    }
    return text.toString();
  }

  private static String fold(String name) {
    return name.toUpperCase(Locale.ROOT);
  }

  /** Its bytes. */
  byte[] toBytes() {
    return bytes.clone();
  }

  /** Bytes that it takes. */
  int size() {
    return bytes.length;
  }

  /** The SID as text. */
  String text() {
    return text;
  }

  @Override
  public String getName() {
    return NAMES.getOrDefault(text, text);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Sid sid && Arrays.equals(bytes, sid.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return getName();
  }
}
