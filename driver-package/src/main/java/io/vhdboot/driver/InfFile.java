package io.vhdboot.driver;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.UnsupportedFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * An INF file as sections and lines. Names of sections and keys are found in any letter case.
 *
 * <p>The rules are those of Microsoft's public documentation ("INF Files", "General Syntax Rules
 * for INF Files", "INF Strings Section"). Where a file breaks them it is read as Windows reads it,
 * as far as that is known, and {@link #findings()} tells.
 *
 * <p>Objects of this class do not change; they may be used by any thread.
 */
public final class InfFile {

  /** Largest file that is read, in bytes. */
  public static final int MAX_SIZE = 16 << 20;

  private final String name;
  private final Map<String, InfSection> sections;
  private final InfStrings strings;
  private final List<InfFinding> findings;

  private InfFile(
      String name,
      Map<String, InfSection> sections,
      InfStrings strings,
      List<InfFinding> findings) {
    this.name = name;
    this.sections = sections;
    this.strings = strings;
    this.findings = findings;
  }

  /**
   * Reads an INF file.
   *
   * @throws UnsupportedFormatException when it is larger than {@link #MAX_SIZE}
   * @throws CorruptFormatException when it holds more values than any INF file
   */
  public static InfFile read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return parse(file.getFileName().toString(), in.readNBytes(MAX_SIZE + 1));
    }
  }

  /**
   * Reads the content of an INF file.
   *
   * @param name the file's name, for messages and for the names that Windows derives from it
   * @throws UnsupportedFormatException when it is larger than {@link #MAX_SIZE}
   * @throws CorruptFormatException when it holds more values than any INF file
   */
  public static InfFile parse(String name, byte[] content) throws IOException {
    if (content.length > MAX_SIZE) {
      throw new UnsupportedFormatException(
          name, UnsupportedFormatException.NO_OFFSET, "an INF file of more than 16 MiB");
    }
    InfFindings findings = new InfFindings();
    InfText text = InfText.decode(content);
    if (!text.encoding().isForWindows()) {
      findings.error(
          1003,
          0,
          "encoded as " + text.encoding() + "; Windows takes UTF-16LE with a mark, or ANSI");
    }
    Map<String, InfSection> sections = new InfLexer(name, text.text(), findings).sections();
    return new InfFile(name, sections, InfStrings.of(sections, 0), findings.toList());
  }

  /**
   * The same file with the strings of another language.
   *
   * @param language a Windows language identifier such as 0x407, or 0 for {@code [Strings]}
   */
  public InfFile inLanguage(int language) {
    return new InfFile(name, sections, InfStrings.of(sections, language), findings);
  }

  /** The file's name. */
  public String name() {
    return name;
  }

  /** The sections, in the order of the file. */
  public List<InfSection> sections() {
    return List.copyOf(sections.values());
  }

  /** The sections by their names in lower case. */
  Map<String, InfSection> sectionsByName() {
    return Collections.unmodifiableMap(sections);
  }

  /** The section of that name. */
  public Optional<InfSection> section(String sectionName) {
    return Optional.ofNullable(sections.get(sectionName.toLowerCase(Locale.ROOT)));
  }

  /**
   * A text with strings in the place of its {@code %strkey%} tokens and {@code %%} made a percent
   * sign. Tokens that are numbers stand for folders and are left, as are those without a string.
   */
  public String expand(String text) {
    return strings.expand(text, token -> {});
  }

  InfStrings strings() {
    return strings;
  }

  /**
   * Whether the file says that it is an INF file of Windows: a signature in {@code [Version]}. Many
   * other files, {@code autorun.inf} among them, have the same extension.
   */
  public boolean isSigned() {
    String signature =
        section("Version")
            .flatMap(section -> section.line("Signature"))
            .map(line -> expand(line.value(0)))
            .orElse("");
    return signature.equalsIgnoreCase("$Windows NT$") || signature.equalsIgnoreCase("$Chicago$");
  }

  /** What the file says of itself in {@code [Version]}. */
  public InfVersion version() {
    return InfVersion.of(this);
  }

  /** Mistakes of syntax and encoding; {@link InfVerifier} finds those of meaning. */
  public List<InfFinding> findings() {
    return findings;
  }

  @Override
  public String toString() {
    return name;
  }
}
