package io.vhdboot.cli;

import picocli.CommandLine.Option;

/** Options that every command takes. */
final class CommonOptions {

  /** Looked for by {@link ErrorReporter}, which has no command object at hand. */
  @Option(names = "--verbose", description = "Print the whole story of a failure.")
  boolean verbose;

  @Option(names = "--quiet", description = "Show no progress.")
  boolean quiet;
}
