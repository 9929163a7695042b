package io.vhdboot.fat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.disk.NoSpaceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FatNamesTest {

  private FatEditor editor;
  private FatFile root;

  @BeforeEach
  void makeVolume() throws IOException {
    MemoryDevice device = MemoryDevice.ofSize("volume", 4 << 20);
    FatFormat.format(device, FatFormatOptions.ofSize(4 << 20).build());
    editor = FatEditor.open(device);
    root = editor.volume().root();
  }

  /** The last column counts the slots: 1 for the entry, and one for each 13 characters. */
  @ParameterizedTest
  @CsvSource({
    "BOOTX64.EFI, BOOTX64.EFI, 1",
    "bootx64.efi, BOOTX64.EFI, 1",
    "BOOTX64.efi, BOOTX64.EFI, 1",
    "Boot, BOOT, 2",
    "en-US, EN-US, 2",
    "bootmgfw.efi.mui, BOOTMG~1.MUI, 3",
    "Program Files, PROGRA~1, 2",
    "BOOTSTAT.DAT, BOOTSTAT.DAT, 1",
    "thirteen char, THIRTE~1, 2",
    "fourteen chars, FOURTE~1, 3",
    "Grün und Blau.txt, GRNUND~1.TXT, 3",
    ".config, CONFIG~1, 2",
  })
  void nameIsStoredAsWindowsDoes(String name, String shortName, int slots) throws IOException {
    editor.createFile(root, name, 0);
    FatFile file = root.list().get(0);

    assertThat(file.name()).isEqualTo(name);
    assertThat(file.shortName()).isEqualTo(shortName);
    assertThat((file.position() - editor.volume().boot().rootPosition()) / ShortEntry.SIZE + 1)
        .isEqualTo(slots);
    assertThat(root.child(name.toUpperCase(Locale.ROOT))).isPresent();
    assertThat(root.child(shortName.toLowerCase(Locale.ROOT))).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a/b", "a\\b", "a:b", "what?", "dot.", "blank ", "a\tb"})
  void nameThatWindowsCannotUseIsRefused(String name) {
    assertThatThrownBy(() -> editor.createFile(root, name, 0))
        .isInstanceOf(FileSystemException.class);
    assertThatThrownBy(() -> editor.createDirectory(root, name))
        .isInstanceOf(FileSystemException.class);
  }

  @Test
  void longestNameIsKept() throws IOException {
    String name = "x".repeat(251) + ".txt";
    editor.createFile(root, name, 0);
    assertThat(root.list()).extracting(FatFile::name).containsExactly(name);
    assertThatThrownBy(() -> editor.createFile(root, name + "x", 0))
        .isInstanceOf(FileSystemException.class);
  }

  @Test
  void namesThatDifferInCaseAreTheSame() throws IOException {
    editor.createFile(root, "Größe und Maß.txt", 0);
    assertThatThrownBy(() -> editor.createFile(root, "GRÖßE UND MAß.TXT", 0))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> editor.createFile(root, "GREUND~1.TXT", 0))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void nameChangesItsCase() throws IOException {
    editor.createFile(root, "readme.txt", 0);
    editor.rename(root, "readme.txt", root, "ReadMe.txt", false);
    assertThat(root.list()).extracting(FatFile::name).containsExactly("ReadMe.txt");
  }

  @Test
  void rootOfFat12HasAnEnd() throws IOException {
    for (int i = 0; i < 512; i++) {
      editor.createFile(root, "F" + i, 0);
    }
    assertThatThrownBy(() -> editor.createFile(root, "ONEMORE", 0))
        .isInstanceOf(NoSpaceException.class);
    assertThat(root.list()).hasSize(512);
    editor.delete(root, "F7");
    editor.createFile(root, "ONEMORE", 0);
    assertThat(root.list().get(7).name()).isEqualTo("ONEMORE");
  }

  @Test
  void timesAreCutToWhatCanBeStored() {
    Instant time = Instant.parse("2026-11-26T17:39:59.876543Z");
    assertThat(FatTime.of(time).toInstant()).contains(Instant.parse("2026-11-26T17:39:59.870Z"));
    assertThat(FatTime.of(Instant.EPOCH)).isEqualTo(FatTime.EARLIEST);
    assertThat(FatTime.of(Instant.parse("2200-01-01T00:00:00Z"))).isEqualTo(FatTime.LATEST);
    assertThat(FatTime.LATEST.toInstant()).contains(Instant.parse("2107-12-31T23:59:59.990Z"));
    assertThat(new FatTime(0, 0, 0).toInstant()).isEmpty();
  }

  @Test
  void pieceOfALongNameThatDoesNotFitIsLeftOut() throws IOException {
    FatFile file = editor.createFile(root, "a longer name.txt", 0);
    // The checksum of the first piece is another file's.
    long piece = file.position() - 2 * ShortEntry.SIZE;
    editor.volume().device().write(piece + 0x0D, ByteBuffer.wrap(new byte[] {1}));
    assertThat(root.list()).extracting(FatFile::name).isEqualTo(List.of("ALONGE~1.TXT"));
  }

  @Test
  void longNameThatWouldLeadElsewhereIsLeftOut() throws IOException {
    FatFile file = editor.createFile(root, "a nice name", 0);
    long piece = file.position() - ShortEntry.SIZE;
    editor.volume().device().write(piece + 1, ByteBuffer.wrap(new byte[] {'/', 0}));
    assertThat(root.list()).extracting(FatFile::name).containsExactly("ANICEN~1");
  }
}
