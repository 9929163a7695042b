package io.vhdboot.servicing;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.driver.ProcessorArchitecture;
import io.vhdboot.hive.HiveValue;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Puts an answer file to where Windows Setup looks for it, and tells what it will not do. */
final class Unattend implements ServicingOption {

  /** Passes that Windows Setup itself, or DISM, runs before the first start. */
  private static final Set<String> EARLIER = Set.of("windowsPE", "offlineServicing", "generalize");

  /** Where Setup looks first. */
  private static final List<String> PREFERRED =
      List.of("Panther/Unattend/Unattend.xml", "Panther/Unattend/Autounattend.xml");

  private final byte[] xml;
  private final AnswerFile answers;

  Unattend(String source, byte[] xml) throws CorruptFormatException {
    this.xml = xml.clone();
    this.answers = AnswerFile.check(source, xml);
  }

  @Override
  public String name() {
    return "unattend";
  }

  @Override
  public void apply(ServicingEdit edit) throws IOException {
    edit.putFile(
        AnswerFile.PATH, FileContent.of(xml), "Setup takes its answers from here at first start");
    tellPrecedence(edit);
    Set<String> never = new TreeSet<>(answers.passes());
    never.retainAll(EARLIER);
    if (!never.isEmpty()) {
      edit.note(
          "nobody runs "
              + String.join(" and ", never)
              + " of the answer file: what is applied from an image starts after those passes");
    }
    OfflineWindows windows = edit.windows();
    Set<String> foreign = new TreeSet<>(answers.architectures());
    windows.architecture().map(ProcessorArchitecture::infName).ifPresent(foreign::remove);
    if (windows.architecture().isPresent() && !foreign.isEmpty()) {
      edit.note(
          "settings of the answer file for "
              + String.join(" and ", foreign)
              + " are passed over: this Windows is for "
              + windows.architecture().get().infName());
    }
    if (!windows.isGeneralized() && windows.hive(WindowsHive.SYSTEM).state().isPresent()) {
      edit.note("Setup has been through on this Windows, so the answer file will not be read");
    }
  }

  private static void tellPrecedence(ServicingEdit edit) throws IOException {
    if (edit.hasHive(WindowsHive.SYSTEM)) {
      Optional<HiveValue> named = edit.value(WindowsHive.SYSTEM, "Setup", "UnattendFile");
      if (named.filter(value -> !value.asString().isEmpty()).isPresent()) {
        edit.note(
            "the registry names another answer file (Setup\\UnattendFile), which comes first");
      }
    }
    for (String path : PREFERRED) {
      if (edit.hasFile(path)) {
        edit.note("\\Windows\\" + path.replace('/', '\\') + " is there, too, and comes first");
      }
    }
  }
}
