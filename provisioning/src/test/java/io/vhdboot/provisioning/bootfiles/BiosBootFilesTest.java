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

class BiosBootFilesTest {

  @TempDir Path folder;

  @Test
  void everythingGoesWhereBcdbootPutsIt() throws IOException {
    NewFile windows = NewFile.directory();
    NewFile boot = windows.add("BOOT", NewFile.directory());
    NewFile pcat = boot.add("pcat", NewFile.directory());
    pcat.add("BOOTMGR", NewFile.of(new byte[10]));
    pcat.add("bootnxt", NewFile.of(new byte[1]));
    pcat.add("bootfix.bin", NewFile.of(new byte[2]));
    pcat.add("memtest.exe", NewFile.of(new byte[3]));
    pcat.add("de-DE", NewFile.directory()).add("bootmgr.exe.mui", NewFile.of(new byte[4]));
    boot.add("Fonts", NewFile.directory()).add("wgl4_boot.ttf", NewFile.of(new byte[5]));
    boot.add("EFI", NewFile.directory()).add("bootmgfw.efi", NewFile.of(new byte[6]));

    List<BootFile> files = filesOf(windows);
    assertThat(files)
        .extracting(BootFile::toString)
        .containsExactlyInAnyOrder(
            "\\bootmgr",
            "\\BOOTNXT",
            "\\Boot\\memtest.exe",
            "\\Boot\\de-DE\\bootmgr.exe.mui",
            "\\Boot\\Fonts\\wgl4_boot.ttf",
            "\\Boot\\BOOTSTAT.DAT");
    assertThat(BiosBootFiles.bootManager(files))
        .hasValueSatisfying(
            file -> {
              assertThat(file.attributes()).isEqualTo(0x27);
              assertThat(file.size()).isEqualTo(10);
            });
    assertThat(files.get(files.size() - 1).size()).isEqualTo(65_536);
  }

  @Test
  void imageWithoutBootFilesHasNoBootManager() throws IOException {
    List<BootFile> files = filesOf(NewFile.directory());
    assertThat(BiosBootFiles.bootManager(files)).isEmpty();
  }

  private List<BootFile> filesOf(NewFile windows) throws IOException {
    Path wim = folder.resolve("a.wim");
    NewFile root = NewFile.directory();
    root.add("Windows", windows);
    try (WimWriter writer = WimWriter.to(wim).open()) {
      writer.addImage(WimImageInfo.builder().name("a").build(), root);
      writer.finish();
    }
    try (WimFile file = WimFile.open(wim)) {
      return BiosBootFiles.of(file.image(1).find("Windows").orElseThrow());
    }
  }
}
