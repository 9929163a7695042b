package io.vhdboot.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.driver.InfFinding.Level;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class InfVerifierTest {

  /** A file with no finding at all, isolated as new drivers must be. */
  private static final String CLEAN =
      """
      [Version]
      Signature="$Windows NT$"
      Class=System
      ClassGuid={4d36e97d-e325-11ce-bfc1-08002be10318}
      Provider=%Maker%
      DriverVer=01/02/2024,1.0.0.0
      CatalogFile=clean.cat
      PnpLockdown=1
      [SourceDisksNames]
      1=Disk
      [SourceDisksFiles]
      clean.sys=1
      [DestinationDirs]
      DefaultDestDir=13
      [Manufacturer]
      %Maker%=Models,NTamd64.10.0...16299
      [Models.NTamd64.10.0...16299]
      %Device%=Install,PCI\\VEN_FFFE&DEV_0003
      [Install]
      CopyFiles=Files
      [Files]
      clean.sys
      [Install.Services]
      AddService=clean,2,Service
      [Service]
      ServiceType=1
      StartType=3
      ErrorControl=1
      ServiceBinary=%13%\\clean.sys
      AddReg=Values
      [Values]
      HKR,Parameters,One,0x10001,1
      [Strings]
      Maker=Example
      Device="Example device"
      """;

  @Test
  void cleanFileHasNoFinding() throws IOException {
    assertThat(InfVerifier.verify(ExampleInf.parse(CLEAN))).isEmpty();
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        mistake(1001, Level.ERROR, "$Windows NT$", "$Windows 3$", 0),
        mistake(
            1002,
            Level.ERROR,
            "Models,NTamd64.10.0...16299\n",
            "Models,NTamd64.10.0...16299,NTvax\n",
            16),
        mistake(1002, Level.ERROR, "StartType=3", "StartType=demand", 27),
        mistake(1002, Level.ERROR, "%13%\\clean.sys", "clean.sys", 29),
        mistake(1002, Level.ERROR, "HKR,Parameters", "HKEY,Parameters", 32),
        mistake(1002, Level.ERROR, "One,0x10001", "One,REG_DWORD", 32),
        mistake(1002, Level.ERROR, "DefaultDestDir=13", "DefaultDestDir=%13%", 14),
        mistake(1005, Level.ERROR, "CopyFiles=Files", "CopyFiles=\nCopyFiles=Files", 20),
        mistake(
            1005,
            Level.ERROR,
            "AddService=clean,2,Service",
            "AddService=clean,2,Service\nAddService=other",
            25),
        mistake(1006, Level.ERROR, "ErrorControl=1\n", "", 25),
        mistake(1100, Level.ERROR, "clean.sys=1", "clean.sys=1,x64", 22),
        mistake(1203, Level.ERROR, "CopyFiles=Files", "CopyFiles=Files,clean.sys", 20),
        mistake(1203, Level.ERROR, "%Device%=Install,", "%Device%=Insatll,", 18),
        mistake(
            1203,
            Level.ERROR,
            "Models,NTamd64.10.0...16299\n",
            "Models,NTamd64.10.0...16299,NTarm64\n",
            16),
        mistake(1204, Level.ERROR, "Maker=Example", "Maker=microsoft", 5),
        mistake(1205, Level.WARNING, "AddReg=Values", "AddReg=Values\nDelReg=Values", 31),
        mistake(1212, Level.ERROR, "[Strings]", "[DefaultInstall.NTamd64]\n[Strings]", 1),
        mistake(
            1220, Level.WARNING, "CopyFiles=Files", "Include=a.inf\nAddReg=A\nCopyFiles=Files", 21),
        mistake(
            1221, Level.ERROR, "HKR,Parameters", "HKLM,System\\CurrentControlSet\\Services\\x", 32),
        mistake(1230, Level.ERROR, "[SourceDisksFiles]", "[SourceDisksFiles.x86]", 22),
        mistake(1233, Level.ERROR, "CatalogFile=clean.cat", ";", 1),
        mistake(1235, Level.ERROR, "One,0x10001,1", "One,,%SystemRoot%\\x", 32),
        mistake(1285, Level.ERROR, "[Strings]", "[ClassInstall32]\n[Strings]", 1),
        mistake(1296, Level.ERROR, "clean,2,", "clean,,", 19),
        mistake(1297, Level.ERROR, "Install,PCI\\VEN_FFFE&DEV_0003", "Install", 15),
        mistake(1300, Level.WARNING, "[Strings]", "[Install.CoInstallers]\n[Strings]", 33),
        mistake(
            1301,
            Level.WARNING,
            "CopyFiles=Files",
            "BitReg=B\nCopyFiles=Files\n[B]\n[Install]",
            20),
        mistake(
            1302,
            Level.WARNING,
            "AddService=clean,2,Service",
            "AddService=clean,2,Service\nDelService=old",
            25),
        mistake(
            1303,
            Level.WARNING,
            "HKR,Parameters,One,0x10001,1",
            "HKR,,CoInstallers32,0x10000,x",
            32),
        mistake(1304, Level.WARNING, "HKR,Parameters", "HKLM,Software\\x", 32),
        mistake(1305, Level.WARNING, "0x10001,1", "0x10008,a", 32),
        mistake(1306, Level.WARNING, "DefaultDestDir=13", "DefaultDestDir=24", 22),
        mistake(
            1310,
            Level.WARNING,
            "AddService=clean,2,Service",
            "AddService=clean,2,Service\nNeeds=Install",
            25),
        mistake(
            1313, Level.WARNING, "CopyFiles=Files", "Needs=KS.Registration\nCopyFiles=Files", 20),
        mistake(1320, Level.WARNING, "HKR,Parameters,One,0x10001,1", "HKLM,Software\\x", 32),
        mistake(1321, Level.WARNING, "HKR,Parameters", "HKLM,Software\\x", 32),
        mistake(1322, Level.WARNING, "DefaultDestDir=13", "DefaultDestDir=12", 22),
        mistake(1323, Level.WARNING, "HKR,Parameters,One", "HKR,,One", 32),
        mistake(1324, Level.WARNING, "PnpLockdown=1", "PnpLockdown=0", 1),
        mistake(
            1330,
            Level.WARNING,
            "AddService=clean,2,Service",
            "AddService=clean,2,Service\nAddService=clean,2,Other\n[Other]\nServiceType=1\nStartType=0\nErrorControl=1\nServiceBinary=%13%\\clean.sys",
            25),
        mistake(
            1330, Level.WARNING, "HKR,Parameters,One,0x10001,1", "HKLM,a,b,,c\nHKLM,a,b,,d", 33),
        mistake(1330, Level.WARNING, "[Files]\n", "[Files]\nclean.sys,other.sys\n", 23),
        mistake(2083, Level.WARNING, "[Strings]", "[Orphan]\n[Strings]", 33),
        mistake(
            2222,
            Level.WARNING,
            "CopyFiles=Files",
            "LogConfig=L\nCopyFiles=Files\n[L]\n[Install]",
            20),
        mistake(
            2223,
            Level.WARNING,
            "Models,NTamd64.10.0...16299\n[Models.NTamd64.10.0...16299]",
            "Models\n[Models]",
            16));
  }

  private static Arguments mistake(int code, Level level, String from, String to, int line) {
    return Arguments.of(code, level, from, to, line);
  }

  @ParameterizedTest(name = "{0}: {3}")
  @MethodSource("mistakes")
  void mistakeIsToldWithItsLine(int code, Level level, String from, String to, int line)
      throws IOException {
    assertThat(CLEAN).contains(from);
    List<InfFinding> findings = InfVerifier.verify(ExampleInf.parse(CLEAN.replace(from, to)));
    assertThat(findings).anyMatch(f -> f.code() == code && f.level() == level && f.line() == line);
  }

  @Test
  void versionEntriesThatAreMissingAreTold() throws IOException {
    for (String key : List.of("Provider", "ClassGuid", "DriverVer")) {
      assertThat(InfVerifier.verify(ExampleInf.parse(CLEAN.replace(key + "=", "No" + key + "="))))
          .extracting(InfFinding::message)
          .anyMatch(message -> message.startsWith("[Version]") && message.contains(key));
    }
  }

  @Test
  void findingsOfAHostileFileAreBounded() throws IOException {
    assertThat(InfVerifier.verify(ExampleInf.parse("[A]\n" + "%x%\n".repeat(5000)))).hasSize(1000);
  }
}
