package io.vhdboot.provisioning;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.Mbr;
import io.vhdboot.ntfs.NtfsVolume;
import io.vhdboot.testing.ExternalTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An image that is split, as setup media for FAT32 have it. */
class SplitImageTest {

  @TempDir private Path folder;

  private Path stick(String name, Path image) throws IOException {
    Path stick = folder.resolve(name);
    Sample.write(
        FlashImage.builder()
            .image(image)
            .output(stick)
            .vhdSize(Sample.VHD_SIZE)
            .seed(new byte[] {1, 2, 3})
            .build());
    return stick;
  }

  @Test
  void splitImageGivesAStickFromAFolderAndFromADisc() throws IOException {
    Path sample = Files.write(folder.resolve("sample.wim"), Sample.bytes());
    Path sources = Files.createDirectories(folder.resolve("disc/sources"));
    Path first = sources.resolve("install.swm");
    ExternalTool.named("wimlib-imagex").output("split", sample, first, "0.06");
    assertThat(sources.resolve("install2.swm")).exists();
    Path stick = stick("from-files.img", first);
    try (FileDevice disk = FileDevice.openReadOnly(stick)) {
      NtfsVolume volume = NtfsVolume.open(Mbr.read(disk).partitions(512).get(0).open(disk));
      assertThat(volume.find("virtualharddisk.vhd")).isPresent();
    }
    Path iso = folder.resolve("setup.iso");
    ExternalTool.named("genisoimage")
        .output("-quiet", "-udf", "-V", "SETUP", "-o", iso, sources.getParent());
    assertThat(Files.mismatch(stick("from-disc.img", iso), stick)).isEqualTo(-1);
  }
}
