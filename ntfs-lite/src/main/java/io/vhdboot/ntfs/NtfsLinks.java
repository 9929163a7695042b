package io.vhdboot.ntfs;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Finds files of a volume along symbolic links and junctions, which never lead out of it. Immutable
 * and safe for use by several threads.
 *
 * <p>A link with a drive letter is followed where the caller has said that the volume has that
 * letter, as {@code C} mostly is the letter of a volume that holds a Windows; any other link that
 * leads elsewhere is refused by name. The way is bounded by {@value #MAX_LINKS} links.
 */
public final class NtfsLinks {

  /** How many links a path may lead through. */
  public static final int MAX_LINKS = 40;

  private final NtfsVolume volume;
  private final Set<Character> driveLetters;

  private NtfsLinks(NtfsVolume volume, Set<Character> driveLetters) {
    this.volume = volume;
    this.driveLetters = driveLetters;
  }

  /**
   * A place in a volume.
   *
   * @param names the names that lead there from the root, as its directories have them
   * @param files the root, and the files of these names
   */
  public record Place(List<String> names, List<NtfsFile> files) {

    /** Takes copies. */
    public Place {
      names = List.copyOf(names);
      files = List.copyOf(files);
    }

    /** The file that is there. */
    public NtfsFile file() {
      return files.get(files.size() - 1);
    }

    /** The directory that it is in; of the root the root. */
    public NtfsFile directory() {
      return files.get(Math.max(0, files.size() - 2));
    }

    /** The path, with slashes between names; empty for the root. */
    public String path() {
      return String.join("/", names);
    }
  }

  /**
   * The links of a volume.
   *
   * @param driveLetters the letters that Windows gives to the volume, in any case; mostly none or
   *     one
   */
  public static NtfsLinks of(NtfsVolume volume, Set<Character> driveLetters) {
    return new NtfsLinks(
        volume,
        Set.copyOf(driveLetters.stream().map(letter -> Character.toUpperCase(letter)).toList()));
  }

  /**
   * Finds the file of a path from the root. Names are found as {@link NtfsVolume#file(String)}
   * finds them; {@code .} and {@code ..} mean the directory that was reached and the one above it.
   *
   * @param names the names of the path
   * @param followLast whether to follow the last name too, where it is that of a link
   * @throws NoSuchFileException when there is no such file, or a link on the way leads elsewhere
   * @throws FileSystemLoopException when the path leads through too many links
   */
  public Place find(List<String> names, boolean followLast) throws IOException {
    return new Walk(names).run(followLast);
  }

  /** One search. */
  private final class Walk {

    private final String path;
    private final Deque<String> left;
    private final List<String> names = new ArrayList<>();
    private final List<NtfsFile> files = new ArrayList<>();
    private int links;

    Walk(List<String> names) throws IOException {
      this.path = String.join("/", names);
      this.left = new ArrayDeque<>(names);
      files.add(volume.root());
    }

    Place run(boolean followLast) throws IOException {
      while (!left.isEmpty()) {
        String name = left.pop();
        if (name.equals("..")) {
          ascend();
        } else if (!name.isEmpty() && !name.equals(".")) {
          descend(name, followLast);
        }
      }
      return new Place(names, files);
    }

    private void ascend() {
      if (!names.isEmpty()) {
        names.remove(names.size() - 1);
        files.remove(files.size() - 1);
      }
    }

    private void descend(String name, boolean followLast) throws IOException {
      NtfsFile directory = files.get(files.size() - 1);
      Optional<NtfsDirectoryEntry> entry =
          directory.isDirectory() ? directory.find(name) : Optional.empty();
      if (entry.isEmpty()) {
        throw new NoSuchFileException(path);
      }
      NtfsFile file = volume.file(entry.get());
      if (followLast || !left.isEmpty()) {
        Optional<NtfsLink> link = NtfsLink.of(file);
        if (link.isPresent()) {
          follow(link.get());
          return;
        }
      }
      names.add(longName(file, directory, entry.get().name()));
      files.add(file);
    }

    /** The name that belongs to a short one. */
    private String longName(NtfsFile file, NtfsFile directory, String found) throws IOException {
      for (NtfsName name : file.names()) {
        if (name.parentRecordNumber() == directory.recordNumber()
            && name.shortName().equals(Optional.of(found))) {
          return name.name();
        }
      }
      return found;
    }

    private void follow(NtfsLink link) throws IOException {
      links++;
      if (links > MAX_LINKS) {
        throw new FileSystemLoopException(path + ": more than " + MAX_LINKS + " links");
      }
      if (!link.isRelative() && !link.driveLetter().map(driveLetters::contains).orElse(false)) {
        throw new NoSuchFileException(
            path,
            null,
            String.format(
                Locale.ROOT,
                "a link on the way leads to %s, which is not on this volume",
                link.displayTarget()));
      }
      String target = link.pathOnDrive().replace('\\', '/');
      if (!link.isRelative() || target.startsWith("/")) {
        names.clear();
        files.subList(1, files.size()).clear();
      }
      String[] parts = target.split("/");
      for (int i = parts.length - 1; i >= 0; i--) {
        left.push(parts[i]);
      }
    }
  }
}
