package io.vhdboot.servicing;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.hive.Hive;
import io.vhdboot.hive.HiveCheck;
import io.vhdboot.hive.HiveDiff;
import io.vhdboot.hive.HiveFinding;
import io.vhdboot.hive.HiveValue;
import io.vhdboot.hive.RegistryType;
import io.vhdboot.servicing.Change.Outcome;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Services trees with hives of a real Windows 7 and a real Windows 10: reglookup and hivex must
 * read every change, nothing else may differ, and undoing must give the former hive.
 */
class RealHivesTest {

  @TempDir Path folder;

  private static Servicing servicing() {
    Servicing servicing =
        Servicing.at(TestWindows.TIME)
            .usbBoot()
            .portable()
            .noVhdExpansion()
            .pagingFile(PagingFile.ofSize(1 << 30))
            .computerName("stick");
    for (RegistryFeature feature : RegistryFeature.values()) {
      if (feature != RegistryFeature.LOCAL_ACCOUNT) {
        servicing = servicing.feature(feature);
      }
    }
    return servicing;
  }

  @Test
  void windows7IsServicedAndUndone() throws IOException {
    serviceAndUndo("hives/SYSTEM.xz", servicing(), 30);
  }

  @Test
  void windows7NeedsTheseToStartFromUsb() throws IOException {
    serviceAndUndo("hives/SYSTEM.xz", Servicing.at(TestWindows.TIME).usbBoot(), 14);
  }

  @Test
  void windows10IsServicedAndUndone() throws IOException {
    // Nobody has the logs of this one.
    serviceAndUndo("hives/SYSTEM_WIN_10_1709.xz", servicing().asItIs(true), 20);
  }

  @Test
  void windows7TakesDrivers() throws IOException {
    TestDrivers.storage(folder.resolve("packages/storage"), "x86", "1.2.3.4");
    TestDrivers.net(folder.resolve("packages/net"), "x86");
    serviceAndUndo("hives/SYSTEM.xz", drivers(), 15);
  }

  @Test
  void windows10TakesDrivers() throws IOException {
    TestDrivers.storage(folder.resolve("packages/storage"), "amd64", "1.2.3.4");
    TestDrivers.net(folder.resolve("packages/net"), "amd64");
    serviceAndUndo("hives/SYSTEM_WIN_10_1709.xz", drivers().asItIs(true), 40);
  }

  private Servicing drivers() {
    return Servicing.at(TestWindows.TIME).drivers(List.of(folder.resolve("packages")));
  }

  @Test
  void aHiveWithLogsIsServicedAndUndone() throws IOException {
    for (String log : List.of("LOG1", "LOG2")) {
      Path config = TestWindows.in(folder).file("System32/config");
      Files.move(
          SharedData.unpacked("hives/SYSTEM_B." + log + ".xz", folder),
          config.resolve("SYSTEM." + log));
    }
    serviceAndUndo("hives/SYSTEM_B.xz", servicing(), 20);
  }

  private void serviceAndUndo(String data, Servicing servicing, int atLeast) throws IOException {
    Path unpacked = SharedData.unpacked(data, folder);
    TestWindows windows = TestWindows.in(folder).drivers();
    Path hive = windows.file(WindowsHive.SYSTEM.path());
    Files.move(unpacked, hive);
    // With what its logs hold.
    byte[] before = recovered(hive);

    ServicingReport report = servicing.apply(windows.folder());

    assertThat(report.count(Outcome.CHANGED)).isGreaterThanOrEqualTo(atLeast);
    assertThat(differences(before, hive))
        .as("what differs is what was reported")
        .isEqualTo(reported(report));
    if (report.count(Outcome.CHANGED) > 0) {
      assertThat(HiveCheck.check(Hive.read(hive)))
          .filteredOn(finding -> finding.severity() == HiveFinding.Severity.ERROR)
          .isEmpty();
    }
    for (Change change : report.changes()) {
      if (change instanceof Change.OfValue value
          && change.outcome() == Outcome.CHANGED
          && value.valueAfter().isPresent()) {
        assertThat(hivexget(hive, value)).as(change.place()).isTrue();
      }
    }
    assertReglookupAgrees(hive, report);

    byte[] changed = Files.readAllBytes(hive);
    ServicingReport again = servicing.apply(windows.folder());
    assertThat(again.count(Outcome.CHANGED)).isZero();
    assertThat(Files.readAllBytes(hive)).isEqualTo(changed);

    servicing.undo(windows.folder());
    assertThat(differences(before, hive)).isEmpty();
    assertThat(windows.file("vhdboot")).doesNotExist();
  }

  private static byte[] recovered(Path hive) throws IOException {
    Hive read = Hive.read(hive);
    read.discardMissingChanges();
    return read.toBytes();
  }

  private static Set<String> differences(byte[] before, Path hive) throws IOException {
    Set<String> found = new HashSet<>();
    for (HiveDiff.Difference each :
        HiveDiff.of(Hive.read("before", before).root(), Hive.read(hive).root())) {
      String name = each.after().or(each::before).map(HiveValue::name).orElse("");
      found.add(key(each.path()) + "|" + name.toLowerCase(Locale.ROOT));
    }
    return found;
  }

  /** A key that was made is one difference, whatever is in it. */
  private static Set<String> reported(ServicingReport report) {
    List<Change> changes =
        report.changes().stream().filter(each -> each.outcome() == Outcome.CHANGED).toList();
    List<String> made =
        changes.stream()
            .filter(Change.OfKey.class::isInstance)
            .map(each -> key(((Change.OfKey) each).key()))
            .toList();
    Set<String> found = new HashSet<>();
    for (Change change : changes) {
      if (change instanceof Change.OfValue value && !made.contains(key(value.key()))) {
        found.add(key(value.key()) + "|" + value.name().toLowerCase(Locale.ROOT));
      }
    }
    made.stream()
        .filter(key -> made.stream().noneMatch(other -> key.startsWith(other + "\\")))
        .forEach(key -> found.add(key + "|"));
    return found;
  }

  private static String key(String path) {
    return path.toLowerCase(Locale.ROOT);
  }

  private static boolean hivexget(Path hive, Change.OfValue value) {
    HiveValue expected = value.valueAfter().orElseThrow();
    String name = value.name().isEmpty() ? "@" : value.name();
    if (expected.type().equals(RegistryType.BINARY) || expected.type().equals(RegistryType.NONE)) {
      ExternalTool.named("hivexget");
      String bytes =
          ExternalTool.named("sh")
              .output(
                  "-c",
                  "hivexget \"$0\" \"$1\" \"$2\" | od -An -v -tx1",
                  hive,
                  "\\" + value.key(),
                  name);
      return bytes.replaceAll("\\s", "").equals(HexFormat.of().formatHex(expected.data()));
    }
    String found = ExternalTool.named("hivexget").output(hive, "\\" + value.key(), name).strip();
    if (expected.type().equals(RegistryType.DWORD)) {
      return Long.parseLong(found) == expected.asNumber();
    }
    return found.equals(
        expected.type().equals(RegistryType.MULTI_SZ)
            ? String.join("\n", expected.asMultiString())
            : expected.asString());
  }

  private static void assertReglookupAgrees(Path hive, ServicingReport report) {
    ExternalTool.named("reglookup");
    String all = ExternalTool.named("sh").output("-c", "reglookup \"$0\" 2>/dev/null", hive);
    Set<String> lines =
        all.lines().map(line -> line.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
    for (Change change : report.changes()) {
      if (change instanceof Change.OfValue value
          && value.valueAfter().filter(v -> v.type().equals(RegistryType.DWORD)).isPresent()) {
        String line =
            String.format(
                "/%s/%s,DWORD,0x%08X,",
                value.key().replace('\\', '/'), value.name(), value.valueAfter().get().asDword());
        assertThat(lines).contains(line.toLowerCase(Locale.ROOT));
      }
    }
  }
}
