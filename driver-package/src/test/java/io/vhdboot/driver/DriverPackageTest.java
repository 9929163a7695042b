package io.vhdboot.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.driver.DriverPackage.Fit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DriverPackageTest {

  @TempDir Path folder;
  private Path inf;

  @BeforeEach
  void makePackage() throws IOException {
    inf = ExampleInf.storagePackage(folder);
  }

  private DriverPackage read(WindowsTarget target) throws IOException {
    return DriverPackage.read(inf, target, InfLibrary.NONE);
  }

  private DriverPackage changed(String from, String to, WindowsTarget target) throws IOException {
    assertThat(ExampleInf.STORAGE).contains(from);
    Files.writeString(inf, ExampleInf.STORAGE.replace(from, to));
    return read(target);
  }

  @Test
  void devicesOfTheVersionAreFound() throws IOException {
    DriverPackage seven = read(ExampleInf.SEVEN);
    assertThat(seven.fit()).isEqualTo(Fit.FITS);
    assertThat(seven.models()).hasSize(2);
    assertThat(seven.models().get(0).ids())
        .containsExactly("PCI\\VEN_FFFE&DEV_0001&SUBSYS_00010002", "PCI\\VEN_FFFE&DEV_0001");
    assertThat(seven.models().get(0).description()).isEqualTo("%Adapter%");
    assertThat(seven.models().get(1).description()).isEqualTo("%Adapter% \"fast\"");
    assertThat(seven.models().get(1).hardwareId()).isEmpty();
    assertThat(seven.models().get(1).compatibleIds()).containsExactly("PCI\\VEN_FFFE&CC_0100");
    assertThat(seven.models()).allMatch(model -> model.install().equals("exstor.NT"));
    assertThat(read(ExampleInf.TEN).models())
        .extracting(DeviceModel::hardwareId)
        .containsExactly("PCI\\VEN_FFFE&DEV_0002");
  }

  @Test
  void serviceAndFilesAreFound() throws IOException {
    DriverPackage driver = read(ExampleInf.SEVEN);
    DriverInstall install = driver.install(driver.models().get(0)).orElseThrow();
    assertThat(driver.installs()).containsExactly(install);
    DriverService service = install.functionDriver().orElseThrow();
    assertThat(service.name()).isEqualTo("exstor");
    assertThat(service.displayName()).isEqualTo("%Service%");
    assertThat(service.start()).isEqualTo(DriverService.BOOT_START);
    assertThat(service.group()).isEqualTo("SCSI Miniport");
    assertThat(service.binary()).contains(new InstalledPath(12, "exstor.sys"));
    assertThat(service.registry())
        .extracting(RegistryEdit::key)
        .containsExactly("Parameters\\PnpInterface", "Parameters");
    assertThat(install.hardware()).hasSize(2);
    assertThat(driver.files()).extracting(PackageFile::source).containsExactly("x64/exstor.sys");
    assertThat(driver.files().get(0).target().inWindows("store", ProcessorArchitecture.AMD64))
        .contains("System32/drivers/exstor.sys");
    assertThat(driver.locate(driver.files().get(0))).contains(folder.resolve("x64/exstor.sys"));
    assertThat(driver.catalog()).contains(folder.resolve("exstor.cat"));
    assertThat(driver.isBootCritical()).isTrue();
    assertThat(driver.findings())
        .extracting(InfFinding::level)
        .doesNotContain(InfFinding.Level.ERROR);
  }

  @Test
  void filesOfTheArchitectureAreTaken() throws IOException {
    assertThat(read(ExampleInf.SEVEN_X86).files())
        .extracting(PackageFile::source)
        .containsExactly("x86/exstor.sys");
  }

  @Test
  void otherWindowsAreTold() throws IOException {
    assertThat(read(WindowsTarget.of(ProcessorArchitecture.ARM64, 10, 0, 19045)).fit())
        .isEqualTo(Fit.OTHER_ARCHITECTURE);
    assertThat(read(WindowsTarget.of(ProcessorArchitecture.AMD64, 6, 0, 6002)).fit())
        .isEqualTo(Fit.OTHER_VERSION);
    assertThat(changed("Manufacturer", "NoManufacturer", ExampleInf.SEVEN).fit())
        .isEqualTo(Fit.NO_DEVICES);
  }

  @Test
  void emptyModelsSectionExcludesAVersion() throws IOException {
    DriverPackage driver =
        changed(
            "[Adapters.NTamd64.10.0...16299]\n%Adapter%",
            "[Adapters.NTamd64.10.0...16299]\n;", ExampleInf.TEN);
    assertThat(driver.models()).isEmpty();
    assertThat(driver.fit()).isEqualTo(Fit.OTHER_VERSION);
  }

  @Test
  void undecoratedModelsAreForX86Only() throws IOException {
    String models = "%Maker% = Adapters,NTx86.6.1,NTamd64.6.1,NTamd64.10.0...16299";
    String replaced = "%Maker% = Plain\n[Plain]\n%Adapter% = exstor,PCI\\VEN_1";
    assertThat(changed(models, replaced, ExampleInf.SEVEN).fit()).isEqualTo(Fit.OTHER_ARCHITECTURE);
    assertThat(read(ExampleInf.SEVEN_X86).fit()).isEqualTo(Fit.FITS);
  }

  @Test
  void programForAnotherArchitectureIsTold() throws IOException {
    Files.write(folder.resolve("x64/exstor.sys"), ExampleInf.program(ProcessorArchitecture.X86, 1));
    DriverPackage driver = read(ExampleInf.SEVEN);
    assertThat(driver.fit()).isEqualTo(Fit.OTHER_ARCHITECTURE);
    assertThat(driver.findings())
        .extracting(InfFinding::message)
        .contains("x64/exstor.sys is a program for x86, not amd64");
  }

  @Test
  void missingAndPackedFilesAreTold() throws IOException {
    Files.delete(folder.resolve("x64/exstor.sys"));
    Files.delete(folder.resolve("exstor.cat"));
    assertThat(read(ExampleInf.SEVEN).findings())
        .extracting(InfFinding::message)
        .contains(
            "x64/exstor.sys is named but not in the package",
            "its catalog exstor.cat is not in the package: the driver is not signed");
    Files.writeString(folder.resolve("x64/EXSTOR.SY_"), "packed");
    assertThat(read(ExampleInf.SEVEN).findings())
        .extracting(InfFinding::message)
        .anyMatch(message -> message.endsWith("exstor.sy_ must be unpacked first"));
  }

  @Test
  void namesOfFilesAreFoundInAnyCase() throws IOException {
    Files.move(folder.resolve("x64"), folder.resolve("X64"));
    Files.move(folder.resolve("X64/exstor.sys"), folder.resolve("X64/ExStor.SYS"));
    DriverPackage driver = read(ExampleInf.SEVEN);
    assertThat(driver.locate(driver.files().get(0))).isPresent();
  }

  @Test
  void pathsDoNotLeadOutOfThePackage() throws IOException {
    DriverPackage driver = changed("1,\\x64", "1,..\\..\\x64", ExampleInf.SEVEN);
    assertThat(driver.files()).extracting(PackageFile::source).containsExactly("exstor.sys");
    assertThat(changed("@exstor.sys", "@..\\..\\exstor.sys", ExampleInf.SEVEN).files()).isEmpty();
    assertThat(
            changed("%12%\\exstor.sys", "%12%\\..\\..\\x.sys", ExampleInf.SEVEN)
                .installs()
                .get(0)
                .functionDriver()
                .orElseThrow()
                .binary())
        .isEmpty();
  }

  @Test
  void listsOfFilesKnowSourceFolderAndFlags() throws IOException {
    DriverPackage driver =
        changed(
            "CopyFiles = @exstor.sys",
            "CopyFiles = exstor.Help, exstor.None\n[exstor.Help]\nhelp.txt, exstor.sys,,0x10",
            ExampleInf.SEVEN);
    PackageFile file = driver.files().get(0);
    assertThat(file.source()).isEqualTo("x64/exstor.sys");
    assertThat(file.target()).isEqualTo(new InstalledPath(11, "ExStor/help.txt"));
    assertThat(file.flags()).isEqualTo(0x10);
    assertThat(driver.findings()).extracting(InfFinding::code).contains(1203);
  }

  @Test
  void driverStoreIsAFolderToInstallTo() throws IOException {
    DriverPackage driver =
        changed("DefaultDestDir = 12", "DefaultDestDir = 13,x64", ExampleInf.SEVEN);
    PackageFile file = driver.files().get(0);
    assertThat(file.target().isInDriverStore()).isTrue();
    assertThat(file.target().inWindows("Store/pkg", ProcessorArchitecture.AMD64))
        .contains("Store/pkg/x64/exstor.sys");
  }

  @Test
  void neededSectionsOfThisAndOtherFilesAreTaken() throws IOException {
    Path windows = Files.createDirectories(folder.resolve("INF"));
    Files.writeString(
        windows.resolve("Machine.INF"),
        """
        [Version]
        Signature="$Windows NT$"
        [Inbox.Services]
        AddService = inbox,%Assoc%,Inbox.Service
        Needs = Inbox.Services
        [Inbox.Service]
        ServiceType=1
        StartType=0
        ErrorControl=1
        ServiceBinary=%12%\\inbox.sys
        [Strings]
        Assoc = 2
        """);
    Files.writeString(
        inf,
        ExampleInf.STORAGE
            .replace(
                "AddService = exstor, 0x00000002, exstor.Service, exstor.Log",
                "Include = machine.inf\nNeeds = Inbox.Services")
            .replace(
                "CopyFiles = @exstor.sys",
                "Needs = Own\n[Own]\nCopyFiles = @exstor.sys\nNeeds = exstor.NT"));
    DriverPackage driver = DriverPackage.read(inf, ExampleInf.SEVEN, InfLibrary.of(windows));
    DriverInstall install = driver.installs().get(0);
    assertThat(install.files()).hasSize(1);
    assertThat(install.includes()).containsExactly("machine.inf");
    DriverService service = install.functionDriver().orElseThrow();
    assertThat(service.name()).isEqualTo("inbox");
    assertThat(service.isInbox()).isTrue();
    assertThat(read(ExampleInf.SEVEN).installs().get(0).services()).isEmpty();
  }

  @Test
  void frameworkVersionIsFound() throws IOException {
    DriverPackage driver =
        changed(
            "[exstor.Log]",
            "[exstor.NT.Wdf]\nKmdfService = EXSTOR, wdf\n[wdf]\nKmdfLibraryVersion = 1.15\n[exstor.Log]",
            ExampleInf.SEVEN);
    assertThat(driver.installs().get(0).functionDriver().orElseThrow().kmdfVersion())
        .isEqualTo(Optional.of("1.15"));
  }

  @Test
  void whatTheDiskNeedsIsBootCritical() throws IOException {
    assertThat(changed("StartType = 0x0", "StartType = 3", ExampleInf.SEVEN).isBootCritical())
        .isTrue();
    String net = "{4d36e972-e325-11ce-bfc1-08002be10318}";
    String storage = "{4D36E97B-E325-11CE-BFC1-08002BE10318}";
    Files.writeString(
        inf, ExampleInf.STORAGE.replace("StartType = 0x0", "StartType = 3").replace(storage, net));
    assertThat(read(ExampleInf.SEVEN).isBootCritical()).isFalse();
    String usb = "{36fc9e60-c465-11cf-8056-444553540000}";
    Files.writeString(
        inf, ExampleInf.STORAGE.replace("StartType = 0x0", "StartType = 3").replace(storage, usb));
    assertThat(read(ExampleInf.SEVEN).isBootCritical()).isTrue();
    Files.writeString(inf, Files.readString(inf).replace("PCI\\", "USB\\"));
    assertThat(read(ExampleInf.SEVEN).isBootCritical()).isFalse();
    Files.writeString(inf, ExampleInf.STORAGE.replace("ServiceBinary", "NoBinary"));
    assertThat(read(ExampleInf.SEVEN).isBootCritical()).isFalse();
  }

  @Test
  void otherFilesOfTheExtensionAreRefused() throws IOException {
    Files.writeString(inf, "[autorun]\nopen=setup.exe\n");
    assertThatThrownBy(() -> read(ExampleInf.SEVEN))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining("exstor.inf")
        .hasMessageContaining("Signature");
  }

  @Test
  void packagesAreFoundInFolders() throws IOException {
    Files.createDirectories(folder.resolve("b/c"));
    Files.writeString(folder.resolve("b/c/Two.INF"), "");
    Files.writeString(folder.resolve("b/readme.txt"), "");
    assertThat(DriverFolder.find(folder))
        .isEqualTo(List.of(folder.resolve("b/c/Two.INF"), folder.resolve("exstor.inf")));
    assertThat(DriverFolder.find(inf)).containsExactly(inf);
    assertThatThrownBy(() -> DriverFolder.find(folder.resolve("none")))
        .isInstanceOf(java.nio.file.NoSuchFileException.class);
  }
}
