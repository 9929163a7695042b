package io.vhdboot.usb;

import io.vhdboot.usb.MountTable.Mount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a Linux tells of its disks at one moment, from {@code /sys} and {@code /proc} alone, and
 * which disks mounts, swap and files lead to: through partitions, mapped devices, RAID, loop
 * devices and file systems over several disks.
 */
final class LinuxDisks {

  /** What the system runs from, each where it may be mounted by itself. */
  private static final List<String> SYSTEM_FOLDERS =
      List.of(
          "/",
          "/boot",
          "/boot/efi",
          "/efi",
          "/usr",
          "/var",
          "/var/lib",
          "/home",
          "/root",
          "/opt",
          "/srv",
          "/etc",
          "/nix",
          "/gnu",
          "/tmp");

  /** File systems that are on no disk of this machine. */
  private static final Set<String> DISKLESS =
      Set.of(
          "rootfs",
          "ramfs",
          "tmpfs",
          "devtmpfs",
          "proc",
          "sysfs",
          "devpts",
          "cgroup",
          "cgroup2",
          "nfs",
          "nfs4",
          "cifs",
          "smb3",
          "9p",
          "virtiofs",
          "ceph",
          "glusterfs",
          "mqueue",
          "hugetlbfs",
          "debugfs",
          "tracefs",
          "securityfs",
          "pstore",
          "bpf",
          "configfs",
          "fusectl",
          "efivarfs",
          "autofs",
          "binfmt_misc",
          "rpc_pipefs",
          "nsfs",
          "selinuxfs",
          "fuse.portal",
          "fuse.gvfsd-fuse");

  private static final Pattern NO_DISK = Pattern.compile("(sr|fd|ram|zram|nullb|mtdblock)\\d.*");
  private static final Pattern MMC_PART = Pattern.compile("mmcblk\\d+(boot|rpmb|gp).*");
  private static final Pattern USB = Pattern.compile("/usb\\d+/");
  private static final Pattern ATA = Pattern.compile("/ata\\d+/");

  private final Path root;
  private final SysBlock block;
  private final List<Mount> mounts;
  private final List<String> swaps;

  private LinuxDisks(Path root, SysBlock block, List<Mount> mounts, List<String> swaps) {
    this.root = root;
    this.block = block;
    this.mounts = mounts;
    this.swaps = swaps;
  }

  /** Whatever leads somewhere: which devices it comes to, and whether that is all of them. */
  private record Lead(Set<SysBlock.Device> devices, boolean complete) {}

  /**
   * Reads what there is.
   *
   * @param root the root of the file system with {@code sys}, {@code proc} and {@code dev}
   */
  static LinuxDisks read(Path root) throws IOException {
    SysBlock block = SysBlock.of(root.resolve("sys"));
    // Devices and mounts change: what is looked at later may only know more.
    String own = Files.readString(root.resolve("proc/self/mountinfo"));
    Set<Mount> mounts = new LinkedHashSet<>(MountTable.parse(own));
    if (mounts.isEmpty()) {
      throw new IOException(root.resolve("proc/self/mountinfo") + " tells of no mount");
    }
    // Another name space may have mounted what ours has not.
    mounts.addAll(MountTable.parse(text(root.resolve("proc/1/mountinfo"))));
    return new LinuxDisks(
        root, block, List.copyOf(mounts), SwapTable.parse(text(root.resolve("proc/swaps"))));
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      // Not to be read by everybody, or no swap at all.
      return "";
    }
  }

  /** All whole disks. */
  List<DiskDevice> disks(Collection<Path> kept) throws IOException {
    List<DiskDevice> disks = new ArrayList<>();
    for (SysBlock.Device device : block.devices()) {
      if (!NO_DISK.matcher(device.name()).matches()
          && !MMC_PART.matcher(device.name()).matches()
          && !(device.name().startsWith("loop") && device.size() == 0)) {
        disks.add(disk(device, kept));
      }
    }
    return disks;
  }

  private DiskDevice disk(SysBlock.Device device, Collection<Path> kept) throws IOException {
    UsbFacts usb = UsbFacts.of(device, root.resolve("sys"));
    List<DiskVolume> volumes = new ArrayList<>();
    for (SysBlock.Part part : device.parts()) {
      volumes.add(new DiskVolume("/dev/" + part.name(), part.size(), mountPoints(part.number())));
    }
    List<String> whole = mountPoints(device.number());
    if (!whole.isEmpty()) {
      volumes.add(new DiskVolume("/dev/" + device.name(), device.size(), whole));
    }
    String sector = device.text("queue/logical_block_size");
    return new DiskDevice(
        "/dev/" + device.name(),
        device.size(),
        (int) Math.max(512, SysBlock.parse(sector)),
        bus(device),
        device.text("removable").equals("1"),
        !device.text("ro").equals("0"),
        usb.vendor(),
        usb.model(),
        usb.serial(),
        device.number() + "/" + device.text("diskseq"),
        device.backing().map(file -> Path.of(file)),
        volumes,
        uses(device, kept));
  }

  private static DeviceBus bus(SysBlock.Device device) {
    String location = device.location();
    if (location.contains("/devices/virtual/") || device.backing().isPresent()) {
      return DeviceBus.VIRTUAL;
    }
    if (device.name().startsWith("mmcblk")) {
      return device.text("device/type").equals("SD") ? DeviceBus.SD : DeviceBus.MMC;
    }
    if (USB.matcher(location).find()) {
      return DeviceBus.USB;
    }
    if (device.name().startsWith("nvme")) {
      return DeviceBus.NVME;
    }
    if (ATA.matcher(location).find() || device.name().startsWith("hd")) {
      return DeviceBus.ATA;
    }
    if (location.contains("/virtio") || device.name().startsWith("xvd")) {
      return DeviceBus.OTHER;
    }
    return device.name().startsWith("sd") && location.contains("/host")
        ? DeviceBus.SCSI
        : DeviceBus.UNKNOWN;
  }

  private List<String> mountPoints(String number) {
    return mounts.stream()
        .filter(mount -> mount.device().equals(number))
        .map(Mount::mountPoint)
        .distinct()
        .toList();
  }

  private List<DiskUse> uses(SysBlock.Device device, Collection<Path> kept) throws IOException {
    Set<DiskUse> uses = new LinkedHashSet<>();
    Set<Mount> system = new LinkedHashSet<>();
    for (String folder : protectedFolders()) {
      for (Mount mount : MountTable.containing(mounts, folder)) {
        Lead lead = lead(mount);
        if (lead.devices().contains(device)) {
          system.add(mount);
          add(uses, DiskUse.Kind.SYSTEM, mount.mountPoint() + " of the running system is on it");
        } else if (!lead.complete() && folder.equals("/")) {
          add(uses, DiskUse.Kind.UNKNOWN, "it cannot be told which disk the running system is on");
        }
      }
    }
    for (Path file : kept) {
      String path = file.toAbsolutePath().toString();
      if (leadOfPath(path).devices().contains(device)) {
        add(uses, DiskUse.Kind.INPUT, file + " is on it");
      }
    }
    for (String swap : swaps) {
      if (leadOfPath(swap).devices().contains(device)) {
        add(uses, DiskUse.Kind.SWAP, "the system swaps to " + swap + " on it");
      }
    }
    for (String holder : device.holders()) {
      add(uses, DiskUse.Kind.HOLDER, "/dev/" + holder + " is made of it");
    }
    for (SysBlock.Device other : block.devices()) {
      if (other.backing().isPresent()
          && leadOf(other).devices().contains(device)
          && other != device) {
        add(
            uses,
            DiskUse.Kind.HOLDER,
            "/dev/" + other.name() + " is made of " + other.backing().get() + " on it");
      }
    }
    for (Mount mount : mounts) {
      Lead lead = lead(mount);
      if (lead.devices().contains(device) && !system.contains(mount)) {
        add(uses, DiskUse.Kind.MOUNT, "it is mounted at " + mount.mountPoint());
      }
      if (mount.type().equals("zfs")) {
        add(uses, DiskUse.Kind.UNKNOWN, "a ZFS is mounted, and it is not known on which disks");
      }
    }
    return List.copyOf(uses);
  }

  private static void add(Set<DiskUse> uses, DiskUse.Kind kind, String text) {
    uses.add(new DiskUse(kind, text));
  }

  private List<String> protectedFolders() {
    List<String> folders = new ArrayList<>(SYSTEM_FOLDERS);
    for (String property : List.of("java.home", "user.dir", "user.home", "java.io.tmpdir")) {
      Optional.ofNullable(System.getProperty(property))
          .filter(path -> path.startsWith("/"))
          .map(LinuxDisks::realPath)
          .ifPresent(folders::add);
    }
    return folders;
  }

  /** Without links, as far as there is such a path. */
  private static String realPath(String path) {
    Path absolute = Path.of(path).toAbsolutePath().normalize();
    Path there = absolute;
    while (there.getParent() != null && !Files.exists(there)) {
      there = there.getParent();
    }
    try {
      return there.toRealPath().resolve(there.relativize(absolute)).toString();
    } catch (IOException e) {
      return absolute.toString();
    }
  }

  /** What a mount leads to. */
  private Lead lead(Mount mount) throws IOException {
    return follow(new ArrayDeque<>(List.of(mount)));
  }

  private Lead leadOf(SysBlock.Device device) throws IOException {
    return follow(new ArrayDeque<>(List.of(device)));
  }

  /** What a file, or a device node, leads to. */
  private Lead leadOfPath(String path) throws IOException {
    Optional<SysBlock.Device> node = node(path);
    if (node.isPresent()) {
      return leadOf(node.get());
    }
    return follow(new ArrayDeque<>(MountTable.containing(mounts, realPath(path))));
  }

  /** Follows mounts and devices to all that they are made of. */
  private Lead follow(Deque<Object> left) throws IOException {
    Set<Object> seen = new LinkedHashSet<>();
    Set<SysBlock.Device> devices = new LinkedHashSet<>();
    boolean complete = true;
    while (!left.isEmpty()) {
      Object next = left.pop();
      if (!seen.add(next)) {
        continue;
      }
      if (next instanceof SysBlock.Device device) {
        devices.add(device);
        for (String slave : device.slaves()) {
          block.named(slave).ifPresent(left::push);
        }
        device
            .backing()
            .ifPresent(
                file -> MountTable.containing(mounts, withoutMark(file)).forEach(left::push));
      } else {
        List<Object> below = below((Mount) next);
        complete &= !below.isEmpty() || DISKLESS.contains(((Mount) next).type());
        below.forEach(left::push);
      }
    }
    return new Lead(devices, complete);
  }

  /** The kernel marks what was deleted. */
  private static String withoutMark(String file) {
    return file.replaceFirst(" \\(deleted\\)$", "");
  }

  /** What a mount is made of directly: devices, or other mounts; nothing when that is not told. */
  private List<Object> below(Mount mount) throws IOException {
    Optional<SysBlock.Device> device =
        block.numbered(mount.device()).or(() -> node(mount.source()));
    if (device.isPresent() && mount.type().equals("btrfs")) {
      return new ArrayList<>(btrfs(device.get()));
    }
    if (device.isPresent()) {
      return List.of(device.get());
    }
    List<Object> below = new ArrayList<>();
    if (mount.type().equals("overlay")) {
      for (String option : mount.options()) {
        if (option.matches("(lowerdir|upperdir|workdir)\\+?=.*")) {
          for (String folder : option.substring(option.indexOf('=') + 1).split(":")) {
            if (folder.startsWith("/")) {
              below.addAll(MountTable.containing(mounts, folder));
            }
          }
        }
      }
      below.remove(mount);
    }
    if (mount.source().contains(":/dev/")) {
      // bcachefs names all its devices.
      for (String source : mount.source().split(":")) {
        node(source).ifPresent(below::add);
      }
    }
    return below;
  }

  /** All devices of the btrfs that one of them is part of. */
  private Set<SysBlock.Device> btrfs(SysBlock.Device device) throws IOException {
    Set<SysBlock.Device> all = new LinkedHashSet<>(List.of(device));
    Path systems = root.resolve("sys/fs/btrfs");
    for (String id : SysBlock.names(systems)) {
      Set<SysBlock.Device> members = new LinkedHashSet<>();
      for (String name : SysBlock.names(systems.resolve(id).resolve("devices"))) {
        block.named(name).ifPresent(members::add);
      }
      if (members.contains(device)) {
        all.addAll(members);
      }
    }
    return all;
  }

  /** The device that a path in /dev names, through whatever links. */
  private Optional<SysBlock.Device> node(String path) {
    if (!path.startsWith("/dev/")) {
      return Optional.empty();
    }
    try {
      Path node = root.resolve(path.substring(1)).toRealPath();
      return block.named(node.getFileName().toString());
    } catch (IOException e) {
      return block.named(path.substring(path.lastIndexOf('/') + 1));
    }
  }
}
