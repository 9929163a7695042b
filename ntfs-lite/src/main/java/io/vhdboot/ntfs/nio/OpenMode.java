package io.vhdboot.ntfs.nio;

import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Set;

/**
 * How a channel is opened.
 *
 * @param isRead whether it can be read
 * @param isWrite whether it can be written
 * @param isAppend whether every write goes to the end
 * @param isSync whether every write is durable when it returns
 * @param creates whether a file that is not there is created
 * @param createsNew whether a file must not be there
 * @param truncates whether its content is dropped
 * @param isSparse whether a new file shall have holes
 * @param deletesOnClose whether the file goes when the channel is closed
 * @param followsLinks whether a link at the end of the path is followed
 */
record OpenMode(
    boolean isRead,
    boolean isWrite,
    boolean isAppend,
    boolean isSync,
    boolean creates,
    boolean createsNew,
    boolean truncates,
    boolean isSparse,
    boolean deletesOnClose,
    boolean followsLinks) {

  /**
   * The mode that options name.
   *
   * @throws IllegalArgumentException when some exclude each other
   * @throws UnsupportedOperationException when one is not known
   */
  static OpenMode of(Set<? extends OpenOption> options) {
    for (OpenOption option : options) {
      Objects.requireNonNull(option);
      if (!(option instanceof StandardOpenOption) && option != LinkOption.NOFOLLOW_LINKS) {
        throw new UnsupportedOperationException("the option " + option + " is not known");
      }
    }
    boolean append = options.contains(StandardOpenOption.APPEND);
    boolean write = append || options.contains(StandardOpenOption.WRITE);
    boolean read = options.contains(StandardOpenOption.READ) || !write;
    boolean truncate = options.contains(StandardOpenOption.TRUNCATE_EXISTING);
    if (append && (options.contains(StandardOpenOption.READ) || truncate)) {
      throw new IllegalArgumentException(
          "options (" + options + ") must not have READ or TRUNCATE_EXISTING beside APPEND");
    }
    boolean createNew = options.contains(StandardOpenOption.CREATE_NEW);
    return new OpenMode(
        read,
        write,
        append,
        options.contains(StandardOpenOption.SYNC) || options.contains(StandardOpenOption.DSYNC),
        write && (createNew || options.contains(StandardOpenOption.CREATE)),
        write && createNew,
        write && truncate,
        options.contains(StandardOpenOption.SPARSE),
        options.contains(StandardOpenOption.DELETE_ON_CLOSE),
        !options.contains(LinkOption.NOFOLLOW_LINKS));
  }
}
