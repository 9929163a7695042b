package io.vhdboot.bcd;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What bcdedit puts above an object. */
final class Headings {

  private static final Map<WellKnownObject, String> WELL_KNOWN =
      Map.of(
          WellKnownObject.GLOBAL_SETTINGS, "Global Settings",
          WellKnownObject.DEBUGGER_SETTINGS, "Debugger Settings",
          WellKnownObject.EMS_SETTINGS, "EMS Settings",
          WellKnownObject.BAD_MEMORY, "RAM Defects",
          WellKnownObject.BOOT_LOADER_SETTINGS, "Boot Loader Settings",
          WellKnownObject.HYPERVISOR_SETTINGS, "Hypervisor Settings",
          WellKnownObject.KERNEL_DEBUGGER_SETTINGS, "Kernel Debugger Settings",
          WellKnownObject.RESUME_LOADER_SETTINGS, "Resume Loader Settings",
          WellKnownObject.RAM_DISK_OPTIONS, "Setup Ramdisk Options");

  /** Objects of the template that every Windows brings, for BIOS and for UEFI. */
  private static final Map<UUID, String> TEMPLATES =
      Map.of(
          UUID.fromString("cbd971bf-b7b8-4885-951a-fa03044f5d71"), "Windows Setup",
          UUID.fromString("7254a080-1510-4e85-ac0f-e7fb3d444736"), "Windows Setup",
          UUID.fromString("a1943bbc-ea85-487c-97c7-c9ede908a38a"), "OS Target Template",
          UUID.fromString("b012b84d-c47c-4ed5-b722-c0c42163e569"), "OS Target Template");

  private static final Map<Integer, String> TYPES =
      Map.ofEntries(
          Map.entry(0x10100001, "Firmware Boot Manager"),
          Map.entry(0x10100002, "Windows Boot Manager"),
          Map.entry(0x10200003, "Windows Boot Loader"),
          Map.entry(0x10200004, "Resume from Hibernate"),
          Map.entry(0x10200005, "Windows Memory Tester"),
          Map.entry(0x10300006, "Windows Legacy OS Loader"),
          Map.entry(0x10400008, "Real-mode Boot Sector"),
          Map.entry(0x10400009, "Real-mode Application (startup)"),
          Map.entry(0x30000000, "Device options"));

  private Headings() {}

  static String of(BcdObject object) {
    Optional<String> known = WellKnownObject.of(object.id()).map(WELL_KNOWN::get);
    if (known.isPresent()) {
      return known.get();
    }
    String template = TEMPLATES.get(object.id());
    return template != null ? template : ofType(object.type());
  }

  private static String ofType(BcdObjectType type) {
    String name = TYPES.get(type.code());
    if (name != null) {
      return name;
    }
    if (type.isInherit()) {
      return "Inherited Settings (" + type + ")";
    }
    return (type.equals(BcdObjectType.FIRMWARE_APPLICATION) ? "Firmware " : "")
        + "Application ("
        + type
        + ")";
  }
}
