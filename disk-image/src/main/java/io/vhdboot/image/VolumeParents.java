package io.vhdboot.image;

import io.vhdboot.disk.FileTime100ns;
import io.vhdboot.ntfs.NtfsFile;
import io.vhdboot.ntfs.NtfsVolume;
import io.vhdboot.vhd.ParentPath;
import io.vhdboot.vhd.ParentResolver;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Finds the parents of differencing VHDs in an NTFS volume, as seen from a child's folder there. Of
 * an absolute path the drive is taken for this volume.
 */
public final class VolumeParents implements ParentResolver {

  private final NtfsVolume volume;
  private final List<String> folder;

  private VolumeParents(NtfsVolume volume, List<String> folder) {
    this.volume = volume;
    this.folder = folder;
  }

  /**
   * Finds parents from the place of a child.
   *
   * @param volume the volume; must stay open
   * @param child the child's path on it
   */
  public static VolumeParents beside(NtfsVolume volume, String child) {
    List<String> names = names(child);
    return new VolumeParents(volume, names.subList(0, Math.max(0, names.size() - 1)));
  }

  @Override
  public Optional<Found> find(ParentPath path) throws IOException {
    boolean relative = path.form().isRelative() && !path.path().contains(":");
    Deque<String> names = new ArrayDeque<>(relative ? folder : List.of());
    List<String> steps = names(path.path());
    if (path.form() == ParentPath.Form.MACX) {
      return Optional.empty();
    }
    for (String step : steps) {
      if (step.equals("..")) {
        names.pollLast();
      } else if (!step.equals(".") && !step.endsWith(":")) {
        names.addLast(step);
      }
    }
    String place = String.join("\\", names);
    Optional<NtfsFile> file = volume.find(place);
    if (file.isEmpty() || file.get().isDirectory()) {
      return Optional.empty();
    }
    return Optional.of(
        new Found(
            file.get().stream("").device(),
            Optional.of(FileTime100ns.toInstant(file.get().modified())),
            beside(volume, place)));
  }

  private static List<String> names(String path) {
    List<String> names = new ArrayList<>();
    for (String name : path.split("[\\\\/]")) {
      if (!name.isEmpty()) {
        names.add(name);
      }
    }
    return names;
  }
}
