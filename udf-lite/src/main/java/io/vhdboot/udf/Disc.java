package io.vhdboot.udf;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.UnsupportedFormatException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A disc image that is open for reading, by the richest format that it has: UDF before Rock Ridge,
 * that before Joliet, and plain ISO 9660 last. Any thread may use it, several at the same time.
 *
 * <p>Windows discs carry UDF, and beside it an ISO 9660 that holds nothing but a note that UDF is
 * needed. Whatever is read may throw {@link CorruptFormatException} for damage.
 */
public final class Disc implements Closeable {

  private static final int MAX_DEPTH = 255;

  private final BlockDevice device;
  private final boolean ownsDevice;
  private final DiscFormat format;
  private final List<DiscFormat> formats;
  private final String label;
  private final DiscFile root;

  private Disc(
      BlockDevice device,
      boolean ownsDevice,
      DiscFormat format,
      List<DiscFormat> formats,
      String label,
      DiscFile root) {
    this.device = device;
    this.ownsDevice = ownsDevice;
    this.format = format;
    this.formats = formats;
    this.label = label;
    this.root = root;
  }

  /** Opens a file. */
  public static Disc open(Path path) throws IOException {
    FileDevice device = FileDevice.openReadOnly(path);
    try {
      return open(device, true, null);
    } catch (IOException | RuntimeException e) {
      device.close();
      throw e;
    }
  }

  /** Opens a disc on a device, which the caller closes when this is done with. */
  public static Disc open(BlockDevice device) throws IOException {
    return open(device, false, null);
  }

  /**
   * Opens a disc by one of the formats that it has.
   *
   * @throws UnsupportedFormatException when it has none of that kind
   */
  public static Disc open(BlockDevice device, DiscFormat format) throws IOException {
    return open(device, false, format);
  }

  /** Whether a device holds a disc that can be opened, damaged or not. */
  public static boolean isPresent(BlockDevice device) throws IOException {
    return IsoDescriptors.isPresent(device) || AnchorPointer.find(device).isPresent();
  }

  private static Disc open(BlockDevice device, boolean ownsDevice, DiscFormat wanted)
      throws IOException {
    List<DiscFormat> formats = new ArrayList<>();
    Optional<AnchorPointer> anchor = AnchorPointer.find(device);
    if (anchor.isPresent()) {
      formats.add(DiscFormat.UDF);
    }
    IsoDescriptors descriptors =
        IsoDescriptors.isPresent(device) ? IsoDescriptors.read(device) : null;
    if (descriptors != null) {
      formats.addAll(descriptors.formats());
    }
    DiscFormat format = wanted != null || formats.isEmpty() ? wanted : formats.get(0);
    if (format == null || !formats.contains(format)) {
      throw new UnsupportedFormatException(
          device.name(),
          DiskFormatException.NO_OFFSET,
          "is no disc image" + (wanted == null ? "" : " with " + wanted));
    }
    if (format == DiscFormat.UDF) {
      UdfVolume volume = UdfVolume.open(device, anchor.orElseThrow());
      return new Disc(device, ownsDevice, format, formats, volume.label(), volume.root());
    }
    IsoVolume volume = descriptors.volume(format);
    return new Disc(device, ownsDevice, format, formats, volume.label(), volume.root());
  }

  /** What messages call the disc. */
  public String name() {
    return device.name();
  }

  /** The size of the image in bytes. */
  public long size() {
    return device.size();
  }

  /** The format by which the disc is read. */
  public DiscFormat format() {
    return format;
  }

  /** All formats that the disc has, the richest first. */
  public List<DiscFormat> formats() {
    return List.copyOf(formats);
  }

  /** The volume's label. */
  public String label() {
    return label;
  }

  /** The root directory. */
  public DiscFile root() {
    return root;
  }

  /** What the machine's firmware can start from this disc, or nothing where it cannot. */
  public Optional<ElTorito> elTorito() throws IOException {
    return ElTorito.read(device);
  }

  /**
   * Finds a file by its path.
   *
   * @param path names separated by {@code /} or {@code \}; of names that differ in case only, the
   *     one that is spelled so is taken
   */
  public Optional<DiscFile> find(String path) throws IOException {
    DiscFile file = root;
    int depth = 0;
    for (String name : path.split("[/\\\\]")) {
      if (name.isEmpty()) {
        continue;
      }
      Optional<DiscFile> child =
          file.isDirectory() && ++depth <= MAX_DEPTH ? file.child(name) : Optional.empty();
      if (child.isEmpty()) {
        return Optional.empty();
      }
      file = child.get();
    }
    return Optional.of(file);
  }

  /**
   * Finds a file by its path, which must be there.
   *
   * @throws NoSuchFileException when it is not
   */
  public DiscFile file(String path) throws IOException {
    return find(path).orElseThrow(() -> new NoSuchFileException(name() + ": " + path));
  }

  /**
   * Visits all files, each directory before what it lists. A directory that is met inside itself is
   * damage; what cannot be listed ends the walk.
   *
   * @throws CorruptFormatException when a directory is damaged or lies deeper than 255 names
   */
  public void walk(DiscVisitor visitor) throws IOException {
    walk(root, visitor);
  }

  /** Visits all files below a directory, by their paths from there. */
  public void walk(DiscFile directory, DiscVisitor visitor) throws IOException {
    new DiscWalk(this, visitor, MAX_DEPTH).run(directory);
  }

  /**
   * The same disc by another of its formats; closing that one does nothing.
   *
   * @throws UnsupportedFormatException when it has none of that kind
   */
  public Disc by(DiscFormat other) throws IOException {
    return open(device, other);
  }

  /** Closes the file when it was opened by its path. */
  @Override
  public void close() throws IOException {
    if (ownsDevice) {
      device.close();
    }
  }

  @Override
  public String toString() {
    return name();
  }
}
