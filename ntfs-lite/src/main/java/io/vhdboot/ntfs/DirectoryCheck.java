package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;

/** Holds the entries of directories against the names that files give themselves, and back. */
final class DirectoryCheck {

  /** How many entries that disagree with their files are remembered. */
  private static final int MAX_LISTINGS = 1 << 16;

  private final CheckedVolume volume;
  private final CheckLog log;
  private final FileTable files;

  private DirectoryCheck(CheckedVolume volume) {
    this.volume = volume;
    this.log = volume.log();
    this.files = volume.files();
  }

  /** Looks at all directories of a volume whose files are known. */
  static void check(CheckedVolume volume) throws IOException {
    DirectoryCheck check = new DirectoryCheck(volume);
    for (long number = 0; number < volume.files().end(); number++) {
      if (volume.files().state(number) == CheckedRecord.State.BASE
          && volume.files().isDirectory(number)) {
        check.directory(number);
      }
    }
    if (!volume.names().isAllFound()) {
      check.missingEntries();
    }
    check.reachability();
  }

  /** What the walk through one directory needs to remember. */
  private final class Walk implements IndexCheck.Visitor {

    private final long number;
    private final long reference;
    private final boolean inExtend;
    private String previous;
    private int previousNamespace;
    private boolean stale;
    private FileName current;
    private long currentTarget;

    Walk(long number) {
      this.number = number;
      this.reference = FileReference.of(number, files.sequence(number));
      this.inExtend = volume.isInExtend(number);
    }

    private void report(NtfsFindingKind kind, String message) {
      log.add(
          kind, number, "entry " + current.name() + " of file " + currentTarget + ": " + message);
    }

    @Override
    public void visit(byte[] node, IndexEntry entry) {
      FileName name;
      int from = entry.keyPosition();
      try {
        name = FileName.get(node, from, from + entry.keyLength(), "key");
      } catch (CorruptFormatException e) {
        // The walk reported it.
        return;
      }
      long target = FileReference.record(entry.reference());
      current = name;
      currentTarget = target;
      int body = entry.length() - (entry.hasChild() ? IndexEntry.CHILD_SIZE : 0);
      if (body != IndexEntry.size(entry.keyLength())) {
        report(NtfsFindingKind.INDEX_UNUSUAL, "it has " + entry.length() + " bytes");
      }
      checkTwice(name);
      if (name.parent() != reference) {
        report(
            NtfsFindingKind.ENTRY_PARENT,
            "its parent is said to be " + FileReference.toString(name.parent()));
      }
      if (!files.isLiveFile(entry.reference())) {
        CheckedRecord.State state = files.state(target);
        report(
            NtfsFindingKind.ENTRY_WITHOUT_FILE,
            state == CheckedRecord.State.BASE
                ? "it wants sequence number "
                    + FileReference.sequence(entry.reference())
                    + ", the file has "
                    + files.sequence(target)
                : "the record is " + (state.isInUse() ? "an extension" : "not in use"));
        return;
      }
      if (!volume
          .names()
          .find(HashSet64.ofName(name.parent(), name.namespace(), name.name(), target))) {
        report(NtfsFindingKind.ENTRY_WITHOUT_NAME, "the file has no such name");
        if (volume.needs().listings().size() < MAX_LISTINGS) {
          volume.needs().listings().put(target, reference);
        }
        return;
      }
      if (files.isDirectory(target) && target != number) {
        volume.listed().set((int) target);
      }
      checkRepeated(name, target);
    }

    /** Names that differ only in case stand next to each other. */
    private void checkTwice(FileName name) {
      boolean twice =
          previous != null
              && volume.collation().compareIgnoringCase(previous, name.name()) == 0
              && (previousNamespace != FileName.POSIX || name.namespace() != FileName.POSIX);
      if (twice) {
        report(NtfsFindingKind.NAME_TWICE, "the directory has the name " + previous + " too");
      }
      previous = name.name();
      previousNamespace = name.namespace();
    }

    /** Sizes, attributes and times, which entries repeat. */
    private void checkRepeated(FileName name, long target) {
      boolean system = target <= SystemFiles.LAST_NAMELESS || inExtend;
      boolean dos = name.namespace() == FileName.DOS;
      if (name.dataSize() != files.size(target)
          || name.allocatedSize() != files.storedSize(target)) {
        stale(
            system,
            "it says "
                + name.dataSize()
                + " bytes in "
                + name.allocatedSize()
                + ", the file has "
                + files.size(target)
                + " in "
                + files.storedSize(target));
      }
      int mask = ~(FileAttributes.NAME_DIRECTORY | FileAttributes.VIEW_INDEX) & 0x0FFF_FFFF;
      if (!dos && (name.attributes() & mask) != (files.attributes(target) & mask)) {
        stale(
            system,
            String.format(
                "it has the attributes %xh, the file %xh",
                name.attributes(), files.attributes(target)));
      }
      if (!dos && name.reparseTagOrEaLength() != files.tag(target)) {
        stale(
            false,
            String.format(
                "it has the reparse tag or EA length %xh, the file %xh",
                name.reparseTagOrEaLength(), files.tag(target)));
      }
      if (!dos && timesHash(name) != files.times(target)) {
        report(NtfsFindingKind.DUPLICATE_TIMES, "its times are not the file's");
      }
    }

    private void stale(boolean system, String message) {
      if (!system) {
        stale = true;
        report(NtfsFindingKind.DUPLICATE_INFORMATION, message);
      }
    }
  }

  private static int timesHash(FileName name) {
    return timesHash(name.created(), name.modified(), name.changed(), name.accessed());
  }

  /** A hash of the four times of a file. */
  static int timesHash(long created, long modified, long changed, long accessed) {
    return Long.hashCode(((created * 31 + modified) * 31 + changed) * 31 + accessed);
  }

  private void directory(long number) throws IOException {
    CheckedFile file = volume.readAgain(number);
    if (file == null || !file.isDirectory()) {
      return;
    }
    long errors = log.errors();
    long unusual = log.counts().getOrDefault(NtfsFindingKind.INDEX_UNUSUAL, 0L);
    Walk walk = new Walk(number);
    IndexCheck.walk(volume, file, CheckedVolume.DIRECTORY_INDEX, walk);
    boolean strictly =
        volume.options().strict()
            && (walk.stale
                || log.counts().getOrDefault(NtfsFindingKind.INDEX_UNUSUAL, 0L) > unusual);
    if (log.errors() > errors || strictly) {
      volume.needs().rebuild(number, CheckedVolume.DIRECTORY_INDEX);
    }
  }

  /** Looks for names that no directory lists. */
  private void missingEntries() throws IOException {
    for (long number = 0; number < files.end(); number++) {
      if (files.state(number) != CheckedRecord.State.BASE) {
        continue;
      }
      CheckedFile file = volume.readAgain(number);
      if (file == null) {
        continue;
      }
      for (FileName name : NameCheck.of(file)) {
        long hash = HashSet64.ofName(name.parent(), name.namespace(), name.name(), number);
        if (!volume.names().wasFound(hash)) {
          missingEntry(number, name);
        }
      }
    }
  }

  private void missingEntry(long number, FileName name) {
    long parent = FileReference.record(name.parent());
    if (files.isLiveDirectory(name.parent())) {
      log.add(
          NtfsFindingKind.NAME_WITHOUT_ENTRY,
          number,
          "the name " + name.name() + " is not in the directory " + parent);
      volume.needs().rebuild(parent, CheckedVolume.DIRECTORY_INDEX);
      return;
    }
    log.add(
        NtfsFindingKind.NAME_WITHOUT_DIRECTORY,
        number,
        "the name "
            + name.name()
            + " is in the directory "
            + FileReference.toString(name.parent())
            + ", which is not there");
    volume.needs().badNames().set((int) number);
  }

  /** Looks for directories from which no way leads up to the root. */
  private void reachability() {
    BitSet reachable = new BitSet(files.end());
    BitSet unreachable = new BitSet();
    BitSet onWay = new BitSet();
    int[] way = new int[64];
    reachable.set((int) MasterFileTable.ROOT);
    for (int number = 0; number < files.end(); number++) {
      if (files.state(number) != CheckedRecord.State.BASE || !files.isDirectory(number)) {
        continue;
      }
      int length = 0;
      int at = number;
      while (at != FileTable.NO_PARENT
          && !reachable.get(at)
          && !unreachable.get(at)
          && !onWay.get(at)) {
        onWay.set(at);
        if (length == way.length) {
          way = Arrays.copyOf(way, 2 * length);
        }
        way[length++] = at;
        at = volume.listed().get(at) ? files.parent(at) : FileTable.NO_PARENT;
      }
      boolean cycle = at != FileTable.NO_PARENT && onWay.get(at);
      boolean leads = at != FileTable.NO_PARENT && reachable.get(at);
      for (int i = 0; i < length; i++) {
        onWay.clear(way[i]);
        (leads ? reachable : unreachable).set(way[i]);
      }
      if (!leads) {
        log.add(NtfsFindingKind.DIRECTORY_UNREACHABLE, number, "no way leads to it from the root");
      }
      if (cycle) {
        volume.needs().orphan(at);
      }
    }
  }
}
