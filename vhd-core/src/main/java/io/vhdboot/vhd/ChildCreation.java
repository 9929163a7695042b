package io.vhdboot.vhd;

import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.ResizableBlockDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Makes children of files on the host. */
final class ChildCreation {

  private ChildCreation() {}

  static Vhd create(Path path, Path parent, UUID uniqueId, Instant timestamp) throws IOException {
    FileDevice file = FileDevice.create(path, 0);
    try {
      return create(file, path, parent, uniqueId, timestamp, true);
    } catch (IOException | RuntimeException e) {
      file.close();
      Files.delete(path);
      throw e;
    }
  }

  static Vhd create(
      ResizableBlockDevice file,
      Path path,
      Path parent,
      UUID uniqueId,
      Instant timestamp,
      boolean closesFile)
      throws IOException {
    VhdOptions options;
    ParentReference reference;
    try (Vhd base = Vhd.open(parent, true)) {
      options = optionsOf(base, uniqueId, timestamp);
      reference = reference(path, parent, base);
    }
    return VhdOpening.create(
        file,
        DynamicVhdLayout.ofChild(options, reference),
        closesFile,
        ParentResolver.beside(path));
  }

  /** What a child of a disk must be like: of its size, and with its blocks. */
  static VhdOptions optionsOf(Vhd parent, UUID uniqueId, Instant timestamp) {
    VhdOptions options = VhdOptions.of(parent.size(), uniqueId, timestamp);
    return parent.type() == VhdType.FIXED
        ? options
        : options.withBlockSize((int) parent.blockSize());
  }

  /** How a child at a place names a parent on the same host. */
  static ParentReference reference(Path child, Path parent, Vhd open) throws IOException {
    Path target = parent.toAbsolutePath().normalize();
    List<ParentPath> paths = new ArrayList<>();
    relative(child.toAbsolutePath().normalize().getParent(), target)
        .ifPresent(relative -> paths.add(new ParentPath(ParentPath.Form.W2RU, relative)));
    paths.add(new ParentPath(ParentPath.Form.W2KU, target.toString().replace('/', '\\')));
    Instant modified = Files.getLastModifiedTime(target).toInstant();
    return new ParentReference(
        open.footer().uniqueId(),
        Optional.of(VhdFooter.instant(VhdFooter.seconds(modified))),
        paths);
  }

  private static Optional<String> relative(Path folder, Path target) {
    try {
      String path = folder.relativize(target).toString().replace('/', '\\');
      return Optional.of(path.startsWith("..") ? path : ".\\" + path);
    } catch (IllegalArgumentException e) {
      // On another drive.
      return Optional.empty();
    }
  }
}
