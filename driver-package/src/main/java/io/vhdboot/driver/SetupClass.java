package io.vhdboot.driver;

import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Device setup classes that Windows defines ("System-Defined Device Setup Classes Available to
 * Vendors" of Microsoft's documentation, devguid.h).
 */
final class SetupClass {

  static final UUID STORAGE_ADAPTER = guid("4d36e97b-e325-11ce-bfc1-08002be10318");
  static final UUID DISK_CONTROLLER = guid("4d36e96a-e325-11ce-bfc1-08002be10318");
  static final UUID SD_HOST = guid("a0a588a4-c46f-4b37-b7ea-c82fe89870c6");
  static final UUID USB = guid("36fc9e60-c465-11cf-8056-444553540000");
  static final UUID SOFTWARE_COMPONENT = guid("5c4c3332-344d-483c-8739-259e934c9cc8");
  static final UUID EXTENSION = guid("e2f84ce7-8efa-411c-aa69-97454ca4cb57");

  private static final Map<UUID, String> DEFINED =
      Map.ofEntries(
          Map.entry(STORAGE_ADAPTER, "SCSIAdapter"),
          Map.entry(DISK_CONTROLLER, "HDC"),
          Map.entry(SD_HOST, "SDHost"),
          Map.entry(USB, "USB"),
          Map.entry(SOFTWARE_COMPONENT, "SoftwareComponent"),
          Map.entry(EXTENSION, "Extension"),
          Map.entry(guid("72631e54-78a4-11d0-bcf7-00aa00b7b32a"), "Battery"),
          Map.entry(guid("53d29ef7-377c-4d14-864b-eb3a85769359"), "Biometric"),
          Map.entry(guid("e0cbf06c-cd8b-4647-bb8a-263b43f0f974"), "Bluetooth"),
          Map.entry(guid("ca3e7ab9-b4c3-4ae6-8251-579ef933890f"), "Camera"),
          Map.entry(guid("4d36e965-e325-11ce-bfc1-08002be10318"), "CDROM"),
          Map.entry(guid("4d36e967-e325-11ce-bfc1-08002be10318"), "DiskDrive"),
          Map.entry(guid("4d36e968-e325-11ce-bfc1-08002be10318"), "Display"),
          Map.entry(guid("4d36e969-e325-11ce-bfc1-08002be10318"), "FDC"),
          Map.entry(guid("4d36e980-e325-11ce-bfc1-08002be10318"), "FloppyDisk"),
          Map.entry(guid("f2e7dd72-6468-4e36-b6f1-6488f42c1b52"), "Firmware"),
          Map.entry(guid("745a17a0-74d3-11d0-b6fe-00a0c90f57da"), "HIDClass"),
          Map.entry(guid("6bdd1fc6-810f-11d0-bec7-08002be2092f"), "Image"),
          Map.entry(guid("6bdd1fc5-810f-11d0-bec7-08002be2092f"), "Infrared"),
          Map.entry(guid("4d36e96b-e325-11ce-bfc1-08002be10318"), "Keyboard"),
          Map.entry(guid("ce5939ae-ebde-11d0-b181-0000f8753ec4"), "MediumChanger"),
          Map.entry(guid("4d36e970-e325-11ce-bfc1-08002be10318"), "MTD"),
          Map.entry(guid("4d36e96d-e325-11ce-bfc1-08002be10318"), "Modem"),
          Map.entry(guid("4d36e96e-e325-11ce-bfc1-08002be10318"), "Monitor"),
          Map.entry(guid("4d36e96f-e325-11ce-bfc1-08002be10318"), "Mouse"),
          Map.entry(guid("4d36e971-e325-11ce-bfc1-08002be10318"), "Multifunction"),
          Map.entry(guid("4d36e96c-e325-11ce-bfc1-08002be10318"), "Media"),
          Map.entry(guid("50906cb8-ba12-11d1-bf5d-0000f805f530"), "MultiportSerial"),
          Map.entry(guid("4d36e972-e325-11ce-bfc1-08002be10318"), "Net"),
          Map.entry(guid("4d36e973-e325-11ce-bfc1-08002be10318"), "NetClient"),
          Map.entry(guid("4d36e974-e325-11ce-bfc1-08002be10318"), "NetService"),
          Map.entry(guid("4d36e975-e325-11ce-bfc1-08002be10318"), "NetTrans"),
          Map.entry(guid("268c95a1-edfe-11d3-95c3-0010dc4050a5"), "SecurityAccelerator"),
          Map.entry(guid("4d36e977-e325-11ce-bfc1-08002be10318"), "PCMCIA"),
          Map.entry(guid("4d36e978-e325-11ce-bfc1-08002be10318"), "Ports"),
          Map.entry(guid("4d36e979-e325-11ce-bfc1-08002be10318"), "Printer"),
          Map.entry(guid("50127dc3-0f36-415e-a6cc-4cb3be910b65"), "Processor"),
          Map.entry(guid("5175d334-c371-4806-b3ba-71fd53c9258d"), "Sensor"),
          Map.entry(guid("50dd5230-ba8a-11d1-bf5d-0000f805f530"), "SmartCardReader"),
          Map.entry(guid("4d36e97d-e325-11ce-bfc1-08002be10318"), "System"),
          Map.entry(guid("6d807884-7d21-11cf-801c-08002be10318"), "TapeDrive"),
          Map.entry(guid("88bae032-5a81-49f0-bc3d-a4ff138216d6"), "USBDevice"),
          Map.entry(guid("25dbce51-6c8f-4a72-8a6d-b54c2b4fc835"), "WCEUSBS"),
          Map.entry(guid("eec5ad98-8080-425f-922a-dabf3de3f69a"), "WPD"));

  /** The classes whose drivers lead to the disk that Windows starts from. */
  private static final Set<UUID> STORAGE = Set.of(STORAGE_ADAPTER, DISK_CONTROLLER, SD_HOST);

  private SetupClass() {}

  private static UUID guid(String text) {
    return UUID.fromString(text);
  }

  static boolean isDefined(UUID guid) {
    return DEFINED.containsKey(guid);
  }

  static boolean isStorage(UUID guid) {
    return STORAGE.contains(guid);
  }
}
