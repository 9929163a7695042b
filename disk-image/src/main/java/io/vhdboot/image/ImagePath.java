package io.vhdboot.image;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A path that leads from a file of the host into the images within it, such as {@code
 * stick.img@1/virtualharddisk.vhd@1/Windows/Minidump}.
 *
 * <pre>
 * path      = host-file [ "@" [ number ] ] { separator name [ ":" stream ] [ "@" [ number ] ] }
 * separator = "/" | "\"
 * </pre>
 *
 * <p>The number behind {@code @} is that of a partition, as {@link
 * io.vhdboot.disk.Partition#number} counts them; {@code @} alone, or {@code @0}, is the whole disk,
 * which holds a volume without a partition table. A VHD is gone into where something stands behind
 * it: {@code x.vhd} is the file, {@code x.vhd@} the disk in it, {@code x.vhd@1} a partition of that
 * disk. The {@code @} may be left out where an image is itself a volume and a path goes on in it.
 *
 * <p>What exists wins: a name that is that of a file or folder is never cut at its {@code @} or
 * {@code :}. Names within a volume are found as {@link io.vhdboot.ntfs.NtfsVolume#file(String)}
 * finds them.
 *
 * <p>A path is a text only, until it is opened. Immutable.
 */
public final class ImagePath {

  private final String text;

  private ImagePath(String text) {
    this.text = text;
  }

  /**
   * The path of a text.
   *
   * @throws IllegalArgumentException when the text is empty or holds a NUL
   */
  public static ImagePath of(String text) {
    if (text.isEmpty() || text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("path (" + text + ") must have a name and no NUL");
    }
    return new ImagePath(text);
  }

  /**
   * Whether the path leads into a file of the host, rather than to one or to nothing. Only the
   * host's file system is asked.
   */
  public boolean isInsideImage() {
    return HostFile.find(text).map(HostFile::isGoneInto).orElse(false);
  }

  /** The file of the host at which the path begins, if there is one. */
  public Optional<Path> hostFile() {
    return HostFile.find(text).map(HostFile::path);
  }

  /**
   * Opens all that the path leads through.
   *
   * @param readOnly whether nothing shall be written
   * @throws NoSuchFileException when there is no host file, partition or image of that name; the
   *     last names of a path may be missing in the last volume
   * @throws io.vhdboot.disk.DiskFormatException when something on the way is not what it must be,
   *     or damaged
   */
  public OpenImage open(boolean readOnly) throws IOException {
    return OpenImage.open(
        HostFile.find(text).orElseThrow(() -> HostFile.missing(text)), text, readOnly);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ImagePath path && text.equals(path.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** The text. */
  @Override
  public String toString() {
    return text;
  }
}
