package io.vhdboot.diskpart;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.DiskFormatException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What one run of diskpart leaves to the next, and to other commands that take Windows' paths: the
 * volumes that have a drive letter, and the virtual disks that are attached. Windows keeps both
 * itself.
 *
 * <p>A volume is named by the path of its image and the number of its partition, such as {@code
 * /images/stick.img@1}. Not thread-safe.
 */
public final class DriveLetters {

  /** The first letter that is handed out where none is named, as where Windows has C itself. */
  private static final char FIRST_FREE = 'D';

  private static final String LETTERS = "letters";
  private static final String ATTACHED = "attached";
  private static final String FILE = "file";
  private static final String READ_ONLY = "readOnly";

  /** What is written is small; a file that is larger than this is another one. */
  private static final long MAX_FILE_SIZE = 1 << 20;

  private static final Pattern LETTER = Pattern.compile("[A-Za-z]:?");

  private final TreeMap<Character, String> volumes = new TreeMap<>();
  private final List<Attached> attached = new ArrayList<>();

  /**
   * A virtual disk that is attached.
   *
   * @param file its file
   * @param readOnly whether writes to it are refused
   */
  public record Attached(String file, boolean readOnly) {}

  /** None yet. */
  public DriveLetters() {}

  /**
   * Reads what was saved.
   *
   * @return none where there is no such file
   * @throws CorruptFormatException when the file is not one that {@link #save} wrote
   */
  public static DriveLetters load(Path file) throws IOException {
    DriveLetters letters = new DriveLetters();
    if (!Files.exists(file)) {
      return letters;
    }
    if (Files.size(file) > MAX_FILE_SIZE) {
      throw bad(file, "is too large to hold drive letters", null);
    }
    try {
      JsonObject saved = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
      for (Map.Entry<String, JsonElement> entry : saved.getAsJsonObject(LETTERS).entrySet()) {
        letters.assign(letter(entry.getKey()), entry.getValue().getAsString());
      }
      for (JsonElement element : saved.getAsJsonArray(ATTACHED)) {
        JsonObject disk = element.getAsJsonObject();
        letters.attached.add(
            new Attached(disk.get(FILE).getAsString(), disk.get(READ_ONLY).getAsBoolean()));
      }
    } catch (JsonParseException
        | IllegalStateException
        | IllegalArgumentException
        | UnsupportedOperationException
        | ClassCastException
        | NullPointerException
        | CharacterCodingException e) {
      throw bad(file, "is not a file of drive letters", e);
    }
    return letters;
  }

  private static CorruptFormatException bad(Path file, String problem, Throwable cause) {
    return new CorruptFormatException(
        file.toString(), DiskFormatException.NO_OFFSET, problem, cause);
  }

  /** Writes it all to a file, which has it whole or not at all. */
  public void save(Path file) throws IOException {
    JsonObject saved = new JsonObject();
    JsonObject byLetter = new JsonObject();
    volumes.forEach((letter, volume) -> byLetter.addProperty(String.valueOf(letter), volume));
    saved.add(LETTERS, byLetter);
    JsonArray disks = new JsonArray();
    for (Attached disk : attached) {
      JsonObject each = new JsonObject();
      each.addProperty(FILE, disk.file());
      each.addProperty(READ_ONLY, disk.readOnly());
      disks.add(each);
    }
    saved.add(ATTACHED, disks);
    Path folder = file.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    Path written = Files.createTempFile(folder, file.getFileName().toString(), ".new");
    try {
      Files.writeString(
          written, new GsonBuilder().setPrettyPrinting().create().toJson(saved) + "\n");
      Files.move(
          written, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(written);
    }
  }

  /**
   * Reads a letter as people write it, {@code x} or {@code X:}.
   *
   * @throws IllegalArgumentException when the text is no letter
   */
  public static char letter(String text) {
    if (!LETTER.matcher(text).matches()) {
      throw new IllegalArgumentException("letter (" + text + ") must be one from A to Z");
    }
    return text.toUpperCase(Locale.ROOT).charAt(0);
  }

  /** The volume that has a letter. */
  public Optional<String> volume(char letter) {
    return Optional.ofNullable(volumes.get(Character.toUpperCase(letter)));
  }

  /** The letter that a volume has. */
  public Optional<Character> letterOf(String volume) {
    return volumes.entrySet().stream()
        .filter(entry -> entry.getValue().equals(volume))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** All letters with their volumes, in order. */
  public Map<Character, String> volumes() {
    return Collections.unmodifiableMap(volumes);
  }

  /**
   * Gives a volume a letter; a letter that it had before is free then.
   *
   * @throws IllegalArgumentException when another volume has the letter
   */
  public void assign(char letter, String volume) {
    char upper = letter(String.valueOf(letter));
    String owner = volumes.get(upper);
    if (owner != null && !owner.equals(volume)) {
      throw new IllegalArgumentException("letter (" + upper + ") must be free, but is " + owner);
    }
    volumes.values().remove(volume);
    volumes.put(upper, volume);
  }

  /** The next letter that no volume has. */
  public Optional<Character> nextFree() {
    for (char letter = FIRST_FREE; letter <= 'Z'; letter++) {
      if (!volumes.containsKey(letter)) {
        return Optional.of(letter);
      }
    }
    return Optional.empty();
  }

  /** Takes a volume's letter away; it may have none. */
  public void remove(String volume) {
    volumes.values().remove(volume);
  }

  /** Takes the letters of all volumes of an image away. */
  void removeAll(String image) {
    volumes.values().removeIf(volume -> volume.startsWith(image + "@"));
  }

  /** Moves the letters of an image's volumes when partitions get other numbers. */
  void renumber(String image, Map<Integer, Integer> numbers) {
    TreeMap<Character, String> moved = new TreeMap<>();
    volumes.forEach(
        (letter, volume) -> {
          if (!volume.startsWith(image + "@")) {
            moved.put(letter, volume);
            return;
          }
          Integer number = numbers.get(Integer.valueOf(volume.substring(image.length() + 1)));
          if (number != null) {
            moved.put(letter, image + "@" + number);
          }
        });
    volumes.clear();
    volumes.putAll(moved);
  }

  /** The virtual disks that are attached, in the order of their disk numbers. */
  public List<Attached> attached() {
    return Collections.unmodifiableList(attached);
  }

  void setAttached(List<Attached> disks) {
    attached.clear();
    attached.addAll(disks);
  }
}
