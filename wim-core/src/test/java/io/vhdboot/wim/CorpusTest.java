package io.vhdboot.wim;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The whole corpus of Windows-shaped trees that wimlib wrote in every form it knows: each field of
 * each name as two other readers see it, and every blob's hash.
 */
@Tag("full")
class CorpusTest {

  private static final Path CORPORA = Path.of("/var/tmp/vhdboot-corpora/corpora");

  /** The files of the corpus; the parts of the split set count as one. */
  private static final List<String> FILES =
      List.of(
          "small-none.wim",
          "small-xpress.wim",
          "small-xpress-4k.wim",
          "small-xpress-64k.wim",
          "small-lzx.wim",
          "small-lzx-64k.wim",
          "small-lzx-2m.wim",
          "small-lzx-fast.wim",
          "small-lzx-slow.wim",
          "small-lzms.wim",
          "small-lzms-1m.wim",
          "small-lzms-slow.wim",
          "small-solid-lzms.esd",
          "small-solid-lzms-1m.esd",
          "small-solid-lzms-slow.esd",
          "small-solid-lzx.esd",
          "small-solid-xpress.esd",
          "small-integrity.wim",
          "small-pipable.wim",
          "small-split.swm",
          "small-multi.wim",
          "mix-none.wim",
          "mix-xpress.wim",
          "mix-lzx.wim",
          "mix-lzms.esd",
          "mix-lzms-nonsolid.wim");

  /** Those of the corpus that lie beside other real files. */
  private static final List<String> SHARED =
      List.of(
          "big64-lzx.wim",
          "crafted-features.wim",
          "ntfs-features.wim",
          "ntfs-features.esd",
          "ntfs-features-none.wim",
          "ntfs-features-xpress.wim");

  /** The largest file that is written anew to be dumped. */
  private static final long MAX_DUMPED = 100L << 20;

  @TempDir private Path folder;

  static Stream<Path> files() {
    List<Path> files = new ArrayList<>();
    FILES.forEach(name -> files.add(CORPORA.resolve(name)));
    SHARED.forEach(name -> files.add(SharedData.data("wim/" + name)));
    return files.stream();
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyFieldAndEveryBlobIsAsOthersReadThem(Path path) throws IOException {
    Assumptions.assumeTrue(Files.exists(path), "the corpus " + path + " is not here");
    ExecutorService executor = Executors.newFixedThreadPool(2);
    try (WimFile wim = WimFile.open(path)) {
      for (WimImageInfo info : wim.images()) {
        assertThat(
                WimlibListing.differences(
                    WimlibListing.byWimlib(path, info.index()),
                    WimlibListing.of(wim.image(info.index()))))
            .isEmpty();
      }
      WimVerification.Report report = WimVerification.of(wim).executor(executor, 2).run();
      assertThat(report.problems()).isEmpty();
      assertThat(report.blobs()).isPositive();
      boolean isOdd = path.endsWith("crafted-features.wim");
      if (wim.size() < MAX_DUMPED && !isOdd) {
        assertThat(MetadumpTest.differences(uncompressed(path), wim.image(1))).isEmpty();
      }
    } finally {
      executor.shutdown();
    }
  }

  /** The same images with metadata that are not compressed, which the other reader needs. */
  private Path uncompressed(Path path) {
    Path plain = folder.resolve("plain.wim");
    List<Object> command = new ArrayList<>();
    command.addAll(List.of("export", path, "all", plain, "--compress=none"));
    if (path.toString().endsWith(".swm")) {
      command.add("--ref=" + path.toString().replace(".swm", "*.swm"));
    }
    ExternalTool.named("wimlib-imagex").output(command.toArray());
    return plain;
  }
}
