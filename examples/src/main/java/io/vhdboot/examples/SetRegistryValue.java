package io.vhdboot.examples;

import io.vhdboot.hive.Hive;
import io.vhdboot.hive.HiveKey;
import io.vhdboot.hive.HiveValue;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;

/** Sets a number in an offline registry hive: hive-core. */
public final class SetRegistryValue {

  private SetRegistryValue() {}

  /** Takes a hive, a key's path, a value's name and a number. */
  public static void main(String[] arguments) throws IOException {
    Path file = Path.of(arguments[0]);
    Hive hive = Hive.read(file);
    hive.setEditTime(Instant.now());
    HiveKey key = hive.root();
    for (String name : arguments[1].split("\\\\")) {
      key = key.createSubkey(name);
    }
    key.setValue(HiveValue.dword(arguments[2], Integer.parseInt(arguments[3])));
    hive.write(file);
  }
}
