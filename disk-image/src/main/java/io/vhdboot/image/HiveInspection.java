package io.vhdboot.image;

import io.vhdboot.hive.Hive;
import io.vhdboot.hive.HiveKey;
import java.io.IOException;
import java.util.Locale;

/** Inspects a registry hive. */
final class HiveInspection {

  private HiveInspection() {}

  static Inspection inspect(String name, Hive hive) throws IOException {
    return Inspection.of("hive", name + ": registry hive 1." + hive.minorVersion())
        .property("version", "1." + hive.minorVersion())
        .property("state", hive.state().toString().toLowerCase(Locale.ROOT))
        .property("lastWritten", hive.lastWritten().toString())
        .property("root", hive.root().name())
        .property("keys", hive.root().subkeys().stream().map(HiveKey::name).toList())
        .build();
  }
}
