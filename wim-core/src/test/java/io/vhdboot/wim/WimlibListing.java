package io.vhdboot.wim;

import io.vhdboot.disk.FileTime100ns;
import io.vhdboot.testing.ExternalTool;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An image as {@code wimlib-imagex dir --detailed} shows it, one text for each path; and the same
 * text from what this library reads, so that both can be compared as a whole.
 */
final class WimlibListing {

  private static final String RULE = "-".repeat(76) + "\n";
  private static final Pattern PATH =
      Pattern.compile("Full Path           = \"(.*?)\"\nShort Name", Pattern.DOTALL);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("EEE MMM dd HH:mm:ss y 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /** Fields that are compared word by word. */
  private static final List<String> FIELDS =
      List.of(
          "Short Name",
          "Attributes",
          "Security Descriptor",
          "Creation Time",
          "Last Write Time",
          "Last Access Time",
          "Reparse Tag",
          "Link Count",
          "Object ID",
          "Birth Volume ID",
          "Birth Object ID",
          "Domain ID",
          "Hash",
          "Uncompressed size",
          "Compressed size",
          "Offset in WIM",
          "Solid resource");

  private static final Pattern OFFSET_IN_PART =
      Pattern.compile("(Offset in WIM += )(\\d+)( bytes\nPart Number += )(\\d+)");

  private WimlibListing() {}

  /** What wimlib shows of an image. The other parts of a split file are found by their names. */
  static Map<String, String> byWimlib(Path wim, int image) {
    List<Object> command = new ArrayList<>(List.of("dir", wim, image, "--detailed"));
    boolean isSplit = wim.toString().endsWith(".swm");
    if (isSplit) {
      command.add("--ref=" + wim.toString().replace(".swm", "*.swm"));
    }
    String output = ExternalTool.named("wimlib-imagex").output(command.toArray());
    if (isSplit) {
      output = withJoinedOffsets(output, wim);
    }
    Map<String, String> listing = new TreeMap<>();
    for (String section : output.split(Pattern.quote(RULE))) {
      Matcher path = PATH.matcher(section);
      if (path.find()) {
        StringBuilder text = new StringBuilder();
        for (String line : section.substring(path.end(1) + 1).split("\n")) {
          if (line.startsWith("\t")) {
            text.append(line.strip()).append('\n');
          }
          for (String field : FIELDS) {
            if (line.startsWith(field + " ")) {
              text.append(line.replaceFirst(" +=", "=")).append('\n');
            }
          }
        }
        listing.put(path.group(1), text.toString());
      }
    }
    return listing;
  }

  /** Counts offsets as if the parts lay one behind the other, as they are read here. */
  private static String withJoinedOffsets(String output, Path first) {
    return OFFSET_IN_PART
        .matcher(output)
        .replaceAll(
            match -> {
              long offset = Long.parseLong(match.group(2));
              for (int part = 1; part < Integer.parseInt(match.group(4)); part++) {
                String name = first.toString().replace(".swm", (part == 1 ? "" : part) + ".swm");
                offset += Path.of(name).toFile().length();
              }
              return match.group(1) + offset + match.group(3) + match.group(4);
            });
  }

  /** The same of an image that this library has read. */
  static Map<String, String> of(WimImage image) {
    Map<String, String> listing = new TreeMap<>();
    for (WimEntry entry : image.entries()) {
      listing.put(asUtf8(entry.path()), of(entry));
    }
    return listing;
  }

  private static String of(WimEntry entry) {
    WimInode inode = entry.inode();
    StringBuilder text = new StringBuilder();
    add(text, "Short Name", "\"" + entry.shortName().orElse("") + "\"");
    add(text, "Attributes", String.format("0x%08x", inode.attributes()));
    inode
        .securityDescriptor()
        .ifPresent(bytes -> add(text, "Security Descriptor", HexFormat.of().formatHex(bytes)));
    add(text, "Creation Time", time(inode.creationTime()));
    add(text, "Last Write Time", time(inode.lastWriteTime()));
    add(text, "Last Access Time", time(inode.lastAccessTime()));
    if (inode.isReparsePoint()) {
      add(text, "Reparse Tag", String.format("0x%x", inode.reparseTag()));
    }
    add(text, "Link Count", Integer.toString(inode.linkCount()));
    inode.objectId().ifPresent(id -> addObjectId(text, id));
    addStreams(text, inode);
    return text.toString();
  }

  private static void addObjectId(StringBuilder text, byte[] id) {
    List<String> names = List.of("Object ID", "Birth Volume ID", "Birth Object ID", "Domain ID");
    for (int i = 0; i < id.length / 16; i++) {
      String hex = HexFormat.of().formatHex(id, 16 * i, 16 * i + 16);
      // wimlib does not show birth ids of zeros.
      if (i == 0 || !hex.matches("0*")) {
        add(text, names.get(i), "0x" + hex);
      }
    }
  }

  private static void addStreams(StringBuilder text, WimInode inode) {
    if (inode.isEncrypted()) {
      addStream(text, "Raw encrypted data stream", inode.encryptedData().orElse(null));
    } else if (inode.isReparsePoint()) {
      // What a reparse point has of data besides, wimlib does not show.
      addStream(text, "Reparse point stream", inode.reparseData().orElse(null));
    } else {
      addStream(text, "Unnamed data stream", inode.data().orElse(null));
    }
    for (WimStream stream : inode.namedStreams()) {
      addStream(text, "Named data stream \"" + asUtf8(stream.name()) + "\"", stream);
    }
  }

  private static void addStream(StringBuilder text, String kind, WimStream stream) {
    Blob blob = stream == null ? null : stream.blob().orElse(null);
    text.append(kind).append(":\n");
    add(text, "Hash", "0x" + (stream == null ? Sha1.ZERO : stream.sha1()));
    add(text, "Uncompressed size", (blob == null ? 0 : blob.size()) + " bytes");
    if (blob != null && blob.isSolid()) {
      SolidResource solid = blob.solid();
      add(
          text,
          "Solid resource",
          solid.size() + " => " + solid.storedSize() + " bytes @ offset " + solid.offset());
      return;
    }
    add(text, "Compressed size", (blob == null ? 0 : blob.storedSize()) + " bytes");
    add(text, "Offset in WIM", (blob == null ? 0 : blob.offset()) + " bytes");
  }

  private static void add(StringBuilder text, String field, String value) {
    text.append(field).append("= ").append(value).append('\n');
  }

  /** The time in whole seconds, with the year as C's library writes it. */
  private static String time(long fileTime) {
    return TIME.format(FileTime100ns.toInstant(fileTime));
  }

  /** A name as it comes through UTF-8: half a surrogate pair is no text. */
  private static String asUtf8(String name) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      int point = name.codePointAt(i);
      if (Character.isSurrogate(name.charAt(i)) && Character.charCount(point) == 1) {
        text.append('\uFFFD');
      } else {
        text.appendCodePoint(point);
        i += Character.charCount(point) - 1;
      }
    }
    return text.toString();
  }

  /** The first differences between two listings, for people; empty where there are none. */
  static List<String> differences(Map<String, String> expected, Map<String, String> actual) {
    List<String> differences = new ArrayList<>();
    Map<String, String> all = new TreeMap<>(expected);
    all.putAll(actual);
    for (String path : all.keySet()) {
      String here = actual.get(path);
      String there = expected.get(path);
      if (here == null || there == null || !here.equals(there)) {
        differences.add(path + ":\nwimlib: " + there + "\nhere:   " + here);
      }
      if (differences.size() == 5) {
        break;
      }
    }
    return differences;
  }
}
