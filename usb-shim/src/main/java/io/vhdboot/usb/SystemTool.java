package io.vhdboot.usb;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs a program of the operating system and gives what it says. */
final class SystemTool {

  private static final int MAX_OUTPUT = 16 << 20;
  private static final long SECONDS = 120;

  private SystemTool() {}

  /**
   * Runs a program.
   *
   * @param command the program and its arguments
   * @throws IOException when it is missing, fails or does not end, with what it said
   */
  static String run(List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("LC_ALL", "C");
    Process process = builder.start();
    try {
      CompletableFuture<byte[]> output =
          CompletableFuture.supplyAsync(() -> read(process.getInputStream()));
      CompletableFuture<byte[]> errors =
          CompletableFuture.supplyAsync(() -> read(process.getErrorStream()));
      process.getOutputStream().close();
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        throw new IOException(command.get(0) + " did not end within " + SECONDS + " seconds");
      }
      String said = new String(output.join(), StandardCharsets.UTF_8);
      if (process.exitValue() != 0) {
        String complaint = new String(errors.join(), StandardCharsets.UTF_8).strip();
        throw new IOException(
            command.get(0)
                + " ended with "
                + process.exitValue()
                + ": "
                + (complaint.isEmpty() ? said.strip() : complaint));
      }
      return said;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while " + command.get(0) + " was running", e);
    } finally {
      process.destroyForcibly();
    }
  }

  private static byte[] read(InputStream in) {
    try (in) {
      return in.readNBytes(MAX_OUTPUT);
    } catch (IOException e) {
      return new byte[0];
    }
  }
}
