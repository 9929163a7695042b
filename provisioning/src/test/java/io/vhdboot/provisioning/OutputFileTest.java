package io.vhdboot.provisioning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
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
