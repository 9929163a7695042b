package io.vhdboot.wim;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Collects warnings, each in full up to a number and the rest as a count: files can be hostile. */
final class Warnings {

  private static final int MAX_LISTED = 1000;

  private final List<WimWarning> listed = new ArrayList<>();
  private long unlisted;

  void add(WimWarning.Kind kind, Supplier<String> text) {
    if (listed.size() < MAX_LISTED) {
      listed.add(new WimWarning(kind, text.get()));
    } else {
      unlisted++;
    }
  }

  List<WimWarning> toList() {
    List<WimWarning> all = new ArrayList<>(listed);
    if (unlisted > 0) {
      all.add(new WimWarning(WimWarning.Kind.FILE, unlisted + " more warnings are not listed"));
    }
    return List.copyOf(all);
  }
}
