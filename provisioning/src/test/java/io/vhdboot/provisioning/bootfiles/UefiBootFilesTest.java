package io.vhdboot.provisioning.bootfiles;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.wim.NewFile;
import io.vhdboot.wim.WimFile;
import io.vhdboot.wim.WimImageInfo;
import io.vhdboot.wim.WimWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UefiBootFilesTest {

  @TempDir Path folder;

  private static NewFile windows() {
    NewFile windows = NewFile.directory();
    NewFile boot = windows.add("Boot", NewFile.directory());
    NewFile efi = boot.add("efi", NewFile.directory());
    efi.add("BOOTMGFW.EFI", NewFile.of(new byte[10]));
    efi.add("memtest.efi", NewFile.of(new byte[11]));
    efi.add("boot.stl", NewFile.of(new byte[12]));
    efi.add("de-DE", NewFile.directory()).add("bootmgfw.efi.mui", NewFile.of(new byte[13]));
    boot.add("Fonts", NewFile.directory()).add("wgl4_boot.ttf", NewFile.of(new byte[14]));
    NewFile newer = boot.add("EFI_EX", NewFile.directory());
    newer.add("bootmgfw_EX.efi", NewFile.of(new byte[20]));
    newer.add("bootmgr_EX.efi", NewFile.of(new byte[21]));
    boot.add("Fonts_EX", NewFile.directory()).add("wgl4_boot_EX.ttf", NewFile.of(new byte[24]));
    return windows;
  }

  private List<String> files(NewFile windows, BootAuthority authority) throws IOException {
    Path wim = folder.resolve("a.wim");
    NewFile root = NewFile.directory();
    root.add("Windows", windows);
    try (WimWriter writer = WimWriter.to(wim).overwrite(true).open()) {
      writer.addImage(WimImageInfo.builder().name("a").build(), root);
      writer.finish();
    }
    try (WimFile file = WimFile.open(wim)) {
      BootSource source = new WimBootSource(file.image(1).find("Windows").orElseThrow());
      return UefiBootFiles.of(source, "bootx64.efi", authority).stream()
          .map(found -> found + " " + found.size())
          .toList();
    }
  }

  @Test
  void everythingGoesWhereBcdbootPutsIt() throws IOException {
    assertThat(files(windows(), BootAuthority.PCA_2011))
        .containsExactlyInAnyOrder(
            "\\EFI\\Boot\\bootx64.efi 10",
            "\\EFI\\Microsoft\\Boot\\BOOTMGFW.EFI 10",
            "\\EFI\\Microsoft\\Boot\\memtest.efi 11",
            "\\EFI\\Microsoft\\Boot\\boot.stl 12",
            "\\EFI\\Microsoft\\Boot\\de-DE\\bootmgfw.efi.mui 13",
            "\\EFI\\Microsoft\\Boot\\Fonts\\wgl4_boot.ttf 14",
            "\\EFI\\Microsoft\\Boot\\BOOTSTAT.DAT 65536");
  }

  @Test
  void newlySignedFilesTakeThePlaceOfTheOthers() throws IOException {
    assertThat(files(windows(), BootAuthority.CA_2023))
        .containsExactlyInAnyOrder(
            "\\EFI\\Boot\\bootx64.efi 20",
            "\\EFI\\Microsoft\\Boot\\bootmgfw.efi 20",
            "\\EFI\\Microsoft\\Boot\\bootmgr.efi 21",
            "\\EFI\\Microsoft\\Boot\\memtest.efi 11",
            "\\EFI\\Microsoft\\Boot\\boot.stl 12",
            "\\EFI\\Microsoft\\Boot\\de-DE\\bootmgfw.efi.mui 13",
            "\\EFI\\Microsoft\\Boot\\Fonts\\wgl4_boot.ttf 24",
            "\\EFI\\Microsoft\\Boot\\BOOTSTAT.DAT 65536");
  }

  @Test
  void windowsWithoutThemHasNone() throws IOException {
    assertThat(files(NewFile.directory(), BootAuthority.PCA_2011))
        .containsExactly("\\EFI\\Microsoft\\Boot\\BOOTSTAT.DAT 65536");
    assertThat(UefiBootFiles.fallbackName(12)).contains("bootaa64.efi");
    assertThat(UefiBootFiles.fallbackName(6)).isEmpty();
  }
}
