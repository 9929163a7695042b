package io.vhdboot.imaging.apply;

import io.vhdboot.wim.ExtendedAttribute;
import io.vhdboot.wim.WimEntry;
import io.vhdboot.wim.WimFile;
import io.vhdboot.wim.WimInode;
import io.vhdboot.wim.WimStream;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Writes what an image holds of files besides their content: a line of JSON for each name, with the
 * members that it has of {@code path}, {@code linkOf} (an earlier path of the same file, which then
 * is all), {@code attributes}, {@code created}, {@code modified}, {@code accessed} (100 ns since
 * 1601), {@code shortName}, {@code securityDescriptor}, {@code objectId}, {@code reparseTag},
 * {@code reparseData}, {@code extendedAttributes} and {@code streams}. Bytes are in hexadecimal;
 * units of names that are no text are escaped.
 */
final class MetadataList {

  private final WimFile wim;
  private final Writer out;
  private String separator = "{";

  private MetadataList(WimFile wim, Writer out) {
    this.wim = wim;
    this.out = out;
  }

  /** Writes the list of some files with all that is below them; it appears when it is complete. */
  static void write(
      Path target, WimFile wim, List<WimEntry> selected, Predicate<WimEntry> isExcluded)
      throws IOException {
    Path partial = target.resolveSibling("." + target.getFileName() + ".vhdboot-partial");
    try {
      try (Writer out = Files.newBufferedWriter(partial, StandardCharsets.UTF_8)) {
        MetadataList list = new MetadataList(wim, out);
        Deque<WimEntry> open = new ArrayDeque<>(selected);
        while (!open.isEmpty()) {
          WimEntry entry = open.pop();
          if (!isExcluded.test(entry)) {
            list.add(entry);
            for (int i = entry.children().size() - 1; i >= 0; i--) {
              open.push(entry.children().get(i));
            }
          }
        }
      }
      Files.move(partial, target, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  private void add(WimEntry entry) throws IOException {
    WimInode inode = entry.inode();
    separator = "{";
    text("path", entry.path());
    if (entry.shortName().isPresent()) {
      text("shortName", entry.shortName().get());
    }
    WimEntry first = inode.linkCount() > 1 ? inode.links().get(0) : entry;
    if (first != entry) {
      text("linkOf", first.path());
      out.write("}\n");
      return;
    }
    number("attributes", Integer.toUnsignedLong(inode.attributes()));
    number("created", inode.creationTime());
    number("modified", inode.lastWriteTime());
    number("accessed", inode.lastAccessTime());
    bytes("securityDescriptor", inode.securityDescriptor());
    bytes("objectId", inode.objectId());
    if (inode.isReparsePoint()) {
      number("reparseTag", Integer.toUnsignedLong(inode.reparseTag()));
      bytes("reparseData", reparseData(inode));
    }
    if (!inode.extendedAttributes().isEmpty()) {
      member("extendedAttributes");
      String before = "[{";
      for (ExtendedAttribute each : inode.extendedAttributes()) {
        out.write(before);
        separator = "";
        text("name", each.name());
        number("flags", each.flags());
        bytes("value", Optional.of(each.value()));
        before = "},{";
      }
      out.write("}]");
    }
    if (!inode.namedStreams().isEmpty()) {
      member("streams");
      String before = "[{";
      for (WimStream stream : inode.namedStreams()) {
        out.write(before);
        separator = "";
        text("name", stream.name());
        number("size", stream.size());
        text("sha1", stream.sha1().toString());
        before = "},{";
      }
      out.write("}]");
    }
    out.write("}\n");
  }

  private Optional<byte[]> reparseData(WimInode inode) throws IOException {
    return inode.reparseData().isPresent() && inode.reparseData().get().blob().isPresent()
        ? Optional.of(wim.readFully(inode.reparseData().get().blob().get()))
        : Optional.empty();
  }

  private void member(String name) throws IOException {
    out.write(separator);
    out.write('"' + name + "\":");
    separator = ",";
  }

  private void number(String name, long value) throws IOException {
    member(name);
    out.write(Long.toString(value));
  }

  private void bytes(String name, Optional<byte[]> value) throws IOException {
    if (value.isPresent()) {
      member(name);
      out.write('"' + HexFormat.of().formatHex(value.get()) + '"');
    }
  }

  private void text(String name, String value) throws IOException {
    member(name);
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < value.length(); i++) {
      char unit = value.charAt(i);
      if (unit == '"' || unit == '\\') {
        quoted.append('\\').append(unit);
      } else if (unit < ' ' || unit > '~') {
        quoted.append(String.format("\\u%04x", (int) unit));
      } else {
        quoted.append(unit);
      }
    }
    out.write(quoted.append('"').toString());
  }
}
