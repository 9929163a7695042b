package io.vhdboot.hive;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.disk.Utf16;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Reads {@code .reg} files:
 *
 * <pre>
 * [PATH]              a key that shall be there        [-PATH]       one that shall not
 * "name"=DATA         a value; @ is the default one    "name"=-      one that shall not be there
 * DATA: "text" | dword:NUMBER | hex:BYTES | hex(TYPE):BYTES
 * </pre>
 *
 * <p>Bytes are separated by commas; a backslash at the end of a line goes on in the next one. A
 * semicolon at the beginning of a line makes it a remark.
 */
final class RegFileParser {

  private static final String OLD_HEADER = "REGEDIT4";
  private static final int MAX_SHOWN = 40;

  private final String source;
  private final String text;
  private final List<RegFile.Change> changes = new ArrayList<>();
  private int at;
  private String key;
  private boolean deleted;

  RegFileParser(String source, byte[] bytes) throws CorruptFormatException {
    this.source = source;
    this.text = decode(source, bytes);
  }

  private static String decode(String source, byte[] bytes) throws CorruptFormatException {
    int first = bytes.length > 0 ? bytes[0] & 0xFF : 0;
    int second = bytes.length > 1 ? bytes[1] & 0xFF : 0xFF;
    if (first == 0xFF && second == 0xFE) {
      return Utf16.get(bytes, 2, (bytes.length - 2) / 2);
    }
    if (second == 0) {
      return Utf16.get(bytes, 0, bytes.length / 2);
    }
    if (first == 0xFE && second == 0xFF) {
      return new String(bytes, 2, bytes.length - 2, StandardCharsets.UTF_16BE);
    }
    int skip = first == 0xEF && second == 0xBB ? 3 : 0;
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(
              ByteBuffer.wrap(
                  bytes, Math.min(skip, bytes.length), Math.max(0, bytes.length - skip)))
          .toString();
    } catch (CharacterCodingException e) {
      throw new CorruptFormatException(
          source, CorruptFormatException.NO_OFFSET, "is neither UTF-16 nor UTF-8", e);
    }
  }

  List<RegFile.Change> parse() throws IOException {
    skipBlank();
    String header = restOfLine().strip();
    if (!header.equals(RegFile.HEADER)) {
      throw new UnsupportedFormatException(
          source,
          UnsupportedFormatException.NO_OFFSET,
          header.equals(OLD_HEADER)
              ? "is a .reg file of version 4; save it in version 5"
              : "begins with \"" + shown(header) + "\", not \"" + RegFile.HEADER + "\"");
    }
    skipBlank();
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == ';') {
        restOfLine();
      } else if (c == '[') {
        key();
      } else if (c == '@' || c == '"') {
        value();
      } else {
        throw bad("begins with \"" + shown(restOfLine()) + "\", which is neither key nor value");
      }
      skipBlank();
    }
    return changes;
  }

  private void key() throws IOException {
    String line = restOfLine();
    int end = line.lastIndexOf(']');
    if (end < 0 || !line.substring(end + 1).isBlank()) {
      throw bad("a key ends with \"]\"");
    }
    deleted = line.startsWith("[-");
    key = line.substring(deleted ? 2 : 1, end);
    while (key.endsWith("\\")) {
      key = key.substring(0, key.length() - 1);
    }
    if (key.isEmpty()) {
      throw bad("a key has a name");
    }
    changes.add(deleted ? new RegFile.DeleteKey(key) : new RegFile.AddKey(key));
  }

  private void value() throws IOException {
    if (key == null || deleted) {
      throw bad(key == null ? "a value stands in a key" : "a key that is deleted has no values");
    }
    String name = "";
    if (text.charAt(at) == '@') {
      at++;
    } else {
      name = quoted();
    }
    skipSpace();
    expect('=');
    skipSpace();
    if (peek() == '-') {
      at++;
      changes.add(new RegFile.DeleteValue(key, name));
    } else if (peek() == '"') {
      changes.add(new RegFile.SetValue(key, HiveValue.string(name, quoted())));
    } else {
      changes.add(new RegFile.SetValue(key, data(name)));
    }
    skipSpace();
    if (at < text.length() && peek() == ';') {
      restOfLine();
    }
    if (at < text.length() && !isLineEnd(peek())) {
      throw bad("\"" + shown(restOfLine()) + "\" stands behind a value");
    }
  }

  private HiveValue data(String name) throws IOException {
    int colon = at;
    while (colon < text.length() && text.charAt(colon) != ':' && !isLineEnd(text.charAt(colon))) {
      colon++;
    }
    String kind = text.substring(at, colon).strip().toLowerCase(Locale.ROOT);
    if (colon == text.length() || text.charAt(colon) != ':') {
      throw bad("\"" + shown(kind) + "\" is no data");
    }
    at = colon + 1;
    if (kind.equals("dword")) {
      return HiveValue.dword(name, (int) hexNumber(untilSpace()));
    }
    if (kind.equals("hex")) {
      return HiveValue.binary(name, bytes());
    }
    if (kind.startsWith("hex(") && kind.endsWith(")")) {
      int type = (int) hexNumber(kind.substring(4, kind.length() - 1).strip());
      return new HiveValue(name, new RegistryType(type), bytes());
    }
    throw bad("\"" + shown(kind) + "\" is no kind of data");
  }

  private long hexNumber(String digits) throws IOException {
    String plain = digits.startsWith("0x") ? digits.substring(2) : digits;
    if (!plain.matches("[0-9A-Fa-f]{1,8}")) {
      throw bad("\"" + shown(digits) + "\" is no number of 1 to 8 hexadecimal digits");
    }
    return Long.parseLong(plain, 16);
  }

  private byte[] bytes() throws IOException {
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    boolean comma = true;
    while (true) {
      skipSpace();
      char c = peek();
      if (c == '\\') {
        at++;
        skipSpace();
        if (at < text.length() && !isLineEnd(peek())) {
          throw bad("a backslash among bytes ends a line");
        }
        skipLineEnd();
      } else if (c == ',') {
        if (comma) {
          throw bad("two commas among bytes have none between them");
        }
        comma = true;
        at++;
      } else if (at >= text.length() || isLineEnd(c) || c == ';') {
        return data.toByteArray();
      } else {
        int value = nibble(c);
        at++;
        if (!comma) {
          throw bad("bytes have commas between them");
        }
        if (nibble(peek()) >= 0 && value >= 0) {
          value = value << 4 | nibble(peek());
          at++;
        }
        if (value < 0) {
          throw bad("\"" + c + "\" is no hexadecimal digit");
        }
        data.write(value);
        comma = false;
      }
    }
  }

  private static int nibble(char c) {
    return c < 0x80 ? Character.digit(c, 16) : -1;
  }

  /** A text in quotes, which may go on over line ends. */
  private String quoted() throws IOException {
    int start = at;
    StringBuilder found = new StringBuilder();
    at++;
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '"') {
        return found.toString();
      }
      if (c == '\\' && (peek() == '\\' || peek() == '"')) {
        c = text.charAt(at++);
      }
      found.append(c);
    }
    at = start;
    throw bad("a text that begins with a quotation mark ends with one");
  }

  private String untilSpace() {
    skipSpace();
    int start = at;
    while (at < text.length() && !isLineEnd(peek()) && peek() != ' ' && peek() != '\t') {
      at++;
    }
    return text.substring(start, at);
  }

  private String restOfLine() {
    int start = at;
    while (at < text.length() && !isLineEnd(text.charAt(at))) {
      at++;
    }
    return text.substring(start, at);
  }

  private void expect(char wanted) throws IOException {
    if (peek() != wanted) {
      throw bad("a value's name is followed by \"" + wanted + "\"");
    }
    at++;
  }

  private void skipBlank() {
    while (at < text.length() && (isLineEnd(peek()) || peek() == ' ' || peek() == '\t')) {
      at++;
    }
  }

  private void skipSpace() {
    while (at < text.length() && (peek() == ' ' || peek() == '\t')) {
      at++;
    }
  }

  private void skipLineEnd() {
    if (at < text.length() && peek() == '\r') {
      at++;
    }
    if (at < text.length() && peek() == '\n') {
      at++;
    }
  }

  /** The next character, or a space at the end. */
  private char peek() {
    return at < text.length() ? text.charAt(at) : ' ';
  }

  private static boolean isLineEnd(char c) {
    return c == '\n' || c == '\r';
  }

  private static String shown(String part) {
    return part.length() > MAX_SHOWN ? part.substring(0, MAX_SHOWN) + "..." : part;
  }

  private CorruptFormatException bad(String problem) {
    long line =
        1 + text.substring(0, Math.min(at, text.length())).chars().filter(c -> c == '\n').count();
    return new CorruptFormatException(
        source, CorruptFormatException.NO_OFFSET, "line " + line + ": " + problem);
  }
}
