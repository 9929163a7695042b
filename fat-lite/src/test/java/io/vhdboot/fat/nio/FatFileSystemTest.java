package io.vhdboot.fat.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.fat.FatFormat;
import io.vhdboot.fat.FatFormatOptions;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FatFileSystemTest {

  private MemoryDevice device;
  private FileSystem fileSystem;

  @BeforeEach
  void open() throws IOException {
    device = MemoryDevice.ofSize("volume", 8 << 20);
    FatFormat.format(device, FatFormatOptions.ofSize(device.size()).build());
    fileSystem = FatFileSystems.newFileSystem(device, false);
  }

  @AfterEach
  void close() throws IOException {
    fileSystem.close();
  }

  private Path path(String text) {
    return fileSystem.getPath(text);
  }

  @Test
  void filesAreWrittenReadMovedAndDeleted() throws IOException {
    Files.createDirectories(path("/a/b c"));
    Files.writeString(path("/a/b c/Some file.txt"), "content");
    Files.writeString(path("/a/b c/Some file.txt"), " and more", StandardOpenOption.APPEND);
    assertThat(Files.readString(path("/A/B C/some FILE.txt"))).isEqualTo("content and more");
    Files.copy(path("/a/b c/Some file.txt"), path("/copy"), StandardCopyOption.COPY_ATTRIBUTES);
    Files.move(path("/copy"), path("/a/moved"));
    assertThat(Files.exists(path("/copy"))).isFalse();
    try (Stream<Path> walk = Files.walk(path("/"))) {
      assertThat(walk.map(Path::toString))
          .containsExactly("/", "/a", "/a/b c", "/a/b c/Some file.txt", "/a/moved");
    }
    assertThatThrownBy(() -> Files.delete(path("/a")))
        .isInstanceOf(DirectoryNotEmptyException.class);
    Files.delete(path("/a/moved"));
    assertThatThrownBy(() -> Files.delete(path("/a/moved")))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> Files.createDirectory(path("/A")))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void attributesAreThoseOfDos() throws IOException {
    Path file = Files.writeString(path("/file"), "x");
    Files.setAttribute(file, "dos:hidden", true);
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_700_000_000_000L));
    assertThat(Files.isHidden(file)).isTrue();
    assertThat(Files.readAttributes(file, "dos:hidden,archive,size"))
        .containsEntry("hidden", true)
        .containsEntry("archive", true)
        .containsEntry("size", 1L);
    assertThat(Files.getLastModifiedTime(file).toMillis()).isEqualTo(1_700_000_000_000L);
    assertThat(Files.readAttributes(file, FatFileAttributes.class).shortName()).isEqualTo("FILE");
  }

  @Test
  void namesAreMatchedWhateverTheirCase() throws IOException {
    Files.writeString(path("/One.TXT"), "");
    Files.writeString(path("/two.txt"), "");
    try (var files = Files.newDirectoryStream(path("/"), "*.txt")) {
      assertThat(files).hasSize(2);
    }
    assertThat(path("/one.txt")).isEqualTo(path("/ONE.TXT"));
    assertThat(path("/ONE.txt").toRealPath().toString()).isEqualTo("/One.TXT");
    assertThat(path("a/../b/./c").normalize()).isEqualTo(path("b/c"));
  }

  @Test
  void fileSystemForReadingIsNotWritten() throws IOException {
    Files.writeString(path("/file"), "x");
    fileSystem.close();
    try (FileSystem readOnly = FatFileSystems.newFileSystem(device, true)) {
      assertThat(Files.readAllLines(readOnly.getPath("/file"))).isEqualTo(List.of("x"));
      assertThat(Files.isWritable(readOnly.getPath("/file"))).isFalse();
      assertThatThrownBy(() -> Files.writeString(readOnly.getPath("/file"), "y"))
          .isInstanceOf(ReadOnlyFileSystemException.class);
    }
  }
}
