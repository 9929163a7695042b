package io.vhdboot.ntfs;

import io.vhdboot.disk.ShortNames;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Changes of the tree of names: files come and go, get other names, or more of them. */
final class TreeEdit {

  private static final long FIRST_USER_RECORD = 16;
  private static final int CACHED_DIRECTORIES = 64;

  /** Deeper than any path that Windows can name. */
  private static final int MAX_DEPTH = 1 << 15;

  private final VolumeEdit volume;
  private final ShortNameRule shortNames;
  private final Map<Long, ShortNames> makers = new LinkedHashMap<>(16, 0.75f, true);

  TreeEdit(VolumeEdit volume) {
    this.volume = volume;
    this.shortNames = new ShortNameRule(volume);
  }

  /** Whether a file is one in which NTFS keeps its own records; the root is not. */
  static boolean isSystem(FileEdit file) {
    return file.number() < FIRST_USER_RECORD && file.number() != MasterFileTable.ROOT
        || (file.flags() & (FileRecord.FLAG_IN_EXTEND | FileRecord.FLAG_VIEW_INDEX)) != 0;
  }

  /** The directory of a reference, in which names can be changed. */
  private FileEdit directory(long reference, String name) throws IOException {
    FileEdit directory = volume.file(reference, name);
    if (!directory.isDirectory()) {
      throw new NotDirectoryException(directory.source());
    }
    checkOwn(directory);
    return directory;
  }

  /** Throws unless a file is one of the user's. */
  static void checkOwn(FileEdit file) throws AccessDeniedException {
    if (isSystem(file)) {
      throw new AccessDeniedException(
          file.source(), null, "it is one of NTFS's own files and cannot be changed so");
    }
  }

  /**
   * Creates a file or directory.
   *
   * @return the number of its record
   */
  long create(long parent, String name, NewFileOptions options, boolean isDirectory)
      throws IOException {
    FileEdit directory = directory(parent, name);
    checkFree(directory, name, options.isPosix());
    Optional<String> shortName = shortName(directory, name, options);
    FileEdit file = volume.createFile(isDirectory ? FileRecord.FLAG_DIRECTORY : 0);
    byte[] standard = new byte[StandardInformation.LONG_SIZE];
    standard(directory, options, isDirectory).put(standard, 0);
    file.add(AttributeType.STANDARD_INFORMATION, "", standard);
    if (isDirectory) {
      file.add(
          AttributeType.INDEX_ROOT,
          DirectoryEntries.INDEX,
          DirectoryEdit.emptyRoot(volume.volume().bootSector()));
    } else {
      file.add(AttributeType.DATA, "", AttributeEdit.emptyValue());
    }
    new MetadataEdit(file).inheritCompression(directory);
    new LinkEdit(file).add(directory, name, shortName);
    volume.settling().touch(directory, true);
    return file.number();
  }

  private StandardInformation standard(
      FileEdit directory, NewFileOptions options, boolean isDirectory) throws IOException {
    long now = volume.now();
    int attributes = (int) options.attributes().orElse(isDirectory ? 0 : FileAttributes.ARCHIVE);
    return new StandardInformation(
        options.created().orElse(now),
        options.modified().orElse(now),
        options.changed().orElse(now),
        options.accessed().orElse(now),
        attributes,
        0,
        volume.security().idOfNew(directory, isDirectory, options.securityDescriptor()),
        0,
        0,
        true);
  }

  /** Throws when a name is taken. */
  private static void checkFree(FileEdit directory, String name, boolean isPosix)
      throws IOException {
    if (inTheWay(directory, name, isPosix).isPresent()) {
      throw new FileAlreadyExistsException(name);
    }
  }

  /** What has a name already. Names of POSIX may differ from each other only in their case. */
  private static Optional<DirectoryEdit.Entry> inTheWay(
      FileEdit directory, String name, boolean isPosix) throws IOException {
    return directory
        .names()
        .find(name)
        .filter(
            known ->
                !isPosix
                    || known.name().namespace() != FileName.POSIX
                    || known.name().name().equals(name));
  }

  private Optional<String> shortName(FileEdit directory, String name, NewFileOptions options)
      throws IOException {
    if (options.shortName().isPresent()) {
      String wanted = options.shortName().get();
      if (!wanted.equals(name)) {
        checkFree(directory, wanted, false);
      }
      return options.shortName();
    }
    return options.isPosix() ? Optional.empty() : shortName(directory, name);
  }

  /** The short name that another name of a file gets. */
  private Optional<String> shortName(
      LinkEdit links, FileEdit directory, String name, boolean isPosix) throws IOException {
    return isPosix || links.hasShortName() ? Optional.empty() : shortName(directory, name);
  }

  /** The short name that a new name gets by the volume's rule. */
  private Optional<String> shortName(FileEdit directory, String name) throws IOException {
    if (!shortNames.applies() || !ShortNames.isWin32Name(name)) {
      return Optional.empty();
    }
    if (ShortNames.needsNone(name)) {
      return Optional.of(name);
    }
    return maker(directory.number()).next(name);
  }

  private ShortNames maker(long number) {
    ShortNames maker =
        makers.computeIfAbsent(
            number, key -> new ShortNames(name -> volume.file(key).names().find(name).isPresent()));
    if (makers.size() > CACHED_DIRECTORIES) {
      makers.remove(makers.keySet().iterator().next());
    }
    return maker;
  }

  /** Gives a file another name. */
  void link(long reference, long parent, String name, boolean isPosix) throws IOException {
    FileEdit file = volume.file(reference, name);
    FileEdit directory = directory(parent, name);
    checkOwn(file);
    if (file.isDirectory()) {
      throw new AccessDeniedException(file.source(), null, "a directory has one name only");
    }
    checkFree(directory, name, isPosix);
    LinkEdit links = new LinkEdit(file);
    links.add(directory, name, shortName(links, directory, name, isPosix));
    volume.settling().touch(file, false);
    volume.settling().touch(directory, true);
  }

  /** Takes a name from a file, and deletes it with its last one. */
  void unlink(long parent, String name) throws IOException {
    FileEdit directory = directory(parent, name);
    DirectoryEdit.Entry entry = entry(directory, name);
    remove(directory, entry);
    volume.settling().touch(directory, true);
  }

  private void remove(FileEdit directory, DirectoryEdit.Entry entry) throws IOException {
    FileEdit file = volume.file(entry.reference(), entry.name().name());
    checkOwn(file);
    if (file.number() == directory.number()) {
      throw new AccessDeniedException(file.source(), null, "the root cannot be removed");
    }
    if (file.isDirectory() && !file.names().isEmpty()) {
      throw new DirectoryNotEmptyException(entry.name().name());
    }
    LinkEdit links = new LinkEdit(file);
    forgetShortNames(directory, links.remove(directory, entry.name()));
    if (links.count() == 0) {
      volume.forget(file);
      file.delete();
      makers.remove(file.number());
    } else {
      volume.settling().touch(file, false);
    }
  }

  private void forgetShortNames(FileEdit directory, Iterable<FileName> lost) {
    ShortNames maker = makers.get(directory.number());
    if (maker != null) {
      for (FileName name : lost) {
        if (name.namespace() == FileName.DOS) {
          maker.release(name.name());
        }
      }
    }
  }

  private static DirectoryEdit.Entry entry(FileEdit directory, String name) throws IOException {
    return directory
        .names()
        .find(name)
        .orElseThrow(() -> new NoSuchFileException(directory.source() + ": " + name));
  }

  /** Moves a name. */
  void rename(
      long fromReference,
      String name,
      long toReference,
      String newName,
      boolean replace,
      boolean isPosix)
      throws IOException {
    FileEdit from = directory(fromReference, name);
    FileEdit to = directory(toReference, newName);
    DirectoryEdit.Entry entry = entry(from, name);
    FileEdit file = volume.file(entry.reference(), name);
    checkOwn(file);
    if (file.number() == from.number()) {
      throw new AccessDeniedException(file.source(), null, "the root cannot be renamed");
    }
    if (file.isDirectory()) {
      checkNotBelow(to, file, name, newName);
    }
    LinkEdit links = new LinkEdit(file);
    FileName old = links.longName(entry.name());
    Optional<DirectoryEdit.Entry> known = inTheWay(to, newName, isPosix);
    if (known.isPresent() && !isOwnName(file, to, old, links.longName(known.get().name()), known)) {
      if (!replace) {
        throw new FileAlreadyExistsException(newName);
      }
      remove(to, known.get());
    }
    forgetShortNames(from, links.remove(from, old));
    links.add(to, newName, shortName(links, to, newName, isPosix));
    volume.settling().touch(file, false);
    volume.settling().touch(from, true);
    if (to != from) {
      volume.settling().touch(to, true);
    }
  }

  /** Whether the name that is in the way is the very one that goes. */
  private static boolean isOwnName(
      FileEdit file,
      FileEdit directory,
      FileName old,
      FileName known,
      Optional<DirectoryEdit.Entry> entry) {
    return entry.isPresent()
        && entry.get().reference() == file.reference()
        && known.name().equals(old.name())
        && FileReference.record(old.parent()) == directory.number();
  }

  /** Throws when a directory would come to lie in itself. */
  private void checkNotBelow(FileEdit to, FileEdit moved, String name, String newName)
      throws IOException {
    FileEdit at = to;
    for (int depth = 0; depth < MAX_DEPTH; depth++) {
      if (at.number() == moved.number()) {
        throw new FileSystemException(name, newName, "a directory cannot be moved into itself");
      }
      if (at.number() == MasterFileTable.ROOT) {
        return;
      }
      AttributeEdit fileName = at.get(AttributeType.FILE_NAME, "");
      at = volume.file(FileReference.record(at.fileName(fileName).parent()));
    }
    throw new FileSystemException(name, newName, "the directory cannot be reached from the root");
  }

  /** Sets or removes the short name beside a name. */
  void setShortName(long parent, String name, Optional<String> shortName) throws IOException {
    FileEdit directory = directory(parent, name);
    DirectoryEdit.Entry entry = entry(directory, name);
    FileEdit file = volume.file(entry.reference(), name);
    checkOwn(file);
    LinkEdit links = new LinkEdit(file);
    FileName longName = links.longName(entry.name());
    if (shortName.isPresent()) {
      checkShortName(links, longName, shortName.get());
    }
    forgetShortNames(directory, links.remove(directory, longName));
    if (shortName.isPresent() && !shortName.get().equals(longName.name())) {
      checkFree(directory, shortName.get(), false);
    }
    links.add(directory, longName.name(), shortName);
    volume.settling().touch(file, false);
    volume.settling().touch(directory, true);
  }

  private static void checkShortName(LinkEdit links, FileName longName, String shortName)
      throws IOException {
    if (!ShortNames.isShortName(shortName) || !ShortNames.isWin32Name(longName.name())) {
      throw new IllegalArgumentException(
          "shortName ("
              + shortName
              + ") must be an 8.3 name, and "
              + longName.name()
              + " one that Windows can use");
    }
    for (FileName other : links.names()) {
      boolean isElsewhere =
          other.namespace() == FileName.WIN32_AND_DOS && !other.name().equals(longName.name())
              || other.namespace() == FileName.DOS && other.parent() != longName.parent()
              || other.namespace() == FileName.DOS && longName.namespace() != FileName.WIN32;
      if (isElsewhere) {
        throw new IllegalArgumentException(
            "shortName (" + shortName + ") must be the file's only one, it has " + other.name());
      }
    }
  }
}
