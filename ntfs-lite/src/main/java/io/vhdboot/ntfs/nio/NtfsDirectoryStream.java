package io.vhdboot.ntfs.nio;

import io.vhdboot.ntfs.NtfsDirectoryEntry;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * The files of a directory as they were when it was opened. Names that would lead elsewhere, {@code
 * .} and {@code ..} and what holds a slash, are not those of a sound volume and are left out.
 */
final class NtfsDirectoryStream implements DirectoryStream<Path> {

  private final NtfsPath directory;
  private final Iterator<String> names;
  private final Filter<? super Path> filter;
  private boolean isIterated;
  private volatile boolean isClosed;

  NtfsDirectoryStream(
      NtfsPath directory, List<NtfsDirectoryEntry> entries, Filter<? super Path> filter) {
    this.directory = directory;
    boolean showsMetafiles = directory.getFileSystem().options().showsMetafiles();
    this.names =
        entries.stream()
            .filter(entry -> showsMetafiles || !entry.isMetafile())
            .map(NtfsDirectoryEntry::name)
            .filter(NtfsDirectoryStream::isPlain)
            .iterator();
    this.filter = filter;
  }

  private static boolean isPlain(String name) {
    return !name.isEmpty()
        && !name.equals(".")
        && !name.equals("..")
        && name.indexOf('/') < 0
        && name.indexOf('\0') < 0;
  }

  @Override
  public Iterator<Path> iterator() {
    if (isClosed) {
      throw new IllegalStateException("the directory stream is closed");
    }
    if (isIterated) {
      throw new IllegalStateException("the directory stream has given its iterator");
    }
    isIterated = true;
    return new Iterator<>() {
      private Path next;

      @Override
      public synchronized boolean hasNext() {
        while (next == null && !isClosed && names.hasNext()) {
          Path candidate = directory.child(names.next());
          try {
            next = filter.accept(candidate) ? candidate : null;
          } catch (IOException e) {
            throw new DirectoryIteratorException(e);
          }
        }
        return next != null;
      }

      @Override
      public synchronized Path next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        Path result = next;
        next = null;
        return result;
      }
    };
  }

  /** Ends the iteration, as at the end of the directory. */
  @Override
  public void close() {
    isClosed = true;
    directory.getFileSystem().release(this);
  }
}
