package io.vhdboot.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every real file opens, or is refused for a named reason. */
class RealFilesTest {

  @TempDir Path folder;

  /** Folders and the least share of their files that are of a kind we know. */
  private static final Map<String, Integer> KNOWN =
      Map.of("vhd", 6, "ntfs", 12, "bcd", 8, "hives", 15, "wim", 10, "iso", 5);

  static Stream<String> folders() {
    return KNOWN.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("folders")
  void everyRealFileIsRecognisedOrRefusedByName(String name) throws IOException {
    int recognised = 0;
    Path data = SharedData.data("");
    for (Path file : SharedData.files(name)) {
      if (file.toString().endsWith(".tar.gz")) {
        continue;
      }
      Path plain = SharedData.unpacked(data.relativize(file).toString(), folder);
      try {
        assertThat(DiskInspector.inspect(plain).kind()).isNotEqualTo("problem");
        recognised++;
      } catch (DiskFormatException e) {
        assertThat(e).hasMessageContaining(plain.getFileName().toString());
      }
      assertThat(plain.toFile().delete()).isTrue();
    }
    assertThat(recognised).isGreaterThanOrEqualTo(KNOWN.get(name));
  }

  @Test
  void storeListsItsEntriesWithTheirDevices() throws IOException {
    Inspection store = DiskInspector.inspect(SharedData.data("bcd/win10-bios-mbr.bcd"));
    assertThat(store.kind()).isEqualTo("bcd");
    assertThat(store.contents())
        .anySatisfy(
            entry -> {
              assertThat(entry.kind()).isEqualTo("boot-entry");
              assertThat(entry.title()).startsWith("Windows Boot Loader");
              assertThat(entry.properties().get("device").toString()).startsWith("partition=mbr:");
            });
  }

  @Test
  void discIsToldWithTheImageThatItSetsUp() throws IOException {
    Path sources = Files.createDirectories(folder.resolve("tree/sources"));
    Files.copy(SharedData.data("wim/MultiImage.wim"), sources.resolve("install.wim"));
    Path iso = folder.resolve("windows.iso");
    ExternalTool.named("genisoimage")
        .output("-quiet", "-udf", "-V", "WINDOWS", "-o", iso, sources.getParent());
    Inspection disc = DiskInspector.inspect(iso);
    assertThat(disc.kind()).isEqualTo("disc");
    assertThat(disc.title()).contains("WINDOWS").contains("UDF");
    assertThat(disc.contents())
        .singleElement()
        .satisfies(
            wim -> {
              assertThat(wim.kind()).isEqualTo("wim");
              assertThat(wim.title()).startsWith("sources/install.wim");
              assertThat(wim.contents()).hasSize(3);
            });
  }

  @Test
  void differencingVhdIsNamedAndNotOpened() throws IOException {
    Inspection vhd = DiskInspector.inspect(SharedData.data("vhd/fat-differential.vhd"));
    assertThat(vhd.title()).contains("differencing VHD");
  }
}
