package io.vhdboot.usb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What is read out of {@code /sys} and {@code /proc}, on machines made of files. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs links in the file system")
class LinuxDisksTest {

  private static final String PCI = "devices/pci0000:00/0000:00:14.0/";
  private static final String USB_PLACE = PCI + "usb2/2-1/2-1:1.0/host6/target6:0:0/6:0:0:0/block/";
  private static final String ATA_PLACE = PCI + "ata1/host0/target0:0:0/0:0:0:0/block/";

  @TempDir Path root;

  private final List<String> mounts = new ArrayList<>();

  /** A machine with its system on /dev/sda1 and a stick, /dev/sdb, with one partition. */
  @BeforeEach
  void makeMachine() throws IOException {
    disk(ATA_PLACE, "sda", "8:0", 1_000_000_000, 1);
    put("sys/" + ATA_PLACE + "sda/device/vendor", "ATA     ");
    put("sys/" + ATA_PLACE + "sda/device/model", "Fast SSD");
    disk(USB_PLACE, "sdb", "8:16", 30_000_000, 1);
    put("sys/" + USB_PLACE + "sdb/removable", "1");
    put("sys/" + USB_PLACE + "sdb/device/vendor", "SanDisk ");
    put("sys/" + USB_PLACE + "sdb/device/model", "Ultra           ");
    put("sys/" + PCI + "usb2/2-1/idVendor", "0781");
    put("sys/" + PCI + "usb2/2-1/serial", "4C530001");
    put("proc/swaps", "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n");
    mount("8:1", "/", "ext4", "/dev/sda1", "rw");
  }

  private void put(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text + "\n");
  }

  private void disk(String place, String name, String number, long sectors, int partitions)
      throws IOException {
    String folder = "sys/" + place + name + "/";
    put(folder + "dev", number);
    put(folder + "size", Long.toString(sectors));
    put(folder + "ro", "0");
    put(folder + "removable", "0");
    put(folder + "diskseq", "7");
    put(folder + "queue/logical_block_size", "512");
    Files.createDirectories(root.resolve(folder + "holders"));
    Files.createDirectories(root.resolve(folder + "slaves"));
    int minor = Integer.parseInt(number.substring(number.indexOf(':') + 1));
    for (int i = 1; i <= partitions; i++) {
      String part = folder + name + (Character.isDigit(name.charAt(name.length() - 1)) ? "p" : "");
      put(part + i + "/partition", Integer.toString(i));
      put(part + i + "/dev", number.substring(0, number.indexOf(':') + 1) + (minor + i));
      put(part + i + "/size", Long.toString(sectors / partitions - 2048));
      Files.createDirectories(root.resolve(part + i + "/holders"));
    }
    Files.createDirectories(root.resolve("sys/block"));
    Files.createSymbolicLink(
        root.resolve("sys/block/" + name), root.resolve("sys/" + place + name).toAbsolutePath());
  }

  private void mount(String number, String place, String type, String source, String options) {
    mounts.add(
        "%d 1 %s / %s rw,relatime shared:1 - %s %s %s"
            .formatted(30 + mounts.size(), number, place, type, source, options));
  }

  private DiskDevice read(String name, Path... kept) throws IOException {
    put("proc/self/mountinfo", String.join("\n", mounts));
    return LinuxDisks.read(root).disks(List.of(kept)).stream()
        .filter(disk -> disk.path().equals("/dev/" + name))
        .findFirst()
        .orElseThrow();
  }

  private List<DiskUse.Kind> uses(String name) throws IOException {
    return read(name).uses().stream().map(DiskUse::kind).distinct().toList();
  }

  @Test
  void aStickIsToldWhole() throws IOException {
    DiskDevice stick = read("sdb");
    assertThat(stick.title()).isEqualTo("SanDisk Ultra");
    assertThat(stick.serial()).isEqualTo("4C530001");
    assertThat(stick.size()).isEqualTo(15_360_000_000L);
    assertThat(stick.bus()).isEqualTo(DeviceBus.USB);
    assertThat(stick.removable()).isTrue();
    assertThat(stick.readOnly()).isFalse();
    assertThat(stick.attachment()).isEqualTo("8:16/7");
    assertThat(stick.volumes()).extracting(DiskVolume::path).containsExactly("/dev/sdb1");
    assertThat(stick.uses()).isEmpty();
    assertThat(DeviceRules.STRICT.judge(stick)).isEmpty();
  }

  @Test
  void theSystemsDiskIsKnown() throws IOException {
    DiskDevice disk = read("sda");
    assertThat(disk.bus()).isEqualTo(DeviceBus.ATA);
    assertThat(disk.uses()).extracting(DiskUse::kind).containsOnly(DiskUse.Kind.SYSTEM);
    assertThat(disk.uses().get(0).text()).contains("/ of the running system");
  }

  @Test
  void aSystemOnEncryptedLogicalVolumesOnAStickIsKnown() throws IOException {
    mounts.clear();
    disk("devices/virtual/block/", "dm-0", "253:0", 20_000_000, 0);
    disk("devices/virtual/block/", "dm-1", "253:1", 20_000_000, 0);
    put("sys/devices/virtual/block/dm-0/slaves/sdb1", "");
    put("sys/devices/virtual/block/dm-1/slaves/dm-0", "");
    put("sys/" + USB_PLACE + "sdb/sdb1/holders/dm-0", "");
    mount("253:1", "/", "ext4", "/dev/mapper/vg-root", "rw");
    assertThat(uses("sdb")).contains(DiskUse.Kind.SYSTEM, DiskUse.Kind.HOLDER);
    assertThat(uses("sda")).isEmpty();
    assertThat(read("dm-1").bus()).isEqualTo(DeviceBus.VIRTUAL);
  }

  @Test
  void aLiveSystemIsKnownThroughItsOverlayAndLoopDevice() throws IOException {
    mounts.clear();
    disk("devices/virtual/block/", "loop0", "7:0", 4_000_000, 0);
    put("sys/devices/virtual/block/loop0/loop/backing_file", "/run/live/medium/fs.squashfs");
    mount("8:17", "/run/live/medium", "iso9660", "/dev/sdb1", "ro");
    mount("7:0", "/run/live/rootfs", "squashfs", "/dev/loop0", "ro");
    mount("0:30", "/run/live/overlay", "tmpfs", "tmpfs", "rw");
    mount(
        "0:31",
        "/",
        "overlay",
        "overlay",
        "rw,lowerdir=/run/live/rootfs,upperdir=/run/live/overlay/rw,workdir=/run/live/overlay/w");
    assertThat(uses("sdb")).contains(DiskUse.Kind.SYSTEM, DiskUse.Kind.HOLDER);
    assertThat(uses("sda")).isEmpty();
    DeviceRules rules = DeviceRules.STRICT.force(true).unmount(true).allowLarge(true);
    assertThat(rules.judge(read("sdb"))).isNotEmpty();
  }

  @Test
  void everyDeviceOfABtrfsIsKnown() throws IOException {
    mounts.clear();
    put("sys/fs/btrfs/1234/devices/sda1", "");
    put("sys/fs/btrfs/1234/devices/sdb1", "");
    mount("0:25", "/", "btrfs", "/dev/sda1", "rw,subvol=/root");
    assertThat(uses("sda")).containsExactly(DiskUse.Kind.SYSTEM);
    assertThat(uses("sdb")).containsExactly(DiskUse.Kind.SYSTEM);
  }

  @Test
  void whereTheSystemIsNobodyKnowsEveryDiskIsRefused() throws IOException {
    mounts.clear();
    mount("0:31", "/", "overlay", "overlay", "rw,lowerdir=l1:l2");
    assertThat(uses("sdb")).containsExactly(DiskUse.Kind.UNKNOWN);
    mounts.clear();
    mount("0:31", "/", "zfs", "rpool/ROOT", "rw");
    assertThat(uses("sdb")).containsExactly(DiskUse.Kind.UNKNOWN);
  }

  @Test
  void aSystemOnTheNetworkIsOnNoDisk() throws IOException {
    mounts.clear();
    mount("0:31", "/", "nfs4", "server:/root", "rw");
    assertThat(uses("sdb")).isEmpty();
  }

  @Test
  void mountsAreToldAndSystemFoldersAmongThem() throws IOException {
    mount("8:17", "/media/my\\040stick", "vfat", "/dev/sdb1", "rw");
    DiskDevice stick = read("sdb");
    assertThat(stick.uses())
        .containsExactly(new DiskUse(DiskUse.Kind.MOUNT, "it is mounted at /media/my stick"));
    assertThat(stick.volumes().get(0).mountPoints()).containsExactly("/media/my stick");
    mount("8:17", "/boot", "vfat", "/dev/sdb1", "rw");
    assertThat(uses("sdb")).containsExactly(DiskUse.Kind.SYSTEM, DiskUse.Kind.MOUNT);
  }

  @Test
  void mountsOfOtherNameSpacesCount() throws IOException {
    put("proc/1/mountinfo", "99 1 8:17 / /srv/data rw - ext4 /dev/sdb1 rw");
    assertThat(uses("sdb")).containsExactly(DiskUse.Kind.MOUNT);
  }

  @Test
  void swapIsKnown() throws IOException {
    put("proc/swaps", "Filename\tType\tSize\tUsed\tPriority\n/dev/sdb1 partition\t1\t0\t-2\n");
    assertThat(uses("sdb")).containsExactly(DiskUse.Kind.SWAP);
  }

  @Test
  void whatIsReadIsNotOverwritten() throws IOException {
    mount("8:17", "/media/stick", "vfat", "/dev/sdb1", "rw");
    DiskDevice stick = read("sdb", Path.of("/media/stick/images/stick.img"));
    assertThat(stick.uses()).extracting(DiskUse::kind).contains(DiskUse.Kind.INPUT);
    assertThat(read("sdb", Path.of("/media/other.img")).uses())
        .extracting(DiskUse::kind)
        .doesNotContain(DiskUse.Kind.INPUT);
    mounts.remove(mounts.size() - 1);
    assertThat(read("sdb", Path.of("/dev/sdb1")).uses())
        .extracting(DiskUse::kind)
        .containsExactly(DiskUse.Kind.INPUT);
  }

  @Test
  void cardsAreTakenAlongAndSolderedFlashIsNot() throws IOException {
    disk("devices/platform/mmc0/mmc0:0001/block/", "mmcblk0", "179:0", 60_000_000, 2);
    put("sys/devices/platform/mmc0/mmc0:0001/block/mmcblk0/device/type", "SD");
    put("sys/devices/platform/mmc0/mmc0:0001/block/mmcblk0/device/name", "SU64G");
    put("sys/devices/platform/mmc0/mmc0:0001/block/mmcblk0/device/serial", "0x12345678");
    disk("devices/platform/mmc1/mmc1:0001/block/", "mmcblk1", "179:32", 60_000_000, 0);
    put("sys/devices/platform/mmc1/mmc1:0001/block/mmcblk1/device/type", "MMC");
    assertThat(read("mmcblk0").bus()).isEqualTo(DeviceBus.SD);
    assertThat(read("mmcblk0").identity()).isEqualTo("0x12345678");
    assertThat(read("mmcblk0").title()).isEqualTo("SU64G");
    assertThat(read("mmcblk0").volumes()).hasSize(2);
    assertThat(read("mmcblk1").bus()).isEqualTo(DeviceBus.MMC);
  }

  @Test
  void aReaderWithoutACardHasNoMedium() throws IOException {
    disk(USB_PLACE, "sdc", "8:32", 0, 0);
    assertThat(DeviceRules.STRICT.judge(read("sdc")))
        .extracting(DeviceObjection::kind)
        .containsExactly(DeviceObjection.Kind.NO_MEDIUM);
  }

  @Test
  void withoutAListOfMountsThereIsNoAnswer() throws IOException {
    assertThatThrownBy(() -> LinuxDisks.read(root)).isInstanceOf(IOException.class);
    put("proc/self/mountinfo", "");
    assertThatThrownBy(() -> LinuxDisks.read(root))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no mount");
  }
}
