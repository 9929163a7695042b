package io.vhdboot.provisioning.bootfiles;

import io.vhdboot.bcd.BcdDevice;
import io.vhdboot.bcd.BcdStore;
import io.vhdboot.bcd.BootEntryPlacement;
import io.vhdboot.bcd.BootFirmware;
import io.vhdboot.bcd.WindowsBootStore;
import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.disk.Partition;
import io.vhdboot.disk.PartitionTable;
import io.vhdboot.disk.PartitionType;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.image.ImageLayer;
import io.vhdboot.image.ImagePath;
import io.vhdboot.image.OpenImage;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Makes a volume start a Windows, as bcdboot does: copies the boot files that this Windows has onto
 * the volume, and makes a boot configuration there, or adds the Windows to the one that is there.
 * Both may be inside images, at any depth.
 *
 * <p>How the boot manager finds the Windows follows from the two paths: a partition of the same
 * disk by its place; a VHD on a partition of that disk as {@code vhd=[partition]\path}; a VHD
 * elsewhere as {@code vhd=[locate]\name}, to be found wherever it is put.
 *
 * <p>Not thread-safe.
 */
public final class BootSetup {

  /** A store is a few dozen KiB; one that is larger than this is something else. */
  private static final int MAX_STORE = 16 << 20;

  /** FAT counts in two seconds. */
  private static final long TIME_GRAIN = 20_000_000;

  private final String source;
  private final String target;
  private final Supplier<UUID> identifiers;
  private final Instant time;
  private Set<BootFirmware> firmware = Set.of();
  private String locale = "en-us";
  private BootEntryPlacement placement = BootEntryPlacement.USUAL;
  private BootAuthority authority = BootAuthority.PCA_2011;
  private Optional<String> description = Optional.empty();
  private Optional<BlockDevice> device = Optional.empty();
  private boolean newerOnly;
  private boolean fromTemplate;
  private Consumer<String> log = line -> {};

  private BootSetup(String source, String target, Supplier<UUID> identifiers, Instant time) {
    this.source = source;
    this.target = target;
    this.identifiers = identifiers;
    this.time = time;
  }

  /**
   * Begins with the two places.
   *
   * @param source the path of the Windows folder, such as {@code stick.img@1/w.vhd@1/Windows}
   * @param target the path of the volume that the machine starts from, such as {@code stick.img@2}
   * @param identifiers gives ids to new entries
   * @param time the time stamped on what is new
   */
  public static BootSetup of(
      String source, String target, Supplier<UUID> identifiers, Instant time) {
    return new BootSetup(source, target, identifiers, time);
  }

  /**
   * The volumes that machines start from on the disk that a path begins at: the active partition of
   * an MBR, and EFI system partitions.
   *
   * @param source the path of a Windows folder
   */
  public static List<String> systemVolumes(String source) throws IOException {
    try (OpenImage image = ImagePath.of(source).open(true)) {
      ImageLayer disk = image.disks().get(0);
      List<String> volumes = new ArrayList<>();
      if (disk.table().isPresent()) {
        for (Partition partition : disk.table().get().partitions()) {
          if (partition.active() || isEfiSystem(partition)) {
            volumes.add(disk.file() + "@" + partition.number());
          }
        }
      }
      return volumes;
    }
  }

  private static boolean isEfiSystem(Partition partition) {
    PartitionType type = PartitionType.EFI_SYSTEM;
    return partition.guid().isPresent()
        ? partition.type().gptType().equals(type.gptType())
        : partition.type().mbrType() == type.mbrType();
  }

  /** For which firmware; UEFI for a FAT volume and BIOS for others unless told. */
  public BootSetup firmware(Set<BootFirmware> kinds) {
    firmware = Set.copyOf(kinds);
    return this;
  }

  /** The language of the menu; en-us unless told. */
  public BootSetup locale(String tag) {
    locale = tag;
    return this;
  }

  /** Where the entry comes among others. */
  public BootSetup placement(BootEntryPlacement where) {
    placement = where;
    return this;
  }

  /** Whose signature the files for UEFI shall bear; that of 2011 unless told. */
  public BootSetup authority(BootAuthority whose) {
    authority = whose;
    return this;
  }

  /** The text of the entry; the Windows' own name unless told. */
  public BootSetup description(String text) {
    description = Optional.of(text);
    return this;
  }

  /** Both paths begin at this device, with a partition of it, rather than at files of the host. */
  public BootSetup within(BlockDevice disk) {
    device = Optional.of(disk);
    return this;
  }

  /**
   * Leaves the boot files that are there unless those of this Windows are newer, by the time of the
   * boot manager; not unless told.
   */
  public BootSetup newerOnly(boolean yes) {
    newerOnly = yes;
    return this;
  }

  /** Takes the settings of the Windows' own {@code BCD-Template}, and not those of our tables. */
  public BootSetup fromTemplate(boolean wanted) {
    fromTemplate = wanted;
    return this;
  }

  /** Is told of each step, a line each. */
  public BootSetup log(Consumer<String> lines) {
    log = lines;
    return this;
  }

  /**
   * Does it.
   *
   * @throws UnsupportedFormatException when the Windows has no boot files for the firmware
   * @throws FileSystemException when a path leads to no Windows, or to no partition, or it has no
   *     template where one is wanted
   */
  public void run() throws IOException {
    try (OpenImage windowsImage = path(source).open(true)) {
      InstalledWindows windows = InstalledWindows.read(windowsImage.volume(), windowsImage.path());
      log.accept("source " + source + ": Windows " + windows.version());
      try (OpenImage targetImage = path(target).open(false)) {
        Set<BootFirmware> kinds =
            firmware.isEmpty()
                ? Set.of(targetImage.isFat() ? BootFirmware.UEFI : BootFirmware.BIOS)
                : firmware;
        BcdDevice system = partition(targetImage.disks(), targetImage.disks().size() - 1);
        SystemVolume volume = SystemVolumes.open(targetImage);
        for (BootFirmware kind : BootFirmware.values()) {
          if (kinds.contains(kind)) {
            setUp(kind, windows, windowsImage.disks(), targetImage.disks(), system, volume);
          }
        }
        volume.flush();
      }
    }
  }

  private ImagePath path(String text) {
    return device.map(disk -> ImagePath.within(disk, text)).orElseGet(() -> ImagePath.of(text));
  }

  /**
   * The architecture of a Windows: 0 for x86, 5 for ARM, 9 for x64, 12 for ARM64.
   *
   * @param windows the path of the Windows folder
   * @throws FileSystemException when the path leads to no Windows
   */
  public static int architecture(ImagePath windows) throws IOException {
    try (OpenImage image = windows.open(true)) {
      return InstalledWindows.read(image.volume(), image.path()).architecture();
    }
  }

  private void setUp(
      BootFirmware kind,
      InstalledWindows windows,
      List<ImageLayer> windowsDisks,
      List<ImageLayer> targetDisks,
      BcdDevice system,
      SystemVolume volume)
      throws IOException {
    List<String> folder = kind == BootFirmware.UEFI ? UefiBootFiles.FOLDER : BiosBootFiles.FOLDER;
    for (BootFile file : files(kind, windows, volume)) {
      if (file.source().isEmpty()) {
        // The boot manager's log stays where there is one.
        if (!volume.contains(file.path())) {
          put(volume, file, MemoryDevice.wrap(file.toString(), file.ownContent()));
        }
        continue;
      }
      put(volume, file, ((NtfsBootSource) file.source().get()).file().stream("").device());
    }
    BcdStore store = store(kind, windows, windowsDisks, targetDisks, system, volume, folder);
    for (BootFile file : BootStores.files(folder, store.toBytes())) {
      put(volume, file, MemoryDevice.wrap(file.toString(), file.ownContent()));
    }
  }

  private void put(SystemVolume volume, BootFile file, BlockDevice content) throws IOException {
    log.accept("copy " + file + " (" + content.size() + " bytes)");
    volume.put(file, content);
  }

  /** What is to be copied; nothing where those files are wanted that are there. */
  private List<BootFile> files(BootFirmware kind, InstalledWindows windows, SystemVolume volume)
      throws IOException {
    boolean uefi = kind == BootFirmware.UEFI;
    if (uefi
        && authority == BootAuthority.CA_2023
        && !UefiBootFiles.hasNewlySigned(windows.folder())) {
      throw lacking("\\Boot\\EFI_EX\\bootmgfw_EX.efi");
    }
    List<BootFile> files =
        uefi
            ? UefiBootFiles.of(
                windows.folder(),
                UefiBootFiles.fallbackName(windows.architecture()).orElseThrow(),
                authority)
            : BiosBootFiles.of(windows.folder());
    Optional<BootFile> manager =
        uefi ? UefiBootFiles.bootManager(files) : BiosBootFiles.bootManager(files);
    OptionalLong there =
        newerOnly
            ? volume.modified(uefi ? UefiBootFiles.MANAGER : BiosBootFiles.MANAGER)
            : OptionalLong.empty();
    if (there.isPresent()
        && (manager.isEmpty()
            || manager.get().source().orElseThrow().modified() <= there.getAsLong() + TIME_GRAIN)) {
      log.accept("boot files for " + kind + " stay: those of " + source + " are not newer");
      return List.of();
    }
    if (manager.isEmpty()) {
      throw lacking(uefi ? "\\Boot\\EFI\\bootmgfw.efi" : "\\Boot\\PCAT\\bootmgr");
    }
    return files;
  }

  private UnsupportedFormatException lacking(String file) {
    return new UnsupportedFormatException(
        source, DiskFormatException.NO_OFFSET, "lacks " + file + ": nothing to start it with");
  }

  private BcdStore store(
      BootFirmware kind,
      InstalledWindows windows,
      List<ImageLayer> windowsDisks,
      List<ImageLayer> targetDisks,
      BcdDevice system,
      SystemVolume volume,
      List<String> folder)
      throws IOException {
    WindowsBootStore.Builder builder =
        WindowsBootStore.builder()
            .windows(windows.version())
            .firmware(kind)
            .locale(locale)
            .systemPartition(system)
            .windowsRoot(windows.root())
            .identifiers(identifiers)
            .time(time);
    description.ifPresent(builder::description);
    setDevice(builder, windowsDisks, targetDisks);
    if (fromTemplate) {
      builder.template(
          windows
              .template()
              .orElseThrow(
                  () -> new NoSuchFileException(source + "/System32/config/BCD-Template")));
      log.accept("settings of the Windows' own BCD-Template");
    }
    if (kind == BootFirmware.UEFI) {
      putRecovery(volume, builder);
    }
    Optional<BlockDevice> old = volume.read(BootFolders.child(folder, "BCD"));
    if (old.isEmpty()) {
      log.accept("new boot configuration for " + kind);
      return builder.build();
    }
    if (old.get().size() > MAX_STORE) {
      throw new UnsupportedFormatException(
          target,
          DiskFormatException.NO_OFFSET,
          "has a boot configuration of " + old.get().size() + " bytes, which is too many");
    }
    BcdStore store = BcdStore.read(old.get());
    UUID loader = builder.addTo(store, placement);
    log.accept("boot configuration for " + kind + ": entry {" + loader + "}");
    return store;
  }

  /** Puts the store for recovery beside the other, where there is none. */
  private void putRecovery(SystemVolume volume, WindowsBootStore.Builder builder)
      throws IOException {
    if (volume.contains(BootFolders.child(UefiBootFiles.RECOVERY_FOLDER, "BCD"))) {
      return;
    }
    byte[] store = builder.buildRecovery().toBytes();
    for (BootFile file : BootStores.files(UefiBootFiles.RECOVERY_FOLDER, store)) {
      put(volume, file, MemoryDevice.wrap(file.toString(), file.ownContent()));
    }
  }

  /** Says how the boot manager finds the Windows. */
  private void setDevice(
      WindowsBootStore.Builder builder, List<ImageLayer> windows, List<ImageLayer> system)
      throws IOException {
    int last = windows.size() - 1;
    ImageLayer inner = windows.get(last);
    if (inner.isVirtualDisk()) {
      String path = inner.file().replace('/', '\\');
      if (last > 0 && isSameDisk(windows.get(last - 1), system)) {
        builder.windowsInVhd(partition(windows, last - 1), "\\" + path);
      } else {
        // On the host its folders mean nothing to the boot manager.
        String place = last > 0 ? path : path.substring(path.lastIndexOf('\\') + 1);
        builder.windowsInVhdAnywhere("\\" + place);
      }
      return;
    }
    if (!isSameDisk(inner, system)) {
      throw new FileSystemException(
          source,
          target,
          "is on another disk than the target; only a Windows in a VHD can be started from there");
    }
    builder.windowsPartition(partition(windows, last));
  }

  private static boolean isSameDisk(ImageLayer windows, List<ImageLayer> system) {
    ImageLayer disk = system.get(system.size() - 1);
    return windows.table().isPresent()
        && disk.table().isPresent()
        && disk.table().get().mbrSignature().equals(windows.table().get().mbrSignature())
        && disk.table().get().gptDiskGuid().equals(windows.table().get().gptDiskGuid());
  }

  /** The partition of a disk on a path as boot configurations name it. */
  private static BcdDevice partition(List<ImageLayer> disks, int index) throws FileSystemException {
    ImageLayer layer = disks.get(index);
    if (layer.table().isEmpty() || layer.partition().isEmpty()) {
      throw new FileSystemException(
          layer.file(), null, "is no partition of a disk, and boot configurations name only those");
    }
    PartitionTable table = layer.table().get();
    Partition partition = layer.partition().get();
    return new BcdDevice.Partition(
        table.gptDiskGuid().isPresent()
            ? new BcdDevice.GptPartition(table.gptDiskGuid().get(), partition.guid().orElseThrow())
            : new BcdDevice.MbrPartition(table.mbrSignature().orElse(0), partition.offset()));
  }
}
