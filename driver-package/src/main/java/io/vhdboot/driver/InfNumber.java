package io.vhdboot.driver;

import java.util.Optional;

/** Numbers of INF files: decimal, hexadecimal after {@code 0x}, either with a sign. */
final class InfNumber {

  private InfNumber() {}

  /** A number of 32 bits, of either sign; empty where the text is none. */
  static Optional<Integer> parse(String text) {
    String digits = text.strip();
    boolean isNegative = digits.startsWith("-");
    if (isNegative || digits.startsWith("+")) {
      digits = digits.substring(1);
    }
    int radix = 10;
    if (digits.regionMatches(true, 0, "0x", 0, 2)) {
      digits = digits.substring(2);
      radix = 16;
    }
    if (digits.isEmpty() || digits.length() > 12 || Character.digit(digits.charAt(0), radix) < 0) {
      return Optional.empty();
    }
    try {
      long number = Long.parseLong(digits, radix);
      return number >>> 32 != 0
          ? Optional.empty()
          : Optional.of((int) (isNegative ? -number : number));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** A number, or another where the text is empty or none. */
  static int parse(String text, int otherwise) {
    return parse(text).orElse(otherwise);
  }
}
