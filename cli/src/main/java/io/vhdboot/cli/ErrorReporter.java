package io.vhdboot.cli;

import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.provisioning.PlanRejectedException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Says in one line what went wrong, where and what to do; the whole story with --verbose. */
final class ErrorReporter implements IExecutionExceptionHandler {

  @Override
  public int handleExecutionException(
      Exception problem, CommandLine commandLine, ParseResult parsed) throws Exception {
    boolean verbose = parsed.expandedArgs().contains("--verbose");
    if (!(problem instanceof IOException) && !(problem instanceof IllegalArgumentException)) {
      // A fault of ours, not of the input.
      commandLine
          .getErr()
          .println(
              "vhdboot: internal error: "
                  + problem
                  + "; please report it, with --verbose's output");
    } else if (problem instanceof PlanRejectedException rejected) {
      rejected.problems().forEach(each -> commandLine.getErr().println("vhdboot: " + each));
    } else {
      commandLine.getErr().println("vhdboot: " + describe(problem));
    }
    if (verbose) {
      problem.printStackTrace(commandLine.getErr());
    }
    commandLine.getErr().flush();
    return exitCode(problem);
  }

  private static int exitCode(Exception problem) {
    if (problem instanceof DiskFormatException
        || problem instanceof PlanRejectedException rejected && rejected.isImageUnsuitable()) {
      return ExitCode.BAD_INPUT;
    }
    return problem instanceof IllegalArgumentException ? ExitCode.USAGE : ExitCode.FAILED;
  }

  private static String describe(Exception problem) {
    if (problem instanceof FileAlreadyExistsException exists) {
      return exists.getFile() + " exists already; choose another name or pass --overwrite";
    }
    if (problem instanceof NoSuchFileException missing) {
      return missing.getReason() == null
          ? missing.getFile() + ": no such file or folder"
          : missing.getMessage();
    }
    if (problem instanceof AccessDeniedException denied) {
      return denied.getFile() + ": access denied";
    }
    String message = problem.getMessage();
    if (message != null && message.contains("No space left on device")) {
      return message + "; free some room or choose another place for the output";
    }
    if (problem instanceof FileSystemException && message != null) {
      return message;
    }
    return message == null ? problem.getClass().getSimpleName() : message;
  }
}
