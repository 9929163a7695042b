package io.vhdboot.servicing;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The processors that a Windows is for. */
public enum Architecture {

  /** 32-bit Intel. */
  X86("x86", 0x014C),

  /** 64-bit Intel and AMD. */
  X64("amd64", 0x8664),

  /** 32-bit ARM. */
  ARM("arm", 0x01C4),

  /** 64-bit ARM. */
  ARM64("arm64", 0xAA64),

  /** Itanium. */
  IA64("ia64", 0x0200);

  private final String windowsName;
  private final int machine;

  Architecture(String windowsName, int machine) {
    this.windowsName = windowsName;
    this.machine = machine;
  }

  /** The name that drivers, answer files and build names use, such as {@code amd64}. */
  public String windowsName() {
    return windowsName;
  }

  /** The architecture of a program header's machine field (PE/COFF, Machine Types). */
  public static Optional<Architecture> ofMachine(int machine) {
    return Arrays.stream(values()).filter(each -> each.machine == machine).findFirst();
  }

  /** The architecture of a name such as {@code AMD64}, in any letter case. */
  public static Optional<Architecture> ofName(String name) {
    String plain = name.toLowerCase(Locale.ROOT);
    return Arrays.stream(values())
        .filter(each -> each.windowsName.equals(plain) || plain.equals("x64") && each == X64)
        .findFirst();
  }
}
