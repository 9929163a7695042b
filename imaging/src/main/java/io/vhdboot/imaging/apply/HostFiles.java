package io.vhdboot.imaging.apply;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Set;

/**
 * Writes new files of the host. One that comes in several pieces has another name until it is
 * complete. Never opens what is there already.
 */
final class HostFiles {

  /** Where content goes that nobody can have. */
  static final TransferTarget.Sink NOTHING =
      new TransferTarget.Sink() {
        @Override
        public void write(long offset, ByteBuffer piece) {}

        @Override
        public void complete() {}

        @Override
        public void abandon() {}
      };

  /** Files that are open at a time; further ones are opened for each piece. */
  private static final int MAX_OPEN = 200;

  /** Bytes that are looked through for zeros, which become a hole. */
  private static final int HOLE = 1 << 16;

  private static final byte[] ZEROS = new byte[HOLE];

  private static final Set<OpenOption> NEW =
      Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);

  private final boolean overwrites;
  private int openCount;
  private long partialCount;

  HostFiles(boolean overwrites) {
    this.overwrites = overwrites;
  }

  /** Creates a file at a path where nothing is, or nothing that may not be replaced. */
  private FileChannel create(Path path) throws IOException {
    try {
      return FileChannel.open(path, NEW);
    } catch (FileAlreadyExistsException e) {
      makeRoom(path);
      return FileChannel.open(path, NEW);
    }
  }

  /**
   * Makes sure that nothing has a name.
   *
   * @throws FileAlreadyExistsException when something has that may not be replaced
   */
  void makeRoom(Path path) throws IOException {
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      if (!overwrites) {
        throw new FileAlreadyExistsException(path.toString());
      }
      Files.delete(path);
    }
  }

  void createEmpty(Path path) throws IOException {
    create(path).close();
  }

  /** Copies a file that is complete. */
  void copy(Path source, Path target) throws IOException {
    Path partial = partial(target);
    try {
      Files.copy(source, partial, StandardCopyOption.COPY_ATTRIBUTES);
      Files.move(partial, target);
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  private Path partial(Path path) {
    return path.resolveSibling(".vhdboot-" + ProcessHandle.current().pid() + "-" + partialCount++);
  }

  /** Begins a file of a size. */
  TransferTarget.Sink open(Path path, long size) {
    return new NewFile(path, size);
  }

  /** A file that is being written. */
  private final class NewFile implements TransferTarget.Sink {

    private final Path path;
    private final long size;

    /** The name until it is complete; null when it comes in one piece. */
    private Path partial;

    private FileChannel channel;

    NewFile(Path path, long size) {
      this.path = path;
      this.size = size;
    }

    @Override
    public void write(long offset, ByteBuffer piece) throws IOException {
      if (piece.remaining() == size) {
        writeAtOnce(piece);
        return;
      }
      if (offset == 0) {
        makeRoom(path);
        partial = partial(path);
        channel = FileChannel.open(partial, NEW);
        openCount++;
      } else if (channel == null) {
        channel = FileChannel.open(partial, StandardOpenOption.WRITE);
        openCount++;
      }
      writeWithHoles(offset, piece, offset + piece.remaining() == size);
      if (openCount > MAX_OPEN) {
        closeChannel();
      }
    }

    private void writeAtOnce(ByteBuffer piece) throws IOException {
      FileChannel whole = create(path);
      boolean isWritten = false;
      try (whole) {
        while (piece.hasRemaining()) {
          whole.write(piece);
        }
        isWritten = true;
      } finally {
        if (!isWritten) {
          Files.deleteIfExists(path);
        }
      }
    }

    /** Writes a piece, but leaves out blocks of zeros, save one at the end of the file. */
    private void writeWithHoles(long offset, ByteBuffer piece, boolean isLast) throws IOException {
      int begin = piece.position();
      int limit = piece.limit();
      int from = begin;
      for (int at = begin; at < limit; at += HOLE) {
        boolean isHole = limit - at > (isLast ? HOLE : HOLE - 1) && isZero(piece, at);
        if (isHole) {
          writeRange(piece, from, at, offset - begin);
          from = at + HOLE;
        }
      }
      writeRange(piece, from, limit, offset - begin);
    }

    private void writeRange(ByteBuffer piece, int from, int to, long shift) throws IOException {
      ByteBuffer range = piece.duplicate().limit(Math.max(from, to)).position(from);
      while (range.hasRemaining()) {
        channel.write(range, shift + range.position());
      }
    }

    private static boolean isZero(ByteBuffer piece, int position) {
      int at = piece.arrayOffset() + position;
      return piece.get(position) == 0
          && Arrays.equals(piece.array(), at, at + HOLE, ZEROS, 0, HOLE);
    }

    private void closeChannel() throws IOException {
      if (channel != null) {
        FileChannel open = channel;
        channel = null;
        openCount--;
        open.close();
      }
    }

    @Override
    public void complete() throws IOException {
      if (partial == null) {
        return;
      }
      closeChannel();
      Files.move(partial, path, StandardCopyOption.ATOMIC_MOVE);
      partial = null;
    }

    @Override
    public void abandon() {
      if (partial == null) {
        return;
      }
      try {
        closeChannel();
        Files.deleteIfExists(partial);
      } catch (IOException e) {
        System.getLogger(HostFiles.class.getName())
            .log(System.Logger.Level.WARNING, "could not delete {0}: {1}", partial, e);
      }
    }
  }
}
