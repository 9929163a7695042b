package io.vhdboot.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {

  @TempDir Path folder;

  @Test
  void fileHasItsNameOnlyWhenItIsComplete() throws IOException {
    Path target = folder.resolve("a.img");
    try (OutputFile output = OutputFile.create(target, 4, false)) {
      output.device().write(0, ByteBuffer.wrap(new byte[] {1, 2, 3, 4}));
      assertThat(target).doesNotExist();
      assertThat(files()).hasSize(1);
      output.commit();
    }
    assertThat(target).hasBinaryContent(new byte[] {1, 2, 3, 4});
    assertThat(files()).containsExactly(target);
  }

  @Test
  void fileThatIsGivenUpLeavesNothing() throws IOException {
    try (OutputFile output = OutputFile.create(folder.resolve("a.img"), 4, false)) {
      output.device().write(0, ByteBuffer.wrap(new byte[1]));
    }
    assertThat(files()).isEmpty();
  }

  @Test
  void fileThatAppearsMeanwhileIsNotReplaced() throws IOException {
    Path target = folder.resolve("a.img");
    try (OutputFile output = OutputFile.create(target, 4, false)) {
      Files.writeString(target, "someone else's");
      assertThatThrownBy(output::commit).isInstanceOf(FileAlreadyExistsException.class);
    }
    assertThat(target).hasContent("someone else's");
    assertThat(files()).containsExactly(target);
  }

  @Test
  void programThatIsToldToStopLeavesNothing() throws IOException, InterruptedException {
    String command = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process process =
        new ProcessBuilder(
                command,
                "-cp",
                classesOf(OutputFile.class) + File.pathSeparator + classesOf(Stalled.class),
                Stalled.class.getName(),
                folder.resolve("a.img").toString())
            .redirectErrorStream(true)
            .start();
    assertThat(process.getInputStream().read()).isEqualTo('!');
    assertThat(files()).hasSize(1);
    process.destroy();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(files()).isEmpty();
  }

  private static String classesOf(Class<?> type) {
    return Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString()))
        .toString();
  }

  /** Begins a file and does not go on. */
  static final class Stalled {

    private Stalled() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
      try (OutputFile output = OutputFile.create(Path.of(arguments[0]), 4, false)) {
        output.store();
        System.out.print('!');
        System.out.flush();
        Thread.sleep(60_000);
      }
    }
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no devices among its files")
  void devicesAreNeitherReplacedNorWritten() {
    Path device = Path.of("/dev/null");
    assertThatThrownBy(() -> OutputFile.create(device, 3, true))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("is a device");
    assertThatThrownBy(() -> FileDevice.open(device))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("is a device");
  }

  @Test
  void replacedFileIsWholeAtAnyMoment() throws IOException {
    Path target = Files.writeString(folder.resolve("a.img"), "old");
    try (OutputFile output = OutputFile.create(target, 3, true)) {
      assertThat(target).hasContent("old");
      output.device().write(0, ByteBuffer.wrap("new".getBytes(StandardCharsets.UTF_8)));
      output.commit();
    }
    assertThat(target).hasContent("new");
    assertThat(files()).containsExactly(target);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.toList();
    }
  }
}
