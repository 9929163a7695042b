package io.vhdboot.ntfs;

import io.vhdboot.disk.LittleEndian;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What we read from a volume, as lines that can be held against those of the scripts in {@code
 * src/test/python}, which print what others read from it.
 */
final class VolumeFacts {

  /** Streams that are longer are not hashed; only $BadClus has such. */
  private static final long MAX_HASHED = 1L << 26;

  private static final HexFormat HEX = HexFormat.of();

  private VolumeFacts() {}

  /** A line for each fact of each file that can be reached from the root, by path. */
  static TreeSet<String> byPath(NtfsVolume volume) throws IOException {
    return byPath(volume, false);
  }

  /** The same without what ntfs-3g does not show. */
  static TreeSet<String> byPathThroughNtfs3g(NtfsVolume volume) throws IOException {
    return byPath(volume, true);
  }

  private static TreeSet<String> byPath(NtfsVolume volume, boolean throughNtfs3g)
      throws IOException {
    TreeSet<String> facts = new TreeSet<>();
    volume
        .root()
        .walk((path, entry) -> addFile(facts, path, entry, volume.file(entry), throughNtfs3g));
    return facts;
  }

  /**
   * Whether ntfs-3g takes a file for a pipe or socket of Interix, which marked them as the system's
   * but not hidden, with no byte or one: of these it shows no named streams. For a directory it
   * looks at the first stream instead, since that has no other.
   */
  private static boolean isSpecial(NtfsFile file) throws IOException {
    int marks = file.attributes() & (FileAttributes.SYSTEM | FileAttributes.HIDDEN);
    List<NtfsStream> streams = file.streams();
    return marks == FileAttributes.SYSTEM && !streams.isEmpty() && streams.get(0).size() <= 1;
  }

  /**
   * Whether ntfs-3g takes a stream for a damaged one: a named one that was never written to, plain,
   * of a file that is marked as compressed, which it would compress when it is written.
   */
  private static boolean isRefused(NtfsFile file, NtfsStream stream) throws IOException {
    return (file.attributes() & FileAttributes.COMPRESSED) != 0
        && !stream.name().isEmpty()
        && !stream.isCompressed()
        && !stream.isResident()
        && stream.validDataLength() == 0;
  }

  private static boolean addFile(
      TreeSet<String> facts,
      String path,
      NtfsDirectoryEntry entry,
      NtfsFile file,
      boolean throughNtfs3g)
      throws IOException {
    String head = quoted(path) + " ";
    facts.add(head + "record " + file.recordNumber());
    facts.add(head + String.format("attributes %08x", file.attributes() & ~FileAttributes.NORMAL));
    facts.add(head + "times " + times(file));
    addDigest(facts, head + "descriptor", file.securityDescriptor());
    file.objectId().ifPresent(id -> facts.add(head + "id " + HEX.formatHex(id, 0, 16)));
    addDigest(facts, head + "ea", file.extendedAttributeBytes());
    addDigest(facts, head + "reparse", file.reparseData());
    if (file.names().size() == 1 && entry.shortName().isPresent()) {
      facts.add(head + "short " + quoted(entry.shortName().get().toUpperCase(Locale.ROOT)));
    }
    // Linux takes a file with a reparse point for a link, and shows no streams of links.
    boolean isLink = file.reparseTag().isPresent();
    boolean isSpecial = throughNtfs3g && isSpecial(file);
    for (NtfsStream stream : file.streams()) {
      boolean isHidden = isSpecial || entry.isMetafile();
      if (!isLink && (!isHidden || stream.name().isEmpty() && !file.isDirectory())) {
        String content = throughNtfs3g && isRefused(file, stream) ? "refused" : digest(stream);
        facts.add(head + "stream " + quoted(stream.name()) + " " + content);
      }
    }
    return true;
  }

  /** Path, record and size of each data stream of each file that can be reached from the root. */
  static TreeSet<String> streams(NtfsVolume volume) throws IOException {
    TreeSet<String> facts = new TreeSet<>();
    volume
        .root()
        .walk(
            (path, entry) -> {
              for (NtfsStream stream : volume.file(entry).streams()) {
                String name = stream.name().isEmpty() ? "" : ":" + stream.name();
                facts.add(path + name + " " + entry.recordNumber() + " " + stream.size());
              }
              return true;
            });
    return facts;
  }

  /** A line for each fact of each record in use. */
  static TreeSet<String> byRecord(NtfsVolume volume) throws IOException {
    TreeSet<String> facts = new TreeSet<>();
    for (long number = 0; number < volume.recordCount(); number++) {
      Optional<NtfsFile> file = volume.find(number);
      if (file.isPresent()) {
        addRecord(facts, file.get());
      }
    }
    return facts;
  }

  private static void addRecord(TreeSet<String> facts, NtfsFile file) throws IOException {
    String head = file.recordNumber() + " ";
    facts.add(head + "times " + times(file));
    facts.add(head + String.format("stored attributes %08x", file.storedAttributes()));
    for (NtfsName name : file.names()) {
      facts.add(head + "name " + name.parentRecordNumber() + " " + quoted(name.name()));
    }
    addDigest(facts, head + "descriptor", file.securityDescriptor());
    addDigest(facts, head + "id", file.objectId());
    addDigest(facts, head + "ea", file.extendedAttributeBytes());
    addDigest(facts, head + "reparse", file.reparseData());
    for (NtfsStream stream : file.streams()) {
      String label = head + "stream " + quoted(stream.name()) + " ";
      facts.add(label + "valid " + stream.validDataLength() + " of " + stream.size());
      if (!stream.isResident()) {
        StringBuilder runs = new StringBuilder(label + "runs");
        for (NtfsExtent extent : stream.extents()) {
          runs.append(" " + extent.vcn() + "+" + extent.count() + "@" + extent.lcn());
        }
        facts.add(runs.toString());
      }
      if (!stream.isCompressed() && !stream.isOverlay() && stream.size() < MAX_HASHED) {
        facts.add(label + "holds " + digest(stream));
      }
    }
  }

  private static String times(NtfsFile file) throws IOException {
    byte[] bytes = new byte[32];
    LittleEndian.put64(bytes, 0, file.created());
    LittleEndian.put64(bytes, 8, file.modified());
    LittleEndian.put64(bytes, 16, file.accessed());
    LittleEndian.put64(bytes, 24, file.changed());
    return String.join(
        " ",
        HEX.formatHex(bytes, 0, 8),
        HEX.formatHex(bytes, 8, 16),
        HEX.formatHex(bytes, 16, 24),
        HEX.formatHex(bytes, 24, 32));
  }

  private static void addDigest(TreeSet<String> facts, String what, Optional<byte[]> bytes) {
    if (bytes.isPresent()) {
      facts.add(what + " " + bytes.get().length + " " + HEX.formatHex(sha1().digest(bytes.get())));
    }
  }

  private static String digest(NtfsStream stream) throws IOException {
    MessageDigest digest = sha1();
    long size = 0;
    try (InputStream in = stream.newInputStream()) {
      byte[] buffer = new byte[1 << 16];
      for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
        digest.update(buffer, 0, count);
        size += count;
      }
    }
    return size + " " + HEX.formatHex(digest.digest());
  }

  private static MessageDigest sha1() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** A text as JSON has it, with all that is not ASCII escaped. */
  static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char unit = text.charAt(i);
      int named = "\"\\\n\r\t\b\f".indexOf(unit);
      if (named >= 0) {
        quoted.append('\\').append("\"\\nrtbf".charAt(named));
      } else if (unit < ' ' || unit > '~') {
        quoted.append(String.format("\\u%04x", (int) unit));
      } else {
        quoted.append(unit);
      }
    }
    return quoted.append('"').toString();
  }
}
