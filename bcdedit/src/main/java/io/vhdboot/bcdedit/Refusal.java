package io.vhdboot.bcdedit;

/** Says in bcdedit's words why a command was not carried out. */
final class Refusal extends Exception {

  private static final long serialVersionUID = 1L;

  private static final String ASSISTANCE = "Run \"bcdedit /?\" for command line assistance.";

  private Refusal(String message) {
    super(message);
  }

  static Refusal of(String... lines) {
    return new Refusal(String.join("\n", lines));
  }

  /** What was typed is not understood. */
  static Refusal syntax(String problem, String reason) {
    return of(problem, ASSISTANCE, reason);
  }

  static Refusal unknownCommand() {
    return of("An unknown command was specified.", ASSISTANCE);
  }

  /** A command's parameters are not understood. */
  static Refusal badCommand(String command) {
    return syntax("The " + command + " command specified is not valid.", badParameter());
  }

  static Refusal badElement() {
    return syntax(
        "The element data type specified is not recognized, or does not apply to the\n"
            + "specified entry.",
        notFound());
  }

  /** A value is not of the format that its element has. */
  static Refusal badData(String format) {
    return syntax("The " + format + " data is not valid as specified.", badParameter());
  }

  static Refusal badDevice(String reason) {
    return syntax("The device is not valid as specified.", reason);
  }

  static Refusal noEntry() {
    return of(
        "An error occurred while attempting to reference the specified entry.",
        "The system cannot find the file specified.");
  }

  static Refusal badIdentifier() {
    return syntax("The entry identifier specified is not valid.", badParameter());
  }

  static Refusal noStore(String reason) {
    return of("The boot configuration data store could not be opened.", reason);
  }

  static String badParameter() {
    return "The parameter is incorrect.";
  }

  static String notFound() {
    return "Element not found.";
  }
}
