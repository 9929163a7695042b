package io.vhdboot.image;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.Partition;
import io.vhdboot.disk.PartitionTable;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.fat.FatEditor;
import io.vhdboot.fat.FatFile;
import io.vhdboot.fat.FatVolume;
import io.vhdboot.fat.nio.FatFileSystem;
import io.vhdboot.fat.nio.FatFileSystems;
import io.vhdboot.ntfs.NtfsEditOptions;
import io.vhdboot.ntfs.NtfsEditor;
import io.vhdboot.ntfs.NtfsFile;
import io.vhdboot.ntfs.NtfsVolume;
import io.vhdboot.ntfs.nio.NtfsFileSystem;
import io.vhdboot.ntfs.nio.NtfsFileSystemOptions;
import io.vhdboot.ntfs.nio.NtfsFileSystems;
import io.vhdboot.vhd.ParentResolver;
import io.vhdboot.vhd.Vhd;
import io.vhdboot.vhdx.Vhdx;
import io.vhdboot.vhdx.VhdxAccess;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * All that an {@link ImagePath} leads through, opened: the host's file, partitions, disks in VHDs,
 * volumes, and what it names at its end. {@link #close()} closes all of it, the innermost first.
 *
 * <p>What a path names is a device ({@link #device()}), if it is a file or a partition, and a place
 * in a volume ({@link #volume()}, {@link #path()}), if it goes into one.
 *
 * <p>Not for use by several threads, but what it gives keeps the rules of its own class.
 */
public final class OpenImage implements Closeable {

  /** Images within images that a path may go through. */
  static final int MAX_DEPTH = 8;

  private final String text;
  private final boolean readOnly;
  private final Deque<Closeable> layers = new ArrayDeque<>();

  private Path hostFile;

  /** The innermost file, or the window onto it that is selected last. */
  private BlockDevice image;

  /** Finds the parents of the image, if it is a differencing VHD; of a VHDX within volumes. */
  private ParentResolver parents;

  private String imageName;
  private String imageFile;
  private boolean selected;
  private BlockDevice disk;

  /** The disk of which a partition is selected last. */
  private BlockDevice wholeDisk;

  private BlockDevice namedDevice;
  private BlockDevice namedDisk;
  private NtfsVolume volume;
  private NtfsEditor editor;
  private FatVolume fatVolume;
  private FatEditor fatEditor;
  private final List<ImageLayer> disks = new ArrayList<>();
  private String path = "";

  private OpenImage(String text, boolean readOnly) {
    this.text = text;
    this.readOnly = readOnly;
  }

  static OpenImage open(HostFile host, String text, boolean readOnly) throws IOException {
    OpenImage opened = new OpenImage(text, readOnly);
    try {
      opened.descend(host);
      return opened;
    } catch (IOException | RuntimeException e) {
      opened.abandon(e);
      throw e;
    }
  }

  /**
   * Opens what a path leads through that begins at a device.
   *
   * @param device stays open
   */
  static OpenImage open(BlockDevice device, OptionalInt partition, String rest, boolean readOnly)
      throws IOException {
    String text = device.name() + "@" + partition.orElse(0) + (rest.isEmpty() ? "" : "/" + rest);
    OpenImage opened = new OpenImage(text, readOnly);
    try {
      opened.image = device;
      opened.parents = ParentResolver.NONE;
      opened.imageName = device.name();
      opened.imageFile = device.name();
      opened.descend(partition, rest);
      return opened;
    } catch (IOException | RuntimeException e) {
      opened.abandon(e);
      throw e;
    }
  }

  private void descend(HostFile host) throws IOException {
    FileDevice file =
        readOnly ? FileDevice.openReadOnly(host.path()) : FileDevice.open(host.path());
    layers.push(file);
    hostFile = host.path();
    image = file;
    parents = ParentResolver.beside(host.path());
    imageName = text.substring(0, host.end());
    imageFile = host.path().toString();
    descend(host.partition(), host.rest());
  }

  private void descend(OptionalInt firstPartition, String firstRest) throws IOException {
    OptionalInt partition = firstPartition;
    String rest = firstRest;
    for (int depth = 0; partition.isPresent() || !rest.isEmpty(); depth++) {
      if (depth == MAX_DEPTH) {
        throw new FileSystemException(
            text, null, "leads through more than " + MAX_DEPTH + " images within images");
      }
      select(partition);
      if (rest.isEmpty()) {
        return;
      }
      path = rest;
      if (isFat()) {
        return;
      }
      Optional<PathNames.ImageWithin> next = PathNames.findImage(volume(), rest);
      if (next.isEmpty()) {
        return;
      }
      enter(next.get());
      partition = next.get().partition();
      rest = next.get().rest();
    }
  }

  /** Goes to a partition of the image, or to the whole of the disk that it is. */
  private void select(OptionalInt partition) throws IOException {
    BlockDevice whole = innerDisk();
    wholeDisk = whole;
    boolean isVolume = NtfsVolume.isPresent(whole) || FatVolume.isPresent(whole);
    if (partition.isEmpty() && !isVolume && PartitionTable.isPresent(whole)) {
      throw new FileSystemException(
          imageName,
          null,
          "is a disk: say which partition, as in " + imageName + "@1; " + partitions(whole));
    }
    int number = partition.orElse(0);
    Optional<PartitionTable> table = Optional.empty();
    Optional<Partition> chosen = Optional.empty();
    if (number > 0) {
      table = Optional.of(PartitionTable.read(whole));
      Partition found =
          table.get().partitions().stream()
              .filter(candidate -> candidate.number() == number)
              .findFirst()
              .orElse(null);
      if (found == null) {
        throw new NoSuchFileException(
            imageName, null, "no partition " + number + "; " + partitions(whole));
      }
      chosen = Optional.of(found);
      whole = found.open(whole);
    }
    disks.add(new ImageLayer(imageFile, innerDisk() != image, table, chosen));
    image = whole;
    disk = whole;
    selected = true;
  }

  private static String partitions(BlockDevice disk) throws IOException {
    PartitionTable table = PartitionTable.read(disk);
    if (table.kind() == PartitionTable.Kind.NONE) {
      return "there is no partition table";
    }
    return table.partitions().isEmpty()
        ? "the partition table is empty"
        : table.partitions().stream()
            .map(
                partition ->
                    String.format(
                        "%d is %s of %s",
                        partition.number(),
                        partition.typeName(),
                        Quantity.ofBytes(partition.length())))
            .collect(Collectors.joining(", "));
  }

  /** Goes to a file of the volume, which is an image itself. */
  private void enter(PathNames.ImageWithin next) throws IOException {
    image = device(next.file(), next.stream());
    parents = new VolumeParents(volume(), next.folder());
    imageName = imageName + "/" + next.path();
    imageFile = next.path();
    disk = null;
    volume = null;
    editor = null;
    selected = false;
    path = "";
  }

  /** A stream of a file of the volume, to be written where that is wanted. */
  private BlockDevice device(NtfsFile file, String stream) throws IOException {
    if (readOnly) {
      return file.stream(stream).device();
    }
    NtfsEditor edited = editor();
    BlockDevice device = edited.stream(edited.volume().file(file.recordNumber()), stream);
    layers.push(device);
    return device;
  }

  /** Whether the path goes into a volume or selects a whole disk or partition. */
  public boolean isGoneInto() {
    return selected;
  }

  /**
   * What the path names, as bytes: the host's file, the partition or disk that is selected, or the
   * file or stream in a volume.
   *
   * @throws NoSuchFileException when there is no file of that name in the volume
   * @throws FileSystemException when it is a directory
   */
  public BlockDevice device() throws IOException {
    if (path.isEmpty()) {
      return image;
    }
    if (isFat()) {
      if (namedDevice == null) {
        FatFile file = fatVolume().file(path);
        namedDevice = readOnly ? file.device() : fatEditor().content(file);
        layers.push(namedDevice);
      }
      return namedDevice;
    }
    PathNames.Located located = locate();
    if (located.file().findStream(located.stream()).isEmpty()) {
      throw new FileSystemException(text, null, "is a directory");
    }
    if (namedDevice == null) {
      namedDevice = device(located.file(), located.stream());
    }
    return namedDevice;
  }

  /**
   * The disk that the path names: the one in the VHD where it names a VHD, and otherwise {@link
   * #device()}.
   *
   * @throws DiskFormatException when the VHD is damaged or of a kind that is not supported
   */
  public BlockDevice disk() throws IOException {
    if (path.isEmpty()) {
      return innerDisk();
    }
    if (namedDisk == null) {
      BlockDevice file = device();
      namedDisk = diskIn(file, new VolumeParents(volume(), locate().folder()));
    }
    return namedDisk;
  }

  /** The disk in the innermost image, or that image. */
  private BlockDevice innerDisk() throws IOException {
    if (disk == null) {
      disk = diskIn(image, parents);
    }
    return disk;
  }

  private BlockDevice diskIn(BlockDevice file, ParentResolver parentFiles) throws IOException {
    BlockDevice disk;
    if (Vhdx.isVhdx(file)) {
      VhdxAccess access = readOnly ? VhdxAccess.readOnly() : VhdxDisks.writing();
      disk =
          Vhdx.open(
              file,
              parentFiles instanceof VolumeParents within
                  ? access.withParents(within.forVhdx())
                  : access);
    } else if (Vhd.isVhd(file)) {
      disk = Vhd.open(file, readOnly, parentFiles);
    } else {
      return file;
    }
    layers.push(disk);
    return disk;
  }

  /**
   * Whether the path leads into a FAT volume, which {@link #fatVolume} opens; {@link #volume} opens
   * others.
   */
  public boolean isFat() throws IOException {
    return !NtfsVolume.isPresent(innerDisk()) && FatVolume.isPresent(innerDisk());
  }

  /**
   * The FAT volume that the path leads into.
   *
   * @throws DiskFormatException when what the path names holds none, or a damaged one
   */
  public FatVolume fatVolume() throws IOException {
    if (fatVolume == null) {
      fatVolume = FatVolume.open(innerDisk());
    }
    return fatVolume;
  }

  /**
   * The editor of the FAT volume that the path leads into, which is closed with this; {@link
   * #fatVolume} is then the edited one.
   *
   * @throws java.nio.file.ReadOnlyFileSystemException when this was opened for reading only
   */
  public FatEditor fatEditor() throws IOException {
    if (fatEditor == null) {
      fatEditor = FatEditor.open(innerDisk());
      layers.push(fatEditor);
      fatVolume = fatEditor.volume();
    }
    return fatEditor;
  }

  /**
   * The whole of the innermost disk that the path goes into, with its partition table.
   *
   * @throws FileSystemException when the path goes into none
   */
  public BlockDevice wholeDisk() throws IOException {
    if (wholeDisk == null) {
      throw new FileSystemException(text, null, "names no partition, as in " + text + "@1");
    }
    return wholeDisk;
  }

  /** The disks that the path leads through, the outermost first. */
  public List<ImageLayer> disks() {
    return List.copyOf(disks);
  }

  /**
   * The volume that the path leads into.
   *
   * @throws DiskFormatException when what the path names holds no NTFS volume, or a damaged one
   */
  public NtfsVolume volume() throws IOException {
    if (volume == null) {
      volume = NtfsVolume.open(volumeDevice());
    }
    return volume;
  }

  /** What must hold a volume. */
  private BlockDevice volumeDevice() throws IOException {
    BlockDevice device = innerDisk();
    try {
      NtfsVolume.open(device);
      return device;
    } catch (DiskFormatException e) {
      if (NtfsVolume.isPresent(device)) {
        throw e;
      }
      throw new UnsupportedFormatException(
          imageName,
          DiskFormatException.NO_OFFSET,
          "holds no NTFS volume"
              + (PartitionTable.isPresent(device) ? ", but a disk; " + partitions(device) : ""));
    }
  }

  /**
   * The editor of the volume that the path leads into, which is closed with this; {@link #volume}
   * is then the edited one.
   *
   * @throws io.vhdboot.ntfs.UncleanVolumeException when the volume must not be edited as it stands
   * @throws java.nio.file.ReadOnlyFileSystemException when this was opened for reading only
   */
  public NtfsEditor editor() throws IOException {
    return editor(NtfsEditOptions.defaults());
  }

  /**
   * As {@link #editor()}, with options that count when the volume is first edited.
   *
   * @throws io.vhdboot.ntfs.UncleanVolumeException when the volume must not be edited as it stands
   */
  public NtfsEditor editor(NtfsEditOptions options) throws IOException {
    if (editor == null) {
      editor = NtfsEditor.open(volumeDevice(), options);
      layers.push(editor);
      volume = editor.volume();
    }
    return editor;
  }

  /**
   * The volume that the path leads into as a file system of Java, which is closed with this and
   * must not be used beside {@link #editor}.
   *
   * @param options how it is opened; it can be written at most where this was opened for writing
   */
  public NtfsFileSystem fileSystem(NtfsFileSystemOptions options) throws IOException {
    NtfsFileSystem opened =
        NtfsFileSystems.newFileSystem(
            volumeDevice(), options.withReadOnly(options.isReadOnly() || readOnly));
    layers.push(opened);
    return opened;
  }

  /**
   * The FAT volume that the path leads into as a file system of Java, which is closed with this and
   * must not be used beside {@link #fatEditor}; it can be written where this was opened for
   * writing.
   */
  public FatFileSystem fatFileSystem() throws IOException {
    FatFileSystem opened = FatFileSystems.newFileSystem(innerDisk(), readOnly);
    layers.push(opened);
    return opened;
  }

  /**
   * Identifies the volume that the path leads into, whatever path leads there: two of equal keys
   * are the same volume.
   */
  public String volumeKey() throws IOException {
    BlockDevice device = isFat() ? innerDisk() : volumeDevice();
    if (hostFile == null) {
      return device.name();
    }
    return hostFile.toRealPath() + device.name().substring(hostFile.toString().length());
  }

  /** The path within the volume, empty for its root; there need not be a file of that name. */
  public String path() {
    return path;
  }

  /**
   * The file in the volume that the path names, or that has the stream that it names.
   *
   * @throws NoSuchFileException when there is none
   */
  public NtfsFile file() throws IOException {
    return locate().file();
  }

  /**
   * The stream that the path names, empty for a file's content.
   *
   * @throws NoSuchFileException when there is none
   */
  public String stream() throws IOException {
    return locate().stream();
  }

  private PathNames.Located locate() throws IOException {
    return PathNames.find(volume(), path)
        .orElseThrow(() -> new NoSuchFileException(text, null, "no such file in " + volume));
  }

  /** Makes all that was written durable, through all layers. */
  public void flush() throws IOException {
    for (Closeable layer : layers) {
      if (layer instanceof NtfsEditor edited) {
        edited.flush();
      } else if (layer instanceof FatEditor edited) {
        edited.flush();
      } else if (layer instanceof BlockDevice device) {
        device.flush();
      }
    }
  }

  @Override
  public void close() throws IOException {
    IOException problem = null;
    while (!layers.isEmpty()) {
      try {
        layers.pop().close();
      } catch (IOException e) {
        if (problem == null) {
          problem = e;
        } else {
          problem.addSuppressed(e);
        }
      }
    }
    if (problem != null) {
      throw problem;
    }
  }

  private void abandon(Exception reason) {
    try {
      close();
    } catch (IOException e) {
      reason.addSuppressed(e);
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
