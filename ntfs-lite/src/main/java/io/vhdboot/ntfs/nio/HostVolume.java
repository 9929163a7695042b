package io.vhdboot.ntfs.nio;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.Partition;
import io.vhdboot.disk.PartitionTable;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.ntfs.NtfsVolume;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A volume in a file of the host.
 *
 * @param file the file, by its real path
 * @param partition the number of the partition, 0 for the whole file
 * @param isPartitionSaid whether the partition was named, rather than to be found
 */
record HostVolume(Path file, int partition, boolean isPartitionSaid) {

  /** The key of the environment for the number of the partition, an Integer or a text. */
  static final String PARTITION = "partition";

  /** The key of the environment for whether to open for reading only, a Boolean or a text. */
  static final String READ_ONLY = "readOnly";

  /** The key of the environment for the letters of the volume, a text such as {@code C}. */
  static final String DRIVE_LETTERS = "driveLetters";

  /** The key of the environment for whether to list NTFS's own files. */
  static final String METAFILES = "metafiles";

  /** The key of the environment for whether names that Windows cannot use are allowed. */
  static final String POSIX_NAMES = "posixNames";

  private static final Set<String> KEYS =
      Set.of(PARTITION, READ_ONLY, DRIVE_LETTERS, METAFILES, POSIX_NAMES);
  private static final Pattern SELECTED = Pattern.compile("(.+)@(\\d{1,9})");

  /**
   * The volume that the name in a URI means: the URI of a file, with {@code @} and a number behind
   * it where it is in a partition.
   */
  static HostVolume of(String name, URI uri) throws IOException {
    Path whole = path(name, uri);
    Matcher selected = SELECTED.matcher(name);
    if (!Files.exists(whole) && selected.matches()) {
      Path file = path(selected.group(1), uri);
      return new HostVolume(file.toRealPath(), Integer.parseInt(selected.group(2)), true);
    }
    return new HostVolume(whole.toRealPath(), 0, false).found();
  }

  private static Path path(String name, URI uri) {
    try {
      return Path.of(URI.create(name));
    } catch (IllegalArgumentException | FileSystemNotFoundException e) {
      throw new IllegalArgumentException(
          "uri (" + uri + ") must name a file, as in ntfs:file:///stick.img@1!/path", e);
    }
  }

  /** The volume in a file that an environment may say more of. */
  static HostVolume of(Path file, Map<String, ?> environment) throws IOException {
    return new HostVolume(file.toRealPath(), 0, false).with(environment).found();
  }

  /** This volume, or that in the partition that an environment names. */
  HostVolume with(Map<String, ?> environment) {
    Object number = environment.get(PARTITION);
    try {
      return number == null
          ? this
          : new HostVolume(file, Integer.parseInt(number.toString()), true);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(PARTITION + " (" + number + ") must be a number", e);
    }
  }

  /** The options in an environment. */
  static NtfsFileSystemOptions options(Map<String, ?> environment) {
    for (String key : environment.keySet()) {
      if (!KEYS.contains(key)) {
        throw new IllegalArgumentException("environment (" + key + ") must have keys of " + KEYS);
      }
    }
    Object letters = environment.get(DRIVE_LETTERS);
    return NtfsFileSystemOptions.defaults()
        .withReadOnly(isTrue(environment, READ_ONLY))
        .withMetafiles(isTrue(environment, METAFILES))
        .withPosixNames(isTrue(environment, POSIX_NAMES))
        .withDriveLetters(
            letters == null
                ? Set.of()
                : letters.toString().chars().mapToObj(c -> (char) c).collect(Collectors.toSet()));
  }

  private static boolean isTrue(Map<String, ?> environment, String key) {
    Object value = environment.get(key);
    return value != null && Boolean.parseBoolean(value.toString());
  }

  /** What stands in the URIs of this volume. */
  String name() {
    return file.toUri() + (partition == 0 ? "" : "@" + partition);
  }

  /**
   * Opens the volume as a file system, which closes the file.
   *
   * @throws NoSuchFileException when there is no such partition
   * @throws UnsupportedFormatException when there is no NTFS volume, or more than one
   */
  NtfsFileSystem open(NtfsFileSystemOptions options) throws IOException {
    boolean isWritten = !options.isReadOnly() && Files.isWritable(file);
    FileDevice device = isWritten ? FileDevice.open(file) : FileDevice.openReadOnly(file);
    try {
      return NtfsFileSystem.open(window(device), options, device);
    } catch (IOException | RuntimeException e) {
      device.close();
      throw e;
    }
  }

  private BlockDevice window(FileDevice device) throws IOException {
    if (partition == 0) {
      return device;
    }
    for (Partition candidate : PartitionTable.read(device).partitions()) {
      if (candidate.number() == partition) {
        return candidate.open(device);
      }
    }
    throw new NoSuchFileException(file + "@" + partition, null, "no such partition");
  }

  /** This volume, or that in the one partition that holds one where the whole file does not. */
  private HostVolume found() throws IOException {
    if (isPartitionSaid) {
      return this;
    }
    List<Integer> numbers = new ArrayList<>();
    try (FileDevice device = FileDevice.openReadOnly(file)) {
      if (NtfsVolume.isPresent(device)) {
        return this;
      }
      for (Partition candidate : PartitionTable.read(device).partitions()) {
        if (NtfsVolume.isPresent(candidate.open(device))) {
          numbers.add(candidate.number());
        }
      }
    }
    if (numbers.size() != 1) {
      throw new UnsupportedFormatException(
          file.toString(),
          UnsupportedFormatException.NO_OFFSET,
          numbers.isEmpty()
              ? "holds no NTFS volume"
              : "has NTFS volumes in the partitions " + numbers + "; name one");
    }
    return new HostVolume(file, numbers.get(0), true);
  }
}
