package consumer;

import io.vhdboot.bcd.BcdDevice;
import io.vhdboot.bcd.BcdElements;
import io.vhdboot.bcd.BcdObjectType;
import io.vhdboot.bcd.BcdStore;
import io.vhdboot.bcd.WindowsBootStore;
import io.vhdboot.bcd.WindowsVersion;
import io.vhdboot.disk.DiskFormatException;
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

/** Makes a VHD with an NTFS volume and a BCD store that leads into it, and reads both back. */
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
    try {
      makeVhd(vhd);
      readVhd(vhd);
      makeStore(store);
      readStore(store);
      refuse("WimFile", () -> WimFile.open(vhd).close());
      refuse(
          "FlashImage",
          () ->
              FlashImage.builder()
                  .image(vhd)
                  .output(folder.resolve("stick.img"))
                  .build()
                  .plan()
                  .close());
    } finally {
      Files.deleteIfExists(vhd);
      Files.deleteIfExists(store);
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

  /** Something that reads a file. */
  private interface Reading {

    /** Reads it. */
    void run() throws IOException;
  }

  private static void refuse(String what, Reading reading) throws IOException {
    try {
      reading.run();
    } catch (DiskFormatException e) {
      System.out.println(what + " refuses a VHD: " + e.getClass().getSimpleName());
    }
  }
}
