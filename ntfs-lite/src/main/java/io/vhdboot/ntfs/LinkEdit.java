package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The names of a file that is edited: each is an attribute of the file and an entry in a directory,
 * and both repeat what the file is like.
 */
final class LinkEdit {

  /** Names that a file may have besides short ones: the limit of Win32. */
  private static final int MAX_LINKS = 1023;

  private final FileEdit file;

  LinkEdit(FileEdit file) {
    this.file = file;
  }

  /** A name as it is written now. */
  private FileName describe(long parent, int namespace, String name) throws IOException {
    StandardInformation standard = file.standard();
    Optional<AttributeEdit> data =
        file.isDirectory() ? Optional.empty() : file.find(AttributeType.DATA);
    int attributes = standard.attributes();
    attributes |= file.isDirectory() ? FileAttributes.NAME_DIRECTORY : 0;
    attributes |= (file.flags() & FileRecord.FLAG_VIEW_INDEX) != 0 ? FileAttributes.VIEW_INDEX : 0;
    return new FileName(
        parent,
        standard.created(),
        standard.modified(),
        standard.changed(),
        standard.accessed(),
        data.isPresent() ? data.get().storedSize() : 0,
        data.isPresent() ? data.get().size() : 0,
        attributes,
        reparseTagOrEaLength(),
        namespace,
        name);
  }

  private int reparseTagOrEaLength() throws IOException {
    Optional<AttributeEdit> reparse = file.find(AttributeType.REPARSE_POINT);
    if (reparse.isPresent()) {
      byte[] value = reparse.get().wholeValue(ReparsePoint.MAX_SIZE);
      return value.length < 4 ? 0 : LittleEndian.i32(value, 0);
    }
    Optional<AttributeEdit> information = file.find(AttributeType.EA_INFORMATION);
    if (information.isPresent() && file.find(AttributeType.EA).isPresent()) {
      byte[] value = information.get().wholeValue(ExtendedAttribute.INFORMATION_SIZE);
      return value.length < 2 ? 0 : LittleEndian.u16(value, 0);
    }
    return 0;
  }

  /** How many names it has, short ones not counted. */
  int count() throws IOException {
    int count = 0;
    for (AttributeEdit attribute : file.all(AttributeType.FILE_NAME)) {
      count += file.fileName(attribute).namespace() == FileName.DOS ? 0 : 1;
    }
    return count;
  }

  /** All its names as they were written last. */
  List<FileName> names() throws IOException {
    List<FileName> names = new ArrayList<>();
    for (AttributeEdit attribute : file.all(AttributeType.FILE_NAME)) {
      names.add(file.fileName(attribute));
    }
    return names;
  }

  /**
   * Gives the file another name.
   *
   * @param shortName the 8.3 name beside it, if it is to have one; the name itself where that is
   *     its own short name
   */
  void add(FileEdit directory, String name, Optional<String> shortName) throws IOException {
    if (count() >= MAX_LINKS) {
      throw new IOException(file.source() + ": the file has " + MAX_LINKS + " names already");
    }
    if (shortName.isEmpty()) {
      addOne(directory, name, FileName.POSIX);
    } else if (shortName.get().equals(name)) {
      addOne(directory, name, FileName.WIN32_AND_DOS);
    } else {
      addOne(directory, shortName.get(), FileName.DOS);
      addOne(directory, name, FileName.WIN32);
    }
  }

  private void addOne(FileEdit directory, String name, int namespace) throws IOException {
    FileName value = describe(directory.reference(), namespace, name);
    byte[] bytes = new byte[value.size()];
    value.put(bytes, 0);
    file.add(AttributeType.FILE_NAME, "", bytes);
    directory.names().insert(file.reference(), value);
  }

  /**
   * Takes a name from the file, and the short or long one that belongs to it.
   *
   * @return the names that it lost
   */
  List<FileName> remove(FileEdit directory, FileName name) throws IOException {
    List<FileName> lost = new ArrayList<>();
    boolean isPair = name.namespace() == FileName.WIN32 || name.namespace() == FileName.DOS;
    for (AttributeEdit attribute : file.all(AttributeType.FILE_NAME)) {
      FileName other = file.fileName(attribute);
      boolean isSame = other.name().equals(name.name()) && other.namespace() == name.namespace();
      boolean isPartner =
          isPair
              && other.namespace() != name.namespace()
              && (other.namespace() == FileName.WIN32 || other.namespace() == FileName.DOS);
      if (isIn(other, directory) && (isSame || isPartner)) {
        file.remove(attribute);
        directory.names().remove(other.name());
        lost.add(other);
      }
    }
    if (lost.isEmpty()) {
      throw new CorruptFormatException(
          file.source(),
          CorruptFormatException.NO_OFFSET,
          "the file does not know its name " + name.name());
    }
    return lost;
  }

  private static boolean isIn(FileName name, FileEdit directory) {
    return FileReference.record(name.parent()) == directory.number();
  }

  /** The long name to which a short one belongs, or the name itself. */
  FileName longName(FileName name) throws IOException {
    if (name.namespace() == FileName.DOS) {
      for (FileName other : names()) {
        if (other.namespace() == FileName.WIN32 && other.parent() == name.parent()) {
          return other;
        }
      }
    }
    return name;
  }

  /** The short name beside a long one, or the name itself where it is its own. */
  Optional<String> shortName(FileName name) throws IOException {
    if (name.namespace() == FileName.WIN32_AND_DOS) {
      return Optional.of(name.name());
    }
    if (name.namespace() == FileName.WIN32) {
      for (FileName other : names()) {
        if (other.namespace() == FileName.DOS && other.parent() == name.parent()) {
          return Optional.of(other.name());
        }
      }
    }
    return Optional.empty();
  }

  /** Whether one of its names is an 8.3 name, of which a file has one at most. */
  boolean hasShortName() throws IOException {
    for (FileName name : names()) {
      if (name.namespace() == FileName.DOS || name.namespace() == FileName.WIN32_AND_DOS) {
        return true;
      }
    }
    return false;
  }

  /** Brings what all its names say of the file up to date. */
  void refresh() throws IOException {
    for (AttributeEdit attribute : file.all(AttributeType.FILE_NAME)) {
      FileName before = file.fileName(attribute);
      FileName now = describe(before.parent(), before.namespace(), before.name());
      if (!now.equals(before)) {
        byte[] bytes = new byte[now.size()];
        now.put(bytes, 0);
        attribute.refreshValue(bytes);
      }
      FileEdit directory = file.volume().file(FileReference.record(before.parent()));
      directory.names().refresh(file.reference(), now);
    }
  }
}
