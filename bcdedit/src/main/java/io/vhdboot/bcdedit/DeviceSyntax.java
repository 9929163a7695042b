package io.vhdboot.bcdedit;

import io.vhdboot.bcd.BcdDevice;
import io.vhdboot.bcd.BcdElements;
import io.vhdboot.bcd.BcdValue;
import io.vhdboot.disk.WindowsGuid;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads devices as they are typed, and as listings show them:
 *
 * <pre>
 * boot
 * partition=WHERE | hd_partition=WHERE | partition=WHERE,vhd=[PARENT]\path
 * file=[PARENT]\path
 * ramdisk=[PARENT]\path,{options}
 * vhd=[PARENT]\path[,locate=custom:XXXXXXXX]
 * locate[=custom:XXXXXXXX] | locate=\path
 * WHERE:  X: | \Device\HarddiskVolumeN | mbr:SIGNATURE@OFFSET | gpt:{disk}{partition}
 * PARENT: WHERE | boot | locate
 * </pre>
 */
final class DeviceSyntax {

  private static final String NO_DRIVE = "The system cannot find the drive specified.";

  private static final Pattern CUSTOM = Pattern.compile("custom:(?:0x)?([0-9a-fA-F]{1,8})");
  private static final Pattern LOCATE_SUFFIX =
      Pattern.compile("(.*),locate=(custom:[0-9a-fA-Fx]+)", Pattern.CASE_INSENSITIVE);
  private static final Pattern OPTIONS_SUFFIX = Pattern.compile("(.*),(\\{[^}]*\\})");
  private static final Pattern LETTER = Pattern.compile("([A-Za-z]):");
  private static final Pattern MBR = Pattern.compile("mbr:([0-9a-fA-F]{1,8})@(\\d{1,18})");
  private static final Pattern GPT =
      Pattern.compile("gpt:\\{([0-9a-fA-F-]{36})\\}\\{([0-9a-fA-F-]{36})\\}");
  private static final Pattern VOLUME =
      Pattern.compile("\\\\Device\\\\HarddiskVolume(\\d{1,3})", Pattern.CASE_INSENSITIVE);

  private final Session session;
  private final int element;

  /**
   * Reads values of an element.
   *
   * @param element its number, by which a VHD's volumes are searched unless another is said
   */
  DeviceSyntax(Session session, int element) {
    this.session = session;
    this.element = element;
  }

  BcdValue parse(String text) throws Refusal, IOException {
    int equals = text.indexOf('=');
    String kind = (equals < 0 ? text : text.substring(0, equals)).toLowerCase(Locale.ROOT);
    String rest = equals < 0 ? "" : text.substring(equals + 1);
    return switch (kind) {
      case "boot" -> BcdValue.of(checkAlone(BcdDevice.BOOT, equals));
      case "partition" -> BcdValue.of(partition(rest));
      case "hd_partition" -> BcdValue.of(barePartition(rest));
      case "file" -> BcdValue.of(file(rest));
      case "ramdisk" -> ramDisk(rest);
      case "vhd" -> BcdValue.of(vhd(rest));
      case "locate" -> BcdValue.of(locate(rest, equals));
      default -> {
        if (text.toLowerCase(Locale.ROOT).startsWith("unknown:")) {
          yield BcdValue.of(unknown(text.substring(text.indexOf(':') + 1)));
        }
        throw bad();
      }
    };
  }

  private static BcdDevice checkAlone(BcdDevice device, int equals) throws Refusal {
    if (equals >= 0) {
      throw bad();
    }
    return device;
  }

  private BcdDevice partition(String text) throws Refusal, IOException {
    int vhd = text.toLowerCase(Locale.ROOT).indexOf(",vhd=");
    if (vhd < 0) {
      return where(text);
    }
    BcdDevice.PartitionAddress inner =
        Drives.address(where(text.substring(0, vhd))).orElseThrow(DeviceSyntax::bad);
    return new BcdDevice.VhdPartition(inner, file(text.substring(vhd + 5)));
  }

  /** The partition as the partition table of its disk names it, wherever the disk comes from. */
  private BcdDevice barePartition(String text) throws Refusal, IOException {
    return new BcdDevice.Partition(Drives.address(where(text)).orElseThrow(DeviceSyntax::bad));
  }

  private BcdDevice.File file(String text) throws Refusal, IOException {
    int close = closing(text);
    String path = text.substring(close + 1);
    if (!path.startsWith("\\")) {
      throw bad();
    }
    return new BcdDevice.File(parent(text.substring(1, close), path), path);
  }

  /** Where the bracket closes that a text begins with; a parent may have brackets of its own. */
  private static int closing(String text) throws Refusal {
    int depth = 0;
    for (int i = 0; i < text.length(); i++) {
      depth += text.charAt(i) == '[' ? 1 : text.charAt(i) == ']' ? -1 : 0;
      if (depth == 0) {
        if (i == 0) {
          break;
        }
        return i;
      }
    }
    throw bad();
  }

  private BcdValue ramDisk(String text) throws Refusal, IOException {
    Matcher matcher = matched(OPTIONS_SUFFIX, text);
    UUID options = session.identifier(matcher.group(2));
    BcdDevice.File file = file(matcher.group(1));
    return new BcdValue.Device(
        BcdDevice.ramDisk(file.parent(), file.storedPath()), Optional.of(options));
  }

  private BcdDevice vhd(String text) throws Refusal, IOException {
    Matcher suffix = LOCATE_SUFFIX.matcher(text);
    boolean hasSuffix = suffix.matches();
    BcdDevice.File file = file(hasSuffix ? suffix.group(1) : text);
    return new BcdDevice.LocateByElement(
        hasSuffix ? custom(suffix.group(2)) : usualElement(), Optional.of(new BcdDevice.Vhd(file)));
  }

  private BcdDevice locate(String text, int equals) throws Refusal {
    if (equals < 0) {
      return new BcdDevice.LocateByElement(usualElement(), Optional.empty());
    }
    return text.startsWith("\\")
        ? new BcdDevice.LocateByPath(text, Optional.empty())
        : new BcdDevice.LocateByElement(custom(text), Optional.empty());
  }

  private static BcdDevice unknown(String hex) throws Refusal {
    try {
      return BcdDevice.decode(HexFormat.of().parseHex(hex));
    } catch (IllegalArgumentException e) {
      throw bad();
    }
  }

  /** An operating system's volume is searched by its folder, any other by the program's path. */
  private int usualElement() {
    return element == BcdElements.OS_DEVICE ? BcdElements.SYSTEM_ROOT : BcdElements.PATH;
  }

  private BcdDevice parent(String text, String path) throws Refusal, IOException {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "boot" -> BcdDevice.BOOT;
      case "locate" -> new BcdDevice.LocateByPath(path, Optional.empty());
      default -> partition(text.startsWith("partition=") ? text.substring(10) : text);
    };
  }

  private BcdDevice where(String text) throws Refusal, IOException {
    Matcher letter = LETTER.matcher(text);
    if (letter.matches()) {
      return session
          .drives()
          .device(letter.group(1).charAt(0))
          .orElseThrow(() -> Refusal.badDevice(NO_DRIVE));
    }
    Matcher mbr = MBR.matcher(text);
    if (mbr.matches()) {
      return BcdDevice.mbrPartition(
          Integer.parseUnsignedInt(mbr.group(1), 16), Long.parseLong(mbr.group(2)));
    }
    Matcher gpt = GPT.matcher(text);
    if (gpt.matches()) {
      return BcdDevice.gptPartition(guid(gpt.group(1)), guid(gpt.group(2)));
    }
    Matcher volume = VOLUME.matcher(text);
    if (volume.matches()) {
      return session.volume(Integer.parseInt(volume.group(1)));
    }
    throw bad();
  }

  private static UUID guid(String text) throws Refusal {
    try {
      return WindowsGuid.parse(text);
    } catch (IllegalArgumentException e) {
      throw bad();
    }
  }

  private static int custom(String text) throws Refusal {
    return Integer.parseUnsignedInt(matched(CUSTOM, text.toLowerCase(Locale.ROOT)).group(1), 16);
  }

  private static Matcher matched(Pattern pattern, String text) throws Refusal {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.matches()) {
      throw bad();
    }
    return matcher;
  }

  private static Refusal bad() {
    return Refusal.badDevice(Refusal.badParameter());
  }
}
