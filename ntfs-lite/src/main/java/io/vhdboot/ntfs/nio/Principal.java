package io.vhdboot.ntfs.nio;

import io.vhdboot.ntfs.security.Sid;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.UserPrincipal;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A user or group of Windows. Its name is that of a well-known one, such as {@code
 * BUILTIN\Administrators}, and otherwise the SID as text, since an image says no names.
 *
 * @param sid its SID
 */
record Principal(Sid sid) implements GroupPrincipal {

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
  static final Principal NOBODY = new Principal(Sid.parse("S-1-0-0"));

  /** The principal of a name: a SID as text, or the name of a well-known one, in any case. */
  static Optional<Principal> ofName(String name) {
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
    try {
      return Optional.of(new Principal(Sid.parse(known == null ? name : known)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * A principal as one of ours.
   *
   * @throws IllegalArgumentException when it comes from another provider
   */
  static Principal of(UserPrincipal principal) {
    if (principal instanceof Principal own) {
      return own;
    }
    throw new IllegalArgumentException(
        "principal (" + principal + ") must come from an NTFS file system's look-up service");
  }

  private static String fold(String name) {
    return name.toUpperCase(Locale.ROOT);
  }

  @Override
  public String getName() {
    String text = sid.toString();
    return NAMES.getOrDefault(text, text);
  }

  @Override
  public String toString() {
    return getName();
  }
}
