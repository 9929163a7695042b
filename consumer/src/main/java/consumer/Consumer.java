package consumer;

import io.vhdboot.bcd.BcdDevice;
import io.vhdboot.bcd.BcdElements;
import io.vhdboot.bcd.BcdObjectType;
import io.vhdboot.bcd.BcdStore;
import io.vhdboot.bcd.WindowsBootStore;
import io.vhdboot.bcd.WindowsVersion;
import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.Mbr;
import io.vhdboot.disk.MbrEntry;
import io.vhdboot.disk.Partition;
import io.vhdboot.ntfs.NtfsFormat;
import io.vhdboot.ntfs.NtfsFormatOptions;
import io.vhdboot.ntfs.NtfsVolume;
import io.vhdboot.provisioning.FlashImage;
import io.vhdboot.vhd.Vhd;
import io.vhdboot.vhd.VhdOptions;
import io.vhdboot.wim.WimFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * Makes a VHD with an NTFS volume, a BCD store that leads into it, and a stick from the WIM that it
 * is given; reads all of them back.
 */
public final class Consumer {

  private static final long MIB = 1 << 20;
  private static final int SECTOR = 512;
  private static final int SIGNATURE = 0x1234_5678;
  private static final Instant TIME = Instant.parse("2026-11-01T00:00:00Z");

  private Consumer() {}

  /** Runs each part; the output is what the caller compares. */
  public static void main(String[] arguments) throws IOException {
    System.out.println(
        "on the " + (Consumer.class.getModule().isNamed() ? "module path" : "class path"));
    Path folder = Files.createTempDirectory("consumer");
    Path vhd = folder.resolve("disk.vhd");
    Path store = folder.resolve("BCD");
    Path stick = folder.resolve("stick.img");
    try {
      makeVhd(vhd);
      readVhd(vhd);
      makeStore(store);
      readStore(store);
      refuse(vhd);
      makeStick(Path.of(arguments[0]), stick);
      readStick(stick);
    } finally {
      Files.deleteIfExists(vhd);
      Files.deleteIfExists(store);
      Files.deleteIfExists(stick);
      Files.delete(folder);
    }
  }

  private static void makeVhd(Path path) throws IOException {
    VhdOptions options = VhdOptions.of(64 * MIB, new UUID(1, 2), TIME);
    try (Vhd disk = Vhd.createDynamic(path, options)) {
      long sectors = 62 * MIB / SECTOR;
      MbrEntry entry = MbrEntry.of(true, MbrEntry.TYPE_NTFS, MIB / SECTOR, sectors);
      new Mbr(new byte[0], SIGNATURE, List.of(entry)).write(disk);
      NtfsFormat.format(
          disk.slice(MIB, sectors * SECTOR),
          NtfsFormatOptions.ofSize(sectors * SECTOR).label("consumer").build());
    }
  }

  private static void readVhd(Path path) throws IOException {
    try (Vhd disk = Vhd.open(path, true)) {
      Partition partition = Mbr.read(disk).partitions(SECTOR).get(0);
      NtfsVolume volume = NtfsVolume.open(partition.open(disk));
      System.out.printf(
          "%s VHD of %d bytes, NTFS volume '%s' at %d, clusters of %d bytes%n",
          disk.type(), disk.size(), volume.label(), partition.offset(), volume.clusterSize());
    }
  }

  private static void makeStore(Path path) throws IOException {
    BcdDevice stick = BcdDevice.mbrPartition(SIGNATURE, MIB);
    WindowsBootStore.builder()
        .windows(new WindowsVersion(10, 0, 19045, false))
        .systemPartition(stick)
        .windowsInVhd(stick, "\\disk.vhd")
        .identifiers(UUID::randomUUID)
        .time(TIME)
        .build()
        .write(path);
  }

  private static void readStore(Path path) throws IOException {
    BcdStore store = BcdStore.read(path);
    store.objects().stream()
        .filter(object -> object.type().equals(BcdObjectType.OS_LOADER))
        .flatMap(object -> object.device(BcdElements.OS_DEVICE).stream())
        .forEach(device -> System.out.println("osdevice " + device));
  }

  private static void refuse(Path vhd) throws IOException {
    try {
      WimFile.open(vhd).close();
    } catch (DiskFormatException e) {
      System.out.println("WimFile refuses a VHD: " + e.getClass().getSimpleName());
    }
  }

  private static void makeStick(Path wim, Path stick) throws IOException {
    try (WimFile file = WimFile.open(wim)) {
      System.out.printf("%d image in the WIM, %s%n", file.images().size(), file.compression());
    }
    FlashImage.builder()
        .image(wim)
        .output(stick)
        .vhdSize(64 * MIB)
        .seed(new byte[] {1, 2, 3})
        .build()
        .create();
  }

  private static void readStick(Path path) throws IOException {
    try (FileDevice stick = FileDevice.openReadOnly(path)) {
      NtfsVolume outer = NtfsVolume.open(Mbr.read(stick).partitions(SECTOR).get(0).open(stick));
      BlockDevice file = outer.file("\\virtualharddisk.vhd").stream("").device();
      try (Vhd disk = Vhd.open(file, true)) {
        NtfsVolume inner = NtfsVolume.open(Mbr.read(disk).partitions(SECTOR).get(0).open(disk));
        long size = inner.file("\\Windows\\Boot\\PCAT\\bootmgr").size();
        boolean same = size == outer.file("\\bootmgr").size();
        System.out.println("the stick's bootmgr is the Windows' own: " + same);
      }
    }
  }
}
