package io.vhdboot.hive;

import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.disk.Utf16;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;

/** Writes {@code .reg} files as Windows' own editor does. */
final class RegFileWriter {

  private static final HexFormat HEX = HexFormat.of();
  private static final String LINE_END = "\r\n";

  /** A line of hexadecimal digits ends behind this column. */
  private static final int WIDTH = 76;

  private static final int BUFFER = 1 << 16;
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private final OutputStream out;
  private final StringBuilder text = new StringBuilder(BUFFER);

  RegFileWriter(OutputStream out) {
    this.out = out;
  }

  private record Step(HiveKey key, String path) {}

  void write(HiveKey top, String topPath) throws IOException {
    text.append(BYTE_ORDER_MARK).append(RegFile.HEADER).append(LINE_END);
    Deque<Step> open = new ArrayDeque<>(List.of(new Step(top, topPath)));
    while (!open.isEmpty()) {
      Step step = open.pop();
      checkPath(step.path());
      text.append(LINE_END).append('[').append(step.path()).append(']').append(LINE_END);
      for (HiveValue value : step.key().values()) {
        write(value);
        if (text.length() >= BUFFER) {
          drain();
        }
      }
      List<HiveKey> subkeys = step.key().subkeys();
      for (int i = subkeys.size() - 1; i >= 0; i--) {
        open.push(new Step(subkeys.get(i), step.path() + "\\" + subkeys.get(i).name()));
      }
    }
    text.append(LINE_END);
    drain();
  }

  private void drain() throws IOException {
    out.write(Utf16.toBytes(text.toString()));
    text.setLength(0);
  }

  private static void checkPath(String path) throws UnsupportedFormatException {
    if (path.indexOf('\n') >= 0 || path.indexOf('\r') >= 0 || path.indexOf('\0') >= 0) {
      throw new UnsupportedFormatException(
          "\"" + path.replaceAll("[\\r\\n\\x00]", "?") + "\"",
          UnsupportedFormatException.NO_OFFSET,
          "a key whose name has a line break or NUL in it cannot stand in a .reg file");
    }
  }

  private void write(HiveValue value) {
    int lineStart = text.length();
    if (value.name().isEmpty()) {
      text.append('@');
    } else {
      quote(value.name());
    }
    text.append('=');
    byte[] data = value.data();
    if (value.type().equals(RegistryType.SZ) && isPlainText(data)) {
      quote(Utf16.get(data, 0, data.length / 2 - 1));
    } else if (value.type().equals(RegistryType.DWORD) && data.length == Integer.BYTES) {
      text.append("dword:").append(String.format("%08x", value.asDword()));
    } else if (value.type().equals(RegistryType.BINARY)) {
      text.append("hex:");
      bytes(data, lineStart);
    } else {
      text.append("hex(").append(Integer.toHexString(value.type().code())).append("):");
      bytes(data, lineStart);
    }
    text.append(LINE_END);
  }

  /** Whether the data is text in one line with the NUL that it ends with. */
  private static boolean isPlainText(byte[] data) {
    if (data.length < 2 || data.length % 2 != 0) {
      return false;
    }
    String all = Utf16.get(data, 0, data.length / 2);
    return all.indexOf('\0') == all.length() - 1 && all.indexOf('\n') < 0 && all.indexOf('\r') < 0;
  }

  private void quote(String name) {
    text.append('"');
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\');
      }
      text.append(c);
    }
    text.append('"');
  }

  private void bytes(byte[] data, int lineStart) {
    int start = lineStart;
    for (int i = 0; i < data.length; i++) {
      HEX.toHexDigits(text, data[i]);
      if (i < data.length - 1) {
        text.append(',');
        if (text.length() - start > WIDTH) {
          text.append('\\').append(LINE_END);
          start = text.length();
          text.append("  ");
        }
      }
    }
  }
}
