package io.vhdboot.image;

import io.vhdboot.disk.BlockDevice;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

  /** What follows a device: a partition of it, and a path in there. */
  private static final Pattern WITHIN = Pattern.compile("@(\\d{0,9})(?:[/\\\\](.*))?");

  private final String text;
  private final Optional<BlockDevice> device;

  private ImagePath(String text, Optional<BlockDevice> device) {
    this.text = text;
    this.device = device;
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
    return new ImagePath(text, Optional.empty());
  }

  /**
   * A path that begins at a device rather than at a file of the host.
   *
   * @param device the device, which stays open
   * @param rest what follows: {@code @} with the number of a partition, and a path in there
   */
  public static ImagePath within(BlockDevice device, String rest) {
    if (!WITHIN.matcher(rest).matches()) {
      throw new IllegalArgumentException(
          "path (" + rest + ") must begin with a partition, such as @1");
    }
    return new ImagePath(rest, Optional.of(device));
  }

  /**
   * Whether the path leads into a file of the host, rather than to one or to nothing. Only the
   * host's file system is asked.
   */
  public boolean isInsideImage() {
    return device.isPresent() || HostFile.find(text).map(HostFile::isGoneInto).orElse(false);
  }

  /** The file of the host at which the path begins, if there is one. */
  public Optional<Path> hostFile() {
    return device.isPresent() ? Optional.empty() : HostFile.find(text).map(HostFile::path);
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
    if (device.isPresent()) {
      Matcher matcher = WITHIN.matcher(text);
      matcher.matches();
      String number = matcher.group(1);
      return OpenImage.open(
          device.get(),
          OptionalInt.of(number.isEmpty() ? 0 : Integer.parseInt(number)),
          Optional.ofNullable(matcher.group(2)).orElse(""),
          readOnly);
    }
    return OpenImage.open(
        HostFile.find(text).orElseThrow(() -> HostFile.missing(text)), text, readOnly);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ImagePath path && text.equals(path.text) && device.equals(path.device);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** The text, behind the device's name where it begins at one. */
  @Override
  public String toString() {
    return device.map(BlockDevice::name).orElse("") + text;
  }
}
