package io.vhdboot.servicing;

import io.vhdboot.driver.ProcessorArchitecture;
import io.vhdboot.hive.HiveValue;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;

/**
 * Gives a computer its name. Where Setup is still to come it would take a name of its own choice;
 * there the name goes into the answer file. Elsewhere it goes into the registry, as renaming does.
 */
final class ComputerName implements ServicingOption {

  private static final String KEY = "CurrentControlSet\\Control\\ComputerName\\ComputerName";
  private static final String NETWORK = "CurrentControlSet\\Services\\Tcpip\\Parameters";

  private final String computer;

  ComputerName(String computer) {
    boolean isName =
        computer.matches("[A-Za-z0-9-]{1,15}")
            && !computer.matches("[0-9]+")
            && !computer.startsWith("-")
            && !computer.endsWith("-");
    if (!isName) {
      throw new IllegalArgumentException(
          "the computer's name ("
              + computer
              + ") must have 1 to 15 letters, digits and hyphens, not only digits, and no hyphen"
              + " at an end");
    }
    this.computer = computer;
  }

  @Override
  public String name() {
    return "computer-name";
  }

  @Override
  public void apply(ServicingEdit edit) throws IOException {
    if (edit.windows().isGeneralized()) {
      answer(edit);
      return;
    }
    String reason = "the computer is called so";
    edit.set(
        WindowsHive.SYSTEM,
        KEY,
        HiveValue.string("ComputerName", computer.toUpperCase(Locale.ROOT)),
        reason);
    edit.set(WindowsHive.SYSTEM, NETWORK, HiveValue.string("Hostname", computer), reason);
    edit.set(WindowsHive.SYSTEM, NETWORK, HiveValue.string("NV Hostname", computer), reason);
    String domain =
        edit.value(WindowsHive.SYSTEM, NETWORK, "Domain").map(HiveValue::asString).orElse("");
    if (!domain.isEmpty()) {
      edit.note("this computer may be in a domain, which knows it by its former name");
    }
  }

  private void answer(ServicingEdit edit) throws IOException {
    Optional<ProcessorArchitecture> architecture = edit.windows().architecture();
    if (architecture.isEmpty()) {
      edit.note(
          "what processors this Windows is for cannot be told, so its answer file got no name:"
              + " give one with an answer file of your own");
      return;
    }
    Optional<byte[]> there = edit.read(AnswerFile.PATH, AnswerFile.MAX_SIZE);
    byte[] named =
        there.isEmpty()
            ? AnswerFile.naming(computer, architecture.get())
            : AnswerFile.renamed(AnswerFile.PATH, there.get(), computer, architecture.get());
    edit.putFile(
        AnswerFile.PATH,
        FileContent.of(named),
        "Setup gives the computer this name at first start");
  }
}
