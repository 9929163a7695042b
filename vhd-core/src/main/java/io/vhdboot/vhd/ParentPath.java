package io.vhdboot.vhd;

import java.util.Arrays;
import java.util.Optional;

/**
 * A path at which a differencing VHD says that its parent is, as a {@link ParentLocator} holds it.
 *
 * @param form how the path is written
 * @param path the path, with backslashes but in a {@link Form#MACX} one, which is a file URL
 */
public record ParentPath(Form form, String path) {

  /** How a path is written, which the locator's platform code tells. */
  public enum Form {
    /** Relative to the child's folder, in UTF-16LE; what Windows follows first. */
    W2RU("W2ru", true),
    /** Relative to the child's folder, in the code page of old Windows. */
    WI2R("Wi2r", true),
    /** Absolute, in UTF-16LE. */
    W2KU("W2ku", false),
    /** Absolute, in the code page of old Windows. */
    WI2K("Wi2k", false),
    /** A file URL in UTF-8, by Virtual PC for Mac. */
    MACX("MacX", false),
    /** No locator but the parent's name in the header: a path or a mere file name. */
    NAME("", true);

    private final String code;
    private final boolean relative;

    Form(String code, boolean relative) {
      this.code = code;
      this.relative = relative;
    }

    /** The four characters of the platform code; none for {@link #NAME}. */
    String code() {
      return code;
    }

    /** Whether the path begins at the child's folder. */
    public boolean isRelative() {
      return relative;
    }

    /** The form of a platform code; nothing where it is not known, as that of a Mac's alias. */
    static Optional<Form> ofCode(String code) {
      return Arrays.stream(values())
          .filter(form -> form != NAME && form.code.equals(code))
          .findFirst();
    }
  }

  /** The last name of the path, which is the file's. */
  public String fileName() {
    int slash = Math.max(path.lastIndexOf('\\'), path.lastIndexOf('/'));
    return path.substring(slash + 1);
  }

  @Override
  public String toString() {
    return path;
  }
}
