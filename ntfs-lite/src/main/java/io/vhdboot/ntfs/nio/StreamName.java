package io.vhdboot.ntfs.nio;

/**
 * A name as Windows writes that of a stream: {@code file:stream}, {@code file:stream:$DATA} or
 * {@code file::$DATA}.
 *
 * @param file the file's name
 * @param stream the stream's name, empty for the content
 * @param isStream whether a stream was named at all
 */
record StreamName(String file, String stream, boolean isStream) {

  private static final String TYPE = ":$DATA";

  /** Cuts a name at its first colon. */
  static StreamName of(String name) {
    int colon = name.indexOf(':');
    if (colon <= 0) {
      return new StreamName(name, "", false);
    }
    String stream = name.substring(colon + 1);
    if (stream.isEmpty()) {
      return new StreamName(name, "", false);
    }
    int end = stream.length() - TYPE.length();
    if (end >= 0 && stream.regionMatches(true, end, TYPE, 0, TYPE.length())) {
      stream = stream.substring(0, end);
    }
    return new StreamName(name.substring(0, colon), stream, true);
  }
}
