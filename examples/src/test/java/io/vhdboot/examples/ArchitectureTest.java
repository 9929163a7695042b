package io.vhdboot.examples;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Holds the modules to what each may know of the others. */
@AnalyzeClasses(packages = "io.vhdboot", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static void arrowsPointDownwardOnly(JavaClasses classes) {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("disk")
        .definedBy("io.vhdboot.disk..")
        .layer("compression")
        .definedBy("io.vhdboot.compression..")
        .layer("boot code")
        .definedBy("io.vhdboot.bootcode..")
        .layer("vhd")
        .definedBy("io.vhdboot.vhd..")
        .layer("vhdx")
        .definedBy("io.vhdboot.vhdx..")
        .layer("hive")
        .definedBy("io.vhdboot.hive..")
        .layer("bcd")
        .definedBy("io.vhdboot.bcd..")
        .layer("ntfs")
        .definedBy("io.vhdboot.ntfs..")
        .layer("wim")
        .definedBy("io.vhdboot.wim..")
        .layer("udf")
        .definedBy("io.vhdboot.udf..")
        .optionalLayer("fat")
        .definedBy("io.vhdboot.fat..")
        .layer("authenticode")
        .definedBy("io.vhdboot.authenticode..")
        .layer("usb")
        .definedBy("io.vhdboot.usb..")
        .layer("imaging")
        .definedBy("io.vhdboot.imaging..")
        .layer("image")
        .definedBy("io.vhdboot.image..")
        .layer("diskpart")
        .definedBy("io.vhdboot.diskpart..")
        .layer("bcdedit")
        .definedBy("io.vhdboot.bcdedit..")
        .optionalLayer("driver")
        .definedBy("io.vhdboot.driver..")
        .optionalLayer("servicing")
        .definedBy("io.vhdboot.servicing..")
        .layer("provisioning")
        .definedBy("io.vhdboot.provisioning..")
        .layer("doctor")
        .definedBy("io.vhdboot.doctor..")
        .layer("cli")
        .definedBy("io.vhdboot.cli..")
        .layer("examples")
        .definedBy("io.vhdboot.examples..")
        .whereLayer("disk")
        .mayNotAccessAnyLayer()
        .whereLayer("compression")
        .mayNotAccessAnyLayer()
        .whereLayer("boot code")
        .mayNotAccessAnyLayer()
        .whereLayer("vhd")
        .mayOnlyAccessLayers("disk")
        .whereLayer("vhdx")
        .mayOnlyAccessLayers("disk")
        .whereLayer("hive")
        .mayOnlyAccessLayers("disk")
        .whereLayer("bcd")
        .mayOnlyAccessLayers("disk", "hive")
        .whereLayer("ntfs")
        .mayOnlyAccessLayers("disk", "compression")
        .whereLayer("wim")
        .mayOnlyAccessLayers("disk", "compression")
        .whereLayer("udf")
        .mayOnlyAccessLayers("disk")
        .whereLayer("fat")
        .mayOnlyAccessLayers("disk")
        .whereLayer("authenticode")
        .mayOnlyAccessLayers("disk")
        .whereLayer("usb")
        .mayOnlyAccessLayers("disk")
        .whereLayer("imaging")
        .mayOnlyAccessLayers("disk", "hive", "ntfs", "wim")
        .whereLayer("image")
        .mayOnlyAccessLayers(
            "disk", "vhd", "vhdx", "hive", "bcd", "ntfs", "wim", "udf", "fat", "authenticode")
        .whereLayer("diskpart")
        .mayOnlyAccessLayers("disk", "ntfs", "boot code", "image")
        .whereLayer("bcdedit")
        .mayOnlyAccessLayers("disk", "hive", "bcd", "image")
        .whereLayer("driver")
        .mayOnlyAccessLayers("disk", "authenticode")
        .whereLayer("servicing")
        .mayOnlyAccessLayers("disk", "hive", "bcd", "driver")
        .whereLayer("provisioning")
        .mayOnlyAccessLayers(
            "disk",
            "vhd",
            "vhdx",
            "hive",
            "bcd",
            "ntfs",
            "wim",
            "udf",
            "fat",
            "boot code",
            "image",
            "imaging",
            "servicing")
        .whereLayer("doctor")
        .mayOnlyAccessLayers(
            "disk",
            "vhd",
            "vhdx",
            "hive",
            "bcd",
            "ntfs",
            "fat",
            "boot code",
            "authenticode",
            "servicing",
            "image",
            "provisioning")
        .whereLayer("cli")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("examples")
        .mayNotBeAccessedByAnyLayer()
        .check(classes);
  }

  @ArchTest
  static final ArchRule SIGNATURES_ARE_READ_IN_ONE_PLACE =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.vhdboot.authenticode..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.bouncycastle..");

  @ArchTest
  static final ArchRule LIBRARIES_DO_NOT_PRINT =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "io.vhdboot.cli..", "io.vhdboot.examples..", "io.vhdboot.testing..")
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err");

  @ArchTest
  static final ArchRule FORMATS_START_NO_THREADS =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.vhdboot.disk..",
              "io.vhdboot.compression..",
              "io.vhdboot.vhd..",
              "io.vhdboot.vhdx..",
              "io.vhdboot.hive..",
              "io.vhdboot.bcd..",
              "io.vhdboot.ntfs..",
              "io.vhdboot.wim..",
              "io.vhdboot.fat..",
              "io.vhdboot.authenticode..",
              "io.vhdboot.imaging..",
              "io.vhdboot.image..",
              "io.vhdboot.diskpart..",
              "io.vhdboot.bcdedit..",
              "io.vhdboot.driver..",
              "io.vhdboot.servicing..")
          .should()
          .callMethod(Thread.class, "start")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.util.concurrent.Executors");
}
