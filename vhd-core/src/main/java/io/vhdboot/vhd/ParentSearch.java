package io.vhdboot.vhd;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.DiskFormatException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds a child's parent: the first file on its paths that bears the right unique id. */
final class ParentSearch {

  private ParentSearch() {}

  /**
   * Opens the parent.
   *
   * @throws MissingParentException when it is at none of the paths; it says what is there instead
   */
  static ParentResolver.Found find(
      BlockDevice child, ParentReference reference, ParentResolver resolver) throws IOException {
    List<String> others = new ArrayList<>();
    for (ParentPath path : reference.paths()) {
      Optional<ParentResolver.Found> found = resolver.find(path);
      if (found.isEmpty()) {
        continue;
      }
      BlockDevice file = found.get().file();
      Optional<String> objection = Optional.of("it cannot be read");
      try {
        objection = objection(file, reference);
      } finally {
        if (objection.isPresent()) {
          file.close();
        }
      }
      if (objection.isEmpty()) {
        return found.get();
      }
      if (!others.contains(objection.get())) {
        others.add(objection.get());
      }
    }
    throw new MissingParentException(child.name(), reference, others);
  }

  /** Why a file is not the parent. */
  private static Optional<String> objection(BlockDevice file, ParentReference reference)
      throws IOException {
    try {
      VhdFooter footer = FooterSearch.in(file).footer();
      return footer.uniqueId().equals(reference.uniqueId())
          ? Optional.empty()
          : Optional.of(
              file.name()
                  + " is another disk or was made anew: its unique id is "
                  + footer.uniqueId());
    } catch (DiskFormatException e) {
      return Optional.of(e.getMessage());
    }
  }
}
