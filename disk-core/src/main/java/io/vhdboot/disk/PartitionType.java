package io.vhdboot.disk;

import static java.util.Map.entry;

import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/** What people call the types of partitions. */
final class PartitionType {

  private static final Map<Integer, String> MBR_NAMES =
      Map.ofEntries(
          entry(0x01, "FAT12"),
          entry(0x04, "FAT16"),
          entry(0x05, "extended"),
          entry(0x06, "FAT16"),
          entry(MbrEntry.TYPE_NTFS, "NTFS"),
          entry(0x0B, "FAT32"),
          entry(0x0C, "FAT32"),
          entry(0x0E, "FAT16"),
          entry(0x0F, "extended"),
          entry(0x17, "hidden NTFS"),
          entry(0x27, "Windows recovery"),
          entry(0x42, "dynamic disk"),
          entry(0x82, "Linux swap"),
          entry(0x83, "Linux"),
          entry(0x8E, "Linux LVM"),
          entry(MbrEntry.TYPE_PROTECTIVE, "protective"),
          entry(MbrEntry.TYPE_EFI_SYSTEM, "EFI system"));

  private static final Map<UUID, String> GPT_NAMES =
      Map.ofEntries(
          entry(GptEntry.TYPE_EFI_SYSTEM, "EFI system"),
          entry(GptEntry.TYPE_MICROSOFT_RESERVED, "Microsoft reserved"),
          entry(GptEntry.TYPE_BASIC_DATA, "basic data"),
          entry(UUID.fromString("de94bba4-06d1-4d40-a16a-bfd50179d6ac"), "Windows recovery"),
          entry(UUID.fromString("5808c8aa-7e8f-42e0-85d2-e1e90434cfb3"), "dynamic disk metadata"),
          entry(UUID.fromString("af9b60a0-1431-4f62-bc68-3311714a69ad"), "dynamic disk data"),
          entry(UUID.fromString("e75caf8f-f680-4cee-afa3-b001e56efc2d"), "storage spaces"),
          entry(UUID.fromString("21686148-6449-6e6f-744e-656564454649"), "BIOS boot"),
          entry(UUID.fromString("0fc63daf-8483-4772-8e79-3d69d8477de4"), "Linux"),
          entry(UUID.fromString("0657fd6d-a4ab-43c4-84e5-0933c84b4f4f"), "Linux swap"),
          entry(UUID.fromString("e6d6d379-f507-44c2-a23c-238f2a3df928"), "Linux LVM"));

  private PartitionType() {}

  /** The name of an MBR's type with its number, as in {@code NTFS (07)}. */
  static String name(int type) {
    String number = String.format(Locale.ROOT, "%02x", type);
    String name = MBR_NAMES.get(type);
    return name == null ? number : name + " (" + number + ")";
  }

  /** The name of a GPT's type, or its GUID where it has none. */
  static String name(UUID type) {
    String name = GPT_NAMES.get(type);
    return name == null ? WindowsGuid.toString(type) : name;
  }
}
