package io.vhdboot.cli;

import io.vhdboot.bcdedit.Drives;
import io.vhdboot.diskpart.DriveLetters;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Option;

/** Options that tell which volume has which drive letter. */
final class DriveOptions {

  private static final String STATE = "vhdboot/diskpart.json";

  @Option(
      names = "--drive",
      paramLabel = "X=VOLUME",
      description = {
        "The volume that has a letter, such as X=stick.img@1; may be repeated.",
        "Letters that diskpart assigned are known."
      })
  private Map<String, String> drives = new LinkedHashMap<>();

  @Option(
      names = "--state",
      paramLabel = "FILE",
      description =
          "Where diskpart keeps drive letters; in the user's configuration folder unless given.")
  private Path state;

  Drives drives() throws IOException {
    Map<Character, String> volumes =
        new TreeMap<>(DriveLetters.load(state == null ? defaultState() : state).volumes());
    drives.forEach((letter, volume) -> volumes.put(DriveLetters.letter(letter), volume));
    return Drives.of(volumes);
  }

  /** Where drive letters are kept from one run to the next. */
  static Path defaultState() {
    String folder = System.getenv("XDG_CONFIG_HOME");
    if (folder == null || folder.isEmpty()) {
      folder = System.getenv("APPDATA");
    }
    return folder == null || folder.isEmpty()
        ? Path.of(System.getProperty("user.home"), ".config").resolve(STATE)
        : Path.of(folder).resolve(STATE);
  }
}
