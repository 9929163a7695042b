package io.vhdboot.wim;

import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.ProgressListener;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.Seed;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads files that others made, and compares with what wimlib reads. */
class RealFilesTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "BootLZX.wim",
        "LZMS.wim",
        "LZX.wim",
        "MultiImage.wim",
        "XPRESS.wim",
        "big64-lzx.wim",
        "crafted-features.wim",
        "ntfs-features.esd",
        "small-pipable.wim",
        "small-solid-lzms.esd",
        "ntfs-features-none.wim",
        "ntfs-features-xpress.wim",
        "ntfs-features.wim",
        "stored-dism.wim",
        "hostile/dotdot.wim",
        "hostile/duplicate_names.wim",
        "hostile/empty_dacl.wim",
        "hostile/linux_xattrs_old.wim",
        "hostile/longpaths.wim",
      })
  void everyFieldIsAsWimlibReadsIt(String file) throws IOException {
    Path path = SharedData.data("wim/" + file);
    try (WimFile wim = WimFile.open(path)) {
      for (WimImageInfo info : wim.images()) {
        WimImage image = wim.image(info.index());
        assertThat(
                WimlibListing.differences(
                    WimlibListing.byWimlib(path, info.index()), WimlibListing.of(image)))
            .isEmpty();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "BootLZX.wim",
        "LZMS.wim",
        "LZX.wim",
        "MultiImage.wim",
        "XPRESS.wim",
        "crafted-features.wim",
        "ntfs-features.esd",
        "small-pipable.wim",
        "small-solid-lzms.esd",
        "ntfs-features-none.wim",
        "ntfs-features-xpress.wim",
        "ntfs-features.wim",
        "stored-dism.wim",
        "hostile/longpaths.wim",
      })
  void everyBlobHasItsHash(String file) throws IOException {
    try (WimFile wim = WimFile.open(SharedData.data("wim/" + file))) {
      assertThat(wim.blobs()).isNotEmpty();
      for (Blob blob : wim.blobs()) {
        assertThat(Sha1.of(wim.readFully(blob))).isEqualTo(blob.sha1());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Split.swm", "Split2.swm"})
  void splitSetIsReadFromAnyOfItsParts(String file) throws IOException {
    ExternalTool wimlib = ExternalTool.named("wimlib-imagex");
    Path joined = folder.resolve("joined.wim");
    wimlib.output(
        "join", joined, SharedData.data("wim/Split.swm"), SharedData.data("wim/Split2.swm"));
    try (WimFile wim = WimFile.open(SharedData.data("wim/" + file));
        WimFile whole = WimFile.open(joined)) {
      wim.checkIntegrity(ProgressListener.NONE);
      assertThat(wim.blobs()).hasSameSizeAs(whole.blobs()).isNotEmpty();
      List<Blob> order = new ArrayList<>();
      new BlobStreamer(wim).stream(wim.blobs(), order(order));
      assertThat(order).hasSameSizeAs(whole.blobs());
      assertThat(wim.image(1).entries()).hasSameSizeAs(whole.image(1).entries());
    }
  }

  @Test
  void missingPartOfASplitSetIsNamed() throws IOException {
    Path first = Files.copy(SharedData.data("wim/Split.swm"), folder.resolve("Split.swm"));
    assertThatThrownBy(() -> WimFile.open(first))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("Split2.swm")
        .hasMessageContaining("part 2 of 2");
    // A set whose parts lie in different places opens when these are named.
    Path parts = SharedData.data("wim/Split2.swm");
    List<Path> some = List.of(SharedData.data("wim/LZX.wim"), parts, first);
    try (WimFile wim = WimFile.open(first, some);
        WimFile other = WimFile.open(parts)) {
      assertThat(wim.blobs()).hasSameSizeAs(other.blobs());
    }
    Files.copy(SharedData.data("wim/LZX.wim"), folder.resolve("Split2.swm"));
    assertThatThrownBy(() -> WimFile.open(first))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("is not part 2 of the set");
  }

  @Test
  void blobsOfAnEsdAreHandedOutInTheirOrder() throws IOException {
    try (WimFile wim = WimFile.open(SharedData.data("wim/small-solid-lzms.esd"))) {
      assertThat(wim.images()).singleElement().extracting(WimImageInfo::name).isEqualTo("Corpus");
      assertThat(wim.blobs()).allMatch(Blob::isSolid);
      List<Blob> order = new ArrayList<>();
      new BlobStreamer(wim).stream(wim.blobs(), order(order));
      assertThat(order).isSortedAccordingTo(Blob.BY_OFFSET).hasSameSizeAs(wim.blobs());
    }
  }

  /** Chunks so small that blobs lie across several; some of them wanted only. */
  @ParameterizedTest
  @CsvSource({"XPRESS, 32768", "LZX, 32768", "LZMS, 65536", "LZMS, 1048576"})
  void solidResourceOfEveryCodecIsReadAsWimlibWroteIt(String codec, int chunkSize)
      throws IOException {
    Path esd = folder.resolve("solid.esd");
    ExternalTool.named("wimlib-imagex")
        .output(
            "export",
            SharedData.data("wim/ntfs-features.wim"),
            "all",
            esd,
            "--solid",
            "--solid-compress=" + codec,
            "--solid-chunk-size=" + chunkSize);
    SplittableRandom random = Seed.random("solidResourceOfEveryCodec");
    ExecutorService executor = Executors.newFixedThreadPool(2);
    try (WimFile wim = WimFile.open(esd);
        WimFile plain = WimFile.open(SharedData.data("wim/ntfs-features.wim"))) {
      assertThat(wim.blobs()).hasSameSizeAs(plain.blobs()).allMatch(Blob::isSolid);
      List<Blob> wanted =
          wim.blobs().stream().filter(blob -> random.nextInt(3) != 0).collect(toList());
      wanted.addAll(wanted.subList(0, wanted.size() / 2));
      List<Blob> order = new ArrayList<>();
      new BlobStreamer(wim).executor(executor, 2).stream(wanted, order(order));
      assertThat(order).containsExactlyInAnyOrderElementsOf(Set.copyOf(wanted));
      for (Blob blob : wim.blobs()) {
        assertThat(wim.readFully(blob))
            .isEqualTo(plain.readFully(plain.blob(blob.sha1()).orElseThrow()));
      }
    } finally {
      executor.shutdown();
    }
  }

  /** Lists what comes, and checks that each blob comes in order and whole. */
  private static BlobConsumer order(List<Blob> order) {
    return new BlobConsumer() {
      private MessageDigest digest;
      private long next;

      @Override
      public void begin(Blob blob) {
        digest = Sha1.newDigest();
        next = 0;
      }

      @Override
      public void data(Blob blob, long offset, ByteBuffer piece) {
        assertThat(offset).isEqualTo(next);
        next += piece.remaining();
        digest.update(piece);
      }

      @Override
      public void end(Blob blob) {
        assertThat(next).isEqualTo(blob.size());
        assertThat(Sha1.get(digest.digest(), 0)).isEqualTo(blob.sha1());
        order.add(blob);
      }
    };
  }

  @ParameterizedTest
  @CsvSource({
    "hostile/cyclic.wim, the tree is cyclic",
    "VerifyFail.wim, the metadata of image 1: chunk 0 cannot be decoded",
  })
  void unusableMetadataAreRefusedByName(String file, String problem) throws IOException {
    try (WimFile wim = WimFile.open(SharedData.data("wim/" + file))) {
      assertThatThrownBy(() -> wim.image(1))
          .isInstanceOf(CorruptFormatException.class)
          .hasMessageContaining(problem);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "hostile/corrupted_file_1.wim, the content's SHA-1 is",
    "hostile/corrupted_file_2.wim, ''",
  })
  void damagedContentIsReportedWithItsPath(String file, String problem) throws IOException {
    try (WimFile wim = WimFile.open(SharedData.data("wim/" + file))) {
      WimImage image = wim.image(1);
      assertThatThrownBy(
              () ->
                  new BlobStreamer(wim)
                      .naming(blob -> image.pathOf(blob).orElse("?")).stream(
                          wim.blobs(), BlobConsumer.NONE))
          .isInstanceOf(CorruptFormatException.class)
          .hasMessageContaining("(/file)")
          .hasMessageContaining(problem);
    }
  }

  @Test
  void entriesThatNothingCanHoldAreLeftOutAndListed() throws IOException {
    try (WimFile wim = WimFile.open(SharedData.data("wim/crafted-features.wim"))) {
      List<WimWarning> warnings = wim.image(1).warnings();
      assertThat(warnings)
          .filteredOn(warning -> warning.kind() == WimWarning.Kind.DROPPED_ENTRY)
          .hasSize(5);
      assertThat(warnings)
          .filteredOn(warning -> warning.kind() == WimWarning.Kind.ODD_NAME)
          .hasSize(2);
      assertThat(warnings)
          .filteredOn(warning -> warning.kind() == WimWarning.Kind.METADATA)
          .hasSize(1);
    }
  }

  @Test
  void craftedFeaturesThatWimlibDoesNotShow() throws IOException {
    try (WimFile wim = WimFile.open(SharedData.data("wim/crafted-features.wim"))) {
      assertThat(wim.bootIndex()).isEqualTo(2);
      assertThat(wim.isReparseFixed()).isTrue();
      WimImage image = wim.image(1);
      assertThat(inode(image, "/ea/need-ea.txt").extendedAttributes())
          .containsExactly(
              new ExtendedAttribute("NEEDED", 0x80, new byte[] {1, 2, 3}),
              new ExtendedAttribute("EMPTYV", 0, new byte[0]));
      assertThat(inode(image, "/ea/unknown-tag.txt").taggedItems())
          .containsExactly(new TaggedItem(0x7777, "12345".getBytes()));
      assertThat(inode(image, "/reparse/sym-fixed").isReparseNotFixed()).isFalse();
      assertThat(inode(image, "/reparse/sym-notfixed").isReparseNotFixed()).isTrue();
      assertThat(inode(image, "/reparse/reserved-word").reparseReserved()).isEqualTo(0x55AA);
      assertThat(wim.readFully(blob(inode(image, "/reparse/rp-and-data.bin").data())))
          .isEqualTo("unnamed data beside reparse data".getBytes());
      assertThat(wim.readFully(blob(inode(image, "/reparse/rp-main-data-extra.bin").data())))
          .isEqualTo("data in the extra entry".getBytes());
      assertThat(inode(image, "/links/bad3").links())
          .extracting(WimEntry::name)
          .containsExactly("bad1", "bad3");
      assertThat(inode(image, "/links/attrdiff2").attributes()).isEqualTo(0x20);
      assertThat(inode(image, "/security/sd-empty").securityId()).isEqualTo(1);
      assertThat(inode(image, "/security/sd-out-of-range").securityId()).isEqualTo(-1);
      assertThat(image.root().child("names").orElseThrow().child("\ud800x.txt")).isPresent();
    }
  }

  @Test
  void xmlSaysWhatSetupShows() throws IOException {
    try (WimFile wim = WimFile.open(SharedData.data("wim/crafted-features.wim"))) {
      WimImageInfo info = wim.images().get(0);
      assertThat(info.name()).isEqualTo("Windows 11 Pro & crafted");
      assertThat(info.isWindows()).isTrue();
      assertThat(info.version()).contains("10.0.22621.1702");
      assertThat(info.servicePackLevel()).hasValue(0);
      assertThat(info.architecture()).contains("x64");
      assertThat(info.editionId()).contains("Professional");
      assertThat(info.languages()).containsExactly("en-US", "de-DE");
      assertThat(info.defaultLanguage()).contains("en-US");
      assertThat(info.productName()).contains("Microsoft® Windows® Operating System");
      assertThat(info.systemRoot()).contains("WINDOWS");
      assertThat(info.property("WINDOWS/VERSION/BRANCH")).contains("ni_release");
      assertThat(info.creationTime()).hasValue(0x01D7FF0012345678L);
      assertThat(wim.images().get(1).isWindows()).isFalse();
    }
  }

  @Test
  void resourceOf4GiBIsReadAtAnyPlace() throws IOException {
    try (WimFile wim = WimFile.open(SharedData.data("wim/big64-lzx.wim"))) {
      Blob blob = wim.blobs().iterator().next();
      assertThat(blob.size()).isEqualTo(4_300_000_000L);
      var device = wim.openDevice(blob);
      assertThat(device.read(0, 4)).isEqualTo("head".getBytes());
      assertThat(device.read(4_294_967_290L, 6)).isEqualTo("middle".getBytes());
      assertThat(device.read(4_299_999_978L, 22)[0]).isZero();
      assertThat(device.read(4_299_999_979L, 1)[0]).isNotZero();
      assertThatThrownBy(() -> device.read(4_299_999_990L, 11))
          .isInstanceOf(CorruptFormatException.class);
    }
  }

  @Test
  void integrityTableIsCompared() throws IOException {
    try (WimFile wim = WimFile.open(SharedData.data("wim/BootLZX.wim"))) {
      wim.checkIntegrity(ProgressListener.NONE);
    }
    try (WimFile wim = WimFile.open(SharedData.data("wim/VerifyFail.wim"))) {
      if (wim.hasIntegrityTable()) {
        assertThatThrownBy(() -> wim.checkIntegrity(ProgressListener.NONE))
            .isInstanceOf(CorruptFormatException.class)
            .hasMessageContaining("integrity");
      }
    }
  }

  private static Blob blob(Optional<WimStream> stream) {
    return stream.flatMap(WimStream::blob).orElseThrow();
  }

  private static WimInode inode(WimImage image, String path) {
    return image.find(path).orElseThrow(() -> new AssertionError(path)).inode();
  }
}
