package io.vhdboot.driver;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;

/** Processors that Windows runs on, by the names that INF files and driver stores use. */
public enum ProcessorArchitecture {
  X86("x86", 0x14C, 0),
  AMD64("amd64", 0x8664, 9),
  ARM("arm", 0x1C4, 5),
  ARM64("arm64", 0xAA64, 12),
  IA64("ia64", 0x200, 6);

  private final String infName;
  private final int machine;
  private final int number;

  ProcessorArchitecture(String infName, int machine, int number) {
    this.infName = infName;
    this.machine = machine;
    this.number = number;
  }

  /** The name in decorations and in the names of driver store folders. */
  public String infName() {
    return infName;
  }

  /** The machine field of programs for it (PE format, COFF file header). */
  public int machine() {
    return machine;
  }

  /** Windows' own number, {@code PROCESSOR_ARCHITECTURE_xxx} of winnt.h. */
  public int number() {
    return number;
  }

  /** The architecture of that name, in any letter case. */
  public static Optional<ProcessorArchitecture> named(String name) {
    return Arrays.stream(values()).filter(a -> a.infName.equalsIgnoreCase(name)).findFirst();
  }

  /**
   * The architecture that a file of Windows is for; empty where it is no program, or of another.
   */
  public static Optional<ProcessorArchitecture> ofProgram(Path file) throws IOException {
    OptionalInt machine = PeMachine.of(file);
    return machine.isEmpty() ? Optional.empty() : ofMachine(machine.getAsInt());
  }

  /** The architecture whose programs have that machine field. */
  public static Optional<ProcessorArchitecture> ofMachine(int machine) {
    return Arrays.stream(values()).filter(a -> a.machine == machine).findFirst();
  }
}
