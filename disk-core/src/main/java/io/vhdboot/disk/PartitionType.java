package io.vhdboot.disk;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * What a partition is said to hold, in whichever kind of table.
 *
 * @param mbrType the type byte in an MBR, 1 to 255; 0 where an MBR has none for it
 * @param gptType the type's GUID in a GPT; empty where a GPT has none for it
 * @param name what people call it, such as {@code NTFS}; empty where it has no name that is known
 */
public record PartitionType(int mbrType, Optional<UUID> gptType, String name) {

  /** A volume of NTFS; a GPT does not tell it from one of FAT. */
  public static final PartitionType NTFS = of(MbrEntry.TYPE_NTFS, GptEntry.TYPE_BASIC_DATA, "NTFS");

  /** A volume of FAT32. */
  public static final PartitionType FAT32 = of(0x0C, GptEntry.TYPE_BASIC_DATA, "FAT32");

  /** An EFI system partition. */
  public static final PartitionType EFI_SYSTEM =
      of(MbrEntry.TYPE_EFI_SYSTEM, GptEntry.TYPE_EFI_SYSTEM, "EFI system");

  /** Microsoft's reserved partition, which holds no volume. */
  public static final PartitionType MICROSOFT_RESERVED =
      of(0, GptEntry.TYPE_MICROSOFT_RESERVED, "Microsoft reserved");

  /** The tools that repair a Windows. */
  public static final PartitionType WINDOWS_RECOVERY =
      of(0x27, "de94bba4-06d1-4d40-a16a-bfd50179d6ac", "Windows recovery");

  private static final PartitionType BASIC_DATA =
      of(MbrEntry.TYPE_NTFS, GptEntry.TYPE_BASIC_DATA, "basic data");

  private static final PartitionType LINUX =
      of(0x83, "0fc63daf-8483-4772-8e79-3d69d8477de4", "Linux");

  private static final PartitionType LINUX_SWAP =
      of(0x82, "0657fd6d-a4ab-43c4-84e5-0933c84b4f4f", "Linux swap");

  private static final PartitionType LINUX_LVM =
      of(0x8E, "e6d6d379-f507-44c2-a23c-238f2a3df928", "Linux LVM");

  private static final PartitionType FAT16 = of(0x06, GptEntry.TYPE_BASIC_DATA, "FAT16");

  /** In each kind of table, the first one that fits counts. */
  private static final List<PartitionType> KNOWN =
      List.of(
          NTFS,
          FAT32,
          of(0x0B, GptEntry.TYPE_BASIC_DATA, "FAT32"),
          FAT16,
          of(0x04, GptEntry.TYPE_BASIC_DATA, "FAT16"),
          of(0x0E, GptEntry.TYPE_BASIC_DATA, "FAT16"),
          of(0x01, GptEntry.TYPE_BASIC_DATA, "FAT12"),
          EFI_SYSTEM,
          MICROSOFT_RESERVED,
          WINDOWS_RECOVERY,
          LINUX,
          LINUX_SWAP,
          LINUX_LVM,
          new PartitionType(MbrEntry.TYPE_EXTENDED, Optional.empty(), "extended"),
          new PartitionType(MbrEntry.TYPE_EXTENDED_LBA, Optional.empty(), "extended"),
          new PartitionType(0x17, Optional.empty(), "hidden NTFS"),
          new PartitionType(0x42, Optional.empty(), "dynamic disk"),
          new PartitionType(MbrEntry.TYPE_PROTECTIVE, Optional.empty(), "protective"),
          of(0, "5808c8aa-7e8f-42e0-85d2-e1e90434cfb3", "dynamic disk metadata"),
          of(0, "af9b60a0-1431-4f62-bc68-3311714a69ad", "dynamic disk data"),
          of(0, "e75caf8f-f680-4cee-afa3-b001e56efc2d", "storage spaces"),
          of(0, "21686148-6449-6e6f-744e-656564454649", "BIOS boot"));

  private static final Map<String, PartitionType> WORDS =
      Map.of(
          "ntfs", NTFS,
          "basic", BASIC_DATA,
          "fat32", FAT32,
          "fat16", FAT16,
          "efi", EFI_SYSTEM,
          "msr", MICROSOFT_RESERVED,
          "recovery", WINDOWS_RECOVERY,
          "linux", LINUX,
          "swap", LINUX_SWAP,
          "lvm", LINUX_LVM);

  private static final Pattern TYPE_BYTE = Pattern.compile("(?:0[xX])?([0-9A-Fa-f]{1,2})");

  private static PartitionType of(int mbrType, UUID gptType, String name) {
    return new PartitionType(mbrType, Optional.of(gptType), name);
  }

  private static PartitionType of(int mbrType, String gptType, String name) {
    return of(mbrType, UUID.fromString(gptType), name);
  }

  /** Checks the type byte. */
  public PartitionType {
    if (mbrType < 0 || mbrType > 0xFF) {
      throw new IllegalArgumentException("type (" + mbrType + ") must be a byte");
    }
  }

  /** The type that a byte in an MBR stands for. */
  public static PartitionType ofMbr(int type) {
    return KNOWN.stream()
        .filter(known -> known.mbrType == type)
        .findFirst()
        .orElseGet(() -> new PartitionType(type, Optional.empty(), ""));
  }

  /** The type that a GUID in a GPT stands for. */
  public static PartitionType ofGpt(UUID type) {
    if (type.equals(GptEntry.TYPE_BASIC_DATA)) {
      return BASIC_DATA;
    }
    return KNOWN.stream()
        .filter(known -> known.gptType.equals(Optional.of(type)))
        .findFirst()
        .orElseGet(() -> new PartitionType(0, Optional.of(type), ""));
  }

  /**
   * Reads a type as people write it: a word ({@code ntfs}, {@code basic}, {@code fat32}, {@code
   * fat16}, {@code efi}, {@code msr}, {@code recovery}, {@code linux}, {@code swap}, {@code lvm}),
   * an MBR's byte in hexadecimal, or a GPT's GUID.
   *
   * @throws IllegalArgumentException when the text is none of these
   */
  public static PartitionType parse(String text) {
    PartitionType word = WORDS.get(text.toLowerCase(Locale.ROOT));
    if (word != null) {
      return word;
    }
    if (TYPE_BYTE.matcher(text).matches()) {
      int type = Integer.parseInt(TYPE_BYTE.matcher(text).replaceAll("$1"), 16);
      if (type != 0) {
        return ofMbr(type);
      }
    }
    try {
      return ofGpt(WindowsGuid.parse(text));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "type ("
              + text
              + ") must be one of "
              + String.join(", ", WORDS.keySet().stream().sorted().toList())
              + ", a byte such as 07, or a GUID",
          e);
    }
  }

  /** The name of an MBR's type with its number, as in {@code NTFS (07)}. */
  static String name(int type) {
    String number = String.format(Locale.ROOT, "%02x", type);
    String name = ofMbr(type).name;
    return name.isEmpty() ? number : name + " (" + number + ")";
  }

  /** The name of a GPT's type, or its GUID where it has none. */
  static String name(UUID type) {
    String name = ofGpt(type).name;
    return name.isEmpty() ? WindowsGuid.toString(type) : name;
  }
}
