package io.vhdboot.benchmarks;

import io.vhdboot.hive.Hive;
import io.vhdboot.hive.HiveKey;
import io.vhdboot.hive.HiveValue;
import io.vhdboot.hive.RegFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;

/** One thing done to a hive for {@code hive.sh}, which has hivex do the same beside it. */
public final class HiveRun {

  private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");

  /** Everything to the system and administrators. */
  private static final byte[] SECURITY =
      HexFormat.of()
          .parseHex(
              "010004804800000058000000000000001400000002003400020000000000180"
                  + "03f000f0001020000000000052000000020020000000014003f000f0001010000"
                  + "00000005120000000102000000000005200000002002000001010000000000"
                  + "0512000000");

  private HiveRun() {}

  /** Runs {@code create HIVE}, {@code fill HIVE COUNT PER_FOLDER} or {@code import HIVE REG}. */
  public static void main(String[] arguments) throws IOException {
    String verb = arguments.length == 0 ? "" : arguments[0];
    if (verb.equals("create") && arguments.length == 2) {
      Hive.create("root", SECURITY, TIME, 5).write(Path.of(arguments[1]));
    } else if (verb.equals("fill") && arguments.length == 4) {
      Hive hive = Hive.read(Path.of(arguments[1]));
      fill(hive, Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]));
      hive.write(Path.of(arguments[1]));
    } else if (verb.equals("import") && arguments.length == 3) {
      Hive hive = Hive.read(Path.of(arguments[1]));
      RegFile.read(Path.of(arguments[2])).apply(hive, "HKEY_LOCAL_MACHINE\\BENCH");
      hive.write(Path.of(arguments[1]));
    } else {
      throw new IllegalArgumentException("create, fill or import?");
    }
  }

  private static void fill(Hive hive, int count, int perFolder) throws IOException {
    HiveKey folder = hive.root();
    for (int i = 0; i < count; i++) {
      if (i % perFolder == 0) {
        folder = hive.root().createSubkey("folder " + i / perFolder);
      }
      HiveKey key = folder.createSubkey("key " + i);
      key.setValue(HiveValue.dword("number", i));
      key.setValue(HiveValue.string("text", "some text " + i));
    }
  }
}
