package io.vhdboot.ntfs.nio;

import static java.util.Map.entry;

import io.vhdboot.ntfs.ExtendedAttribute;
import io.vhdboot.ntfs.FileAttributes;
import io.vhdboot.ntfs.SecurityDescriptorText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.attribute.AclEntry;
import java.nio.file.attribute.AclFileAttributeView;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.DosFileAttributeView;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.nio.file.attribute.UserPrincipal;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Attributes by their names, as in {@code dos:hidden}. */
final class AttributeViews {

  /** The names of the views. */
  static final Set<String> NAMES = Set.of("basic", "dos", "owner", "acl", "user", "ntfs");

  private static final List<Class<? extends FileAttributeView>> TYPES =
      List.of(
          BasicFileAttributeView.class,
          DosFileAttributeView.class,
          FileOwnerAttributeView.class,
          AclFileAttributeView.class,
          UserDefinedFileAttributeView.class,
          NtfsFileAttributeView.class);

  private static final byte[] NO_BYTES = {};

  private AttributeViews() {}

  /** Reads one attribute of a file. */
  private interface Reader {
    Object read(NtfsFileAttributes attributes, FileView view) throws IOException;
  }

  private static final Map<String, Reader> BASIC = new LinkedHashMap<>();
  private static final Map<String, Reader> DOS = new LinkedHashMap<>();
  private static final Map<String, Reader> NTFS = new LinkedHashMap<>();

  private static final Map<String, Map<String, Reader>> VIEWS =
      Map.ofEntries(
          entry("basic", BASIC),
          entry("dos", DOS),
          entry("ntfs", NTFS),
          entry("owner", Map.of("owner", (attributes, view) -> view.owner())),
          entry(
              "acl",
              Map.of(
                  "owner",
                  (attributes, view) -> view.owner(),
                  "acl",
                  (attributes, view) -> view.acl())));

  static {
    BASIC.put("lastModifiedTime", (attributes, view) -> attributes.lastModifiedTime());
    BASIC.put("lastAccessTime", (attributes, view) -> attributes.lastAccessTime());
    BASIC.put("creationTime", (attributes, view) -> attributes.creationTime());
    BASIC.put("size", (attributes, view) -> attributes.size());
    BASIC.put("isRegularFile", (attributes, view) -> attributes.isRegularFile());
    BASIC.put("isDirectory", (attributes, view) -> attributes.isDirectory());
    BASIC.put("isSymbolicLink", (attributes, view) -> attributes.isSymbolicLink());
    BASIC.put("isOther", (attributes, view) -> attributes.isOther());
    BASIC.put("fileKey", (attributes, view) -> attributes.fileKey());
    DOS.putAll(BASIC);
    DOS.put("readonly", (attributes, view) -> attributes.isReadOnly());
    DOS.put("hidden", (attributes, view) -> attributes.isHidden());
    DOS.put("archive", (attributes, view) -> attributes.isArchive());
    DOS.put("system", (attributes, view) -> attributes.isSystem());
    DOS.put("attributes", (attributes, view) -> attributes.attributes());
    NTFS.putAll(DOS);
    NTFS.put("changeTime", (attributes, view) -> attributes.changeTime());
    NTFS.put("fileId", (attributes, view) -> attributes.fileId());
    NTFS.put("linkCount", (attributes, view) -> attributes.linkCount());
    NTFS.put("names", (attributes, view) -> view.names());
    NTFS.put("sparse", (attributes, view) -> has(attributes, FileAttributes.SPARSE));
    NTFS.put("compressed", (attributes, view) -> has(attributes, FileAttributes.COMPRESSED));
    NTFS.put("allocatedSize", (attributes, view) -> attributes.allocatedSize());
    NTFS.put("shortName", (attributes, view) -> view.shortName().orElse(""));
    NTFS.put("streams", (attributes, view) -> attributes.streams());
    NTFS.put("reparseTag", (attributes, view) -> attributes.reparseTag().orElse(0));
    NTFS.put("reparseData", (attributes, view) -> view.reparseData().orElse(NO_BYTES));
    NTFS.put(
        "securityDescriptor", (attributes, view) -> view.securityDescriptor().orElse(NO_BYTES));
    NTFS.put("sddl", (attributes, view) -> sddl(view));
    NTFS.put("objectId", (attributes, view) -> view.objectId().orElse(NO_BYTES));
    NTFS.put("eas", (attributes, view) -> view.extendedAttributes());
  }

  private static String sddl(FileView view) throws IOException {
    Optional<byte[]> descriptor = view.securityDescriptor();
    return descriptor.isPresent() ? SecurityDescriptorText.format(descriptor.get()) : "";
  }

  private static boolean has(NtfsFileAttributes attributes, int bit) {
    return (attributes.attributes() & bit) != 0;
  }

  /** Writes one attribute of a file. */
  private interface Writer {
    void write(FileView view, Object value) throws IOException;
  }

  private static final Map<String, Writer> BASIC_WRITERS =
      Map.of(
          "lastModifiedTime",
          (view, value) -> view.setTimes(cast(FileTime.class, value), null, null),
          "lastAccessTime",
          (view, value) -> view.setTimes(null, cast(FileTime.class, value), null),
          "creationTime",
          (view, value) -> view.setTimes(null, null, cast(FileTime.class, value)));

  private static final Map<String, Writer> DOS_WRITERS =
      Map.of(
          "readonly", (view, value) -> view.setReadOnly(cast(Boolean.class, value)),
          "hidden", (view, value) -> view.setHidden(cast(Boolean.class, value)),
          "archive", (view, value) -> view.setArchive(cast(Boolean.class, value)),
          "system", (view, value) -> view.setSystem(cast(Boolean.class, value)),
          "attributes", (view, value) -> view.setAttributes(cast(Integer.class, value)));

  private static final Map<String, Writer> NTFS_WRITERS =
      Map.of(
          "changeTime", (view, value) -> view.setChangeTime(cast(FileTime.class, value)),
          "sparse", (view, value) -> view.setSparse(cast(Boolean.class, value)),
          "compressed", (view, value) -> view.setCompressed(cast(Boolean.class, value)),
          "shortName", (view, value) -> view.setShortName(cast(String.class, value)),
          "reparseData", (view, value) -> view.setReparseData(cast(byte[].class, value)),
          "securityDescriptor",
              (view, value) -> view.setSecurityDescriptor(cast(byte[].class, value)),
          "sddl",
              (view, value) ->
                  view.setSecurityDescriptor(
                      SecurityDescriptorText.parse(cast(String.class, value))),
          "objectId", (view, value) -> view.setObjectId(cast(byte[].class, value)),
          "eas", (view, value) -> view.setExtendedAttributes(list(ExtendedAttribute.class, value)));

  private static final Map<String, Writer> OWNER_WRITERS =
      Map.of("owner", (view, value) -> view.setOwner(cast(UserPrincipal.class, value)));

  private static final Map<String, Writer> ACL_WRITERS =
      Map.of("acl", (view, value) -> view.setAcl(list(AclEntry.class, value)));

  /** For each view where its attributes are looked for. */
  private static final Map<String, List<Map<String, Writer>>> WRITERS =
      Map.of(
          "basic", List.of(BASIC_WRITERS),
          "dos", List.of(BASIC_WRITERS, DOS_WRITERS),
          "ntfs", List.of(BASIC_WRITERS, DOS_WRITERS, NTFS_WRITERS),
          "owner", List.of(OWNER_WRITERS),
          "acl", List.of(OWNER_WRITERS, ACL_WRITERS));

  private static <T> T cast(Class<T> type, Object value) {
    return type.cast(Objects.requireNonNull(value));
  }

  private static <T> List<T> list(Class<T> type, Object value) {
    return ((List<?>) cast(List.class, value)).stream().map(type::cast).toList();
  }

  /** Whether an attribute, as in {@code dos:hidden}, can be given to a new file. */
  static boolean isWritable(String attribute) {
    int colon = attribute.indexOf(':');
    String view = colon < 0 ? "basic" : attribute.substring(0, colon);
    String name = attributeNames(attribute);
    return view.equals("user")
        || WRITERS.getOrDefault(view, List.of()).stream().anyMatch(all -> all.containsKey(name));
  }

  /**
   * Sets an attribute by its name.
   *
   * @throws IllegalArgumentException when it is not known or cannot be set
   * @throws ClassCastException when the value is not of the attribute's type
   */
  static void write(FileView view, String attribute, Object value) throws IOException {
    String viewName = viewName(attribute);
    String name = attributeNames(attribute);
    if (viewName.equals("user")) {
      ByteBuffer bytes =
          value instanceof byte[] array ? ByteBuffer.wrap(array) : cast(ByteBuffer.class, value);
      new StreamsView(view).write(name, bytes);
      return;
    }
    for (Map<String, Writer> writers : WRITERS.get(viewName)) {
      if (writers.containsKey(name)) {
        writers.get(name).write(view, value);
        return;
      }
    }
    throw new IllegalArgumentException(
        "attribute '" + name + "' of the view " + viewName + " is none that can be set");
  }

  static boolean isSupported(Class<? extends FileAttributeView> type) {
    return TYPES.contains(type);
  }

  /** The name of the view in {@code [view:]attributes}; {@code basic} where none is named. */
  static String viewName(String attributes) {
    int colon = attributes.indexOf(':');
    String name = colon < 0 ? "basic" : attributes.substring(0, colon);
    if (!NAMES.contains(name)) {
      throw new UnsupportedOperationException("view '" + name + "' is none of " + NAMES);
    }
    return name;
  }

  /** What stands behind the name of the view. */
  static String attributeNames(String attributes) {
    return attributes.substring(attributes.indexOf(':') + 1);
  }

  /**
   * Reads attributes by their names.
   *
   * @throws IllegalArgumentException when one is not known, or none is named
   */
  static Map<String, Object> read(FileView view, String attributes) throws IOException {
    String name = viewName(attributes);
    String wanted = attributeNames(attributes);
    if (wanted.isEmpty()) {
      throw new IllegalArgumentException("attributes (" + attributes + ") must name some");
    }
    Set<String> names = new LinkedHashSet<>(List.of(wanted.split(",")));
    return name.equals("user") ? readUser(view, names) : read(view, VIEWS.get(name), names, name);
  }

  private static Map<String, Object> read(
      FileView view, Map<String, Reader> readers, Set<String> names, String viewName)
      throws IOException {
    Set<String> chosen = new LinkedHashSet<>(names);
    if (chosen.remove("*")) {
      chosen.addAll(readers.keySet());
      // Not every descriptor has a text; whoever wants it asks for it.
      chosen.removeIf(chosenName -> chosenName.equals("sddl") && !names.contains("sddl"));
    }
    for (String name : names) {
      if (!name.equals("*") && !readers.containsKey(name)) {
        throw new IllegalArgumentException(
            "attribute '" + name + "' is none of the view " + viewName);
      }
    }
    NtfsFileAttributes attributes = view.readAttributes();
    Map<String, Object> values = new LinkedHashMap<>();
    for (String name : chosen) {
      values.put(name, readers.get(name).read(attributes, view));
    }
    return values;
  }

  /** A named stream that is not there is left out. */
  private static Map<String, Object> readUser(FileView view, Set<String> names) throws IOException {
    StreamsView user = new StreamsView(view);
    List<String> present = user.list();
    Map<String, Object> values = new LinkedHashMap<>();
    for (String name : present) {
      if (names.contains("*") || names.contains(name)) {
        ByteBuffer value = ByteBuffer.allocate(user.size(name));
        user.read(name, value);
        values.put(name, value.array());
      }
    }
    return values;
  }
}
