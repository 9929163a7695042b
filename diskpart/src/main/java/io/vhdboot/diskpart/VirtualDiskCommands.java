package io.vhdboot.diskpart;

import io.vhdboot.vhd.Vhd;
import io.vhdboot.vhd.VhdOptions;
import java.io.File;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The commands that concern virtual disk files. */
final class VirtualDiskCommands {

  private static final long MIB = 1L << 20;
  private static final String DRIVE_PATH = "[A-Za-z]:.*";

  private final Session session;

  VirtualDiskCommands(Session session) {
    this.session = session;
  }

  List<Command> commands() {
    return List.of(
        Command.of("create vdisk", "file= maximum= type=", this::create),
        Command.of("select vdisk", "file=", this::select),
        Command.of("attach vdisk", "readonly", this::attach),
        Command.of("detach vdisk", "", arguments -> detach()));
  }

  private static Path file(Arguments arguments) throws Refusal {
    String text = arguments.value("file").orElseThrow(arguments::bad);
    if (File.separatorChar == '/' && text.matches(DRIVE_PATH)) {
      throw Refusal.of(
          "The path " + text + " begins with a drive letter.",
          "Name the file as this system does.");
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw Refusal.of("The path " + text + " is not valid: " + e.getReason());
    }
  }

  private void create(Arguments arguments) throws Refusal, IOException {
    Path file = file(arguments);
    if (file.toString().toLowerCase(Locale.ROOT).endsWith(".vhdx")) {
      throw Refusal.of("Virtual disk files of the form VHDX are not made here; use VHD.");
    }
    long size = arguments.number("maximum", MIB).orElseThrow(arguments::bad);
    String type = arguments.value("type").orElse("fixed");
    VhdOptions options = VhdOptions.of(size, session.newGuid(), session.clock().instant());
    boolean expandable = ScriptLine.stands(type, "expandable");
    if (!expandable && !ScriptLine.stands(type, "fixed")) {
      throw arguments.bad();
    }
    try (Vhd vhd = expandable ? Vhd.createDynamic(file, options) : Vhd.createFixed(file, options)) {
      vhd.flush();
    } catch (FileAlreadyExistsException e) {
      throw Refusal.of("DiskPart has encountered an error: The file exists.");
    }
    session.selectVirtualDisk(file);
    session.say(
        "  100 percent completed", "", "DiskPart successfully created the virtual disk file.");
  }

  private void select(Arguments arguments) throws Refusal {
    Path file = file(arguments);
    if (!Files.isRegularFile(file)) {
      throw Refusal.of(
          "DiskPart has encountered an error: The system cannot find the file specified.",
          file.toString());
    }
    session.selectVirtualDisk(file);
    session.say("DiskPart successfully selected the virtual disk file.");
  }

  private void attach(Arguments arguments) throws Refusal, IOException {
    VirtualDiskFile file = session.requireVirtualDisk();
    if (file.isAttached()) {
      throw Refusal.of("The virtual disk is already attached.");
    }
    session.attach(file, arguments.has("readonly"));
    session.say(
        "  100 percent completed", "", "DiskPart successfully attached the virtual disk file.");
  }

  private void detach() throws Refusal, IOException {
    VirtualDiskFile file = session.requireVirtualDisk();
    if (!file.isAttached()) {
      throw Refusal.of("The virtual disk is already detached.");
    }
    session.detach(file);
    session.say("DiskPart successfully detached the virtual disk file.");
  }
}
