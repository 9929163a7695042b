package io.vhdboot.provisioning.bootfiles;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A file or folder of a Windows from which boot files are taken: in an image, or on a volume. */
public interface BootSource {

  /** The name. */
  String name();

  /** Whether it is a folder. */
  boolean isDirectory();

  /** Whether it is a link, or something that a filter of Windows handles. */
  boolean isReparsePoint();

  /** What is in this folder, in its own order; nothing where this is none. */
  List<BootSource> children() throws IOException;

  /** The size in bytes. */
  long size();

  /** When it was made, as a file time. */
  long created();

  /** When it was changed, as a file time. */
  long modified();

  /** When it was last opened, as a file time. */
  long accessed();

  /** What has a name in this folder, in any case. */
  default Optional<BootSource> child(String name) throws IOException {
    return children().stream().filter(child -> child.name().equalsIgnoreCase(name)).findFirst();
  }

  /** What is at the end of a path of names in this folder. */
  default Optional<BootSource> find(String... names) throws IOException {
    Optional<BootSource> at = Optional.of(this);
    for (String name : names) {
      at = at.isPresent() ? at.get().child(name) : at;
    }
    return at;
  }
}
