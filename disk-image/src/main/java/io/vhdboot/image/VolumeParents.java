package io.vhdboot.image;

import io.vhdboot.disk.BlockDevice;
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
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Finds the parents of a differencing VHD or VHDX that is a file of a volume, among the files of
 * that volume. A path with a drive letter is taken for one of the volume, whatever the letter:
 * where the child is told where its parent lay when it was made, the volume had a letter that is
 * not known.
 */
public final class VolumeParents implements ParentResolver {

  /** How paths begin that bypass Windows' parsing, with a volume's name or without. */
  private static final Pattern VOLUME = Pattern.compile("^//[?]/(?:Volume\\{[^}]*})?");

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
    Optional<NtfsLinks.Place> place = find(path.path());
    if (place.isEmpty()) {
      return Optional.empty();
    }
    NtfsFile file = place.get().file();
    return Optional.of(
        new Found(
            file.stream("").device(),
            Optional.of(FileTime100ns.toInstant(file.modified())),
            besideIt(place.get())));
  }

  /** The same for a VHDX. Parents are only read. */
  io.vhdboot.vhdx.ParentResolver forVhdx() {
    Map<BlockDevice, VolumeParents> places = new IdentityHashMap<>();
    return (child, path, readOnly) -> {
      VolumeParents from = places.getOrDefault(child, this);
      Optional<NtfsLinks.Place> place = readOnly ? from.find(path) : Optional.empty();
      if (place.isEmpty()) {
        return Optional.empty();
      }
      BlockDevice device = place.get().file().stream("").device();
      places.put(device, besideIt(place.get()));
      return Optional.of(device);
    };
  }

  private VolumeParents besideIt(NtfsLinks.Place place) {
    return new VolumeParents(volume, place.names().subList(0, place.names().size() - 1));
  }

  /** Finds what a path of Windows names, or a file of its last name beside the child. */
  private Optional<NtfsLinks.Place> find(String path) throws IOException {
    String text = VOLUME.matcher(path.replace('\\', '/')).replaceFirst("");
    boolean isAbsolute = text.matches("(?s)([A-Za-z]:)?/.*") && !text.startsWith("//");
    List<String> names = new ArrayList<>(isAbsolute ? List.of() : folder);
    names.addAll(Arrays.asList(text.substring(text.indexOf(':') + 1).split("/")));
    Optional<NtfsLinks.Place> found = find(names);
    if (found.isPresent()) {
      return found;
    }
    List<String> beside = new ArrayList<>(folder);
    beside.add(text.substring(text.lastIndexOf('/') + 1));
    return find(beside);
  }

  private Optional<NtfsLinks.Place> find(List<String> names) throws IOException {
    try {
      NtfsLinks.Place place = NtfsLinks.of(volume, Set.of()).find(names, true);
      return place.file().isDirectory() ? Optional.empty() : Optional.of(place);
    } catch (FileSystemException e) {
      // Not there, or only behind a link that leads elsewhere.
      return Optional.empty();
    }
  }
}
