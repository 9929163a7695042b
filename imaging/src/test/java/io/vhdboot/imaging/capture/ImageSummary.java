package io.vhdboot.imaging.capture;

import io.vhdboot.disk.LittleEndian;
import io.vhdboot.wim.WimEntry;
import io.vhdboot.wim.WimFile;
import io.vhdboot.wim.WimInode;
import io.vhdboot.wim.WimStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** An image as one text for each path, to compare two as a whole. */
final class ImageSummary {

  private static final int SYMBOLIC_LINK = 0xA000000C;

  private ImageSummary() {}

  /** Everything but what depends on the file in which the image is. */
  static Map<String, String> of(Path wim) throws IOException {
    try (WimFile file = WimFile.open(wim)) {
      Map<String, String> summary = new TreeMap<>();
      for (WimEntry entry : file.image(1).entries()) {
        summary.put(entry.path(), of(file, entry));
      }
      return summary;
    }
  }

  private static String of(WimFile file, WimEntry entry) throws IOException {
    WimInode inode = entry.inode();
    Map<String, String> streams = new TreeMap<>();
    for (WimStream stream : inode.namedStreams()) {
      streams.put(stream.name(), stream.sha1().toString());
    }
    return String.format(
        "attributes %x short %s times %d %d %d links %d tag %x data %s reparse %s streams %s"
            + " security %s id %s",
        inode.attributes(),
        entry.shortName().orElse("-"),
        inode.creationTime(),
        inode.lastAccessTime(),
        inode.lastWriteTime(),
        inode.linkCount(),
        inode.reparseTag(),
        inode.data().map(stream -> stream.sha1().toString()).orElse("-"),
        reparse(file, inode),
        streams,
        inode.securityDescriptor().map(HexFormat.of()::formatHex).orElse("-"),
        inode.objectId().map(HexFormat.of()::formatHex).orElse("-"));
  }

  /** A symbolic link's names, which programs lay out in different ways; the hash of others. */
  private static String reparse(WimFile file, WimInode inode) throws IOException {
    if (inode.reparseData().isEmpty()) {
      return "-";
    }
    WimStream stream = inode.reparseData().get();
    if (inode.reparseTag() != SYMBOLIC_LINK) {
      return stream.sha1().toString();
    }
    byte[] data = file.readFully(stream.blob().orElseThrow());
    return LittleEndian.i32(data, 8) + " " + name(data, 0) + " " + name(data, 4);
  }

  private static String name(byte[] data, int field) {
    return new String(
        data,
        12 + LittleEndian.u16(data, field),
        LittleEndian.u16(data, field + 2),
        StandardCharsets.UTF_16LE);
  }

  /** The first differences, for people. */
  static String differences(Map<String, String> expected, Map<String, String> actual) {
    Map<String, String> all = new TreeMap<>(expected);
    all.putAll(actual);
    StringBuilder text = new StringBuilder();
    int count = 0;
    for (String path : all.keySet()) {
      String here = actual.get(path);
      String there = expected.get(path);
      if (!Objects.equals(here, there) && count++ < 8) {
        text.append(path).append("\n  expected ").append(there).append("\n  actual   ");
        text.append(here).append('\n');
      }
    }
    return text.toString();
  }
}
