package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Looks at the names that a file gives itself, and makes them agree with each other. */
final class NameCheck {

  private static final String FORBIDDEN = "\"*/:<>?\\|";
  private static final String FORBIDDEN_SHORT = "\"*+,/:;<=>?[\\]| ";
  private static final int MAX_BASE = 8;
  private static final int MAX_EXTENSION = 3;
  private static final int NAME_FLAGS = FileAttributes.NAME_DIRECTORY | FileAttributes.VIEW_INDEX;

  private final CheckedVolume volume;
  private final CheckLog log;
  private final CheckedFile file;
  private final long number;
  private final List<Name> names = new ArrayList<>();

  private static final class Name {
    final CheckedStream stream;
    FileName value;
    boolean removed;

    Name(CheckedStream stream, FileName value) {
      this.stream = stream;
      this.value = value;
    }

    /** Replaces namespace and attributes. */
    void set(int namespace, int attributes, String name) {
      value =
          new FileName(
              value.parent(),
              value.created(),
              value.modified(),
              value.changed(),
              value.accessed(),
              value.allocatedSize(),
              value.dataSize(),
              attributes,
              value.reparseTagOrEaLength(),
              namespace,
              name);
    }
  }

  private NameCheck(CheckedVolume volume, CheckedFile file) {
    this.volume = volume;
    this.log = volume.log();
    this.file = file;
    this.number = file.number();
  }

  /** Makes the names of a file sound and reports what was not. */
  static void check(CheckedVolume volume, CheckedFile file) {
    new NameCheck(volume, file).run();
  }

  /** The names of a file that can be read. */
  static List<FileName> of(CheckedFile file) {
    List<FileName> names = new ArrayList<>();
    for (CheckedStream stream : file.all(AttributeType.FILE_NAME)) {
      try {
        byte[] value = stream.value();
        names.add(FileName.get(value, 0, value.length, "$FILE_NAME"));
      } catch (CorruptFormatException e) {
        continue;
      }
    }
    return names;
  }

  private void report(NtfsFindingKind kind, String message) {
    log.add(kind, number, message);
  }

  private void run() {
    for (CheckedStream stream : file.all(AttributeType.FILE_NAME)) {
      read(stream);
    }
    restoreSystemName();
    for (Name name : names) {
      flags(name);
      characters(name);
    }
    if (file.isDirectory()) {
      keepOneParent();
    }
    shortNames();
    for (Name name : names) {
      if (name.removed) {
        file.remove(name.stream);
        continue;
      }
      byte[] value = new byte[name.value.size()];
      name.value.put(value, 0);
      if (!Arrays.equals(value, name.stream.value())) {
        file.replace(name.stream, CheckedStream.resident(AttributeType.FILE_NAME, "", value));
      }
    }
    names.removeIf(name -> name.removed);
    if (file.linkCount() != names.size()) {
      report(
          NtfsFindingKind.LINK_COUNT,
          "the link count is " + file.linkCount() + ", there are " + names.size() + " names");
      file.setLinkCount(names.size());
    }
    boolean nameless = number >= SystemFiles.FIRST_NAMELESS && number <= SystemFiles.LAST_NAMELESS;
    if (names.isEmpty() && !nameless) {
      report(NtfsFindingKind.NO_NAME, "the file has no name");
      volume.needs().orphan(number);
    }
  }

  private void read(CheckedStream stream) {
    try {
      byte[] value = stream.value();
      FileName name = FileName.get(value, 0, value.length, "$FILE_NAME");
      if (name.size() != value.length || name.namespace() > FileName.WIN32_AND_DOS) {
        throw new CorruptFormatException(
            "$FILE_NAME",
            0x40,
            value.length
                + " bytes for "
                + name.name().length()
                + " units of namespace "
                + name.namespace());
      }
      names.add(new Name(stream, name));
    } catch (CorruptFormatException e) {
      report(NtfsFindingKind.NAME_DAMAGED, e.getMessage());
      file.remove(stream);
    }
  }

  /** The names of the metadata files in the root are known. */
  private void restoreSystemName() {
    if (number >= CheckedVolume.SYSTEM_NAMES.size()) {
      restoreViewName();
      return;
    }
    String wanted = CheckedVolume.SYSTEM_NAMES.get((int) number);
    long root = FileReference.of(MasterFileTable.ROOT, (int) MasterFileTable.ROOT);
    boolean right =
        names.size() == 1
            && names.get(0).value.name().equals(wanted)
            && FileReference.record(names.get(0).value.parent()) == MasterFileTable.ROOT
            && names.get(0).value.namespace() == FileName.WIN32_AND_DOS;
    if (right) {
      return;
    }
    report(NtfsFindingKind.SYSTEM_FILE, "the metadata file must be called " + wanted);
    names.forEach(name -> name.removed = true);
    names.stream().map(name -> name.stream).forEach(file::remove);
    names.clear();
    FileName name = new FileName(root, 0, 0, 0, 0, 0, 0, 0, 0, FileName.WIN32_AND_DOS, wanted);
    byte[] value = new byte[name.size()];
    name.put(value, 0);
    CheckedStream stream = CheckedStream.resident(AttributeType.FILE_NAME, "", value);
    file.add(stream, volume.table().check());
    names.add(new Name(stream, name));
  }

  /** The views of $Extend are known by their indexes. */
  private void restoreViewName() {
    String wanted = SystemFileRepair.viewName(file);
    if (wanted == null || names.size() != 1 || names.get(0).value.name().equals(wanted)) {
      return;
    }
    Name name = names.get(0);
    if (FileReference.record(name.value.parent()) == SystemFiles.EXTEND) {
      report(NtfsFindingKind.SYSTEM_FILE, "the metadata file must be called " + wanted);
      name.set(name.value.namespace(), name.value.attributes(), wanted);
    }
  }

  private void flags(Name name) {
    int wanted =
        (file.isDirectory() ? FileAttributes.NAME_DIRECTORY : 0)
            | (file.isView() ? FileAttributes.VIEW_INDEX : 0);
    int found = name.value.attributes() & NAME_FLAGS;
    if (found == wanted) {
      return;
    }
    boolean oldSecure =
        number == SystemFiles.SECURE && (found ^ wanted) == FileAttributes.VIEW_INDEX;
    if (oldSecure) {
      // Windows 2000 left the bit out of this one.
      report(NtfsFindingKind.SECURITY_UNUSUAL, "the name $Secure lacks the bit of a view index");
      return;
    }
    report(
        NtfsFindingKind.NAME_FLAGS,
        String.format(
            "the name %s has the attributes %08xh", name.value.name(), name.value.attributes()));
    name.set(
        name.value.namespace(), name.value.attributes() & ~NAME_FLAGS | wanted, name.value.name());
  }

  private void characters(Name name) {
    String text = name.value.name();
    int namespace = name.value.namespace();
    if (text.indexOf('\0') >= 0 || text.indexOf('/') >= 0) {
      report(NtfsFindingKind.NAME_CHARACTERS, "a name has a NUL or slash in it");
      text = text.replace('\0', '_').replace('/', '_');
    }
    boolean forWindows = namespace != FileName.POSIX;
    boolean forDos = namespace == FileName.DOS || namespace == FileName.WIN32_AND_DOS;
    if (forWindows && text.chars().anyMatch(c -> c < ' ' || FORBIDDEN.indexOf(c) >= 0)) {
      report(
          NtfsFindingKind.NAME_CHARACTERS, "the Win32 name " + text + " has forbidden characters");
      namespace = FileName.POSIX;
    } else if (forDos && number != MasterFileTable.ROOT && !isShort(text)) {
      report(NtfsFindingKind.SHORT_NAME, text + " is no 8.3 name");
      if (namespace == FileName.DOS) {
        name.removed = true;
      }
      namespace = FileName.POSIX;
    }
    if (!text.equals(name.value.name()) || namespace != name.value.namespace()) {
      name.set(namespace, name.value.attributes(), text);
    }
  }

  /** Whether a name has at most 8 and 3 characters that DOS allows. */
  static boolean isShort(String name) {
    if (name.equals(".") || name.equals("..")) {
      return true;
    }
    int dot = name.indexOf('.');
    String base = dot < 0 ? name : name.substring(0, dot);
    String extension = dot < 0 ? "" : name.substring(dot + 1);
    return !base.isEmpty()
        && base.length() <= MAX_BASE
        && extension.length() <= MAX_EXTENSION
        && (dot < 0 || !extension.isEmpty())
        && extension.indexOf('.') < 0
        && name.chars().allMatch(c -> c >= ' ' && FORBIDDEN_SHORT.indexOf(c) < 0);
  }

  private void keepOneParent() {
    Name first = null;
    for (Name name : names) {
      if (name.removed) {
        continue;
      }
      if (first == null) {
        first = name;
      } else if (name.value.parent() != first.value.parent()) {
        report(
            NtfsFindingKind.DIRECTORY_NAMES,
            "the directory has the name "
                + name.value.name()
                + " in "
                + FileReference.toString(name.value.parent())
                + " too");
        name.removed = true;
      }
    }
  }

  private void shortNames() {
    Name dos = null;
    for (Name name : names) {
      if (name.removed || name.value.namespace() != FileName.DOS) {
        continue;
      }
      long parent = name.value.parent();
      boolean partner =
          names.stream()
              .anyMatch(
                  other ->
                      !other.removed
                          && other.value.namespace() == FileName.WIN32
                          && other.value.parent() == parent);
      if (dos != null) {
        report(NtfsFindingKind.SHORT_NAME, "the file has several short names");
        name.removed = true;
      } else if (!partner) {
        report(
            NtfsFindingKind.SHORT_NAME,
            "the short name " + name.value.name() + " has no long one beside it");
        name.set(FileName.WIN32_AND_DOS, name.value.attributes(), name.value.name());
        dos = name;
      } else {
        dos = name;
      }
    }
    if (dos != null) {
      return;
    }
    for (Name name : names) {
      if (!name.removed && name.value.namespace() == FileName.WIN32) {
        report(
            NtfsFindingKind.SHORT_NAME,
            "the long name " + name.value.name() + " has no short one beside it");
        name.set(FileName.POSIX, name.value.attributes(), name.value.name());
      }
    }
  }
}
