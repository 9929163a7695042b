package io.vhdboot.image;

import io.vhdboot.disk.FileTime100ns;
import io.vhdboot.ntfs.NtfsFile;
import io.vhdboot.ntfs.NtfsLinks;
import io.vhdboot.ntfs.NtfsVolume;
import io.vhdboot.vhd.ParentPath;
import io.vhdboot.vhd.ParentResolver;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the parents of a differencing VHD that is a file of a volume, among the files of that
 * volume. A path with a drive letter is taken for one of the volume, whatever the letter: where the
 * child is told where its parent lay when it was made, the volume had a letter that is not known.
 */
public final class VolumeParents implements ParentResolver {

  private final NtfsVolume volume;
  private final List<String> folder;

  /**
   * A resolver for one child.
   *
   * @param folder the names that lead to the child's folder
   */
  VolumeParents(NtfsVolume volume, List<String> folder) {
    this.volume = volume;
    this.folder = List.copyOf(folder);
  }

  /**
   * Finds parents from the place of a child.
   *
   * @param volume the volume; must stay open
   * @param child the child's path on it, with slashes or backslashes
   */
  public static VolumeParents beside(NtfsVolume volume, String child) {
    List<String> names = new ArrayList<>(Arrays.asList(child.split("[\\\\/]")));
    names.removeIf(String::isEmpty);
    return new VolumeParents(volume, names.subList(0, Math.max(0, names.size() - 1)));
  }

  @Override
  public Optional<Found> find(ParentPath path) throws IOException {
    if (path.form() == ParentPath.Form.MACX) {
      return Optional.empty();
    }
    String text = path.path().replace('\\', '/');
    boolean isAbsolute = text.matches("(?s)([A-Za-z]:)?/.*") && !text.startsWith("//");
    List<String> names = new ArrayList<>(isAbsolute ? List.of() : folder);
    names.addAll(Arrays.asList(text.substring(text.indexOf(':') + 1).split("/")));
    Optional<Found> found = find(names);
    if (found.isPresent()) {
      return found;
    }
    List<String> beside = new ArrayList<>(folder);
    beside.add(path.fileName());
    return find(beside);
  }

  private Optional<Found> find(List<String> names) throws IOException {
    try {
      NtfsLinks.Place place = NtfsLinks.of(volume, Set.of()).find(names, true);
      NtfsFile file = place.file();
      if (file.isDirectory()) {
        return Optional.empty();
      }
      return Optional.of(
          new Found(
              file.stream("").device(),
              Optional.of(FileTime100ns.toInstant(file.modified())),
              new VolumeParents(volume, place.names().subList(0, place.names().size() - 1))));
    } catch (FileSystemException e) {
      // Not there, or only behind a link that leads elsewhere.
      return Optional.empty();
    }
  }
}
