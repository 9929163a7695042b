package io.vhdboot.driver;

import io.vhdboot.disk.LittleEndian;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** INF files of devices that do not exist, and packages of them. */
final class ExampleInf {

  /** A storage adapter for x86 and amd64, in the manner of such drivers. */
  static final String STORAGE =
      """
      ; A storage adapter that does not exist.
      [Version]
      Signature = "$WINDOWS NT$"
      Class=SCSIAdapter
      ClassGuid={4D36E97B-E325-11CE-BFC1-08002BE10318}
      Provider=%Maker%
      DriverVer=02/29/2024,1.22.333.4444
      CatalogFile=exstor.cat
      CatalogFile.NTx86=exstor32.cat
      PnpLockdown=1

      [SourceDisksNames]
      1 = %Disk%,,,\\

      [SourceDisksFiles.amd64]
      exstor.sys = 1,\\x64

      [SourceDisksFiles.x86]
      exstor.sys = 1,x86

      [DestinationDirs]
      DefaultDestDir = 12
      exstor.Help = 11,ExStor

      [Manufacturer]
      %Maker% = Adapters,NTx86.6.1,NTamd64.6.1,NTamd64.10.0...16299

      [Adapters.NTx86.6.1]
      %Adapter% = exstor,PCI\\VEN_FFFE&DEV_0001

      [Adapters.NTamd64.6.1]
      %Adapter% = exstor,PCI\\VEN_FFFE&DEV_0001&SUBSYS_00010002,PCI\\VEN_FFFE&DEV_0001
      "%Adapter% ""fast\""" = exstor, ,PCI\\VEN_FFFE&CC_0100

      [Adapters.NTamd64.10.0...16299]
      %Adapter% = exstor,PCI\\VEN_FFFE&DEV_0002

      [exstor.NT]
      CopyFiles = @exstor.sys

      [exstor.NT.HW]
      AddReg = exstor.Interrupts

      [exstor.Interrupts]
      HKR,"Interrupt Management",,0x00000010
      HKR, Interrupt Management\\MessageSignaledInterruptProperties, MSISupported, %REG_DWORD%, 1

      [exstor.NT.Services]
      AddService = exstor, 0x00000002, exstor.Service, exstor.Log

      [exstor.Service]
      DisplayName = %Service%
      ServiceType = %SERVICE_KERNEL_DRIVER%
      StartType = 0x0
      ErrorControl = 1
      ServiceBinary = %12%\\exstor.sys
      LoadOrderGroup = SCSI Miniport
      AddReg = exstor.Parameters

      [exstor.Parameters]
      HKR, "Parameters\\PnpInterface", "5", %REG_DWORD%, 0x00000001
      HKR, "Parameters", "BusType", %REG_DWORD%, 0x0A

      [exstor.Log]
      AddReg = exstor.LogReg

      [exstor.LogReg]
      HKR,,EventMessageFile,0x00020000,"%%SystemRoot%%\\System32\\IoLogMsg.dll"
      HKR,,TypesSupported,0x00010001,7

      [Strings]
      Maker = "Example Storage"
      Disk = "Example disk"
      Adapter = "Example adapter"
      Service = "Example storage service"
      REG_DWORD = 0x00010001
      SERVICE_KERNEL_DRIVER = 1

      [Strings.0407]
      Maker = "Beispiel"
      Adapter = "Beispieladapter"
      REG_DWORD = 0x00010001
      SERVICE_KERNEL_DRIVER = 1
      """;

  static final WindowsTarget SEVEN = WindowsTarget.of(ProcessorArchitecture.AMD64, 6, 1, 7601);
  static final WindowsTarget SEVEN_X86 = WindowsTarget.of(ProcessorArchitecture.X86, 6, 1, 7601);
  static final WindowsTarget TEN = WindowsTarget.of(ProcessorArchitecture.AMD64, 10, 0, 19045);

  private ExampleInf() {}

  static InfFile parse(String text) throws IOException {
    return InfFile.parse("example.inf", text.getBytes(StandardCharsets.UTF_8));
  }

  /** A package of the storage adapter with all its files. */
  static Path storagePackage(Path folder) throws IOException {
    Files.createDirectories(folder.resolve("x64"));
    Files.createDirectories(folder.resolve("x86"));
    Files.write(folder.resolve("x64/exstor.sys"), program(ProcessorArchitecture.AMD64, 1));
    Files.write(folder.resolve("x86/exstor.sys"), program(ProcessorArchitecture.X86, 1));
    Files.writeString(folder.resolve("exstor.cat"), "no catalog");
    Files.writeString(folder.resolve("exstor32.cat"), "no catalog");
    return Files.writeString(folder.resolve("exstor.inf"), STORAGE);
  }

  /** As much of a program as shows its machine. */
  static byte[] program(ProcessorArchitecture architecture, int content) {
    byte[] program = new byte[512];
    LittleEndian.put16(program, 0, 0x5A4D);
    LittleEndian.put32(program, 60, 128);
    LittleEndian.put32(program, 128, 0x4550);
    LittleEndian.put16(program, 132, architecture.machine());
    program[500] = (byte) content;
    return program;
  }
}
