package io.vhdboot.diskpart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.CorruptFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DriveLettersTest {

  @TempDir Path folder;

  @Test
  void whatIsSavedIsLoaded() throws IOException {
    Path file = folder.resolve("config/letters.json");
    assertThat(DriveLetters.load(file).volumes()).isEmpty();
    DriveLetters letters = new DriveLetters();
    letters.assign('x', "/images/stick.img@1");
    letters.assign('E', "/images/\u00e4\u65e5 \"odd\".vhd@5");
    letters.setAttached(List.of(new DriveLetters.Attached("/images/a.vhd", true)));
    letters.save(file);
    letters.save(file);
    DriveLetters loaded = DriveLetters.load(file);
    assertThat(loaded.volumes()).isEqualTo(letters.volumes());
    assertThat(loaded.volume('X')).contains("/images/stick.img@1");
    assertThat(loaded.attached()).isEqualTo(letters.attached());
    assertThat(folder.resolve("config")).isDirectoryContaining(path -> path.equals(file));
    try (var files = Files.list(folder.resolve("config"))) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void letterBelongsToOneVolumeAndAVolumeHasOneLetter() {
    DriveLetters letters = new DriveLetters();
    letters.assign('D', "a.img@1");
    assertThatThrownBy(() -> letters.assign('d', "b.img@1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("letter (D) must be free, but is a.img@1");
    letters.assign('F', "a.img@1");
    assertThat(letters.volume('D')).isEmpty();
    assertThat(letters.letterOf("a.img@1")).contains('F');
    assertThat(letters.nextFree()).contains('D');
    for (char letter = 'D'; letter <= 'Z'; letter++) {
      if (letter != 'F') {
        letters.assign(letter, letter + ".img@1");
      }
    }
    assertThat(letters.nextFree()).isEmpty();
  }

  @Test
  void lettersFollowPartitionsToTheirNewNumbers() {
    DriveLetters letters = new DriveLetters();
    letters.assign('D', "a.img@5");
    letters.assign('E', "a.img@6");
    letters.assign('F', "a.img.old@6");
    letters.renumber("a.img", Map.of(6, 5));
    assertThat(letters.volumes()).isEqualTo(Map.of('E', "a.img@5", 'F', "a.img.old@6"));
  }

  @Test
  void anythingElseInTheFileIsRefused() throws IOException {
    Path file = folder.resolve("letters.json");
    for (String text :
        List.of(
            "",
            "[]",
            "{}",
            "{\"letters\":{},\"attached\":{}}",
            "{\"letters\":{\"1\":\"a\"},\"attached\":[]}",
            "{\"letters\":{\"D\":\"a\",\"d\":\"b\"},\"attached\":[]}",
            "{\"letters\":{\"D\":[]},\"attached\":[]}",
            "{\"letters\":{\"D\":\"a\"},\"attached\":[{}]}",
            "{\"letters\":{\"D\":\"a\"},\"attached\":[\"x\"]}",
            "\u0000\u0001",
            "[".repeat(100_000))) {
      Files.writeString(file, text);
      assertThatThrownBy(() -> DriveLetters.load(file))
          .as(text.substring(0, Math.min(text.length(), 40)))
          .isInstanceOf(CorruptFormatException.class)
          .hasMessageContaining("is not a file of drive letters");
    }
    Files.write(file, new byte[] {(byte) 0xFF, (byte) 0xFE, 0});
    assertThatThrownBy(() -> DriveLetters.load(file)).isInstanceOf(CorruptFormatException.class);
    Files.write(file, new byte[(1 << 20) + 1]);
    assertThatThrownBy(() -> DriveLetters.load(file)).isInstanceOf(CorruptFormatException.class);
  }
}
