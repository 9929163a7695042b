package io.vhdboot.ntfs;

import io.vhdboot.disk.ShortNames;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Sorts the names of directories and settles those that are alike but for their case. Long names
 * may be, as long as none of them has a short name; a short name gives way to a long one, and to
 * the short name that was added before it.
 */
final class NameResolution {

  private final FileNameCollation collation;
  private final List<LinkHandle> dropped;

  /**
   * Creates a resolution.
   *
   * @param dropped takes the links that lose their short name
   */
  NameResolution(FileNameCollation collation, List<LinkHandle> dropped) {
    this.collation = collation;
    this.dropped = dropped;
  }

  /**
   * Settles the names of one directory.
   *
   * @throws FileAlreadyExistsException when it has a name twice, or one of the system's again
   */
  void resolve(NodeHandle directory) throws FileAlreadyExistsException {
    DirectoryIndex index = directory.directory();
    index.sort(collation);
    List<LinkHandle> losers = new ArrayList<>();
    int from = 0;
    for (int i = 1; i <= index.count(); i++) {
      if (i == index.count()
          || collation.compareIgnoringCase(index.get(from).name, index.get(i).name) != 0) {
        if (i - from > 1) {
          settle(index, from, i, losers);
        }
        from = i;
      }
    }
    for (LinkHandle loser : losers) {
      drop(loser, index);
    }
  }

  /**
   * Makes short names for the files and directories of one directory that have none, in the order
   * in which they were added, once its names are settled. As in Windows, a file has one of all its
   * names made shorter: the one under which it was added.
   */
  void makeShortNames(NodeHandle directory) throws IOException {
    DirectoryIndex index = directory.directory();
    List<LinkHandle> wanting = new ArrayList<>();
    for (int i = 0; i < index.count(); i++) {
      if (mayHaveShortName(index, i)) {
        wanting.add(index.get(i));
      }
    }
    wanting.sort(Comparator.comparingInt(link -> link.node.ordinal));
    ShortNames names = new ShortNames(name -> index.contains(name, collation));
    List<LinkHandle> made = new ArrayList<>();
    for (LinkHandle link : wanting) {
      if (ShortNames.needsNone(link.name)) {
        link.namespace = FileName.WIN32_AND_DOS;
        continue;
      }
      Optional<String> shortName = names.next(link.name);
      if (shortName.isPresent()) {
        link.namespace = FileName.WIN32;
        LinkHandle dos = new LinkHandle(link.node, directory, shortName.get(), FileName.DOS);
        dos.next = link;
        link.node.firstLink = dos;
        made.add(dos);
      }
    }
    made.forEach(index::add);
    index.sort(collation);
  }

  private boolean mayHaveShortName(DirectoryIndex index, int i) {
    LinkHandle link = index.get(i);
    if (link.node.firstLink != link
        || link.namespace != FileName.POSIX
        || link.node.isSystem()
        || !ShortNames.isWin32Name(link.name)
        || isTwin(index, i - 1, link)
        || isTwin(index, i + 1, link)) {
      return false;
    }
    for (LinkHandle other = link.next; other != null; other = other.next) {
      if (other.namespace != FileName.POSIX) {
        return false;
      }
    }
    return true;
  }

  private boolean isTwin(DirectoryIndex index, int i, LinkHandle link) {
    return i >= 0
        && i < index.count()
        && collation.compareIgnoringCase(index.get(i).name, link.name) == 0;
  }

  private void settle(DirectoryIndex index, int from, int to, List<LinkHandle> losers)
      throws FileAlreadyExistsException {
    LinkHandle lastLong = null;
    for (int i = from; i < to; i++) {
      LinkHandle link = index.get(i);
      if (!link.isDos()) {
        if (lastLong != null && (lastLong.name.equals(link.name) || isSystem(lastLong, link))) {
          throw new FileAlreadyExistsException(link.toString());
        }
        lastLong = link;
      }
    }
    boolean kept = lastLong != null;
    for (int i = from; i < to; i++) {
      LinkHandle link = index.get(i);
      if (link.namespace != FileName.POSIX) {
        if (kept) {
          losers.add(link);
        }
        kept = true;
      }
    }
  }

  private static boolean isSystem(LinkHandle a, LinkHandle b) {
    return a.node.isSystem() || b.node.isSystem();
  }

  /** Takes the short name from a file, given either of the pair. */
  private void drop(LinkHandle either, DirectoryIndex index) {
    LinkHandle dos = either.isDos() ? either : null;
    LinkHandle before = null;
    for (LinkHandle link = either.node.firstLink; link != null; link = link.next) {
      if (link.isDos() && (link == either || link.next == either)) {
        dos = link;
        break;
      }
      before = link;
    }
    LinkHandle name = either;
    if (dos != null) {
      name = dos.next;
      if (name.namespace == FileName.POSIX) {
        return;
      }
      if (before == null) {
        either.node.firstLink = name;
      } else {
        before.next = name;
      }
      index.remove(dos);
    }
    name.namespace = FileName.POSIX;
    dropped.add(name);
  }
}
