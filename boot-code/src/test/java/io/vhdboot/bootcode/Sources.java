package io.vhdboot.bootcode;

import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The assembly sources in this repository, and the assembler. */
final class Sources {

  static final String MBR = "boot-code/src/main/asm/mbr.asm";
  static final String NTFS_BOOT_RECORD = "boot-code/src/main/asm/ntfs-vbr.asm";
  static final String SAMPLE_BOOT_MANAGER = "testdata/src/main/asm/sample-bootmgr.asm";
  static final String SAMPLE_UEFI_BOOT_MANAGER = "testdata/src/main/asm/sample-bootmgfw.asm";
  static final String INT13_SHIM = "boot-code/src/test/asm/int13-shim.asm";

  private Sources() {}

  /** What nasm makes of a source; skips the running test where nasm is missing. */
  static byte[] assemble(String source, Path folder) throws IOException {
    Path binary = folder.resolve("assembled.bin");
    ExternalTool.named("nasm")
        .output("-f", "bin", "-w+all", "-o", binary, SharedData.projectRoot().resolve(source));
    return Files.readAllBytes(binary);
  }

  /** The committed bytes of the sample boot manager's core. */
  static byte[] sampleCore() throws IOException {
    return sample("sample-bootmgr-core.bin");
  }

  /** The committed bytes of the sample boot manager for UEFI. */
  static byte[] sampleUefiBootManager() throws IOException {
    return sample("sample-bootmgfw.efi");
  }

  private static byte[] sample(String name) throws IOException {
    return Files.readAllBytes(
        SharedData.projectRoot()
            .resolve("testdata/src/main/resources/io/vhdboot/testdata")
            .resolve(name));
  }
}
