package io.vhdboot.diskpart;

/** Says in diskpart's words why a command was not carried out. */
final class Refusal extends Exception {

  private static final long serialVersionUID = 1L;

  private final int exitCode;

  private Refusal(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /** The command was understood but cannot be carried out. */
  static Refusal of(String... lines) {
    return new Refusal(DiskPart.EXIT_FAILED, String.join("\n", lines));
  }

  /** The command was not understood. */
  static Refusal syntax(String... lines) {
    return new Refusal(DiskPart.EXIT_SYNTAX, String.join("\n", lines));
  }

  static Refusal badArguments(String command) {
    return syntax(
        "The arguments specified for this command are not valid.",
        "For more information on the command type: HELP " + command);
  }

  int exitCode() {
    return exitCode;
  }
}
