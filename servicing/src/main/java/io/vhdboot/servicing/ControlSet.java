package io.vhdboot.servicing;

import io.vhdboot.hive.HiveKey;
import io.vhdboot.hive.HiveValue;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;

/**
 * Which of the control sets counts, as the key {@code Select} of the SYSTEM hive says.
 *
 * <p>The loader takes the one that {@code Default} names; {@code Current} tells what the last start
 * took. They differ after a start that failed, and then only the former matters for the next one.
 *
 * @param current what the last start took; 0 where nothing is said
 * @param defaultSet what the next start takes; 0 where nothing is said
 * @param lastKnownGood what a start by the last known good configuration takes; 0 for none
 * @param failed what failed to start; 0 for none
 */
public record ControlSet(int current, int defaultSet, int lastKnownGood, int failed) {

  private static final String LINK = "CurrentControlSet";
  private static final int MAX_NUMBER = 999;

  static Optional<ControlSet> of(HiveKey systemRoot) throws IOException {
    Optional<HiveKey> select = systemRoot.subkey("Select");
    if (select.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new ControlSet(
            number(select.get(), "Current"),
            number(select.get(), "Default"),
            number(select.get(), "LastKnownGood"),
            number(select.get(), "Failed")));
  }

  private static int number(HiveKey select, String name) throws IOException {
    int number = select.value(name).map(HiveValue::asDword).orElse(0);
    return number < 0 || number > MAX_NUMBER ? 0 : number;
  }

  /** The number of the one that the next start takes. */
  public int number() {
    return defaultSet > 0 ? defaultSet : Math.max(current, 1);
  }

  /** The name of its key, such as {@code ControlSet001}. */
  public String name() {
    return String.format(Locale.ROOT, "ControlSet%03d", number());
  }

  /** A path in the SYSTEM hive, with the link that exists only while Windows runs written out. */
  String resolve(String path) {
    boolean isBelow =
        path.regionMatches(true, 0, LINK, 0, LINK.length())
            && (path.length() == LINK.length() || path.charAt(LINK.length()) == '\\');
    return isBelow ? name() + path.substring(LINK.length()) : path;
  }
}
