package io.vhdboot.ntfs;

import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.disk.WindowsGuid;
import io.vhdboot.ntfs.security.AccessControlEntry;
import io.vhdboot.ntfs.security.AccessControlList;
import io.vhdboot.ntfs.security.SecurityDescriptor;
import io.vhdboot.ntfs.security.Sid;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a security descriptor in the security descriptor definition language. Words may be of any
 * case, and blanks may stand between them.
 */
final class SddlReader {

  private static final int ENTRY_FIELDS = 6;
  private static final Pattern NUMERIC_SID =
      Pattern.compile("[Ss]-1-(?:0[xX][0-9A-Fa-f]{1,12}|[0-9]+)(?:-[0-9]+)*");

  private final String text;
  private final Optional<Sid> domain;
  private int at;
  private int control;
  private Sid owner;
  private Sid group;
  private AccessControlList dacl;
  private AccessControlList sacl;

  SddlReader(String text, Optional<Sid> domain) {
    this.text = text;
    this.domain = domain;
  }

  /** Reads the whole text and gives the descriptor's self-relative bytes. */
  byte[] read() {
    skipBlanks();
    while (at < text.length()) {
      int begin = at;
      if (at + 1 >= text.length() || text.charAt(at + 1) != ':') {
        throw wrong(at, "one of O:, G:, D: and S: must stand here");
      }
      at += 2;
      switch (Character.toUpperCase(text.charAt(begin))) {
        case 'O' -> owner = sidOnce(owner, begin);
        case 'G' -> group = sidOnce(group, begin);
        case 'D' -> readDacl(begin);
        case 'S' -> readSacl(begin);
        default -> throw wrong(begin, "one of O:, G:, D: and S: must stand here");
      }
      skipBlanks();
    }
    try {
      return new SecurityDescriptor(control, owner, group, sacl, dacl).toBytes("the descriptor");
    } catch (UnsupportedFormatException e) {
      throw wrong(0, "a list has more entries than 65532 bytes can hold");
    }
  }

  private Sid sidOnce(Sid before, int begin) {
    if (before != null) {
      throw wrong(begin, "it has this part already");
    }
    skipBlanks();
    Matcher numeric = NUMERIC_SID.matcher(text).region(at, text.length());
    int end = numeric.lookingAt() ? numeric.end() : Math.min(at + 2, text.length());
    Sid sid = sid(at, text.substring(at, end));
    at = end;
    return sid;
  }

  private void readDacl(int begin) {
    if ((control & SecurityDescriptor.DACL_PRESENT) != 0) {
      throw wrong(begin, "it has this part already");
    }
    control |= SecurityDescriptor.DACL_PRESENT;
    dacl =
        list(
            SecurityDescriptor.DACL_PROTECTED,
            SecurityDescriptor.DACL_AUTO_INHERIT_REQUEST,
            SecurityDescriptor.DACL_AUTO_INHERITED);
  }

  private void readSacl(int begin) {
    if ((control & SecurityDescriptor.SACL_PRESENT) != 0) {
      throw wrong(begin, "it has this part already");
    }
    control |= SecurityDescriptor.SACL_PRESENT;
    sacl =
        list(
            SecurityDescriptor.SACL_PROTECTED,
            SecurityDescriptor.SACL_AUTO_INHERIT_REQUEST,
            SecurityDescriptor.SACL_AUTO_INHERITED);
  }

  /** Reads flags and entries; null for no list. */
  private AccessControlList list(int isProtected, int request, int inherited) {
    while (true) {
      skipBlanks();
      if (take(SddlNames.NO_ACCESS_CONTROL)) {
        return null;
      } else if (take("AR")) {
        control |= request;
      } else if (take("AI")) {
        control |= inherited;
      } else if (take("P")) {
        control |= isProtected;
      } else {
        break;
      }
    }
    List<AccessControlEntry> entries = new ArrayList<>();
    int revision = AccessControlList.REVISION;
    while (at < text.length() && text.charAt(at) == '(') {
      AccessControlEntry entry = entry();
      if (AccessControlEntry.isObject(entry.type())) {
        revision = AccessControlList.REVISION_WITH_OBJECTS;
      }
      entries.add(entry);
      skipBlanks();
    }
    return new AccessControlList(revision, entries);
  }

  private AccessControlEntry entry() {
    int begin = at;
    int end = text.indexOf(')', begin);
    if (end < 0) {
      throw wrong(begin, "the entry is not closed by )");
    }
    String[] fields = text.substring(begin + 1, end).split(";", -1);
    int[] positions = new int[fields.length];
    int position = begin + 1;
    for (int i = 0; i < fields.length; i++) {
      positions[i] = position;
      position += fields[i].length() + 1;
      fields[i] = fields[i].strip();
    }
    String word = fields[0].toUpperCase(Locale.ROOT);
    if (SddlNames.TYPES_WITH_MORE.containsKey(word)) {
      throw wrong(begin, "entries of type " + word + " are not supported");
    }
    Integer type = SddlNames.TYPES.get(word);
    if (type == null) {
      throw wrong(begin + 1, "there is no type of entry " + fields[0]);
    }
    if (fields.length != ENTRY_FIELDS) {
      throw wrong(begin, "an entry has 6 fields, not " + fields.length);
    }
    at = end + 1;
    return new AccessControlEntry(
        type,
        bits(fields[1], positions[1], List.of(SddlNames.FLAGS), "flag"),
        rights(fields[2], positions[2]),
        objectTypes(type, fields, positions),
        sid(positions[5], fields[5]),
        new byte[0]);
  }

  private int rights(String field, int position) {
    if (field.isEmpty() || !Character.isDigit(field.charAt(0))) {
      return bits(
          field,
          position,
          List.of(SddlNames.RIGHTS, SddlNames.WHOLE_RIGHTS, SddlNames.LABEL_RIGHTS),
          "right");
    }
    try {
      long mask = Long.decode(field);
      if (mask <= 0xFFFF_FFFFL) {
        return (int) mask;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw wrong(position, "not a number of 32 bits: " + field);
  }

  /** The bits of words of two letters each. */
  private int bits(String field, int position, List<Map<String, Integer>> words, String what) {
    int bits = 0;
    for (int i = 0; i < field.length(); i += 2) {
      String word = field.substring(i, Math.min(i + 2, field.length())).toUpperCase(Locale.ROOT);
      Integer bit = null;
      for (Map<String, Integer> known : words) {
        bit = bit == null ? known.get(word) : bit;
      }
      if (bit == null) {
        throw wrong(position + i, "there is no " + what + " " + word);
      }
      bits |= bit;
    }
    return bits;
  }

  private byte[] objectTypes(int type, String[] fields, int[] positions) {
    if (!AccessControlEntry.isObject(type)) {
      if (!fields[3].isEmpty() || !fields[4].isEmpty()) {
        throw wrong(positions[3], "only entries of object types have GUIDs");
      }
      return new byte[0];
    }
    int has = fields[3].isEmpty() ? 0 : AccessControlEntry.HAS_OBJECT_TYPE;
    has |= fields[4].isEmpty() ? 0 : AccessControlEntry.HAS_INHERITED_OBJECT_TYPE;
    byte[] bytes = new byte[4 + WindowsGuid.SIZE * Integer.bitCount(has)];
    LittleEndian.put32(bytes, 0, has);
    int to = 4;
    for (int i = 3; i <= 4; i++) {
      if (!fields[i].isEmpty()) {
        WindowsGuid.put(bytes, to, guid(fields[i], positions[i]));
        to += WindowsGuid.SIZE;
      }
    }
    return bytes;
  }

  private UUID guid(String field, int position) {
    try {
      return WindowsGuid.parse(field);
    } catch (IllegalArgumentException e) {
      throw wrong(position, e.getMessage());
    }
  }

  private Sid sid(int position, String word) {
    String name = word.toUpperCase(Locale.ROOT);
    Optional<Sid> known = SddlNames.sid(name);
    if (known.isPresent()) {
      return known.get();
    }
    Optional<Integer> member = SddlNames.member(name);
    if (member.isPresent()) {
      return domain
          .map(of -> of.member(member.get()))
          .orElseThrow(() -> wrong(position, name + " means nobody without the SID of a domain"));
    }
    try {
      return Sid.parse(word);
    } catch (IllegalArgumentException e) {
      throw wrong(position, e.getMessage());
    }
  }

  private boolean take(String word) {
    if (text.regionMatches(true, at, word, 0, word.length())) {
      at += word.length();
      return true;
    }
    return false;
  }

  private void skipBlanks() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private SecurityDescriptorSyntaxException wrong(int position, String problem) {
    return new SecurityDescriptorSyntaxException(text, position, problem);
  }
}
