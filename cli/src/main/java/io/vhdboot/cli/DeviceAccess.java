package io.vhdboot.cli;

import io.vhdboot.usb.DeviceCatalog;
import io.vhdboot.usb.DeviceRules;
import java.io.Console;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * How commands come to the disks of the machine; a test puts others in their place.
 *
 * @param catalog the disks
 * @param rules what is added to the rules that a command has
 * @param prompt asks the person at the terminal; nothing where there is none
 */
record DeviceAccess(
    Supplier<DeviceCatalog> catalog,
    UnaryOperator<DeviceRules> rules,
    Function<String, Optional<String>> prompt) {

  static final DeviceAccess SYSTEM =
      new DeviceAccess(DeviceCatalog::system, UnaryOperator.identity(), DeviceAccess::ask);

  private static Optional<String> ask(String question) {
    Console console = System.console();
    if (console == null || !ConsoleProgress.isTerminal()) {
      return Optional.empty();
    }
    return Optional.ofNullable(console.readLine("%s", question));
  }
}
