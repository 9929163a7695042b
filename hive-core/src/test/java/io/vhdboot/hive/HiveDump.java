package io.vhdboot.hive;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.disk.FileTime100ns;
import io.vhdboot.testing.ExternalTool;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;

/** Everything in a hive as lines of text, by us and by hivex. */
final class HiveDump {

  private HiveDump() {}

  /** Fails at the first line that differs; a value hivex cannot read must be empty for us. */
  static void assertSame(List<String> ours, List<String> theirs) {
    for (int i = 0; i < Math.min(ours.size(), theirs.size()); i++) {
      String expected = theirs.get(i).replace("unreadable", "0 0 " + sha1(new byte[0]));
      assertThat(ours.get(i)).as("line %d", i).isEqualTo(expected);
    }
    assertThat(ours).hasSameSizeAs(theirs);
  }

  /** What we read. */
  static List<String> ours(Hive hive) throws IOException {
    List<String> lines = new ArrayList<>();
    Deque<HiveKey> keys = new ArrayDeque<>(List.of(hive.root()));
    Deque<String> paths = new ArrayDeque<>(List.of(""));
    while (!keys.isEmpty()) {
      HiveKey key = keys.pop();
      String path = paths.pop();
      lines.add("K " + path + " " + FileTime100ns.of(key.lastWritten()));
      for (HiveValue value : key.values()) {
        lines.add(
            String.join(
                " ",
                "V",
                path,
                escape(value.name()),
                Integer.toUnsignedString(value.type().code()),
                Integer.toString(value.size()),
                sha1(value.data())));
      }
      List<HiveKey> subkeys = key.subkeys();
      for (int i = subkeys.size() - 1; i >= 0; i--) {
        keys.push(subkeys.get(i));
        paths.push(path + "\\" + escape(subkeys.get(i).name()));
      }
    }
    return lines;
  }

  /** What hivex reads, or nothing when it refuses the hive. */
  static List<String> hivex(Path file) {
    ExternalTool.Result result =
        ExternalTool.named("env")
            .run("PATH=/usr/bin:/bin", "python3", resource("hivex_dump.py"), file);
    if (result.output().contains("No module named")) {
      ExternalTool.named("python3-hivex");
    }
    return result.exitCode() == 0 ? result.output().lines().toList() : List.of();
  }

  static Path resource(String name) {
    try {
      return Path.of(HiveDump.class.getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /** As Python's unicode_escape writes it. */
  static String escape(String name) {
    StringBuilder text = new StringBuilder();
    name.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> {
                  if (c >= ' ' && c < 0x7F) {
                    text.appendCodePoint(c);
                  } else if (c <= 0xFF) {
                    text.append(String.format("\\x%02x", c));
                  } else if (c <= 0xFFFF) {
                    text.append(String.format("\\u%04x", c));
                  } else {
                    text.append(String.format("\\U%08x", c));
                  }
                }
              }
            });
    return text.toString();
  }

  static String sha1(byte[] data) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(data));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
