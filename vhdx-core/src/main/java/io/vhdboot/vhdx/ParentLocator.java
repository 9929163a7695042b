package io.vhdboot.vhdx;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.disk.Utf16;
import io.vhdboot.disk.WindowsGuid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * Where the parent of a differencing VHDX is and how it is known ([MS-VHDX] 2.6.2.6), keys and
 * values:
 *
 * <pre>
 * 00  16  what kind of parent: a VHDX is {b04aefb7-d19e-4a81-b789-25b8e9445913}
 * 10   2  0
 * 12   2  number of entries
 * 14      entries of 12 bytes:
 *         0  4  where the key is in this structure
 *         4  4  where the value is
 *         8  2  bytes of the key, UTF-16 without a zero at the end
 *         A  2  bytes of the value
 * </pre>
 *
 * @param entries the values by their keys, in the order of the file
 */
public record ParentLocator(Map<String, String> entries) {

  /** The key of the parent's DataWriteGuid. */
  public static final String LINKAGE = "parent_linkage";

  /**
   * The key of another DataWriteGuid that the parent may have. Windows writes none; ours has one
   * while the child is merged into the parent, so that they fit together at every moment.
   */
  public static final String LINKAGE_2 = "parent_linkage2";

  /** The key of the path from the child's folder, with backslashes. */
  public static final String RELATIVE_PATH = "relative_path";

  /** The key of a path that begins with the name of a volume. */
  public static final String VOLUME_PATH = "volume_path";

  /** The key of a path that begins with a drive letter or a share. */
  public static final String ABSOLUTE_PATH = "absolute_win32_path";

  private static final UUID VHDX_TYPE = UUID.fromString("b04aefb7-d19e-4a81-b789-25b8e9445913");
  private static final int HEADER_SIZE = 20;
  private static final int ENTRY_SIZE = 12;
  private static final int MAX_TEXT = 0xFFFE / 2;

  /** Takes a copy and checks it. */
  public ParentLocator {
    entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    for (Map.Entry<String, String> entry : entries.entrySet()) {
      for (String text : List.of(entry.getKey(), entry.getValue())) {
        if (text.isEmpty() || text.length() > MAX_TEXT) {
          throw new IllegalArgumentException(
              "entry (" + entry + ") must have a key and a value of 1 to " + MAX_TEXT + " units");
        }
      }
    }
  }

  /**
   * A locator of a parent that lies somewhere relative to the child.
   *
   * @param dataWriteId the parent's DataWriteGuid
   * @param relativePath the path from the child's folder, such as {@code .\base.vhdx}
   */
  public static ParentLocator relative(UUID dataWriteId, String relativePath) {
    Map<String, String> entries = new LinkedHashMap<>();
    entries.put(LINKAGE, WindowsGuid.toString(dataWriteId));
    entries.put(RELATIVE_PATH, relativePath);
    return new ParentLocator(entries);
  }

  /**
   * A locator of a parent that is a host file, as its child is. On Windows it has the absolute path
   * too.
   *
   * @param child the child's file
   * @param parent the parent's file
   * @param dataWriteId the parent's DataWriteGuid
   */
  public static ParentLocator onHost(Path child, Path parent, UUID dataWriteId) {
    Path from = child.toAbsolutePath().normalize().getParent();
    Path to = parent.toAbsolutePath().normalize();
    String absolute = to.toString();
    boolean sameRoot = Objects.equals(from.getRoot(), to.getRoot());
    String relative = sameRoot ? from.relativize(to).toString().replace('/', '\\') : absolute;
    ParentLocator locator =
        relative(dataWriteId, !sameRoot || relative.startsWith("..") ? relative : ".\\" + relative);
    return absolute.matches("[A-Za-z]:\\\\.*")
        ? locator.with(ABSOLUTE_PATH, "\\\\?\\" + absolute)
        : locator;
  }

  /** The same with an entry more, or with another value. */
  public ParentLocator with(String key, String value) {
    Map<String, String> changed = new LinkedHashMap<>(entries);
    changed.put(key, value);
    return new ParentLocator(changed);
  }

  /** The same without an entry. */
  public ParentLocator without(String key) {
    Map<String, String> changed = new LinkedHashMap<>(entries);
    changed.remove(key);
    return new ParentLocator(changed);
  }

  /** The paths to look for the parent at, in the order of the specification. */
  public List<String> paths() {
    List<String> paths = new ArrayList<>();
    for (String key : List.of(RELATIVE_PATH, VOLUME_PATH, ABSOLUTE_PATH)) {
      Optional.ofNullable(entries.get(key)).ifPresent(paths::add);
    }
    return paths;
  }

  /** Whether a parent with this DataWriteGuid is the one that the child was made for. */
  public boolean fits(UUID dataWriteId) {
    return linkage(LINKAGE).filter(dataWriteId::equals).isPresent()
        || linkage(LINKAGE_2).filter(dataWriteId::equals).isPresent();
  }

  private Optional<UUID> linkage(String key) {
    try {
      return Optional.ofNullable(entries.get(key)).map(WindowsGuid::parse);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Reads a locator; the position is that of the item, for messages. */
  static ParentLocator get(byte[] bytes, BlockDevice source, long position) throws IOException {
    if (bytes.length < HEADER_SIZE) {
      throw new CorruptFormatException(
          source.name(), position, "a parent locator of " + bytes.length + " bytes, less than 20");
    }
    UUID type = WindowsGuid.get(bytes, 0);
    if (!type.equals(VHDX_TYPE)) {
      throw new UnsupportedFormatException(
          source.name(), position, "the parent is of kind {" + type + "}, not a VHDX");
    }
    int count = LittleEndian.u16(bytes, 0x12);
    if (HEADER_SIZE + count * ENTRY_SIZE > bytes.length) {
      throw new CorruptFormatException(
          source.name(),
          position + 0x12,
          count + " entries do not fit in a parent locator of " + bytes.length + " bytes");
    }
    Map<String, String> entries = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      int at = HEADER_SIZE + i * ENTRY_SIZE;
      String key =
          text(
              bytes,
              LittleEndian.u32(bytes, at),
              LittleEndian.u16(bytes, at + 8),
              source,
              position);
      String value =
          text(
              bytes,
              LittleEndian.u32(bytes, at + 4),
              LittleEndian.u16(bytes, at + 10),
              source,
              position);
      if (entries.put(key, value) != null) {
        throw new CorruptFormatException(
            source.name(), position + at, "the parent locator has two entries \"" + key + "\"");
      }
    }
    return new ParentLocator(entries);
  }

  private static String text(
      byte[] bytes, long offset, int length, BlockDevice source, long position)
      throws CorruptFormatException {
    if (offset < HEADER_SIZE || length == 0 || length % 2 != 0 || offset > bytes.length - length) {
      throw new CorruptFormatException(
          source.name(),
          position,
          "a text of "
              + length
              + " bytes cannot be at "
              + offset
              + " in a parent locator of "
              + bytes.length);
    }
    return Utf16.get(bytes, (int) offset, length / 2);
  }

  byte[] toBytes() {
    int size = HEADER_SIZE + entries.size() * ENTRY_SIZE;
    for (Map.Entry<String, String> entry : entries.entrySet()) {
      size += 2 * (entry.getKey().length() + entry.getValue().length());
    }
    byte[] bytes = new byte[size];
    WindowsGuid.put(bytes, 0, VHDX_TYPE);
    LittleEndian.put16(bytes, 0x12, entries.size());
    int entryAt = HEADER_SIZE;
    int textAt = HEADER_SIZE + entries.size() * ENTRY_SIZE;
    for (Map.Entry<String, String> entry : entries.entrySet()) {
      int keyLength = 2 * entry.getKey().length();
      int valueLength = 2 * entry.getValue().length();
      LittleEndian.put32(bytes, entryAt, textAt);
      LittleEndian.put32(bytes, entryAt + 4, textAt + keyLength);
      LittleEndian.put16(bytes, entryAt + 8, keyLength);
      LittleEndian.put16(bytes, entryAt + 10, valueLength);
      Utf16.put(bytes, textAt, entry.getKey());
      Utf16.put(bytes, textAt + keyLength, entry.getValue());
      entryAt += ENTRY_SIZE;
      textAt += keyLength + valueLength;
    }
    return bytes;
  }
}
