package io.vhdboot.vhd;

import io.vhdboot.disk.BlockDevice;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What a differencing VHD says of its parent.
 *
 * @param uniqueId the parent's unique id, by which it is known whatever it is called
 * @param modified when the parent's file was last changed as the child was made of it, cut to whole
 *     seconds; nothing where the child does not say, as those of Windows 10 (observed)
 * @param paths where the parent is, in the order in which they are tried: relative ones first, the
 *     name in the header last
 */
public record ParentReference(UUID uniqueId, Optional<Instant> modified, List<ParentPath> paths) {

  /** Takes a copy. */
  public ParentReference {
    paths = List.copyOf(paths);
  }

  /**
   * A parent to make a child of.
   *
   * @param uniqueId the parent's unique id
   * @param modified when the parent's file was last changed; nothing to leave it open
   * @param relativePath the way from the child's folder, such as {@code .\base.vhd}
   */
  public static ParentReference relative(
      UUID uniqueId, Optional<Instant> modified, String relativePath) {
    return new ParentReference(
        uniqueId, modified, List.of(new ParentPath(ParentPath.Form.W2RU, relativePath)));
  }

  /**
   * A parent among the host's files: relative to its child and as it is, with the time of its last
   * change.
   *
   * @param child where the child is or will be
   * @param parent the parent's file
   * @param disk the disk in it
   */
  public static ParentReference onHost(Path child, Path parent, Vhd disk) throws IOException {
    return ChildCreation.reference(child, parent, disk);
  }

  /** The name of the parent's file, empty where there is none. */
  public String name() {
    return paths.isEmpty() ? "" : paths.get(paths.size() - 1).fileName();
  }

  /** What a header says, with the paths to which its locators point. */
  static ParentReference read(BlockDevice file, DynamicHeader header) throws IOException {
    List<ParentPath> paths = new ArrayList<>();
    for (ParentLocator locator : header.locators()) {
      locator.path(file).ifPresent(paths::add);
    }
    if (!header.parentName().isEmpty()) {
      paths.add(new ParentPath(ParentPath.Form.NAME, header.parentName()));
    }
    List<ParentPath> ordered = new ArrayList<>();
    for (ParentPath.Form form : ParentPath.Form.values()) {
      paths.stream().filter(path -> path.form() == form).forEach(ordered::add);
    }
    Optional<Instant> modified =
        header.parentTimestamp() == 0
            ? Optional.empty()
            : Optional.of(VhdFooter.instant(header.parentTimestamp()));
    return new ParentReference(header.parentId(), modified, ordered);
  }
}
