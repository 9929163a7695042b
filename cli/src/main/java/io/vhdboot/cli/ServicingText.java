package io.vhdboot.cli;

import io.vhdboot.driver.ProcessorArchitecture;
import io.vhdboot.servicing.BootVerdict;
import io.vhdboot.servicing.Change;
import io.vhdboot.servicing.Change.Outcome;
import io.vhdboot.servicing.ControlSet;
import io.vhdboot.servicing.HiveCondition;
import io.vhdboot.servicing.OfflineWindows;
import io.vhdboot.servicing.PendingOperation;
import io.vhdboot.servicing.Release;
import io.vhdboot.servicing.ServicingReport;
import io.vhdboot.servicing.StagedDriver;
import io.vhdboot.servicing.WindowsHive;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** How an offline Windows, and what was changed in it, is shown to people and scripts. */
final class ServicingText {

  /** Device ids that are shown of a driver. */
  private static final int MAX_IDS = 16;

  private ServicingText() {}

  /** Prints what a Windows is. */
  static void print(OfflineWindows windows, PrintWriter out) {
    out.println(title(windows));
    line(out, "folder", windows.folder().toString());
    line(out, "edition", windows.editionId().orElse(""));
    line(out, "kind", windows.installationType().orElse(windows.isServer() ? "Server" : ""));
    line(out, "languages", languages(windows));
    line(out, "control set", windows.controlSet().map(ServicingText::text).orElse(""));
    line(out, "setup", windows.imageState().orElse(""));
    line(out, "from a VHD", text(windows.vhdBoot()));
    line(out, "from USB", text(windows.usbBoot()));
    line(out, "hibernation", lower(windows.hibernation()));
    for (PendingOperation pending : windows.pending()) {
      line(out, "pending", lower(pending.kind()) + ": " + pending.where());
    }
    for (HiveCondition hive : windows.hives()) {
      // Only Windows 10 and later have that of drivers.
      boolean isUsual = hive.hive() == WindowsHive.DRIVERS && hive.problem().equals("is missing");
      if (!hive.problem().isEmpty() && !isUsual) {
        line(out, "hive " + hive.hive(), hive.problem());
      }
    }
  }

  private static void line(PrintWriter out, String name, String text) {
    if (!text.isEmpty()) {
      out.printf("  %-12s %s%n", name, text);
    }
  }

  private static String title(OfflineWindows windows) {
    List<String> parts = new ArrayList<>();
    parts.add(windows.productName().orElse("A Windows"));
    windows.displayVersion().ifPresent(parts::add);
    windows.release().map(Release::toString).ifPresent(parts::add);
    if (windows.servicePack() > 0) {
      parts.add("Service Pack " + windows.servicePack());
    }
    windows.architecture().map(ProcessorArchitecture::infName).ifPresent(parts::add);
    return String.join(", ", parts);
  }

  private static String languages(OfflineWindows windows) {
    return windows.languages().stream()
        .map(
            each ->
                windows.defaultLanguage().filter(each::equals).isPresent()
                        && windows.languages().size() > 1
                    ? each + " (default)"
                    : each)
        .collect(Collectors.joining(", "));
  }

  private static String text(ControlSet set) {
    return set.name()
        + (set.current() > 0 && set.current() != set.number()
            ? ", the last start took " + set.current()
            : "");
  }

  private static String text(BootVerdict verdict) {
    return lower(verdict.answer()) + ": " + verdict.reason();
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** Prints what was changed, what was not, and what else is to be said. */
  static void print(ServicingReport report, boolean all, PrintWriter out, PrintWriter err) {
    String option = null;
    for (Change change : report.changes()) {
      if (change.outcome() == Outcome.ALREADY_SO && !all) {
        continue;
      }
      if (!change.option().equals(option)) {
        option = change.option();
        out.println(option + ":");
      }
      out.println("  " + change.place());
      out.println("      " + what(change) + " (" + change.reason() + ")");
    }
    printDrivers(report, out, err);
    printNotes(report, err);
  }

  private static String what(Change change) {
    return switch (change.outcome()) {
      case ALREADY_SO -> change.after() + ", already so";
      case KEPT -> change.after() + ", kept";
      default -> shown(change.before()) + " -> " + shown(change.after());
    };
  }

  private static String shown(String text) {
    return text.isEmpty() ? "nothing" : text;
  }

  /** Prints a line, and what else is to be said. */
  static void printSummary(ServicingReport report, PrintWriter out, PrintWriter err) {
    out.println(
        "serviced for "
            + report.changes().stream()
                .map(Change::option)
                .distinct()
                .collect(Collectors.joining(", "))
            + ": "
            + counts(report, false));
    printDrivers(report, out, err);
    printNotes(report, err);
  }

  private static void printDrivers(ServicingReport report, PrintWriter out, PrintWriter err) {
    for (StagedDriver driver : report.drivers()) {
      out.println(
          "driver "
              + driver.infName()
              + " "
              + driver.version()
              + (driver.provider().isEmpty() ? "" : ", " + driver.provider())
              + (driver.isBootCritical()
                  ? ": starts with the loader, for"
                  : ": is installed when its device is found, for"));
      driver.deviceIds().stream().limit(MAX_IDS).forEach(id -> out.println("  " + id));
      if (driver.deviceIds().size() > MAX_IDS) {
        out.println("  and " + (driver.deviceIds().size() - MAX_IDS) + " more; --json lists them");
      }
      driver
          .warnings()
          .forEach(
              warning -> err.println("vhdboot: warning: " + driver.infName() + ": " + warning));
    }
    out.flush();
  }

  private static void printNotes(ServicingReport report, PrintWriter err) {
    report.notes().forEach(note -> err.println("vhdboot: note: " + note));
    err.flush();
  }

  /** How many changes ended how. */
  static String counts(ServicingReport report, boolean isPreview) {
    List<String> parts = new ArrayList<>();
    long changed = report.count(Outcome.CHANGED);
    long restored = report.count(Outcome.RESTORED);
    if (restored == 0 && report.count(Outcome.KEPT) == 0) {
      parts.add(changed + (isPreview ? " to be changed" : " changed"));
    } else {
      parts.add(restored + (isPreview ? " to be restored" : " restored"));
      parts.add(report.count(Outcome.KEPT) + " kept");
    }
    parts.add(report.count(Outcome.ALREADY_SO) + " already so");
    return String.join(", ", parts);
  }

  /** What a Windows is, for scripts. */
  static Map<String, Object> facts(OfflineWindows windows) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("folder", windows.folder().toString());
    windows.productName().ifPresent(text -> facts.put("product", text));
    windows.editionId().ifPresent(text -> facts.put("edition", text));
    windows.installationType().ifPresent(text -> facts.put("kind", text));
    windows.release().ifPresent(release -> facts.put("version", release.toString()));
    windows.displayVersion().ifPresent(text -> facts.put("displayVersion", text));
    facts.put("servicePack", windows.servicePack());
    windows.architecture().ifPresent(each -> facts.put("architecture", each.infName()));
    facts.put("languages", windows.languages());
    windows.defaultLanguage().ifPresent(text -> facts.put("defaultLanguage", text));
    facts.put("server", windows.isServer());
    windows.controlSet().ifPresent(set -> facts.put("controlSet", set.name()));
    windows.imageState().ifPresent(text -> facts.put("imageState", text));
    facts.put("bootsFromVhd", facts(windows.vhdBoot()));
    facts.put("bootsFromUsb", facts(windows.usbBoot()));
    facts.put("hibernation", lower(windows.hibernation()));
    facts.put(
        "pending",
        windows.pending().stream()
            .map(each -> Map.of("kind", lower(each.kind()), "where", each.where()))
            .toList());
    Map<String, Object> hives = new LinkedHashMap<>();
    for (HiveCondition hive : windows.hives()) {
      hives.put(hive.hive().name(), hive.state().map(ServicingText::lower).orElse(hive.problem()));
    }
    facts.put("hives", hives);
    return facts;
  }

  private static Map<String, Object> facts(BootVerdict verdict) {
    return Map.of("answer", lower(verdict.answer()), "reason", verdict.reason());
  }

  /** The drivers that were put in, for scripts. */
  static List<Map<String, Object>> driverFacts(List<StagedDriver> drivers) {
    List<Map<String, Object>> all = new ArrayList<>();
    for (StagedDriver driver : drivers) {
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("inf", driver.infName());
      facts.put("folder", driver.label());
      facts.put("provider", driver.provider());
      facts.put("version", driver.version());
      facts.put("bootCritical", driver.isBootCritical());
      facts.put("deviceIds", driver.deviceIds());
      facts.put("warnings", driver.warnings());
      all.add(facts);
    }
    return all;
  }

  /** What was changed, for scripts. */
  static List<Map<String, Object>> facts(List<Change> changes) {
    List<Map<String, Object>> all = new ArrayList<>();
    for (Change change : changes) {
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("option", change.option());
      facts.put("place", change.place());
      facts.put("before", change.before());
      facts.put("after", change.after());
      facts.put("outcome", lower(change.outcome()));
      facts.put("reason", change.reason());
      all.add(facts);
    }
    return all;
  }
}
