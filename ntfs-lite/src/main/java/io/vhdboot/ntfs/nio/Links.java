package io.vhdboot.ntfs.nio;

import io.vhdboot.ntfs.NtfsLink;
import java.io.IOException;
import java.util.Optional;

/** The targets of links as paths. */
final class Links {

  private Links() {}

  /** Where a link leads, as a text that reads as a path; nothing for what is none. */
  static Optional<String> target(Node node) throws IOException {
    if (node.isNamedStream()) {
      return Optional.empty();
    }
    return NtfsLink.of(node.file())
        .map(link -> link.isRelative() ? link.target() : link.displayTarget());
  }

  /** A symbolic link to a path; one from the root stays one from the volume's root. */
  static NtfsLink to(NtfsPath target) {
    return NtfsLink.symbolic(target.toString().replace('/', '\\'));
  }
}
