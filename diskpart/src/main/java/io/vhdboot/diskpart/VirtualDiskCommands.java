package io.vhdboot.diskpart;

import io.vhdboot.disk.ProgressListener;
import io.vhdboot.image.VirtualDisk;
import io.vhdboot.image.VirtualDiskFormat;
import io.vhdboot.image.VirtualDiskKind;
import io.vhdboot.image.VirtualDiskOptions;
import java.io.File;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

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
        Command.of("create vdisk", "file= maximum= type= parent=", this::create),
        Command.of("select vdisk", "file=", this::select),
        Command.of("attach vdisk", "readonly", this::attach),
        Command.of("detach vdisk", "", arguments -> detach()),
        Command.of("compact vdisk", "", arguments -> compact()),
        Command.of("expand vdisk", "maximum=", this::expand),
        Command.of("merge vdisk", "depth=", this::merge));
  }

  private static Path file(Arguments arguments, String parameter) throws Refusal {
    String text = arguments.value(parameter).orElseThrow(arguments::bad);
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
    Path file = file(arguments, "file");
    try {
      if (arguments.value("parent").isPresent()) {
        createChild(file, arguments);
      } else {
        createAlone(file, arguments);
      }
    } catch (FileAlreadyExistsException e) {
      throw Refusal.of("DiskPart has encountered an error: The file exists.");
    }
    session.selectVirtualDisk(file);
    session.say(
        "  100 percent completed", "", "DiskPart successfully created the virtual disk file.");
  }

  private void createAlone(Path file, Arguments arguments) throws Refusal, IOException {
    long size = arguments.number("maximum", MIB).orElseThrow(arguments::bad);
    String type = arguments.value("type").orElse("fixed");
    boolean expandable = ScriptLine.stands(type, "expandable");
    if (!expandable && !ScriptLine.stands(type, "fixed")) {
      throw arguments.bad();
    }
    VirtualDisk.create(
        file,
        VirtualDiskOptions.of(
            VirtualDiskFormat.ofName(file)
                .filter(VirtualDiskFormat.VHDX::equals)
                .orElse(VirtualDiskFormat.VHD),
            expandable ? VirtualDiskKind.DYNAMIC : VirtualDiskKind.FIXED,
            size,
            session.newGuid(),
            session.clock().instant()),
        false);
  }

  private void createChild(Path file, Arguments arguments) throws Refusal, IOException {
    if (arguments.value("maximum").isPresent() || arguments.value("type").isPresent()) {
      throw arguments.bad();
    }
    Path parent = file(arguments, "parent");
    requireFile(parent);
    VirtualDisk.at(parent).createChild(file, session.newGuid(), session.clock().instant(), false);
  }

  private static void requireFile(Path file) throws Refusal {
    if (!Files.isRegularFile(file)) {
      throw Refusal.of(
          "DiskPart has encountered an error: The system cannot find the file specified.",
          file.toString());
    }
  }

  private void select(Arguments arguments) throws Refusal {
    Path file = file(arguments, "file");
    requireFile(file);
    session.selectVirtualDisk(file);
    session.say("DiskPart successfully selected the virtual disk file.");
  }

  private void attach(Arguments arguments) throws Refusal, IOException {
    VirtualDiskFile file = session.requireVirtualDisk();
    if (file.isAttached()) {
      throw Refusal.of("The virtual disk is already attached.");
    }
    session.attach(file, arguments.has("readonly"));
    // As on Windows, what follows concerns this disk unless another is selected.
    session.selectDisk(file.disk().orElseThrow().number());
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

  private void compact() throws Refusal, IOException {
    VirtualDiskFile file = session.requireVirtualDisk();
    boolean isReadOnly = file.disk().map(disk -> disk.device().isReadOnly()).orElse(false);
    if (file.isAttached() && !isReadOnly) {
      throw Refusal.of(
          "The virtual disk must be detached, or attached as read-only, to be compacted.");
    }
    // Where the volumes can be looked at, what they do not use goes as well.
    reopening(file, () -> file.virtualDisk().compact(isReadOnly, ProgressListener.NONE));
    session.say(
        "  100 percent completed", "", "DiskPart successfully compacted the virtual disk file.");
  }

  private void expand(Arguments arguments) throws Refusal, IOException {
    VirtualDiskFile file = requireDetached();
    long size = arguments.number("maximum", MIB).orElseThrow(arguments::bad);
    if (size <= file.virtualDisk().info().diskSize()) {
      throw arguments.bad();
    }
    file.virtualDisk().resize(size, false);
    session.say(
        "  100 percent completed", "", "DiskPart successfully expanded the virtual disk file.");
  }

  private void merge(Arguments arguments) throws Refusal, IOException {
    VirtualDiskFile file = requireDetached();
    long depth = arguments.number("depth", 1).orElseThrow(arguments::bad);
    if (depth < 1 || depth > Integer.MAX_VALUE) {
      throw arguments.bad();
    }
    file.virtualDisk().merge((int) depth, ProgressListener.NONE);
    session.say(
        "  100 percent completed", "", "DiskPart successfully merged the virtual disk file.");
  }

  private VirtualDiskFile requireDetached() throws Refusal {
    VirtualDiskFile file = session.requireVirtualDisk();
    if (file.isAttached()) {
      throw Refusal.of("The virtual disk is attached.", "Detach it and try again.");
    }
    return file;
  }

  /** Does something to a file that nobody else may have open meanwhile. */
  private void reopening(VirtualDiskFile file, Work work) throws IOException {
    if (file.isAttached()) {
      int selected = session.disk().map(SessionDisk::number).orElse(-1);
      int number = file.disk().orElseThrow().number();
      session.closeDisk(file);
      try {
        work.run();
      } finally {
        session.attach(file, true);
        if (selected == number) {
          session.selectDisk(file.disk().orElseThrow().number());
        }
      }
    } else {
      work.run();
    }
  }

  /** What is done meanwhile. */
  private interface Work {
    void run() throws IOException;
  }
}
