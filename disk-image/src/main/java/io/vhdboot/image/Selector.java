package io.vhdboot.image;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A name of a path with what stands behind its {@code @}.
 *
 * @param name the name before it
 * @param partition the partition's number, 0 for the whole disk; nothing where there is no
 *     {@code @}
 */
record Selector(String name, OptionalInt partition) {

  private static final Pattern FORM = Pattern.compile("(.+)@(\\d{0,9})", Pattern.DOTALL);

  /** A name that is taken as it is. */
  static Selector none(String name) {
    return new Selector(name, OptionalInt.empty());
  }

  /** Cuts a name at its last {@code @}, where a number or nothing stands behind that. */
  static Optional<Selector> of(String name) {
    Matcher matcher = FORM.matcher(name);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String number = matcher.group(2);
    return Optional.of(
        new Selector(
            matcher.group(1), OptionalInt.of(number.isEmpty() ? 0 : Integer.parseInt(number))));
  }
}
