package io.vhdboot.cli;

/** What the command's exit codes mean. */
final class ExitCode {

  /** Done. */
  static final int DONE = 0;

  /** Failed, or something was found wrong. */
  static final int FAILED = 1;

  /** The command line was not understood. */
  static final int USAGE = 2;

  /** The input is bad or not supported. */
  static final int BAD_INPUT = 3;

  private ExitCode() {}
}
