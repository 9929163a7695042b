package io.vhdboot.ntfs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Makes names and directories agree: names in directories that are not there go, files that nothing
 * leads to come into a folder of found files, and directories are made anew from the names that
 * files give themselves.
 */
final class NameRepair {

  private final CheckedVolume volume;
  private final RepairNeeds needs;
  private final RepairLog log;
  private final RepairSpace space;
  private final FileWriter writer;
  private final Set<Long> directories = new TreeSet<>();
  private final BitSet foundNumbers = new BitSet();
  private final Map<Long, List<Entry>> entries = new LinkedHashMap<>();
  private FoundFolder found;

  /**
   * An entry that a directory shall have.
   *
   * @param child the file
   * @param name the name, with what directories repeat of the file
   */
  private record Entry(long child, FileName name) {}

  /**
   * Prepares a repair.
   *
   * @param found the folder of found files that this run has made before, or null
   */
  NameRepair(CheckedVolume volume, RepairLog log, FoundFolder found) {
    this.volume = volume;
    this.needs = volume.needs();
    this.log = log;
    this.space = new RepairSpace(volume);
    this.writer = new FileWriter(volume, space);
    this.found = found;
  }

  /** The folder of found files, or null. */
  FoundFolder found() {
    return found;
  }

  void run() throws IOException {
    needs.indexes().keySet().forEach(directories::add);
    dropBadNames();
    rescueOrphans();
    volume.clusters().device().flush();
    gather();
    for (long directory : directories) {
      rebuild(directory);
    }
  }

  private void dropBadNames() throws IOException {
    for (int number : needs.badNames().stream().toArray()) {
      CheckedFile file = volume.readAgain(number);
      if (file == null) {
        continue;
      }
      Long listing = needs.listings().get((long) number);
      for (CheckedStream stream : file.all(AttributeType.FILE_NAME)) {
        FileName name = FileName.get(stream.value(), 0, (int) stream.size(), "$FILE_NAME");
        if (volume.files().isLiveDirectory(name.parent())) {
          continue;
        }
        boolean listed =
            listing != null && FileReference.record(name.parent()) == FileReference.record(listing);
        if (listed) {
          file.replace(stream, named(name, listing, name.namespace(), name.name()));
          directories.add(FileReference.record(listing));
          log.done(number, "the name " + name.name() + " is given to the directory that lists it");
        } else {
          file.remove(stream);
          log.done(
              number, "the name " + name.name() + " in a directory that is not there is removed");
        }
      }
      write(file);
      if (NameCheck.of(file).isEmpty()) {
        needs.orphan(number);
      }
    }
  }

  private void write(CheckedFile file) throws IOException {
    boolean muted = volume.log().mute(true);
    NameCheck.check(volume, file);
    volume.log().mute(muted);
    if (!writer.write(file)) {
      log.done(file.number(), "not repaired: there is no free record for a part of it");
    }
  }

  private static CheckedStream named(FileName like, long parent, int namespace, String name) {
    FileName value =
        new FileName(
            parent,
            like.created(),
            like.modified(),
            like.changed(),
            like.accessed(),
            like.allocatedSize(),
            like.dataSize(),
            like.attributes(),
            like.reparseTagOrEaLength(),
            namespace,
            name);
    byte[] bytes = new byte[value.size()];
    value.put(bytes, 0);
    return CheckedStream.resident(AttributeType.FILE_NAME, "", bytes);
  }

  private void rescueOrphans() throws IOException {
    for (int number : needs.orphans().stream().toArray()) {
      CheckedFile file = volume.readAgain(number);
      if (file == null || number < CheckedTable.FIRST_ORDINARY) {
        continue;
      }
      if (found == null) {
        found = openFound();
        if (found == null) {
          log.done("not repaired: there is no free record for a folder of found files");
          return;
        }
      }
      directories.add(found.number());
      List<FileName> old = NameCheck.of(file);
      for (FileName name : old) {
        if (volume.files().isLiveDirectory(name.parent())) {
          directories.add(FileReference.record(name.parent()));
        }
      }
      file.removeIf(stream -> stream.type() == AttributeType.FILE_NAME);
      String name = found.nextName(file.isDirectory());
      int namespace = NameCheck.isShort(name) ? FileName.WIN32_AND_DOS : FileName.POSIX;
      FileName value =
          repeated(file, new FileName(found.reference(), 0, 0, 0, 0, 0, 0, 0, 0, namespace, name));
      byte[] bytes = new byte[value.size()];
      value.put(bytes, 0);
      file.add(CheckedStream.resident(AttributeType.FILE_NAME, "", bytes), volume.table().check());
      write(file);
      log.done(
          number,
          (old.isEmpty() ? "the file" : old.get(0).name())
              + " is now "
              + found.path()
              + "/"
              + name);
    }
  }

  /** Makes the folder of found files, under the first name that is not taken. */
  private FoundFolder openFound() throws IOException {
    for (long number = 0; number < volume.files().end(); number++) {
      if (volume.files().state(number) == CheckedRecord.State.BASE) {
        CheckedFile file = volume.readAgain(number);
        for (FileName name : file == null ? List.<FileName>of() : NameCheck.of(file)) {
          int taken = FoundFolder.number(name.name());
          if (taken >= 0 && FileReference.record(name.parent()) == MasterFileTable.ROOT) {
            foundNumbers.set(taken);
          }
        }
      }
    }
    FoundFolder folder = FoundFolder.create(volume, space, foundNumbers.nextClearBit(0));
    if (folder != null) {
      directories.add(MasterFileTable.ROOT);
      log.done("the folder " + folder.path() + " is made");
    }
    return folder;
  }

  /** Collects the names of all files that stand in a directory which is to be made anew. */
  private void gather() throws IOException {
    directories.forEach(directory -> entries.put(directory, new ArrayList<>()));
    long end = Math.max(volume.files().end(), found == null ? 0 : found.number() + 1);
    for (long number = 0; number < end; number++) {
      boolean known = volume.files().state(number) == CheckedRecord.State.BASE;
      if (!known && (found == null || number != found.number())) {
        continue;
      }
      CheckedFile file = volume.readAgain(number);
      if (file == null) {
        continue;
      }
      for (FileName name : NameCheck.of(file)) {
        List<Entry> list = entries.get(FileReference.record(name.parent()));
        boolean live =
            volume.files().isLiveDirectory(name.parent())
                || found != null && name.parent() == found.reference();
        if (list != null && live) {
          list.add(new Entry(file.reference(), repeated(file, name)));
        }
      }
    }
  }

  /** A name with what directories repeat of its file. */
  private FileName repeated(CheckedFile file, FileName name) throws IOException {
    byte[] value = file.find(AttributeType.STANDARD_INFORMATION).value();
    StandardInformation information = StandardInformation.get(value, 0, value.length, "");
    CheckedStream data = file.isDirectory() ? null : file.find(AttributeType.DATA);
    int marks =
        (file.isDirectory() ? FileAttributes.NAME_DIRECTORY : 0)
            | (file.isView() ? FileAttributes.VIEW_INDEX : 0);
    return new FileName(
        name.parent(),
        information.created(),
        information.modified(),
        information.changed(),
        information.accessed(),
        data == null ? 0 : data.storedSize(),
        data == null ? 0 : data.size(),
        information.attributes() & ~FileAttributes.VIEW_INDEX | marks,
        VolumeCheck.tag(volume, file),
        name.namespace(),
        name.name());
  }

  private void rebuild(long directory) throws IOException {
    CheckedFile file = volume.readAgain(directory);
    if (file == null || !file.isDirectory()) {
      return;
    }
    List<Entry> list = entries.get(directory);
    Comparator<Entry> order =
        Comparator.comparing((Entry entry) -> entry.name().name(), volume.collation());
    list.sort(order.thenComparing(entry -> FileReference.record(entry.child())));
    List<byte[]> kept = new ArrayList<>();
    Entry previous = null;
    for (Entry entry : list) {
      if (previous != null && clashes(previous, entry)) {
        dropName(entry);
        continue;
      }
      previous = entry;
      byte[] key = new byte[entry.name().size()];
      entry.name().put(key, 0);
      kept.add(IndexRebuild.entry(entry.child(), key, new byte[0]));
    }
    new IndexRebuild(volume, space)
        .rebuild(
            file,
            CheckedVolume.DIRECTORY_INDEX,
            new IndexForm(AttributeType.FILE_NAME, IndexRoot.COLLATION_FILE_NAME),
            kept);
    write(file);
    log.done(directory, "the directory is made anew with " + kept.size() + " entries");
  }

  /** Whether two neighbours cannot both stand in a directory. */
  private boolean clashes(Entry a, Entry b) {
    boolean posix =
        a.name().namespace() == FileName.POSIX && b.name().namespace() == FileName.POSIX;
    return a.name().name().equals(b.name().name())
        || !posix && volume.collation().compareIgnoringCase(a.name().name(), b.name().name()) == 0;
  }

  /** Takes a name from a file that another one has in the same directory. */
  private void dropName(Entry entry) throws IOException {
    CheckedFile file = volume.readAgain(FileReference.record(entry.child()));
    if (file == null || FileReference.record(entry.child()) < CheckedTable.FIRST_ORDINARY) {
      return;
    }
    for (CheckedStream stream : file.all(AttributeType.FILE_NAME)) {
      FileName name = FileName.get(stream.value(), 0, (int) stream.size(), "$FILE_NAME");
      if (name.parent() == entry.name().parent()
          && name.name().equals(entry.name().name())
          && name.namespace() == entry.name().namespace()) {
        file.remove(stream);
        break;
      }
    }
    write(file);
    log.done(
        file.number(),
        "the name " + entry.name().name() + ", which another file has too, is removed");
  }
}
