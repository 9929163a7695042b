package io.vhdboot.bcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.hive.HiveValue;
import io.vhdboot.hive.RegistryType;
import io.vhdboot.testing.Seed;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class BcdDeviceTest {

  private static final BcdDevice HOST = BcdDevice.mbrPartition(0x28cd42d6, 0x400000);

  @Test
  void partitionHasTheBytesWindowsWrites() {
    assertThat(HexFormat.of().formatHex(HOST.toBytes()))
        .isEqualTo(
            "06000000000000004800000000000000"
                + "00004000000000000000000000000000"
                + "0000000001000000"
                + "d642cd28000000000000000000000000"
                + "00000000000000000000000000000000");
  }

  /** Lengths: 88 bytes for a partition, BEh + path for the VHD on it, B0h + path when native. */
  @Test
  void vhdFormsHaveTheirKnownLengths() {
    String path = "\\x.vhd";
    int pathSize = 2 * (path.length() + 1);
    assertThat(element(BcdDevice.vhdOnPartition(HOST, path, BcdElements.PATH)))
        .hasSize(0xBE + pathSize);
    assertThat(element(BcdDevice.vhdAnywhere(path, BcdElements.PATH))).hasSize(0x92 + 2 * pathSize);
    assertThat(
            element(BcdDevice.partitionInVhd(new BcdDevice.MbrPartition(1, 1 << 20), HOST, path)))
        .hasSize(0xB0 + pathSize);
    assertThat(element(BcdDevice.ramDisk(BcdDevice.BOOT, path))).hasSize(0x8C + pathSize);
    assertThat(element(new BcdDevice.File(BcdDevice.BOOT, path))).hasSize(0x78 + pathSize);
  }

  @Test
  void everyFormComesBack() {
    UUID disk = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
    BcdDevice gpt =
        BcdDevice.gptPartition(disk, UUID.fromString("ffeeddcc-bbaa-9988-7766-554433221100"));
    for (BcdDevice device :
        List.of(
            BcdDevice.BOOT,
            HOST,
            gpt,
            new BcdDevice.File(gpt, "\\boot.wim"),
            BcdDevice.ramDisk(BcdDevice.vhdOnPartition(gpt, "\\a.vhd", 0x12000002), "\\b.wim"),
            BcdDevice.vhdOnPartition(BcdDevice.BOOT, "\\" + "long".repeat(60), 0x22000002),
            BcdDevice.vhdAnywhere("\\Ünïcode \uD83D\uDCBE.vhd", 0x12345678),
            BcdDevice.partitionInVhd(new BcdDevice.GptPartition(disk, disk), HOST, "\\c.vhdx"),
            new BcdDevice.LocateByPath("\\lone \uD800 half", Optional.of(gpt)),
            new BcdDevice.RamDisk(HOST, "\\x\0left over", 1, 2, 3))) {
      assertThat(BcdDevice.decode(device.toBytes())).isEqualTo(device);
    }
    assertThat(new BcdDevice.File(HOST, "\\x\0left over").path()).isEqualTo("\\x");
  }

  @Test
  void unknownFormsKeepTheirBytes() {
    byte[] serial = new byte[40];
    serial[0] = 3;
    serial[8] = 40;
    serial[20] = 7;
    BcdDevice device = BcdDevice.decode(serial);
    assertThat(device).isInstanceOf(BcdDevice.Unknown.class);
    assertThat(device.toBytes()).isEqualTo(serial);
    assertThat(device.toText(DeviceNamer.OFFLINE)).startsWith("unknown:03");
  }

  @Test
  void valuesOfTheWrongShapeStayRaw() {
    assertThat(BcdValue.decode(0x16000010, HiveValue.binary("Element", new byte[2])))
        .isInstanceOf(BcdValue.Raw.class);
    assertThat(BcdValue.decode(0x15000011, HiveValue.binary("Element", new byte[9])))
        .isInstanceOf(BcdValue.Raw.class);
    assertThat(BcdValue.decode(0x12000002, HiveValue.dword("Element", 1)))
        .isEqualTo(new BcdValue.Raw(RegistryType.DWORD, new byte[] {1, 0, 0, 0}));
    assertThat(BcdValue.decode(0x23000003, HiveValue.string("Element", "{bootmgr}")))
        .isInstanceOf(BcdValue.Raw.class);
    assertThat(BcdValue.decode(0x11000001, HiveValue.binary("Element", new byte[31])))
        .isInstanceOf(BcdValue.Raw.class);
    assertThat(BcdValue.decode(0x14000006, HiveValue.multiString("Element", List.of("x"))))
        .isInstanceOf(BcdValue.Raw.class);
  }

  @Test
  void textEndsAtItsFirstNul() {
    HiveValue junk = HiveValue.string("Element", "Ramdisk Options\0junk");
    assertThat(BcdValue.decode(0x12000004, junk)).isEqualTo(BcdValue.of("Ramdisk Options"));
  }

  @Test
  void elementOfAnotherFormatIsTheCallersMistake() throws IOException {
    BcdObject object = BcdStore.create(Instant.EPOCH).createObject(WellKnownObject.BOOT_MANAGER);
    assertThatThrownBy(() -> object.set(BcdElements.TIMEOUT, BcdValue.of("30")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("25000004");
  }

  @Test
  void mutatedDevicesDecodeAndComeBackByteForByte() throws IOException {
    SplittableRandom random = Seed.random("mutatedDevices");
    List<String> lines = Files.readAllLines(SharedData.data("bcd/device-vectors.tsv"));
    for (int i = 0; i < Seed.cases(200_000, 20_000); i++) {
      byte[] element =
          HexFormat.of().parseHex(lines.get(1 + i % (lines.size() - 1)).split("\t")[6]);
      for (int change = random.nextInt(3); change >= 0; change--) {
        element[random.nextInt(element.length)] = (byte) random.nextInt(256);
      }
      BcdValue value = BcdValue.decode(0x11000001, HiveValue.binary("Element", element));
      assertThat(value.encode("Element").data()).isEqualTo(element);
    }
  }

  @Test
  void descriptorsThatNestTooDeepStayUnknown() {
    BcdDevice device = BcdDevice.BOOT;
    for (int i = 0; i < 200; i++) {
      device = new BcdDevice.File(device, "\\a");
    }
    byte[] bytes = device.toBytes();
    BcdDevice decoded = BcdDevice.decode(bytes);
    assertThat(decoded.toBytes()).isEqualTo(bytes);
    assertThat(decoded.toString()).contains("Unknown[");
  }

  @Test
  void mutatedStoresGiveTypedExceptionsOnly() throws IOException {
    SplittableRandom random = Seed.random("mutatedStores");
    List<Path> files =
        SharedData.files("bcd").stream().filter(file -> file.toString().endsWith(".bcd")).toList();
    int refused = 0;
    int cases = Seed.cases(20_000, 1_000);
    for (int i = 0; i < cases; i++) {
      byte[] bytes = Files.readAllBytes(files.get(i % files.size()));
      for (int change = random.nextInt(6); change >= 0; change--) {
        bytes[4096 + random.nextInt(8192)] = (byte) random.nextInt(256);
      }
      try {
        BcdStore store = BcdStore.read("mutant", bytes);
        BcdListing.of(store, DeviceNamer.OFFLINE).toText();
        for (BcdObject object : store.objects()) {
          object.set(BcdElements.DESCRIPTION, BcdValue.of("edited"));
        }
        store.toBytes();
      } catch (DiskFormatException e) {
        refused++;
      }
    }
    assertThat(refused).isBetween(1, cases - 1);
  }

  private static byte[] element(BcdDevice device) {
    return BcdValue.of(device).encode("Element").data();
  }
}
