package io.vhdboot.driver;

import io.vhdboot.driver.RegistryEdit.Action;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What is wrong in AddReg and DelReg sections. */
final class RegistryRules {

  private static final String SERVICES = "system\\currentcontrolset\\services\\";

  private final InfFile inf;
  private final InfFindings findings;
  private final Map<String, RegistryEdit> global = new HashMap<>();

  RegistryRules(InfFile inf, InfFindings findings) {
    this.inf = inf;
    this.findings = findings;
  }

  void checkAdded(InfSection section) {
    for (InfLine line : section.lines()) {
      Optional<RegistryEdit> edit = RegistryLine.adding(line, inf::expand);
      if (edit.isEmpty()) {
        findings.error(1002, line.number(), "no root of the registry: " + InfWalk.cut(text(line)));
      } else {
        check(edit.get());
        checkNumber(line);
        checkGlobal(edit.get());
      }
    }
  }

  void checkDeleted(InfSection section) {
    for (InfLine line : section.lines()) {
      Optional<RegistryEdit> edit = RegistryLine.deleting(line, inf::expand);
      if (edit.isEmpty()) {
        findings.error(1002, line.number(), "no root of the registry: " + InfWalk.cut(text(line)));
      } else {
        check(edit.get());
      }
    }
  }

  /** A service's own values belong below its Parameters key. */
  void checkOfService(InfSection section) {
    for (InfLine line : section.lines()) {
      Optional<RegistryEdit> edit = RegistryLine.adding(line, inf::expand);
      if (edit.isPresent()
          && edit.get().isRelative()
          && !edit.get().key().toLowerCase(Locale.ROOT).startsWith("parameters")) {
        findings.warning(
            1323,
            line.number(),
            "the service's value lies outside its Parameters key: " + InfWalk.cut(text(line)));
      }
    }
  }

  private void check(RegistryEdit edit) {
    int line = edit.line();
    if (edit.root().equals("HKLM") && edit.key().toLowerCase(Locale.ROOT).startsWith(SERVICES)) {
      findings.error(1221, line, "the services' keys are changed by path instead of by HKR");
    }
    if (!edit.isRelative()) {
      findings.warning(
          1304, line, "the change lies below " + edit.root() + ", not below the device's key");
      if (edit.action() == Action.CREATE_KEY || edit.action() == Action.DELETE_KEY) {
        findings.warning(1320, line, edit.root() + " is not isolated to HKR");
      } else {
        findings.warning(
            1321,
            line,
            edit.root()
                + " with value "
                + InfWalk.cut(edit.valueName())
                + " is not isolated to HKR");
      }
    }
    if (edit.valueName().equalsIgnoreCase("CoInstallers32")) {
      findings.warning(1303, line, "it names a co-installer");
    }
    if (edit.action() == Action.APPEND || edit.action() == Action.REMOVE_STRING) {
      findings.warning(1305, line, "it changes strings of a value that others share");
    }
  }

  private void checkNumber(InfLine line) {
    String flags = inf.expand(line.value(3));
    if (!flags.isBlank() && InfNumber.parse(flags).isEmpty()) {
      findings.error(1002, line.number(), "the flags are no number: " + InfWalk.cut(flags));
    }
  }

  /** Different data for one place of the whole machine: what is there is left to chance. */
  private void checkGlobal(RegistryEdit edit) {
    if (edit.isRelative() || edit.action() != Action.SET) {
      return;
    }
    String place =
        (edit.root() + "\\" + edit.key() + "\\\\" + edit.valueName()).toLowerCase(Locale.ROOT);
    RegistryEdit other =
        global.size() < 1 << 16 ? global.putIfAbsent(place, edit) : global.get(place);
    if (other != null
        && (other.type() != edit.type() || !Arrays.equals(other.data(), edit.data()))) {
      findings.warning(
          1330, edit.line(), "line " + other.line() + " gives the same value other data");
    }
  }

  private static String text(InfLine line) {
    return (line.key().isEmpty() ? "" : line.key() + "=") + String.join(",", line.values());
  }
}
