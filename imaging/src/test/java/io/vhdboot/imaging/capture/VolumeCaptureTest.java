package io.vhdboot.imaging.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.ntfs.NtfsVolume;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.Seed;
import io.vhdboot.testing.SharedData;
import io.vhdboot.wim.WimCompression;
import io.vhdboot.wim.WimEntry;
import io.vhdboot.wim.WimFile;
import io.vhdboot.wim.WimImageInfo;
import io.vhdboot.wim.WimInode;
import io.vhdboot.wim.WimWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(3000)
class VolumeCaptureTest {

  private static final String OVERLAY_FILE = "/rp/wof-xpress4k.dll";

  @TempDir Path folder;

  private CapturedTree write(Path volume, Path target, ExclusionList exclusions)
      throws IOException {
    try (FileDevice device = FileDevice.openReadOnly(volume);
        WimWriter writer = WimWriter.to(target).compression(WimCompression.XPRESS).open()) {
      CapturedTree tree =
          VolumeCapture.of(NtfsVolume.open(device)).exclusions(exclusions).capture();
      writer.addImage(WimImageInfo.builder().name("captured").build(), tree.root());
      writer.finish();
      return tree;
    }
  }

  @Test
  void imageIsWhatWimlibCapturesOfTheVolume() throws IOException {
    Path volume = SharedData.unpacked("wim/ntfs-features.img.gz", folder);
    Path ours = folder.resolve("ours.wim");
    CapturedTree tree = write(volume, ours, ExclusionList.DEFAULT);
    assertThat(tree.warnings()).isEmpty();
    ExternalTool wimlib = ExternalTool.named("wimlib-imagex");
    wimlib.output("verify", ours);
    Path theirs = folder.resolve("theirs.wim");
    wimlib.output("capture", volume, theirs, "--compress=none");
    Map<String, String> expected = ImageSummary.of(theirs);
    Map<String, String> actual = ImageSummary.of(ours);
    // wimlib stores the filter's form of this file, as no Windows sees it.
    String overlay = actual.remove(OVERLAY_FILE);
    expected.remove(OVERLAY_FILE);
    assertThat(overlay).contains("tag 0 ").contains("streams {}").contains("attributes 20 ");
    assertThat(ImageSummary.differences(expected, actual)).isEmpty();
    assertThat(tree.names()).isEqualTo(actual.size());
  }

  @Test
  void extendedAttributesAndTheOverlaysContentAreCapturedToo() throws IOException {
    Path volume = SharedData.unpacked("wim/ntfs-features.img.gz", folder);
    Path ours = folder.resolve("ours.wim");
    write(volume, ours, ExclusionList.DEFAULT);
    try (WimFile wim = WimFile.open(ours);
        FileDevice device = FileDevice.openReadOnly(volume)) {
      WimInode file = wim.image(1).find("/ea/one.txt").orElseThrow().inode();
      assertThat(file.extendedAttributes()).isNotEmpty();
      WimInode overlay = wim.image(1).find(OVERLAY_FILE).orElseThrow().inode();
      byte[] content = wim.readFully(overlay.data().orElseThrow().blob().orElseThrow());
      assertThat(content)
          .isEqualTo(NtfsVolume.open(device).file(OVERLAY_FILE).newInputStream().readAllBytes());
      assertThat(content).hasSize(205_326);
    }
  }

  @Test
  void volumeThatWimlibAppliesTheImageToIsCapturedAsTheSame() throws IOException {
    Path volume = SharedData.unpacked("wim/ntfs-features.img.gz", folder);
    Path first = folder.resolve("first.wim");
    write(volume, first, ExclusionList.DEFAULT);
    Path applied = folder.resolve("applied.img");
    FileDevice.create(applied, 48 << 20).close();
    ExternalTool.named("mkntfs").output("-F", "-f", "-q", applied);
    ExternalTool.named("wimlib-imagex").output("apply", first, "1", applied);
    Path second = folder.resolve("second.wim");
    write(applied, second, ExclusionList.DEFAULT);
    assertThat(ImageSummary.differences(ImageSummary.of(first), ImageSummary.of(second))).isEmpty();
  }

  @Test
  void whatTheUsualListLeavesOutIsCapturedWithoutIt() throws IOException {
    Path volume = SharedData.unpacked("wim/ntfs-features.img.gz", folder);
    Path all = folder.resolve("all.wim");
    write(volume, all, ExclusionList.NONE);
    Path usual = folder.resolve("usual.wim");
    write(volume, usual, ExclusionList.DEFAULT);
    try (WimFile withAll = WimFile.open(all);
        WimFile withUsual = WimFile.open(usual)) {
      for (String path : List.of("/hiberfil.sys", "/System Volume Information", "/Windows/CSC")) {
        assertThat(withAll.image(1).find(path)).as(path).isPresent();
        assertThat(withUsual.image(1).find(path)).as(path).isEmpty();
      }
      assertThat(withAll.image(1).root().children())
          .extracting(WimEntry::name)
          .doesNotContain("$MFT", "$Extend");
    }
  }

  @Test
  void folderOfAVolumeBecomesTheRoot() throws IOException {
    Path volume = SharedData.unpacked("wim/ntfs-features.img.gz", folder);
    try (FileDevice device = FileDevice.openReadOnly(volume)) {
      CapturedTree tree = VolumeCapture.of(NtfsVolume.open(device), "/hl").capture();
      assertThat(tree.root().child("first.txt")).isPresent();
      assertThat(tree.root().child("first.txt"))
          .containsSame(tree.root().find("sub/third.txt").orElseThrow());
    }
  }

  @Test
  void damagedVolumeIsCapturedOrRefusedByName() throws IOException {
    Path volume = SharedData.unpacked("wim/ntfs-features.img.gz", folder);
    byte[] bytes = Files.readAllBytes(volume);
    SplittableRandom random = Seed.random("damagedVolumeIsCapturedOrRefusedByName");
    int refused = 0;
    int cases = Seed.cases(2_000, 40);
    Path target = folder.resolve("mutant.wim");
    for (int i = 0; i < cases; i++) {
      byte[] mutant = bytes.clone();
      for (int j = 0; j < 40; j++) {
        // The first quarter holds the records of most files.
        mutant[random.nextInt(mutant.length / 4)] ^= (byte) (1 << random.nextInt(8));
      }
      try (WimWriter writer = WimWriter.to(target).overwrite(true).open()) {
        CapturedTree tree =
            VolumeCapture.of(NtfsVolume.open(MemoryDevice.wrap("mutant", mutant))).capture();
        writer.addImage(WimImageInfo.builder().name("m").build(), tree.root());
        writer.finish();
      } catch (DiskFormatException e) {
        refused++;
      }
    }
    assertThat(refused).isBetween(1, cases);
  }
}
