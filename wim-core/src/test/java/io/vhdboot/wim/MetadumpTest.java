package io.vhdboot.wim;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compares the fields that wimlib does not show with those that an independent reader prints. */
class MetadumpTest {

  private static final Pattern LINE =
      Pattern.compile(
          "'(.*)'\\tattr (\\w+) sec (-?\\d+) main \\d+ (?:short (.*?))? ?"
              + "(rp tag \\w+ res \\w+ flags \\w+|link \\w+|) (?:tags \\[(.*?)\\])? ?(?:extra .*)?");

  @ParameterizedTest
  @CsvSource({
    // Left out, or taken over from another link of the file, or an index that is not there.
    "crafted-features.wim, 'names/..|names/.|names/|names/nu\\x00l|attrdiff2|sd-out-of-range'",
    "ntfs-features-none.wim, ''",
  })
  void reparseFlagsLinkGroupsAndTaggedItemsAreTheSame(String file, String exceptions)
      throws IOException {
    Path path = SharedData.data("wim/" + file);
    try (WimFile wim = WimFile.open(path)) {
      Set<String> different = differences(path, wim.image(1));
      Set<String> excepted = Set.of(exceptions.split("\\|"));
      assertThat(different)
          .allMatch(
              key ->
                  excepted.stream().anyMatch(name -> !name.isEmpty() && key.endsWith("/" + name)));
      assertThat(wim.image(1).entries()).hasSizeGreaterThan(60);
    }
  }

  /** The paths whose fields are not as the dump of a WIM without compressed metadata shows them. */
  static Set<String> differences(Path dumped, WimImage image) {
    String output =
        ExternalTool.script("python3", SharedData.tool("wim/metadump.py")).output(dumped);
    Map<String, String> expected = new TreeMap<>();
    for (String line : output.split("\n")) {
      Matcher matcher = LINE.matcher(line);
      if (matcher.matches()) {
        String fields =
            String.format(
                "%s sec %s short %s %s tags %s",
                matcher.group(2),
                matcher.group(3),
                matcher.group(4) == null ? "" : matcher.group(4),
                matcher.group(5),
                matcher.group(6) == null ? "" : matcher.group(6));
        expected.putIfAbsent(matcher.group(1), fields);
      }
    }
    Map<String, String> actual = new TreeMap<>();
    for (WimEntry entry : image.entries()) {
      actual.put(asPython(entry.path()), fields(entry));
    }
    Set<String> different = new TreeSet<>(expected.keySet());
    different.addAll(actual.keySet());
    different.removeIf(key -> expected.getOrDefault(key, "").equals(actual.get(key)));
    return different;
  }

  private static String fields(WimEntry entry) {
    WimInode inode = entry.inode();
    String link = inode.hardLinkGroup() == 0 ? "" : String.format("link %x", inode.hardLinkGroup());
    String reparse =
        String.format(
            "rp tag %08x res %04x flags %04x",
            inode.reparseTag(), inode.reparseReserved(), inode.isReparseNotFixed() ? 1 : 0);
    List<String> tags =
        inode.taggedItems().stream()
            .map(item -> String.format("('0x%x', %d)", item.tag(), item.data().length))
            .toList();
    return String.format(
        "%08x sec %d short %s %s tags %s",
        inode.attributes(),
        inode.securityId(),
        entry.shortName().orElse(""),
        inode.isReparsePoint() ? reparse : link,
        String.join(", ", tags));
  }

  /** A path as Python's {@code ascii} shows it, without the quotes. */
  private static String asPython(String path) {
    StringBuilder text = new StringBuilder();
    path.codePoints()
        .forEach(
            point -> {
              if (point == '\\') {
                text.append("\\\\");
              } else if (point >= 0x20 && point < 0x7F) {
                text.appendCodePoint(point);
              } else if (point <= 0xFF) {
                text.append(String.format("\\x%02x", point));
              } else {
                text.append(String.format(point > 0xFFFF ? "\\U%08x" : "\\u%04x", point));
              }
            });
    return text.toString();
  }
}
