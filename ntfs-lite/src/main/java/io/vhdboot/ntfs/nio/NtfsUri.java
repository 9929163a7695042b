package io.vhdboot.ntfs.nio;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * The URIs of paths: {@code ntfs:NAME!/Windows/notepad.exe}, where the name is that of the file
 * system, mostly the URI of a host file and a partition as in {@code file:///stick.img@1}.
 *
 * <p>Names are escaped in UTF-8; a lone surrogate, which NTFS allows, is escaped in the three bytes
 * that its value takes, so that every path comes back as it was.
 */
final class NtfsUri {

  /** The scheme. */
  static final String SCHEME = "ntfs";

  private static final String PATH_BEGIN = "!/";
  private static final String UNESCAPED = "-_.~$&'()*+,;=@:";

  private NtfsUri() {}

  /** The URI of a path in a file system of a name. */
  static URI of(String fileSystem, List<String> names) {
    StringBuilder text = new StringBuilder(SCHEME).append(':').append(fileSystem).append('!');
    for (String name : names) {
      text.append('/');
      escape(name, text);
    }
    return URI.create(names.isEmpty() ? text.append('/').toString() : text.toString());
  }

  /**
   * The file system's name in a URI, with or without a path behind it.
   *
   * @throws IllegalArgumentException when it is none of this scheme
   */
  static String fileSystem(URI uri) {
    String text = body(uri);
    int end = text.lastIndexOf(PATH_BEGIN);
    return end < 0 ? text : text.substring(0, end);
  }

  /**
   * The names of the path in a URI.
   *
   * @throws IllegalArgumentException when it has none, or holds an escape that stands for nothing
   */
  static List<String> names(URI uri) {
    String text = body(uri);
    int end = text.lastIndexOf(PATH_BEGIN);
    if (end < 0) {
      throw new IllegalArgumentException("uri (" + uri + ") must have a path behind " + PATH_BEGIN);
    }
    List<String> names = new ArrayList<>();
    for (String name : text.substring(end + PATH_BEGIN.length()).split("/")) {
      if (!name.isEmpty()) {
        names.add(unescape(name, uri));
      }
    }
    return names;
  }

  private static String body(URI uri) {
    if (!SCHEME.equalsIgnoreCase(uri.getScheme())
        || uri.getRawSchemeSpecificPart().isEmpty()
        || uri.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "uri (" + uri + ") must be as in ntfs:file:///stick.img@1!/path");
    }
    return uri.getRawSchemeSpecificPart();
  }

  /** Escapes a text as it stands in a URI. */
  static String escape(String text) {
    StringBuilder escaped = new StringBuilder();
    escape(text, escaped);
    return escaped.toString();
  }

  private static void escape(String name, StringBuilder text) {
    name.codePoints()
        .forEach(
            point -> {
              if (isPlain(point)) {
                text.append((char) point);
              } else {
                escape(point, text);
              }
            });
  }

  private static boolean isPlain(int point) {
    return point >= '0' && point <= '9'
        || point >= 'A' && point <= 'Z'
        || point >= 'a' && point <= 'z'
        || UNESCAPED.indexOf(point) >= 0;
  }

  private static void escape(int point, StringBuilder text) {
    if (point < 0x80) {
      text.append(String.format("%%%02X", point));
      return;
    }
    int more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    int mark = 0xFF00 >> (more + 1) & 0xFF;
    text.append(String.format("%%%02X", mark | point >> (6 * more)));
    for (int i = more - 1; i >= 0; i--) {
      text.append(String.format("%%%02X", 0x80 | point >> (6 * i) & 0x3F));
    }
  }

  private static String unescape(String text, URI uri) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    StringBuilder result = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '%') {
        bytes.write(Integer.parseInt(text.substring(i + 1, i + 3), 16));
        i += 2;
        if (i + 1 < text.length() && text.charAt(i + 1) == '%') {
          continue;
        }
        decode(bytes.toByteArray(), result, uri);
        bytes.reset();
      } else {
        result.append(text.charAt(i));
      }
    }
    if (result.indexOf("\0") >= 0 || result.indexOf("/") >= 0) {
      throw new IllegalArgumentException("uri (" + uri + ") must hold no NUL or slash in a name");
    }
    return result.toString();
  }

  /** UTF-8 that may hold surrogates. */
  private static void decode(byte[] bytes, StringBuilder result, URI uri) {
    int at = 0;
    while (at < bytes.length) {
      int first = bytes[at] & 0xFF;
      int more = first < 0x80 ? 0 : first < 0xC0 ? -1 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
      int point = more == 0 ? first : first & 0x3F >> more;
      for (int i = 1; i <= more; i++) {
        int next = at + i < bytes.length ? bytes[at + i] & 0xFF : 0;
        more = next >> 6 == 2 ? more : -1;
        point = point << 6 | next & 0x3F;
      }
      if (more < 0 || !Character.isValidCodePoint(point)) {
        throw new IllegalArgumentException("uri (" + uri + ") must escape names in UTF-8");
      }
      result.appendCodePoint(point);
      at += more + 1;
    }
  }
}
