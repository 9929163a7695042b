package io.vhdboot.usb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read out of PowerShell's answers, written after the documented properties. */
class WindowsDisksTest {

  static final String DISKS =
      """
      {"Disks":[
       {"Number":0,"FriendlyName":"Fast NVMe","Manufacturer":null,"Model":"Fast NVMe",
        "SerialNumber":"ABCD_1234.","Bus":"NVMe","Size":512110190592,"LogicalSectorSize":512,
        "IsBoot":true,"IsSystem":true,"IsReadOnly":false,"UniqueId":"eui.01","Path":"\\\\\\\\?\\\\nvme"},
       {"Number":1,"FriendlyName":"SanDisk Ultra","Manufacturer":"SanDisk","Model":"Ultra",
        "SerialNumber":"4C530001","Bus":"USB","Size":15376318464,"LogicalSectorSize":512,
        "IsBoot":false,"IsSystem":false,"IsReadOnly":false,"UniqueId":"USBSTOR\\\\1","Path":"p1"},
       {"Number":2,"FriendlyName":"Backup","Manufacturer":"WD ","Model":"Backup",
        "SerialNumber":"","Bus":"SATA","Size":4000787030016,"LogicalSectorSize":4096,
        "IsBoot":false,"IsSystem":false,"IsReadOnly":true,"UniqueId":"x","Path":"p2"},
       {"Number":3,"FriendlyName":"Msft Virtual Disk","Manufacturer":"Msft","Model":"Virtual Disk",
        "SerialNumber":null,"Bus":"File Backed Virtual","Size":1048576,"LogicalSectorSize":512,
        "IsBoot":false,"IsSystem":false,"IsReadOnly":false,"UniqueId":"v","Path":"p3"}],
      "Partitions":[
       {"DiskNumber":0,"PartitionNumber":3,"Size":511000000000,
        "Paths":["C:\\\\","\\\\\\\\?\\\\Volume{1}\\\\"]},
       {"DiskNumber":1,"PartitionNumber":1,"Size":15375269888,
        "Paths":["E:\\\\","\\\\\\\\?\\\\Volume{2}\\\\"]},
       {"DiskNumber":2,"PartitionNumber":1,"Size":4000786030592,"Paths":["C:\\\\Backup\\\\"]}],
      "Drives":[{"Index":0,"MediaType":"Fixed hard disk media"},
                {"Index":1,"MediaType":"Removable Media"}],
      "PageFiles":["C:\\\\Backup\\\\pagefile.sys"],
      "SystemRoot":"C:\\\\Windows"}
      """;

  private static DiskDevice disk(int number, Path... kept) throws IOException {
    return WindowsDisks.parse(DISKS).disks(List.of(kept), List.of("C:\\Users\\me")).get(number);
  }

  private static List<DiskUse.Kind> uses(DiskDevice disk) {
    return disk.uses().stream().map(DiskUse::kind).distinct().toList();
  }

  @Test
  void aStickIsToldWhole() throws IOException {
    DiskDevice stick = disk(1);
    assertThat(stick.path()).isEqualTo("\\\\.\\PhysicalDrive1");
    assertThat(stick.title()).isEqualTo("SanDisk Ultra");
    assertThat(stick.serial()).isEqualTo("4C530001");
    assertThat(stick.size()).isEqualTo(15_376_318_464L);
    assertThat(stick.bus()).isEqualTo(DeviceBus.USB);
    assertThat(stick.removable()).isTrue();
    assertThat(stick.attachment()).isEqualTo("USBSTOR\\1p1");
    assertThat(uses(stick)).containsExactly(DiskUse.Kind.MOUNT);
    assertThat(DeviceRules.STRICT.unmount(true).judge(stick)).isEmpty();
  }

  @Test
  void theSystemsDiskIsKnown() throws IOException {
    assertThat(uses(disk(0))).containsExactly(DiskUse.Kind.SYSTEM, DiskUse.Kind.MOUNT);
  }

  @Test
  void aPagingFileInAFolderThatIsAnotherDiskIsFoundThere() throws IOException {
    DiskDevice backup = disk(2);
    assertThat(uses(backup)).containsExactly(DiskUse.Kind.SWAP, DiskUse.Kind.MOUNT);
    assertThat(backup.sectorSize()).isEqualTo(4096);
    assertThat(backup.readOnly()).isTrue();
    assertThat(backup.title()).isEqualTo("WD Backup");
  }

  @Test
  void virtualDisksAreKnown() throws IOException {
    assertThat(disk(3).bus()).isEqualTo(DeviceBus.VIRTUAL);
  }

  @Test
  void whatIsReadIsNotOverwritten() throws IOException {
    assertThat(uses(disk(1, Path.of("e:\\Images\\stick.img")))).contains(DiskUse.Kind.INPUT);
    assertThat(uses(disk(1, Path.of("c:\\stick.img")))).doesNotContain(DiskUse.Kind.INPUT);
  }

  @Test
  void whereTheSystemIsNobodyKnowsEveryDiskIsRefused() throws IOException {
    String text = DISKS.replace("\"SystemRoot\":\"C:", "\"SystemRoot\":\"D:");
    for (DiskDevice disk : WindowsDisks.parse(text).disks(List.of(), List.of())) {
      assertThat(uses(disk)).contains(DiskUse.Kind.UNKNOWN);
    }
  }

  @Test
  void aListOfOneIsNoList() throws IOException {
    String text =
        """
        {"Disks":{"Number":7,"FriendlyName":"Stick","Bus":"USB","Size":1000},
         "Partitions":{"DiskNumber":7,"PartitionNumber":1,"Size":900,"Paths":"C:\\\\"},
         "PageFiles":null,"Drives":null,"SystemRoot":"C:\\\\Windows"}
        """;
    DiskDevice disk = WindowsDisks.parse(text).disks(List.of(), List.of()).get(0);
    assertThat(disk.path()).endsWith("PhysicalDrive7");
    assertThat(uses(disk)).contains(DiskUse.Kind.SYSTEM);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "null",
        "Get-Disk : Access denied",
        "{}",
        "{\"Disks\":[],\"SystemRoot\":\"C:\"}",
        "{\"Disks\":[1],\"SystemRoot\":\"C:\"}",
        "{\"Disks\":[{\"Number\":\"x\"}]",
        "{\"Disks\":[{\"Number\":[]}],\"SystemRoot\":\"C:\"}"
      })
  void whatIsNoAnswerIsNoEmptyList(String text) {
    assertThatThrownBy(() -> WindowsDisks.parse(text).disks(List.of(), List.of()))
        .isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "PhysicalDrive1", "\\\\.\\PHYSICALDRIVE1", "disk 1"})
  void diskNumbersAreNames(String name) {
    DeviceHost host = new WindowsHost(Optional.empty());
    assertThat(host.canonicalName(name)).isEqualTo("\\\\.\\PhysicalDrive1");
  }
}
