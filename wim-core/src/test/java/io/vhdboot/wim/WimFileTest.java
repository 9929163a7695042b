package io.vhdboot.wim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.MemoryDevice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WimFileTest {

  private static final int FLAGS = 0x10;

  @TempDir Path folder;

  private byte[] bytes;

  @BeforeEach
  void writeOne() throws IOException {
    NewFile root = NewFile.directory();
    NewFile windows = root.add("Windows", NewFile.directory());
    windows.add("notepad.exe", NewFile.of(SampleTree.text("exact")));
    windows.add("NOTEPAD.EXE", NewFile.of(SampleTree.text("other case")));
    windows.add("a/b", NewFile.of(SampleTree.text("separator")));
    Path path = folder.resolve("a.wim");
    try (WimWriter writer = WimWriter.to(path).compression(WimCompression.LZX).open()) {
      writer.addImage(WimImageInfo.builder().name("one").build(), root);
      writer.finish();
    }
    bytes = Files.readAllBytes(path);
  }

  private WimFile open() throws IOException {
    return WimFile.open(MemoryDevice.wrap("a.wim", bytes));
  }

  @ParameterizedTest
  @CsvSource({
    "0c, 00010900, UnsupportedFormatException, WIM version 10900",
    "08, 00000060, CorruptFormatException, size is 208",
    "10, 00000002, UnsupportedFormatException, compression of flags",
    "10, 00060002, CorruptFormatException, more than one compression",
    "14, 00001000, CorruptFormatException, LZX has no chunks of 4096 bytes",
    "14, 00009000, CorruptFormatException, LZX has no chunks of 36864 bytes",
    "28, 00020001, UnsupportedFormatException, part 1 of a WIM that is split into 2",
    "28, 00010002, CorruptFormatException, part 2 of 1",
    "2c, 00000002, CorruptFormatException, tells of 2 images",
    "2c, 7fffffff, CorruptFormatException, images are too many",
    "00, 21212121, CorruptFormatException, not a WIM",
  })
  void headerThatIsNotUnderstoodIsRefusedByName(
      String offset, String value, String type, String message) {
    LittleEndian.put32(bytes, Integer.parseInt(offset, 16), Long.parseLong(value, 16));
    assertThatThrownBy(this::open)
        .isInstanceOf(DiskFormatException.class)
        .hasMessageStartingWith("a.wim: ")
        .hasMessageContaining(message)
        .satisfies(e -> assertThat(e.getClass().getSimpleName()).isEqualTo(type));
  }

  @Test
  void pipableFileThatIsCutShortIsRefused() throws IOException {
    System.arraycopy("WLPWM".getBytes(StandardCharsets.US_ASCII), 0, bytes, 0, 5);
    Arrays.fill(bytes, 0x30, 0x48, (byte) 0);
    assertThat(WimFile.isPresent(MemoryDevice.wrap("a.wim", bytes))).isTrue();
    assertThatThrownBy(this::open)
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("without a header at its end");
  }

  @Test
  void unfinishedFileAndMissingBootImageAreWarnings() throws IOException {
    bytes[FLAGS] |= WimHeader.FLAG_WRITE_IN_PROGRESS;
    LittleEndian.put32(bytes, 0x78, 7);
    try (WimFile wim = open()) {
      assertThat(wim.bootIndex()).isZero();
      assertThat(wim.warnings())
          .extracting(WimWarning::text)
          .containsExactly(
              "the program that wrote the file did not finish",
              "the image that boots from here, 7, is not there");
    }
  }

  @Test
  void encryptedEsdIsToldByItsXml() throws CorruptFormatException {
    String text = "<WIM><ESD><ENCRYPTED><KEY/></ENCRYPTED></ESD></WIM>";
    assertThat(WimXml.parse("x", 0, text.getBytes(StandardCharsets.UTF_16LE)).isEncrypted())
        .isTrue();
  }

  @Test
  void nameThatIsSpelledSoComesBeforeOneInOtherCase() throws IOException {
    try (WimFile wim = open()) {
      WimImage image = wim.image(1);
      assertThat(image.find("/Windows/notepad.exe").map(WimEntry::name)).contains("notepad.exe");
      assertThat(image.find("\\WINDOWS\\NOTEPAD.EXE").map(WimEntry::name)).contains("NOTEPAD.EXE");
      assertThat(image.find("windows//Notepad.exe").map(WimEntry::name)).contains("NOTEPAD.EXE");
      assertThat(image.find("")).contains(image.root());
      assertThat(image.find("/Windows/calc.exe")).isEmpty();
      assertThat(image.find("/Windows/notepad.exe/x")).isEmpty();
      assertThat(image.find("/Windows/a/b")).isEmpty();
      assertThat(image.find("Windows").orElseThrow().child("a/b")).isPresent();
      assertThat(image.warnings())
          .singleElement()
          .extracting(WimWarning::kind)
          .isEqualTo(WimWarning.Kind.ODD_NAME);
    }
  }

  @Test
  void pathOfBlobLeadsToIt() throws IOException {
    try (WimFile wim = open()) {
      WimImage image = wim.image(1);
      Blob blob = wim.blob(Sha1.of(SampleTree.text("exact"))).orElseThrow();
      assertThat(image.pathOf(blob)).contains("/Windows/notepad.exe");
      assertThat(wim.blob(Sha1.ZERO)).isEmpty();
    }
  }

  @Test
  void imageThatIsNotThereIsTheCallersMistake() throws IOException {
    try (WimFile wim = open()) {
      assertThatThrownBy(() -> wim.image(0)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> wim.image(2))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("must be 1 to 1");
    }
  }

  @Test
  void missingFileIsReportedAsSuch() {
    assertThatThrownBy(() -> WimFile.open(folder.resolve("none.wim")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void hashesAreReadAndShownInHexadecimal() {
    Sha1 hash = Sha1.parse("da39a3ee5e6b4b0d3255bfef95601890afd80709");
    assertThat(hash).isEqualTo(Sha1.of(new byte[0]));
    assertThat(hash).hasToString("da39a3ee5e6b4b0d3255bfef95601890afd80709");
    assertThat(hash.isOfNothing()).isTrue();
    assertThat(hash).isGreaterThan(Sha1.ZERO);
    assertThatThrownBy(() -> Sha1.parse("da39")).isInstanceOf(IllegalArgumentException.class);
  }
}
