package io.vhdboot.bcd;

import static io.vhdboot.bcd.BcdValue.of;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * A Windows' own {@code BCD-Template}, from which its bcdboot makes stores: an object for each kind
 * of target, whose elements of the class 4 say what bcdboot is to work out.
 *
 * <p>42000002 is the loader's path without the Windows folder; the other elements of that class say
 * which devices and which text are wanted. Targets are told by their GUIDs, one for each firmware.
 */
final class BootTemplate {

  private static final UUID BIOS_TARGET = UUID.fromString("a1943bbc-ea85-487c-97c7-c9ede908a38a");
  private static final UUID UEFI_TARGET = UUID.fromString("b012b84d-c47c-4ed5-b722-c0c42163e569");
  private static final UUID BIOS_RESUME = UUID.fromString("98b02a23-0674-4ce7-bdad-e0a15a8ff97b");
  private static final UUID UEFI_RESUME = UUID.fromString("0c334284-9a41-4de1-99b3-a7e87e8ff07e");

  private static final int TEMPLATE_CLASS = 4;
  private static final int LOADER_PATH = 0x42000002;
  private static final int SETTINGS = 2;

  /** What depends on where the Windows is and what it is called, and not on the template. */
  private static final Set<Integer> OURS =
      Set.of(
          BcdElements.DEVICE,
          BcdElements.PATH,
          BcdElements.DESCRIPTION,
          BcdElements.LOCALE,
          BcdElements.OS_DEVICE,
          BcdElements.SYSTEM_ROOT,
          BcdElements.LOADER_RESUME_OBJECT);

  /** And what of the boot manager. */
  private static final Set<Integer> OURS_OF_MANAGER =
      Set.of(
          BcdElements.DEFAULT,
          BcdElements.RESUME_OBJECT,
          BcdElements.DISPLAY_ORDER,
          BcdElements.TOOLS_DISPLAY_ORDER);

  private final BcdStore template;
  private final BootFirmware firmware;

  BootTemplate(BcdStore template, BootFirmware firmware) {
    this.template = template;
    this.firmware = firmware;
  }

  /**
   * Puts what the template says in the place of what our tables say.
   *
   * @param store a store made from our tables
   * @param windowsRoot the Windows folder
   */
  void applyTo(BcdStore store, UUID loader, UUID resume, String windowsRoot) throws IOException {
    boolean isUefi = firmware == BootFirmware.UEFI;
    replace(store.object(loader), isUefi ? UEFI_TARGET : BIOS_TARGET, OURS);
    replace(store.object(resume), isUefi ? UEFI_RESUME : BIOS_RESUME, OURS);
    setPath(store.object(loader), isUefi ? UEFI_TARGET : BIOS_TARGET, windowsRoot);
    setPath(store.object(resume), isUefi ? UEFI_RESUME : BIOS_RESUME, windowsRoot);
    replace(store.object(WellKnownObject.BOOT_MANAGER), WellKnownObject.BOOT_MANAGER.id(), OURS);
    replace(store.object(WellKnownObject.MEMORY_TESTER), WellKnownObject.MEMORY_TESTER.id(), OURS);
    for (BcdObject settings : template.objects()) {
      if (settings.type().code() >>> 28 != SETTINGS) {
        continue;
      }
      if (store.object(settings.id()).isEmpty()) {
        store.createObject(settings.id(), settings.type());
      }
      replace(store.object(settings.id()), settings.id(), Set.of());
    }
  }

  /** Elements of ours stay where they are ours to say; all others are the template's. */
  private void replace(Optional<BcdObject> made, UUID from, Set<Integer> ours) throws IOException {
    Optional<BcdObject> wanted = template.object(from);
    if (made.isEmpty() || wanted.isEmpty()) {
      return;
    }
    boolean isManager = made.get().id().equals(WellKnownObject.BOOT_MANAGER.id());
    for (int element : List.copyOf(made.get().elements().keySet())) {
      if (!isOurs(element, ours, isManager)) {
        made.get().remove(element);
      }
    }
    for (Map.Entry<Integer, BcdValue> element : wanted.get().elements().entrySet()) {
      if (element.getKey() >>> 28 != TEMPLATE_CLASS && !isOurs(element.getKey(), ours, isManager)) {
        made.get().set(element.getKey(), element.getValue());
      }
    }
  }

  private static boolean isOurs(int element, Set<Integer> ours, boolean isManager) {
    return ours.contains(element) || isManager && OURS_OF_MANAGER.contains(element);
  }

  private void setPath(Optional<BcdObject> made, UUID from, String windowsRoot) throws IOException {
    Optional<String> path = template.object(from).flatMap(object -> object.text(LOADER_PATH));
    if (made.isPresent() && path.isPresent()) {
      made.get().set(BcdElements.PATH, of(windowsRoot + path.get()));
    }
  }

  /** Whether it has a target for the firmware, without which it is no template. */
  boolean hasTarget() {
    return template.object(firmware == BootFirmware.UEFI ? UEFI_TARGET : BIOS_TARGET).isPresent();
  }
}
