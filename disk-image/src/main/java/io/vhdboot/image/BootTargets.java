package io.vhdboot.image;

import io.vhdboot.bcd.BcdDevice;
import io.vhdboot.bcd.BcdElements;
import io.vhdboot.bcd.BcdLint;
import io.vhdboot.bcd.BcdObject;
import io.vhdboot.bcd.BcdObjectType;
import io.vhdboot.bcd.BcdStore;
import io.vhdboot.bcd.ElementInfo;
import io.vhdboot.disk.Partition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What the devices of a store inside an image lead to, on the disk that the store lies on. */
public final class BootTargets {

  private static final String NOT_THERE = "(not there)";

  private BootTargets() {}

  /**
   * The devices that lead to nothing, and the files that are not where a device leads to.
   *
   * @param path the store's path through images; one that is a file of the host tells nothing
   * @param store the store
   */
  public static List<BcdLint.Finding> missing(String path, BcdStore store) throws IOException {
    List<BcdLint.Finding> found = new ArrayList<>();
    if (!ImagePath.of(path).isInsideImage()) {
      return found;
    }
    String inside;
    try (OpenImage image = ImagePath.of(path).open(true)) {
      inside = image.path();
    }
    String volume =
        path.substring(0, path.length() - inside.length()).replaceFirst("[/\\\\]+$", "");
    OptionalInt number = partition(volume);
    if (number.isEmpty()) {
      return found;
    }
    String disk = volume.substring(0, volume.lastIndexOf('@') + 1);
    try (OpenImage image = ImagePath.of(disk).open(true)) {
      OpenDisk open = OpenDisk.of(image.device());
      Optional<Partition> own =
          open.partitions().stream().filter(each -> each.number() == number.getAsInt()).findFirst();
      if (own.isPresent()) {
        BootPath bootPath = new BootPath(open, own.get());
        for (BcdObject object : store.objects()) {
          check(object, bootPath, found);
        }
      }
    }
    return found;
  }

  private static OptionalInt partition(String volume) {
    String digits = volume.substring(volume.lastIndexOf('@') + 1);
    return digits.matches("\\d{1,3}")
        ? OptionalInt.of(Integer.parseInt(digits))
        : OptionalInt.empty();
  }

  private static void check(BcdObject object, BootPath bootPath, List<BcdLint.Finding> found)
      throws IOException {
    for (int element : object.elements().keySet()) {
      Optional<BcdDevice> device = object.device(element);
      if (device.isEmpty()) {
        continue;
      }
      BootPath.Target target = bootPath.resolve(object, device.get());
      boolean isFile =
          device.get() instanceof BcdDevice.RamDisk || device.get() instanceof BcdDevice.File;
      if (isFile ? target.text().contains(NOT_THERE) : !target.isFound()) {
        found.add(finding(object, element, "leads to " + target.text()));
        continue;
      }
      Optional<String> file =
          element == BcdElements.DEVICE
              ? object.text(BcdElements.PATH)
              : element == BcdElements.OS_DEVICE && object.type().equals(BcdObjectType.OS_LOADER)
                  ? object.text(BcdElements.SYSTEM_ROOT)
                  : Optional.empty();
      if (!isFile && file.isPresent() && !target.holds(file.get())) {
        found.add(
            finding(object, element, "leads to " + target.text() + ", which has no " + file.get()));
      }
    }
  }

  private static BcdLint.Finding finding(BcdObject object, int element, String problem) {
    return new BcdLint.Finding(
        object.name(), element, ElementInfo.nameOf(object.type(), element), problem);
  }
}
