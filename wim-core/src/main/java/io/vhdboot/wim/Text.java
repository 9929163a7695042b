package io.vhdboot.wim;

/** Makes names from a file fit for messages. */
final class Text {

  private static final int MAX_LENGTH = 300;

  private Text() {}

  /**
   * A name or path with control characters and unpaired surrogates spelled out, and a long one cut
   * in the middle.
   */
  static String printable(String name) {
    String shown = name;
    if (name.length() > MAX_LENGTH) {
      int half = MAX_LENGTH / 2;
      shown = name.substring(0, half) + "..." + name.substring(name.length() - half);
    }
    StringBuilder text = new StringBuilder(shown.length());
    for (int i = 0; i < shown.length(); i++) {
      char unit = shown.charAt(i);
      boolean paired =
          Character.isHighSurrogate(unit)
              && i + 1 < shown.length()
              && Character.isLowSurrogate(shown.charAt(i + 1));
      if (paired) {
        text.append(unit).append(shown.charAt(++i));
      } else if (Character.isISOControl(unit) || Character.isSurrogate(unit)) {
        text.append(String.format("\\u%04x", (int) unit));
      } else {
        text.append(unit);
      }
    }
    return text.toString();
  }
}
