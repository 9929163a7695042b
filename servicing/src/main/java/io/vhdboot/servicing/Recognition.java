package io.vhdboot.servicing;

import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.driver.ProcessorArchitecture;
import io.vhdboot.hive.HiveKey;
import io.vhdboot.hive.HiveState;
import io.vhdboot.hive.HiveValue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds what the files of a Windows tell of it. */
final class Recognition {

  private static final List<String> PROGRAMS =
      List.of("System32/ntoskrnl.exe", "System32/ntdll.dll", "System32/kernel32.dll");

  private final WindowsFolder windows;
  private final List<HiveCondition> conditions = new ArrayList<>();
  private final List<PendingOperation> pending = new ArrayList<>();
  private final SoftwareFacts software = new SoftwareFacts();
  private final SystemFacts system = new SystemFacts();

  Recognition(WindowsFolder windows) {
    this.windows = windows;
  }

  OfflineWindows run() throws IOException {
    look(WindowsHive.SYSTEM, system::read);
    look(WindowsHive.SOFTWARE, software::read);
    look(WindowsHive.DRIVERS, root -> {});
    pending.addAll(system.pending());
    pending.addAll(software.pending());
    if (windows.findFile("winsxs/pending.xml").isPresent()) {
      pending.add(
          new PendingOperation(PendingOperation.Kind.SERVICING, "\\Windows\\winsxs\\pending.xml"));
    }
    Optional<Release> release = software.release().or(system::release);
    boolean isServer = system.isServer() || software.isServer();
    return new OfflineWindows(
        windows.path(),
        software.productName(),
        software.editionId(),
        software.installationType(),
        release,
        software.displayVersion(),
        Math.max(system.servicePack(), software.servicePack()),
        architecture(),
        system.languages(),
        system.defaultLanguage(),
        system.controlSet(),
        isServer,
        software.imageState(),
        BootVerdicts.ofVhd(release, software.editionId(), isServer),
        BootVerdicts.ofUsb(release, system.usbBoot()),
        Hibernation.of(windows),
        pending,
        conditions);
  }

  /** Reads something below a hive's root. */
  private interface Reader {
    void read(HiveKey root) throws IOException;
  }

  private void look(WindowsHive name, Reader reader) throws IOException {
    Optional<StoredHive> hive = StoredHive.find(windows, name);
    if (hive.isEmpty()) {
      conditions.add(new HiveCondition(name, Optional.empty(), "is missing"));
      return;
    }
    List<HiveState> state = new ArrayList<>();
    try {
      hive.get()
          .look(
              opened -> {
                state.add(opened.state());
                reader.read(opened.root());
              });
      conditions.add(
          new HiveCondition(
              name,
              Optional.of(state.get(0)),
              state.get(0) == HiveState.DIRTY ? "lacks changes that its logs would hold" : ""));
    } catch (DiskFormatException e) {
      conditions.add(new HiveCondition(name, Optional.empty(), e.getMessage()));
    }
  }

  private Optional<ProcessorArchitecture> architecture() throws IOException {
    for (String program : PROGRAMS) {
      Optional<Path> file = windows.findFile(program);
      Optional<ProcessorArchitecture> found =
          file.isEmpty() ? Optional.empty() : ProcessorArchitecture.ofProgram(file.get());
      if (found.isPresent()) {
        return found;
      }
    }
    return system.architecture().or(software::architecture);
  }

  /** A value as text for people: none where it is empty. */
  static Optional<String> text(HiveKey key, String name) throws IOException {
    return key.value(name)
        .map(HiveValue::asString)
        .map(Recognition::printable)
        .filter(text -> !text.isEmpty());
  }

  /** The number that a value of 4 or 8 bytes holds. */
  static Optional<Long> number(HiveKey key, String name) throws IOException {
    return key.value(name)
        .filter(value -> value.size() == Integer.BYTES || value.size() == Long.BYTES)
        .map(HiveValue::asNumber);
  }

  /** A number that a text in decimal holds, such as a build. */
  static Optional<Integer> decimal(String text) {
    return !text.isEmpty() && text.length() < 10 && text.chars().allMatch(c -> c >= '0' && c <= '9')
        ? Optional.of(Integer.parseInt(text))
        : Optional.empty();
  }

  private static String printable(String text) {
    int limit = 200;
    StringBuilder plain = new StringBuilder();
    text.codePoints()
        .filter(c -> !Character.isISOControl(c) && Character.getType(c) != Character.FORMAT)
        .limit(limit)
        .forEach(plain::appendCodePoint);
    return plain.toString().strip();
  }
}
