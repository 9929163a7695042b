package io.vhdboot.wim;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WimVerificationTest {

  @TempDir private Path folder;

  private final ExecutorService pool = Executors.newFixedThreadPool(2);

  @AfterEach
  void stopPool() {
    pool.shutdownNow();
  }

  private WimVerification.Report verify(WimFile wim) throws IOException {
    return WimVerification.of(wim).executor(pool, 2).run();
  }

  @ParameterizedTest
  @CsvSource({
    "MultiImage.wim, true",
    "BootLZX.wim, false",
    "Split.swm, false",
    "ntfs-features.esd, false",
    "ntfs-features.wim, false",
    "small-pipable.wim, false",
  })
  void soundFilesAreSound(String file, boolean hasIntegrityTable) throws IOException {
    try (WimFile wim = WimFile.open(SharedData.data("wim/" + file))) {
      WimVerification.Report report = verify(wim);
      assertThat(report.problems()).isEmpty();
      assertThat(report.isSound()).isTrue();
      assertThat(report.images()).isEqualTo(wim.images().size());
      assertThat(report.blobs()).isEqualTo(wim.blobs().size()).isPositive();
      assertThat(report.hasIntegrityTable()).isEqualTo(hasIntegrityTable);
      long entries = 0;
      for (WimImageInfo info : wim.images()) {
        for (WimEntry entry : wim.image(info.index()).entries()) {
          entries += entry == null ? 0 : 1;
        }
      }
      assertThat(report.entries()).isEqualTo(entries);
    }
  }

  @Test
  void allDamageIsToldAndWhereItBelongs() throws IOException {
    NewFile root = NewFile.directory();
    for (int i = 0; i < 40; i++) {
      root.add("f" + i, NewFile.of(SampleTree.words(50_000 + i, i)));
    }
    root.add("large", NewFile.of(SampleTree.noise(3 << 20, 1)));
    Path path = folder.resolve("damaged.wim");
    try (WimWriter writer =
        WimWriter.to(path).compression(WimCompression.LZX).integrity(true).open()) {
      writer.addImage(WimImageInfo.builder().name("one").build(), root);
      writer.finish();
    }
    byte[] bytes = Files.readAllBytes(path);
    List<String> names = List.of("f3", "f20", "large");
    try (WimFile wim = WimFile.open(path)) {
      for (String name : names) {
        Blob blob = wim.image(1).find(name).orElseThrow().inode().data().orElseThrow().blob().get();
        bytes[(int) (blob.offset() + blob.storedSize() - 7)] ^= 1;
      }
    }
    try (WimFile wim = WimFile.open(MemoryDevice.wrap("damaged.wim", bytes))) {
      WimVerification.Report report = verify(wim);
      assertThat(report.isSound()).isFalse();
      assertThat(report.problemCount()).isEqualTo(4);
      assertThat(report.problems().get(0)).contains("chunk 0 of the integrity table");
      for (String name : names) {
        assertThat(report.problems())
            .filteredOn(p -> p.endsWith("/" + name + " in image 1"))
            .hasSize(1);
      }
    }
  }

  @Test
  void damagedMetadataDoNotHideTheRest() throws IOException {
    byte[] bytes = Files.readAllBytes(SharedData.data("wim/MultiImage.wim"));
    bytes[firstMetadata(bytes)] ^= 0x7F;
    try (WimFile wim = WimFile.open(MemoryDevice.wrap("m.wim", bytes))) {
      WimVerification.Report report = verify(wim);
      assertThat(report.images()).isEqualTo(wim.images().size() - 1);
      assertThat(report.problems())
          .hasSize(2)
          .anyMatch(text -> text.contains("integrity table"))
          .anyMatch(text -> text.contains("the metadata of image 1"));
    }
  }

  /** The last byte of the first image's metadata. */
  private static int firstMetadata(byte[] bytes) {
    int table = (int) LittleEndian.i64(bytes, 0x38);
    int at = table;
    while ((bytes[at + 7] & ResourceHeader.METADATA) == 0) {
      at += BlobTable.ENTRY_SIZE;
    }
    ResourceHeader metadata = ResourceHeader.get(bytes, at);
    return (int) (metadata.offset() + metadata.storedSize() - 1);
  }

  /** Damage in one of many solid chunks spoils what lies in it and nothing else. */
  @Test
  void damagedSolidChunkSpoilsItsBlobsOnly() throws IOException {
    Path esd = folder.resolve("solid.esd");
    ExternalTool.named("wimlib-imagex")
        .output(
            "export",
            SharedData.data("wim/ntfs-features.wim"),
            "all",
            esd,
            "--solid",
            "--solid-compress=LZX",
            "--solid-chunk-size=65536");
    byte[] bytes = Files.readAllBytes(esd);
    List<Sha1> expected = new ArrayList<>();
    try (WimFile wim = WimFile.open(MemoryDevice.wrap("s.esd", bytes))) {
      SolidResource solid = wim.blobs().iterator().next().solid();
      long chunk = solid.count() / 2;
      for (long at = solid.position(chunk); at < solid.position(chunk + 1); at++) {
        bytes[(int) at] = (byte) ~bytes[(int) at];
      }
      long begin = chunk * solid.chunkSize();
      for (Blob blob : wim.blobs()) {
        if (blob.offset() < begin + solid.chunkSize() && blob.offset() + blob.size() > begin) {
          expected.add(blob.sha1());
        }
      }
    }
    try (WimFile wim = WimFile.open(MemoryDevice.wrap("s.esd", bytes))) {
      WimVerification.Report report = verify(wim);
      assertThat(report.problemCount()).isEqualTo(expected.size()).isPositive();
      for (Sha1 sha1 : expected) {
        assertThat(report.problems()).filteredOn(text -> text.contains("blob " + sha1)).hasSize(1);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"hostile/corrupted_file_1.wim", "hostile/corrupted_file_2.wim"})
  void filesThatOthersDamagedAreFoundDamaged(String file) throws IOException {
    try (WimFile wim = WimFile.open(SharedData.data("wim/" + file))) {
      assertThat(verify(wim).problems()).singleElement().asString().contains("/file in image 1");
    }
  }

  @Test
  void streamWhoseBlobIsNowhereIsTold() throws IOException {
    byte[] bytes = Files.readAllBytes(SharedData.data("wim/stored-dism.wim"));
    int table = (int) LittleEndian.i64(bytes, 0x38);
    Sha1 lost = null;
    for (int at = table; lost == null; at += BlobTable.ENTRY_SIZE) {
      if ((bytes[at + 7] & ResourceHeader.METADATA) == 0) {
        lost = Sha1.get(bytes, at + 30);
        bytes[at + 30] ^= 1;
      }
    }
    String hash = lost.toString();
    try (WimFile wim = WimFile.open(MemoryDevice.wrap("m", bytes))) {
      assertThat(verify(wim).problems())
          .anyMatch(text -> text.contains(hash) && text.contains("not in this file"));
    }
  }

  @Test
  void encryptedFileIsRefusedInWords() throws IOException {
    Path path = folder.resolve("encrypted.esd");
    try (WimWriter writer = WimWriter.to(path).open()) {
      writer.addImage(WimImageInfo.builder().name("x".repeat(60)).build(), NewFile.directory());
      writer.finish();
    }
    byte[] bytes = Files.readAllBytes(path);
    ResourceHeader xml = ResourceHeader.get(bytes, 0x48);
    String text = new String(bytes, (int) xml.offset(), (int) xml.size(), UTF_16LE);
    String encrypted =
        text.replace("<NAME>" + "x".repeat(60) + "</NAME>", "")
            .replace("</WIM>", "<ESD><ENCRYPTED>1</ENCRYPTED></ESD></WIM>");
    StringBuilder padded = new StringBuilder(encrypted);
    while (padded.length() < text.length()) {
      padded.append(' ');
    }
    byte[] replaced = padded.toString().getBytes(UTF_16LE);
    System.arraycopy(replaced, 0, bytes, (int) xml.offset(), (int) xml.size());
    try (WimFile wim = WimFile.open(MemoryDevice.wrap("e.esd", bytes))) {
      assertThat(wim.isEncrypted()).isTrue();
      assertThatThrownBy(() -> verify(wim))
          .isInstanceOf(UnsupportedFormatException.class)
          .hasMessageContaining("encrypted .esd");
      assertThatThrownBy(() -> wim.image(1)).isInstanceOf(UnsupportedFormatException.class);
    }
  }
}
