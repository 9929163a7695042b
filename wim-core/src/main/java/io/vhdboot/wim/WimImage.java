package io.vhdboot.wim;

import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * An image: a tree of names with what they stand for, all of it in memory. It does not change, and
 * any thread may use it, also when the file is closed; only blobs need the file.
 */
public final class WimImage {

  private final String source;
  private final WimImageInfo info;
  private final WimEntry root;
  private final List<byte[]> descriptors;
  private final List<WimWarning> warnings;

  WimImage(
      String source,
      WimImageInfo info,
      WimEntry root,
      List<byte[]> descriptors,
      List<WimWarning> warnings) {
    this.source = source;
    this.info = info;
    this.root = root;
    this.descriptors = descriptors;
    this.warnings = warnings;
  }

  /** What messages call the image. */
  public String name() {
    return source;
  }

  /** What the XML data say of the image. */
  public WimImageInfo info() {
    return info;
  }

  /** The root directory. */
  public WimEntry root() {
    return root;
  }

  /** Every name, each directory before what it lists. */
  public Iterable<WimEntry> entries() {
    return new TreeWalk(root);
  }

  /** The security descriptors, which files name by their index; callers must not change them. */
  public List<byte[]> securityDescriptors() {
    return Collections.unmodifiableList(descriptors);
  }

  /** What is wrong with the image, such as names that were left out. */
  public List<WimWarning> warnings() {
    return warnings;
  }

  /**
   * Finds a name by its path.
   *
   * @param path names separated by {@code /} or {@code \}, from the root whether it begins with one
   *     of them or not; of names that differ in case only, the one that is spelled so is taken
   */
  public Optional<WimEntry> find(String path) {
    Optional<WimEntry> entry = Optional.of(root);
    for (String name : path.split("[/\\\\]")) {
      if (!name.isEmpty() && entry.isPresent()) {
        entry = entry.get().child(name);
      }
    }
    return entry;
  }

  /** A path that leads to a blob, for messages; found by looking through the whole tree. */
  public Optional<String> pathOf(Blob blob) {
    for (WimEntry entry : entries()) {
      for (WimStream stream : entry.inode().streams()) {
        if (stream.blob().orElse(null) == blob) {
          String path = Text.printable(entry.path());
          return Optional.of(
              stream.name().isEmpty() ? path : path + ":" + Text.printable(stream.name()));
        }
      }
    }
    return Optional.empty();
  }

  @Override
  public String toString() {
    return source;
  }
}
