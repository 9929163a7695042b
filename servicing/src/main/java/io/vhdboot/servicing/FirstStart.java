package io.vhdboot.servicing;

import io.vhdboot.hive.HiveValue;
import io.vhdboot.hive.RegistryType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Lets Windows take packages in by itself when it starts: {@code DevicePath}, where Plug and Play
 * looks when it finds a device that it has no driver for, and {@code SetupComplete.cmd}, which runs
 * at the end of Setup. Each fails where the other does not: the former was seen not to work on
 * servers without a desktop, the latter does not run where Windows is set up already, or with a key
 * that came with the machine.
 */
final class FirstStart {

  private static final String VERSION_KEY = "Microsoft\\Windows\\CurrentVersion";
  private static final String DEVICE_PATH = "DevicePath";
  private static final String SCRIPT = "Setup/Scripts/SetupComplete.cmd";

  /** One command line; {@code pnputil -i -a} is understood from Windows 7 on. */
  private static final String COMMAND =
      "@for /r \"%SystemRoot%\\Drivers\\vhdboot\" %%i in (*.inf) do @pnputil.exe -i -a \"%%i\"";

  private static final int MAX_SCRIPT = 1 << 20;

  /** What Windows takes of {@code DevicePath}, in characters. */
  private static final int MAX_DEVICE_PATH = 4096;

  private final ServicingEdit edit;
  private final List<String> folders = new ArrayList<>();

  FirstStart(ServicingEdit edit) {
    this.edit = edit;
  }

  void add(DriverStaging staging) {
    folders.add(
        "%SystemRoot%\\" + DriverStaging.SOURCES.replace('/', '\\') + "\\" + staging.label());
  }

  void finish() throws IOException {
    if (edit.hasHive(WindowsHive.SOFTWARE)) {
      extendDevicePath();
    } else {
      edit.note("there is no SOFTWARE hive, so Windows is not told where to look for the packages");
    }
    extendScript();
    if (!edit.windows().isGeneralized()) {
      edit.note(
          "this Windows is set up already: it takes packages in when it finds a device, and runs no"
              + " SetupComplete.cmd");
    }
  }

  private void extendDevicePath() throws IOException {
    String before =
        edit.value(WindowsHive.SOFTWARE, VERSION_KEY, DEVICE_PATH)
            .filter(
                value ->
                    value.type().equals(RegistryType.EXPAND_SZ)
                        || value.type().equals(RegistryType.SZ))
            .map(HiveValue::asString)
            .filter(path -> !path.isBlank())
            .orElse("%SystemRoot%\\inf");
    StringBuilder path = new StringBuilder(before);
    List<String> there = List.of(before.toLowerCase(Locale.ROOT).split(";"));
    for (String folder : folders) {
      if (there.contains(folder.toLowerCase(Locale.ROOT))) {
        continue;
      }
      if (path.length() + 1 + folder.length() > MAX_DEVICE_PATH) {
        edit.note(
            "DevicePath has no room for all packages; SetupComplete.cmd takes in all of them");
        break;
      }
      path.append(';').append(folder);
    }
    edit.set(
        WindowsHive.SOFTWARE,
        VERSION_KEY,
        HiveValue.expandString(DEVICE_PATH, path.toString()),
        "Plug and Play looks there when it finds a device");
  }

  /** Comes first in the script, as what others wrote may end it. */
  private void extendScript() throws IOException {
    Optional<Path> there = edit.find(SCRIPT);
    String before = "";
    if (there.isPresent()) {
      if (Files.size(there.get()) > MAX_SCRIPT) {
        edit.note("SetupComplete.cmd is too large to be a script and was left as it is");
        return;
      }
      before = Files.readString(there.get(), StandardCharsets.ISO_8859_1);
    }
    String after = before.contains(COMMAND) ? before : COMMAND + "\r\n" + before;
    edit.putFile(
        SCRIPT,
        FileContent.of(after.getBytes(StandardCharsets.ISO_8859_1)),
        "Setup lets Windows take the packages in");
  }
}
