package io.vhdboot.testing;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program that we did not write and that judges what we wrote.
 *
 * <p>Where the program is missing the running test is skipped with a message; with {@code
 * VHDBOOT_REQUIRE_TOOLS=1} it fails instead.
 */
public final class ExternalTool {

  private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(5);

  private final List<String> command;
  private Duration timeout = DEFAULT_TIMEOUT;
  private Path directory;

  private ExternalTool(List<String> command) {
    this.command = command;
  }

  /** What a finished program said: its exit code and its two outputs together, as text. */
  public record Result(List<String> command, int exitCode, String output) {

    /** Fails the test unless the program ended with 0. */
    public Result expectSuccess() {
      if (exitCode != 0) {
        throw new AssertionError(
            String.join(" ", command) + " ended with " + exitCode + ":\n" + output);
      }
      return this;
    }
  }

  /** The program of that name on the PATH; skips or fails the running test where it is missing. */
  public static ExternalTool named(String program) {
    if (!isPresent(program)) {
      Requirement.absent("the program " + program + " is not installed");
    }
    return new ExternalTool(List.of(program));
  }

  /** A script run by its interpreter; skips or fails the running test where either is missing. */
  public static ExternalTool script(String interpreter, Path script) {
    if (!Files.isReadable(script)) {
      Requirement.absent("the script " + script + " is not here");
    }
    named(interpreter);
    return new ExternalTool(List.of(interpreter, script.toString()));
  }

  /** Whether a program of that name is on the PATH. */
  public static boolean isPresent(String program) {
    String path = System.getenv("PATH");
    return path != null
        && Arrays.stream(path.split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  /**
   * A file that somebody else's package installs; skips or fails the running test where it is
   * missing.
   */
  public static Path file(String path) {
    if (!Files.isReadable(Path.of(path))) {
      Requirement.absent("the file " + path + " is not installed");
    }
    return Path.of(path);
  }

  /** Whether this process is root, which loop devices and FUSE mounts for other users need. */
  public static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  /** Skips or fails the running test unless this process is root. */
  public static void requireRoot() {
    if (!isRoot()) {
      Requirement.absent("this test needs root");
    }
  }

  /** Lets the program run for at most this long; 5 minutes unless told. */
  public ExternalTool timeout(Duration limit) {
    this.timeout = limit;
    return this;
  }

  /** Runs the program in this folder. */
  public ExternalTool in(Path folder) {
    this.directory = folder;
    return this;
  }

  /** Runs the program and waits for it. */
  public Result run(Object... arguments) {
    List<String> line = new ArrayList<>(command);
    for (Object argument : arguments) {
      line.add(argument.toString());
    }
    Path log = null;
    try {
      log = Files.createTempFile("vhdboot-tool", ".log");
      Process process =
          new ProcessBuilder(line)
              .directory(directory == null ? null : directory.toFile())
              .redirectInput(new File("/dev/null"))
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        throw new AssertionError(
            String.join(" ", line) + " did not end within " + timeout + ":\n" + text(log));
      }
      return new Result(line, process.exitValue(), text(log));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for " + line, e);
    } finally {
      if (log != null) {
        log.toFile().delete();
      }
    }
  }

  /** Runs the program, expects it to end with 0 and gives what it printed. */
  public String output(Object... arguments) {
    return run(arguments).expectSuccess().output();
  }

  private static String text(Path log) throws IOException {
    try (InputStream in = Files.newInputStream(log)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
