package io.vhdboot.bcd;

import io.vhdboot.disk.WindowsGuid;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** Objects whose GUID is the same in all stores, and the alias bcdedit has for them. */
public enum WellKnownObject {

  /** The Windows boot manager. */
  BOOT_MANAGER("{bootmgr}", "9dea862c-5cdd-4e70-acc1-f32b344d4795", 0x10100002),

  /** The firmware's boot manager. */
  FIRMWARE_BOOT_MANAGER("{fwbootmgr}", "a5a30fa2-3d06-4e9f-b5f4-a01df9d1fcba", 0x10100001),

  /** The memory test. */
  MEMORY_TESTER("{memdiag}", "b2721d73-1db4-4c62-bf78-c548a880142d", 0x10200005),

  /** The loader of Windows XP and before. */
  LEGACY_LOADER("{ntldr}", "466f5a88-0af2-4f76-9038-095b170dc21c", 0x10300006),

  /** Settings of everything. */
  GLOBAL_SETTINGS("{globalsettings}", "7ea2e1ac-2e61-4728-aaa3-896d9d0a9f0e", 0x20100000),

  /** Settings of the debugger. */
  DEBUGGER_SETTINGS("{dbgsettings}", "4636856e-540f-4170-a130-a84776f4c654", 0x20100000),

  /** Settings of emergency management services. */
  EMS_SETTINGS("{emssettings}", "0ce4991b-e6b3-4b16-b23c-5e0d9250e5d9", 0x20100000),

  /** Memory that is known to be bad. */
  BAD_MEMORY("{badmemory}", "5189b25c-5558-4bf2-bca4-289b11bd29e2", 0x20100000),

  /** Settings of all loaders. */
  BOOT_LOADER_SETTINGS("{bootloadersettings}", "6efb52bf-1766-41db-a6b3-0ee5eff72bd7", 0x20200003),

  /** Settings of the hypervisor. */
  HYPERVISOR_SETTINGS("{hypervisorsettings}", "7ff607e0-4395-11db-b0de-0800200c9a66", 0x20200003),

  /** Settings of the kernel's debugger, Windows 8.1 on. */
  KERNEL_DEBUGGER_SETTINGS(
      "{kerneldbgsettings}", "313e8eed-7098-4586-a9bf-309c61f8d449", 0x20200003),

  /** Settings of all resume objects. */
  RESUME_LOADER_SETTINGS(
      "{resumeloadersettings}", "1afa9c49-16ab-4a5c-901b-212802da9460", 0x20200004),

  /** Options of RAM disks. */
  RAM_DISK_OPTIONS("{ramdiskoptions}", "ae5534e0-a924-466c-b836-758539a3ee3a", 0x30000000);

  /** What {@code {default}} is stored as where somebody wrote it into a list. */
  static final UUID DEFAULT = UUID.fromString("1cae1eb7-a0df-4d4d-9851-4860e34ef535");

  /** What {@code {current}} is stored as: the Windows that runs, which has no meaning offline. */
  static final UUID CURRENT = UUID.fromString("fa926493-6f1c-4193-a414-58f0b2456d1e");

  private final String alias;
  private final UUID id;
  private final BcdObjectType type;

  WellKnownObject(String alias, String id, int type) {
    this.alias = alias;
    this.id = UUID.fromString(id);
    this.type = new BcdObjectType(type);
  }

  /** bcdedit's name for it, in braces. */
  public String alias() {
    return alias;
  }

  /** Its GUID. */
  public UUID id() {
    return id;
  }

  /** The type it must have. */
  public BcdObjectType type() {
    return type;
  }

  /** The well-known object of that GUID. */
  public static Optional<WellKnownObject> of(UUID id) {
    return Arrays.stream(values()).filter(object -> object.id.equals(id)).findFirst();
  }

  /** The well-known object of that alias, with braces or without, in any letter case. */
  public static Optional<WellKnownObject> ofAlias(String alias) {
    String plain = alias.toLowerCase(Locale.ROOT).replaceAll("^\\{|}$", "");
    return Arrays.stream(values())
        .filter(
            object ->
                object.alias.equals("{" + plain + "}")
                    || object == LEGACY_LOADER && plain.equals("legacy")
                    || object == DEBUGGER_SETTINGS && plain.equals("eventsettings"))
        .findFirst();
  }

  /** The alias of a GUID, or the GUID in braces when it has none. */
  public static String name(UUID id) {
    return of(id).map(WellKnownObject::alias).orElseGet(() -> WindowsGuid.toString(id));
  }
}
