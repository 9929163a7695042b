package io.vhdboot.wim;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a WIM's XML data say of one image:
 *
 * <pre>
 * IMAGE INDEX=n
 *   DIRCOUNT FILECOUNT TOTALBYTES HARDLINKBYTES
 *   CREATIONTIME, LASTMODIFICATIONTIME   {HIGHPART, LOWPART}: a file time in two hexadecimal halves
 *   NAME DESCRIPTION DISPLAYNAME DISPLAYDESCRIPTION
 *   FLAGS                                the edition, such as Professional
 *   WINDOWS                              absent where the image holds no Windows
 *     ARCH PRODUCTNAME EDITIONID INSTALLATIONTYPE PRODUCTTYPE PRODUCTSUITE HAL SYSTEMROOT
 *     LANGUAGES  {LANGUAGE*, DEFAULT}
 *     VERSION    {MAJOR, MINOR, BUILD, SPBUILD, SPLEVEL, BRANCH}
 * </pre>
 *
 * <p>Nothing of it is certain: a field that is absent or no number where one belongs is empty.
 * {@link #property} gives every other element by its path.
 */
public final class WimImageInfo {

  private static final Map<Integer, String> ARCHITECTURES =
      Map.of(0, "x86", 5, "ARM", 6, "IA64", 9, "x64", 12, "ARM64");

  private final XmlElement element;

  private WimImageInfo(XmlElement element) {
    this.element = element;
  }

  static WimImageInfo of(XmlElement element) {
    return new WimImageInfo(element);
  }

  static WimImageInfo ofIndex(int index) {
    XmlElement element = new XmlElement("IMAGE");
    element.setAttribute("INDEX", Integer.toString(index));
    return new WimImageInfo(element);
  }

  /** Begins a description of an image to be written. */
  public static Builder builder() {
    return new Builder(ofIndex(1).element);
  }

  /** Begins a description with everything that this one says. */
  public Builder toBuilder() {
    return new Builder(element.copy());
  }

  XmlElement element() {
    return element;
  }

  /** The index of the image, from 1. */
  public int index() {
    OptionalLong index = parseNumber(element.attribute("INDEX").orElse(""));
    return (int) Math.max(0, Math.min(index.orElse(0), Integer.MAX_VALUE));
  }

  /** The name, empty when it has none. */
  public String name() {
    return property("NAME").orElse("");
  }

  /** The description. */
  public Optional<String> description() {
    return property("DESCRIPTION");
  }

  /** The name that Windows' setup shows. */
  public Optional<String> displayName() {
    return property("DISPLAYNAME");
  }

  /** The description that Windows' setup shows. */
  public Optional<String> displayDescription() {
    return property("DISPLAYDESCRIPTION");
  }

  /** The edition by the image's flags, such as {@code Professional}. */
  public Optional<String> flags() {
    return property("FLAGS");
  }

  /** Whether the image is said to hold a Windows. */
  public boolean isWindows() {
    return element.find("WINDOWS").isPresent();
  }

  /** The number of the processor architecture, 0 for x86, 9 for x64, 12 for ARM64. */
  public OptionalInt architectureCode() {
    return integer("WINDOWS/ARCH");
  }

  /** The processor architecture's name, such as {@code x64}. */
  public Optional<String> architecture() {
    OptionalInt code = architectureCode();
    return code.isEmpty()
        ? Optional.empty()
        : Optional.of(
            ARCHITECTURES.getOrDefault(code.getAsInt(), "architecture " + code.getAsInt()));
  }

  /** The product, such as {@code Microsoft® Windows® Operating System}. */
  public Optional<String> productName() {
    return property("WINDOWS/PRODUCTNAME");
  }

  /** The edition, such as {@code Professional}. */
  public Optional<String> editionId() {
    return property("WINDOWS/EDITIONID");
  }

  /** What kind of installation: {@code Client}, {@code Server}, {@code WindowsPE} and more. */
  public Optional<String> installationType() {
    return property("WINDOWS/INSTALLATIONTYPE");
  }

  /** {@code WinNT} or {@code ServerNT}. */
  public Optional<String> productType() {
    return property("WINDOWS/PRODUCTTYPE");
  }

  /** The product suite, such as {@code Terminal Server}. */
  public Optional<String> productSuite() {
    return property("WINDOWS/PRODUCTSUITE");
  }

  /** The languages, such as {@code en-US}. */
  public List<String> languages() {
    return element
        .find("WINDOWS/LANGUAGES")
        .map(all -> all.children("LANGUAGE").stream().map(XmlElement::text).toList())
        .orElseGet(List::of);
  }

  /** The language that a user sees first. */
  public Optional<String> defaultLanguage() {
    return property("WINDOWS/LANGUAGES/DEFAULT");
  }

  /** The folder of Windows, such as {@code WINDOWS}. */
  public Optional<String> systemRoot() {
    return property("WINDOWS/SYSTEMROOT");
  }

  /** The major version: 6 for Windows 7 and 8, 10 for Windows 10 and 11. */
  public OptionalInt majorVersion() {
    return integer("WINDOWS/VERSION/MAJOR");
  }

  /** The minor version: 1 for Windows 7. */
  public OptionalInt minorVersion() {
    return integer("WINDOWS/VERSION/MINOR");
  }

  /** The build, such as 22621. */
  public OptionalInt build() {
    return integer("WINDOWS/VERSION/BUILD");
  }

  /** The revision of the build. */
  public OptionalInt servicePackBuild() {
    return integer("WINDOWS/VERSION/SPBUILD");
  }

  /** The number of the service pack. */
  public OptionalInt servicePackLevel() {
    return integer("WINDOWS/VERSION/SPLEVEL");
  }

  /** The version as people write it, such as {@code 10.0.22621.1702}; nothing without a major. */
  public Optional<String> version() {
    if (majorVersion().isEmpty()) {
      return Optional.empty();
    }
    StringBuilder text = new StringBuilder().append(majorVersion().getAsInt());
    for (OptionalInt part : List.of(minorVersion(), build(), servicePackBuild())) {
      if (part.isEmpty()) {
        break;
      }
      text.append('.').append(part.getAsInt());
    }
    return Optional.of(text.toString());
  }

  /** How many directories the image is said to have. */
  public OptionalLong directoryCount() {
    return number("DIRCOUNT");
  }

  /** How many files the image is said to have. */
  public OptionalLong fileCount() {
    return number("FILECOUNT");
  }

  /** How many bytes the files have together, a file counted once for each of its names. */
  public OptionalLong totalBytes() {
    return number("TOTALBYTES");
  }

  /** How many of these bytes are counted more than once because of hard links. */
  public OptionalLong hardLinkBytes() {
    return number("HARDLINKBYTES");
  }

  /** When the image was made, as {@link io.vhdboot.disk.FileTime100ns} counts. */
  public OptionalLong creationTime() {
    return time("CREATIONTIME");
  }

  /** When the image was last changed, as {@link io.vhdboot.disk.FileTime100ns} counts. */
  public OptionalLong lastModificationTime() {
    return time("LASTMODIFICATIONTIME");
  }

  /**
   * The text of any element.
   *
   * @param path names of elements below IMAGE, separated by {@code /}, such as {@code
   *     WINDOWS/VERSION/BRANCH}
   */
  public Optional<String> property(String path) {
    return element.find(path).map(XmlElement::text);
  }

  private OptionalInt integer(String path) {
    OptionalLong value = number(path);
    return value.isPresent() && value.getAsLong() == (int) value.getAsLong()
        ? OptionalInt.of((int) value.getAsLong())
        : OptionalInt.empty();
  }

  private OptionalLong number(String path) {
    Optional<XmlElement> found = element.find(path);
    return found.isPresent() ? parseNumber(found.get().text()) : OptionalLong.empty();
  }

  private static OptionalLong parseNumber(String text) {
    String digits = text.strip();
    try {
      return OptionalLong.of(
          digits.startsWith("0x") || digits.startsWith("0X")
              ? Long.parseUnsignedLong(digits.substring(2), 16)
              : Long.parseLong(digits));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  private OptionalLong time(String path) {
    OptionalLong high = number(path + "/HIGHPART");
    OptionalLong low = number(path + "/LOWPART");
    return high.isPresent() && low.isPresent()
        ? OptionalLong.of(high.getAsLong() << 32 | low.getAsLong() & 0xFFFF_FFFFL)
        : OptionalLong.empty();
  }

  @Override
  public String toString() {
    return "image " + index() + " " + Text.printable(name());
  }

  /** Puts a description together. */
  public static final class Builder {

    private final XmlElement element;

    private Builder(XmlElement element) {
      this.element = element;
    }

    /** Sets the name, which no other image of the file should have. */
    public Builder name(String name) {
      return property("NAME", name);
    }

    /** Sets the description. */
    public Builder description(String description) {
      return property("DESCRIPTION", description);
    }

    /** Sets the time at which the image was made. */
    public Builder creationTime(long fileTime) {
      return time("CREATIONTIME", fileTime);
    }

    /** Sets the time at which the image was last changed. */
    public Builder lastModificationTime(long fileTime) {
      return time("LASTMODIFICATIONTIME", fileTime);
    }

    /** Adds a language. */
    public Builder language(String language) {
      XmlElement windows =
          element.find("WINDOWS").orElseGet(() -> element.add(new XmlElement("WINDOWS")));
      XmlElement languages =
          windows.find("LANGUAGES").orElseGet(() -> windows.add(new XmlElement("LANGUAGES")));
      XmlElement added = languages.add(new XmlElement("LANGUAGE"));
      added.setText(language);
      return this;
    }

    /**
     * Sets the text of any element, and makes it where it is absent.
     *
     * @param path names of elements below IMAGE, separated by {@code /}
     */
    public Builder property(String path, String value) {
      element.set(path, value);
      return this;
    }

    Builder index(int index) {
      element.setAttribute("INDEX", Integer.toString(index));
      return this;
    }

    private Builder time(String path, long fileTime) {
      property(path + "/HIGHPART", String.format("0x%08X", fileTime >>> 32));
      return property(path + "/LOWPART", String.format("0x%08X", fileTime & 0xFFFF_FFFFL));
    }

    /** The description. */
    public WimImageInfo build() {
      return new WimImageInfo(element.copy());
    }
  }
}
