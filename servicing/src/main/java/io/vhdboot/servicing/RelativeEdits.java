package io.vhdboot.servicing;

import io.vhdboot.driver.RegistryEdit;
import io.vhdboot.hive.HiveValue;
import io.vhdboot.hive.RegistryType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Carries out what an INF file does to a key of its own, its HKR, at some place of a hive. */
final class RelativeEdits {

  private static final int MAX_NAME = 255;

  private RelativeEdits() {}

  /**
   * Carries out the relative ones of some edits.
   *
   * @param key the key that HKR stands for
   */
  static void apply(
      ServicingEdit edit, WindowsHive hive, String key, List<RegistryEdit> edits, String reason)
      throws IOException {
    for (RegistryEdit each : edits) {
      if (each.isRelative() && isUsable(each)) {
        apply(edit, hive, each.key().isEmpty() ? key : key + "\\" + trim(each.key()), each, reason);
      }
    }
  }

  private static void apply(
      ServicingEdit edit, WindowsHive hive, String key, RegistryEdit each, String reason)
      throws IOException {
    HiveValue value = new HiveValue(each.valueName(), new RegistryType(each.type()), each.data());
    Optional<HiveValue> there = edit.value(hive, key, each.valueName());
    switch (each.action()) {
      case CREATE_KEY -> edit.createKey(hive, key, reason);
      case SET -> edit.set(hive, key, value, reason);
      case SET_IF_ABSENT -> {
        if (there.isEmpty()) {
          edit.set(hive, key, value, reason);
        }
      }
      case SET_IF_PRESENT -> {
        if (there.isPresent()) {
          edit.set(hive, key, value, reason);
        }
      }
      case APPEND -> append(edit, hive, key, value, there, reason);
      default -> {
        // What is deleted of a new key was never there.
      }
    }
  }

  private static void append(
      ServicingEdit edit,
      WindowsHive hive,
      String key,
      HiveValue value,
      Optional<HiveValue> there,
      String reason)
      throws IOException {
    List<String> strings = new ArrayList<>();
    if (there.filter(old -> old.type().equals(RegistryType.MULTI_SZ)).isPresent()) {
      strings.addAll(there.get().asMultiString());
    }
    for (String string : value.asMultiString()) {
      if (strings.stream().noneMatch(string::equalsIgnoreCase)) {
        strings.add(string);
      }
    }
    edit.set(hive, key, HiveValue.multiString(value.name(), strings), reason);
  }

  private static boolean isUsable(RegistryEdit each) {
    for (String name : trim(each.key()).split("\\\\", -1)) {
      if (name.length() > MAX_NAME || name.isEmpty() && !each.key().isEmpty()) {
        return false;
      }
    }
    return true;
  }

  private static String trim(String key) {
    String trimmed = key.startsWith("\\") ? key.substring(1) : key;
    return trimmed.endsWith("\\") ? trimmed.substring(0, trimmed.length() - 1) : trimmed;
  }
}
