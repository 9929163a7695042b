package io.vhdboot.servicing;

import io.vhdboot.driver.ProcessorArchitecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Driver packages for devices that do not exist. */
final class TestDrivers {

  static final String STORAGE_ID = "PCI\\VEN_FFFE&DEV_0001&SUBSYS_00010002";
  static final String STORAGE_COMPATIBLE_ID = "PCI\\VEN_FFFE&DEV_0001";
  static final String NET_ID = "PCI\\VEN_FFFE&DEV_0100";

  private static final String STORAGE =
      """
      [Version]
      Signature="$Windows NT$"
      Class=SCSIAdapter
      ClassGuid={4D36E97B-E325-11CE-BFC1-08002BE10318}
      Provider=%Maker%
      DriverVer=02/29/2024,VERSION
      CatalogFile=exstor.cat
      PnpLockdown=1
      [SourceDisksNames]
      1=Disk
      [SourceDisksFiles]
      exstor.sys=1
      [DestinationDirs]
      DefaultDestDir=12
      [Manufacturer]
      %Maker%=Models,NTARCH
      [Models.NTARCH]
      %ExStor.Device%=Install,PCI\\VEN_FFFE&DEV_0001&SUBSYS_00010002,PCI\\VEN_FFFE&DEV_0001
      [Install]
      CopyFiles=@exstor.sys
      [Install.HW]
      AddReg=Hardware
      [Hardware]
      HKR,"Interrupt Management\\MessageSignaledInterruptProperties",MSISupported,0x10001,1
      HKR,,UpperFilters,0x10000,exfilter
      [Install.Services]
      AddService=exstor,2,Service
      [Service]
      DisplayName=%ExStor.Service%
      ServiceType=1
      StartType=0
      ErrorControl=1
      ServiceBinary=%12%\\exstor.sys
      LoadOrderGroup=SCSI miniport
      AddReg=Values
      [Values]
      HKR,Parameters,BusType,0x10001,0x0A
      HKR,Parameters\\PnpInterface,5,0x10001,1
      [Strings]
      Maker="Example"
      ExStor.Device="Example adapter"
      ExStor.Service="Example service"
      """;

  private static final String NET =
      """
      [Version]
      Signature="$Windows NT$"
      Class=Net
      ClassGuid={4d36e972-e325-11ce-bfc1-08002be10318}
      Provider=%Maker%
      DriverVer=02/29/2024,1.0.0.0
      CatalogFile=exnet.cat
      [SourceDisksNames]
      1=Disk
      [SourceDisksFiles]
      exnet.sys=1
      [DestinationDirs]
      DefaultDestDir=12
      [Manufacturer]
      %Maker%=Models,NTARCH
      [Models.NTARCH]
      "Example network"=Install,PCI\\VEN_FFFE&DEV_0100
      [Install]
      CopyFiles=@exnet.sys
      [Install.Services]
      AddService=exnet,2,Service
      [Service]
      ServiceType=1
      StartType=3
      ErrorControl=1
      ServiceBinary=%12%\\exnet.sys
      [Strings]
      Maker="Example"
      """;

  private TestDrivers() {}

  /** A package of a storage adapter. */
  static Path storage(Path folder, String architecture, String version) throws IOException {
    return put(folder, "exstor", STORAGE.replace("VERSION", version), architecture);
  }

  /** A package of a network adapter. */
  static Path net(Path folder, String architecture) throws IOException {
    return put(folder, "exnet", NET, architecture);
  }

  private static Path put(Path folder, String name, String inf, String architecture)
      throws IOException {
    Files.createDirectories(folder);
    int machine =
        ProcessorArchitecture.named(architecture).orElseThrow() == ProcessorArchitecture.X86
            ? 0x14C
            : 0x8664;
    Files.write(folder.resolve(name + ".sys"), TestWindows.program(machine));
    Files.writeString(folder.resolve(name + ".cat"), "a catalog of nothing");
    return Files.writeString(
        folder.resolve(name + ".inf"), inf.replace("NTARCH", "NT" + architecture));
  }
}
