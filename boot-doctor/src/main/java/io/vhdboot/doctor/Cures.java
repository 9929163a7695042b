package io.vhdboot.doctor;

import io.vhdboot.bcd.BootFirmware;
import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.Mbr;
import io.vhdboot.disk.MbrEntry;
import io.vhdboot.disk.Partition;
import io.vhdboot.disk.PartitionEditor;
import io.vhdboot.disk.PartitionType;
import io.vhdboot.fat.FatEditor;
import io.vhdboot.fat.FatFile;
import io.vhdboot.fat.FatVolume;
import io.vhdboot.image.ImagePath;
import io.vhdboot.image.OpenImage;
import io.vhdboot.ntfs.NtfsEditor;
import io.vhdboot.ntfs.NtfsFile;
import io.vhdboot.ntfs.NtfsVolume;
import io.vhdboot.provisioning.bootfiles.BootRecords;
import io.vhdboot.provisioning.bootfiles.BootSetup;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** What mends first sectors, partition tables, boot records and boot files. */
final class Cures {

  private static final int HIDDEN_SECTORS = 0x1C;
  private static final int MARK = 0x1FE;
  private static final int FAT_BACKUP_SECTOR = 6;
  private static final int SIGNATURE = 0x1B8;

  private Cures() {}

  /** Something to do with a device that is open for writing. */
  @FunctionalInterface
  private interface Work {
    void on(BlockDevice device) throws IOException;
  }

  private static void onDisk(Patient patient, Work work) throws IOException {
    try (OpenImage image = ImagePath.of(patient.path()).open(false)) {
      work.on(image.disk());
      image.flush();
    }
  }

  private static void onPartition(Patient patient, Partition partition, Work work)
      throws IOException {
    onDisk(
        patient,
        disk -> {
          BlockDevice device = partition.open(disk);
          work.on(device);
          device.flush();
        });
  }

  /** Edits the first sector of the disk. */
  static Cure firstSector(Patient patient, UnaryOperator<FirstSector> edit, String done) {
    return () -> {
      onDisk(
          patient,
          disk -> {
            disk.write(0, ByteBuffer.wrap(edit.apply(FirstSector.of(disk)).bytes()));
            disk.flush();
          });
      return done;
    };
  }

  /** Puts the entry back that protects a GPT. */
  static Cure protectiveMbr(Patient patient) {
    return () -> {
      onDisk(
          patient,
          disk -> {
            disk.write(0, ByteBuffer.wrap(withProtection(FirstSector.of(disk), disk).bytes()));
            disk.flush();
          });
      return "put the MBR that protects the GPT back";
    };
  }

  /** A first sector with an entry that protects a GPT, and nothing else in its table. */
  static FirstSector withProtection(FirstSector sector, BlockDevice disk) {
    long count = Math.min(disk.size() / disk.sectorSize() - 1, 0xFFFF_FFFFL);
    byte[] bytes = sector.bytes();
    return new FirstSector(
        new Mbr(
                Arrays.copyOf(bytes, Mbr.BOOT_CODE_SIZE),
                LittleEndian.i32(bytes, SIGNATURE),
                List.of(MbrEntry.of(false, MbrEntry.TYPE_PROTECTIVE, 1, count)))
            .toBytes());
  }

  /** Gives the disk a signature. */
  static Cure diskSignature(Patient patient, int signature) {
    return () -> {
      onDisk(
          patient,
          disk -> {
            PartitionEditor table = PartitionEditor.open(disk);
            table.setDiskSignature(signature);
            table.write();
          });
      return String.format("gave the disk the signature %08x", signature);
    };
  }

  /** Makes one partition active and no other. */
  static Cure activate(Patient patient, Partition partition) {
    return () -> {
      onDisk(
          patient,
          disk -> {
            PartitionEditor table = PartitionEditor.open(disk);
            for (Partition each : table.partitions()) {
              if (each.active() != (each.number() == partition.number())) {
                table.setActive(each.number(), each.number() == partition.number());
              }
            }
            table.write();
          });
      return "made partition " + partition.number() + " the active one";
    };
  }

  /** Says that firmware shall look at a partition. */
  static Cure efiType(Patient patient, Partition partition) {
    return () -> {
      onDisk(
          patient,
          disk -> {
            PartitionEditor table = PartitionEditor.open(disk);
            table.setType(partition.number(), PartitionType.EFI_SYSTEM);
            table.write();
          });
      return "made partition " + partition.number() + " an EFI system partition";
    };
  }

  /** Writes both copies of a GPT from the one that is sound. */
  static Cure gpt(Patient patient) {
    return () -> {
      onDisk(patient, disk -> PartitionEditor.open(disk).write());
      return "wrote both copies of the GPT from the sound one";
    };
  }

  /** Puts our code into the first sector. */
  static Cure diskCode(Patient patient) {
    return () -> {
      onDisk(patient, BootRecords::writeDisk);
      return "put our boot code into the first sector";
    };
  }

  /** Puts our code onto an NTFS volume. */
  static Cure volumeCode(Patient patient, Partition partition) {
    return () -> {
      onPartition(patient, partition, BootRecords::writeVolume);
      return "put our boot code onto the volume of partition " + partition.number();
    };
  }

  /** Puts the mark at the end of a volume's first sector. */
  static Cure volumeMark(Patient patient, Partition partition) {
    return () -> {
      onPartition(
          patient,
          partition,
          device -> device.write(MARK, ByteBuffer.wrap(new byte[] {0x55, (byte) 0xAA})));
      return "put the mark 55 AA back at the volume of partition " + partition.number();
    };
  }

  /** Writes the sectors before the volume into its boot sector, and into the sector's copy. */
  static Cure hiddenSectors(Patient patient, Partition partition) {
    return () -> {
      long sectors = partition.offset() / Mbr.SIZE;
      onPartition(
          patient,
          partition,
          device -> {
            byte[] field = new byte[Integer.BYTES];
            LittleEndian.put32(field, 0, sectors);
            device.write(HIDDEN_SECTORS, ByteBuffer.wrap(field));
            long copy =
                NtfsVolume.isPresent(device)
                    ? LittleEndian.i64(device.read(0, Mbr.SIZE), 0x28) * Mbr.SIZE
                    : (long) FAT_BACKUP_SECTOR * Mbr.SIZE;
            if (isCopy(device, copy)) {
              device.write(copy + HIDDEN_SECTORS, ByteBuffer.wrap(field));
            }
          });
      return "set the hidden sectors of partition " + partition.number() + " to " + sectors;
    };
  }

  /** Whether a sector is the copy of a boot sector, as far as its name says. */
  private static boolean isCopy(BlockDevice device, long position) throws IOException {
    if (position <= 0 || position > device.size() - Mbr.SIZE) {
      return false;
    }
    byte[] first = device.read(0, Mbr.SIZE);
    byte[] copy = device.read(position, Mbr.SIZE);
    return Arrays.equals(first, 3, HIDDEN_SECTORS, copy, 3, HIDDEN_SECTORS);
  }

  /** Copies an NTFS volume's boot sector back from behind the volume. */
  static Cure ntfsRecord(Patient patient, Partition partition) {
    return () -> {
      onPartition(
          patient,
          partition,
          device -> {
            if (!NtfsVolume.open(device).isBackupBootSectorUsed()) {
              return;
            }
            long end = device.size() / Mbr.SIZE * Mbr.SIZE - Mbr.SIZE;
            byte[] copy = device.read(end, Mbr.SIZE);
            BlockDevice tried = new PatchedDevice(device, copy);
            if (NtfsVolume.open(tried).isBackupBootSectorUsed()) {
              throw new CorruptFormatException(
                  device.name(), end, "the copy of the boot sector is not in the last sector");
            }
            device.write(0, ByteBuffer.wrap(copy));
          });
      return "copied the boot sector of partition " + partition.number() + " back from its copy";
    };
  }

  /** Copies a FAT32 volume's boot sector back from its copy, where that makes a volume of it. */
  static Optional<Cure> fatRecord(Patient patient, Partition partition, BlockDevice device)
      throws IOException {
    long at = (long) FAT_BACKUP_SECTOR * Mbr.SIZE;
    if (device.size() < at + Mbr.SIZE) {
      return Optional.empty();
    }
    byte[] copy = device.read(at, Mbr.SIZE);
    try {
      FatVolume.open(new PatchedDevice(device, copy));
    } catch (DiskFormatException e) {
      return Optional.empty();
    }
    return Optional.of(
        () -> {
          onPartition(patient, partition, open -> open.write(0, ByteBuffer.wrap(copy)));
          return "copied the boot sector of partition "
              + partition.number()
              + " back from its copy";
        });
  }

  /** Copies the boot files of the one Windows onto a partition, and sees to its entry. */
  static Optional<Cure> bootFiles(
      Patient patient, WindowsSearch search, BootFirmware firmware, Partition partition)
      throws IOException {
    Optional<WindowsSearch.Place> windows = search.only();
    return windows.map(
        place ->
            () -> {
              bootFiles(patient, place, firmware, partition);
              return "copied the boot files for " + firmware + " from " + place.path();
            });
  }

  private static void bootFiles(
      Patient patient, WindowsSearch.Place place, BootFirmware firmware, Partition partition)
      throws IOException {
    BootSetup.of(place.path(), patient.path(partition), patient.identifiers(), patient.time())
        .firmware(Set.of(firmware))
        .authority(patient.authority())
        .run();
  }

  /** Makes a store anew in the place of one that cannot be read, which keeps another name. */
  static Optional<Cure> newStore(
      Patient patient,
      WindowsSearch search,
      BootFirmware firmware,
      Partition partition,
      String folder)
      throws IOException {
    Optional<WindowsSearch.Place> windows = search.only();
    return windows.map(
        place ->
            () -> {
              setAside(patient.path(partition), folder, "BCD");
              bootFiles(patient, place, firmware, partition);
              return "made the boot configuration for "
                  + firmware
                  + " anew; the damaged one is "
                  + folder
                  + "/BCD.damaged";
            });
  }

  private static void setAside(String volume, String folder, String name) throws IOException {
    String aside = name + ".damaged";
    try (OpenImage image = ImagePath.of(volume + "/").open(false)) {
      if (image.isFat()) {
        FatEditor editor = image.fatEditor();
        FatFile parent = editor.volume().file(folder);
        if (parent.child(name).isPresent()) {
          editor.rename(parent, name, parent, aside, true);
        }
      } else {
        NtfsEditor editor = image.editor();
        NtfsFile parent = editor.volume().file(folder);
        if (parent.find(name).isPresent()) {
          editor.rename(parent, name, parent, aside, true);
        }
      }
      image.flush();
    }
  }

  /** Stores a file of an NTFS volume plainly: neither compressed nor sparse. */
  static Optional<Cure> plainFile(Patient patient, Partition partition, String path) {
    return Optional.of(
        () -> {
          try (OpenImage image = ImagePath.of(patient.path(partition) + "/").open(false)) {
            NtfsEditor editor = image.editor();
            NtfsFile file = editor.volume().file(path);
            if (file.stream("").isCompressed()) {
              editor.setCompressed(file, "", false);
            }
            editor.setSparse(editor.volume().file(path), "", false);
            image.flush();
          }
          return "stored " + path + " plainly";
        });
  }
}
