package io.vhdboot.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * An emulated machine with a BIOS (QEMU with SeaBIOS), or with UEFI (OVMF), that starts from an
 * image of ours.
 *
 * <p>The image is never changed: what the machine writes is dropped. QEMU interprets every
 * instruction ({@code -accel tcg}), since hardware virtualisation hangs in 16-bit code on some
 * hosts. Where QEMU is missing the running test is skipped, or fails, as with {@link ExternalTool}.
 */
public final class Qemu {

  private static final List<String> PROGRAMS = List.of("qemu-system-i386", "qemu-system-x86_64");
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration UEFI_TIMEOUT = Duration.ofMinutes(4);

  /** OVMF of Debian's package: the code, and the variables as they are in the beginning. */
  private static final Path OVMF = Path.of("/usr/share/OVMF");

  private static final String OVMF_CODE = "OVMF_CODE_4M.fd";
  private static final String OVMF_VARIABLES = "OVMF_VARS_4M.fd";
  private static final Duration LOOK_EVERY = Duration.ofMillis(150);
  private static final int COLUMNS = 80;
  private static final int ROWS = 25;
  private static final int SCREEN_BYTES = ROWS * COLUMNS * 2;
  private static final int SCREEN_ADDRESS = 0xB8000;

  private final List<String> machine = new ArrayList<>();
  private final String image;
  private String drive;
  private Duration timeout = DEFAULT_TIMEOUT;
  private String memory = "64";
  private boolean isUefi;

  private Qemu(Path image, String drive) {
    this.image = image.toAbsolutePath().toString();
    this.drive = drive;
  }

  /**
   * What a machine had said when it was stopped.
   *
   * @param serial all that came out of the first serial port
   * @param screen the 25 lines of the text screen, without trailing blanks
   */
  public record Output(String serial, String screen) {

    /** Whether the text stands on the screen or came out of the serial port. */
    public boolean contains(String text) {
      return serial.contains(text) || screen.contains(text);
    }

    @Override
    public String toString() {
      return "serial port:\n" + serial + "\nscreen:\n" + screen.strip();
    }
  }

  /** A machine whose first hard disk, drive 80h, is the image. */
  public static Qemu hardDisk(Path image) {
    return new Qemu(image, "if=ide");
  }

  /** A machine with the image as a USB stick, which its BIOS calls drive 80h. */
  public static Qemu usbStick(Path image) {
    Qemu qemu = new Qemu(image, "if=none,id=stick");
    qemu.machine.addAll(
        List.of("-device", "usb-ehci", "-device", "usb-storage,drive=stick,bootindex=0"));
    return qemu;
  }

  /** A machine with the image, of a floppy disk's size, in drive 00h. */
  public static Qemu floppy(Path image) {
    Qemu qemu = new Qemu(image, "if=floppy");
    qemu.machine.addAll(List.of("-boot", "a"));
    return qemu;
  }

  /**
   * Puts UEFI into the machine instead of a BIOS; skips or fails the running test where OVMF is
   * missing. It takes its time: the machine gets four minutes.
   */
  public Qemu uefi() {
    if (!Files.isReadable(OVMF.resolve(OVMF_CODE))) {
      Requirement.absent(OVMF.resolve(OVMF_CODE) + " is not installed");
    }
    isUefi = true;
    memory = "256";
    timeout = UEFI_TIMEOUT;
    return this;
  }

  /** Gives up after this long; a minute unless told. */
  public Qemu timeout(Duration limit) {
    this.timeout = limit;
    return this;
  }

  /** Lets every read of the image's 512-byte sector fail. */
  public Qemu unreadable(long sector) {
    drive += ",file.inject-error.0.event=read_aio,file.inject-error.0.sector=" + sector;
    return this;
  }

  /**
   * Starts the machine and stops it as soon as one of the texts stands on its screen or came out of
   * its serial port.
   *
   * @throws AssertionError when none of them came in time, with what came instead
   */
  public Output runUntil(String... texts) {
    List<String> programs = isUefi ? PROGRAMS.subList(1, 2) : PROGRAMS;
    String program =
        programs.stream().filter(ExternalTool::isPresent).findFirst().orElse(programs.get(0));
    ExternalTool.named(program);
    Path folder = null;
    Process process = null;
    try {
      folder = Files.createTempDirectory("vhdboot-qemu");
      process = start(program, folder);
      return watch(process, folder, List.of(texts));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while " + image + " was booting", e);
    } finally {
      if (process != null) {
        process.destroyForcibly().onExit().join();
      }
      delete(folder);
    }
  }

  private Process start(String program, Path folder) throws IOException {
    boolean faulty = drive.contains("inject-error");
    String source =
        faulty
            ? "driver=raw,file.driver=blkdebug,file.image.driver=file,file.image.filename="
            : "format=raw,snapshot=on,file=";
    List<String> line = new ArrayList<>(List.of(program, "-nodefaults", "-no-user-config"));
    line.addAll(List.of("-accel", "tcg", "-m", memory, "-vga", "std", "-display", "none"));
    line.addAll(List.of("-no-reboot", "-serial", "file:" + folder.resolve("serial")));
    line.addAll(List.of("-monitor", "stdio", "-drive", source + escaped(image) + "," + drive));
    line.addAll(machine);
    if (isUefi) {
      line.addAll(List.of("-machine", "q35", "-net", "none"));
      Path variables = Files.copy(OVMF.resolve(OVMF_VARIABLES), folder.resolve("variables"));
      line.addAll(
          List.of("-drive", "if=pflash,format=raw,readonly=on,file=" + OVMF.resolve(OVMF_CODE)));
      line.addAll(List.of("-drive", "if=pflash,format=raw,file=" + variables));
    }
    return new ProcessBuilder(line)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("monitor").toFile())
        .start();
  }

  private Output watch(Process process, Path folder, List<String> texts)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + timeout.toNanos();
    Output output = new Output("", "");
    for (int look = 0; ; look++) {
      boolean ended = process.waitFor(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
      boolean found = texts.stream().anyMatch(output::contains);
      Path dump = folder.resolve("screen" + look);
      if (!ended) {
        screenshot(process.getOutputStream(), dump);
      }
      output = new Output(text(folder.resolve("serial")), screen(dump, output.screen()));
      if (found || ended && texts.stream().anyMatch(output::contains)) {
        return output; // What is said at the same time elsewhere is in this second look.
      }
      if (ended || System.nanoTime() > end) {
        String why = ended ? "QEMU ended with " + process.exitValue() : "not within " + timeout;
        throw new AssertionError(
            String.format(
                "%s: none of %s, %s%n%s%n%s",
                image, texts, why, text(folder.resolve("monitor")), output));
      }
    }
  }

  /** Asks the monitor for the text screen's memory and waits for it, but not long. */
  private static void screenshot(OutputStream monitor, Path dump)
      throws IOException, InterruptedException {
    try {
      String command =
          String.format("pmemsave 0x%x %d \"%s\"%n", SCREEN_ADDRESS, SCREEN_BYTES, dump);
      monitor.write(command.getBytes(StandardCharsets.UTF_8));
      monitor.flush();
    } catch (IOException e) {
      return; // It has just ended, as the next look will tell.
    }
    for (int i = 0; i < 50 && !isComplete(dump); i++) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  private static boolean isComplete(Path dump) throws IOException {
    return Files.exists(dump) && Files.size(dump) == SCREEN_BYTES;
  }

  private static String screen(Path dump, String before) throws IOException {
    if (!isComplete(dump)) {
      return before;
    }
    byte[] bytes = Files.readAllBytes(dump);
    StringBuilder lines = new StringBuilder();
    for (int row = 0; row < ROWS; row++) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < COLUMNS; column++) {
        byte character = bytes[(row * COLUMNS + column) * 2];
        line.append(character >= ' ' ? (char) character : ' ');
      }
      lines.append(line.toString().stripTrailing()).append('\n');
    }
    return lines.toString();
  }

  private static String text(Path file) throws IOException {
    return Files.exists(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
  }

  /** A comma ends a value on QEMU's command line unless it is doubled. */
  private static String escaped(String value) {
    return value.replace(",", ",,");
  }

  private static void delete(Path folder) {
    if (folder == null) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
