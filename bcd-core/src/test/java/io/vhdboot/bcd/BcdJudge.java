package io.vhdboot.bcd;

import io.vhdboot.disk.WindowsGuid;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** All objects, elements and devices of a store as text, by an independent program and by us. */
final class BcdJudge {

  private BcdJudge() {}

  /** All that the judge's hive reader and device decoder read; they complain of bad hives. */
  static String theirs(Path store) {
    Path tools = SharedData.tool("bcd/devdec.py").getParent();
    return ExternalTool.script("python3", resource("list_store.py")).output(tools, store);
  }

  /** What another judge prints, which stands on hivexml. */
  static String bcdshow(Path store) {
    ExternalTool.named("hivexml");
    String text = ExternalTool.script("python3", SharedData.tool("bcd/bcdshow.py")).output(store);
    return text.substring(text.indexOf('\n') + 1);
  }

  /** The same from what we decoded. */
  static String ours(BcdStore store) throws IOException {
    Map<String, String> lines = new TreeMap<>();
    for (BcdObject object : store.objects()) {
      String name = WindowsGuid.toString(object.id());
      lines.put(name, name + " " + object.type());
      object
          .elements()
          .forEach(
              (element, value) ->
                  lines.put(
                      name + String.format(" %08x", element),
                      String.format("%s %08x %s", name, element, text(value))));
    }
    return String.join("\n", lines.values()) + "\n";
  }

  private static String text(BcdValue value) {
    if (value instanceof BcdValue.Device device) {
      return device(device.device())
          + device.options().map(options -> "," + WindowsGuid.toString(options)).orElse("");
    }
    if (value instanceof BcdValue.Text text) {
      return text.text();
    }
    if (value instanceof BcdValue.ObjectId id) {
      return WindowsGuid.toString(id.object());
    }
    if (value instanceof BcdValue.ObjectList list) {
      return String.join(",", list.objects().stream().map(WindowsGuid::toString).toList());
    }
    if (value instanceof BcdValue.Number number) {
      return Long.toUnsignedString(number.number());
    }
    if (value instanceof BcdValue.Flag flag) {
      return flag.flag() ? "1" : "0";
    }
    if (value instanceof BcdValue.NumberList list) {
      return list.numbers().toString();
    }
    return "raw " + HexFormat.of().formatHex(((BcdValue.Raw) value).data());
  }

  /** In the manner of the judge's decoder. */
  private static String device(BcdDevice device) {
    if (device instanceof BcdDevice.Boot) {
      return "boot";
    }
    if (device instanceof BcdDevice.Partition partition) {
      return partition(partition.address(), disk(partition.address()));
    }
    if (device instanceof BcdDevice.VhdPartition partition) {
      String vhd = "vhd[" + disk(partition.address()) + "](" + device(partition.file()) + ")";
      return partition(partition.address(), vhd);
    }
    if (device instanceof BcdDevice.File file) {
      return "file([" + device(file.parent()) + "]" + file.path() + ")";
    }
    if (device instanceof BcdDevice.RamDisk disk) {
      return "ramdisk([" + device(disk.parent()) + "]" + disk.path() + ")";
    }
    if (device instanceof BcdDevice.Vhd vhd) {
      return "vhd[gpt {00000000-0000-0000-0000-000000000000}](" + device(vhd.file()) + ")";
    }
    if (device instanceof BcdDevice.LocateByElement locate) {
      return locate(0, locate.element(), "", locate.parent());
    }
    if (device instanceof BcdDevice.LocateByPath locate) {
      return locate(1, 0, locate.path().replace("\\", "\\\\"), locate.parent());
    }
    throw new AssertionError("no judge for " + device);
  }

  private static String locate(int kind, int element, String path, Optional<BcdDevice> parent) {
    return String.format(
        "locate(kind %d,%08x,'%s\\x00'%s)",
        kind, element, path, parent.map(in -> " in " + device(in)).orElse(""));
  }

  private static String partition(BcdDevice.PartitionAddress address, String disk) {
    String which =
        address instanceof BcdDevice.MbrPartition mbr
            ? "@0x" + Long.toHexString(mbr.offset())
            : "{" + ((BcdDevice.GptPartition) address).partition() + "}";
    return "partition(" + which + " on " + disk + ")";
  }

  private static String disk(BcdDevice.PartitionAddress address) {
    return address instanceof BcdDevice.MbrPartition mbr
        ? String.format("mbr %08x", mbr.diskSignature())
        : "gpt {" + ((BcdDevice.GptPartition) address).disk() + "}";
  }

  private static Path resource(String name) {
    try {
      return Path.of(BcdJudge.class.getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
