package io.vhdboot.udf.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.Seed;
import io.vhdboot.udf.Disc;
import io.vhdboot.udf.DiscFormat;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DiscFileSystemTest {

  @TempDir private Path folder;

  private Path tree() throws IOException {
    Path tree = Files.createDirectories(folder.resolve("tree"));
    Path sources = Files.createDirectories(tree.resolve("sources"));
    byte[] content = new byte[300_000];
    SplittableRandom random = Seed.random("tree");
    random.nextBytes(content);
    Files.write(sources.resolve("install.wim"), content);
    Files.writeString(Files.createDirectories(sources.resolve("a/b")).resolve("c.txt"), "deep");
    Files.writeString(tree.resolve("Grüße.txt"), "snow");
    Files.createFile(tree.resolve("empty.txt"));
    return tree;
  }

  private Path windowsDisc() throws IOException {
    Path disc = folder.resolve("windows disc.iso");
    ExternalTool.named("genisoimage")
        .output("-quiet", "-udf", "-J", "-R", "-V", "DISC", "-o", disc, tree());
    return disc;
  }

  private static Map<String, String> listing(Path root) throws IOException {
    Map<String, String> listing = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(root)) {
      for (Path path : walk.toList()) {
        BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
        listing.put(
            root.relativize(path).toString(),
            attributes.isDirectory()
                ? "directory"
                : attributes.size()
                    + " "
                    + attributes.lastModifiedTime().toInstant().getEpochSecond()
                    + " "
                    + Arrays.hashCode(Files.readAllBytes(path)));
      }
    }
    return listing;
  }

  @Test
  void discIsFoundByTheFileThatHoldsIt() throws IOException {
    Path disc = windowsDisc();
    try (FileSystem files = FileSystems.newFileSystem(disc)) {
      assertThat(files).isInstanceOf(DiscFileSystem.class);
      assertThat(files.isReadOnly()).isTrue();
      assertThat(listing(files.getPath("/"))).isEqualTo(listing(folder.resolve("tree")));
      assertThat(files.getFileStores().iterator().next().name()).isEqualTo("DISC");
    }
    Path other = Files.write(folder.resolve("other"), new byte[100_000]);
    assertThatThrownBy(() -> new DiscFileSystemProvider().newFileSystem(other, Map.of()))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @ParameterizedTest
  @EnumSource(names = {"ROCK_RIDGE", "JOLIET"})
  void everyFormatOfADiscCanBeRead(DiscFormat format) throws IOException {
    Path path = windowsDisc();
    try (Disc disc = Disc.open(path);
        FileSystem files = DiscFileSystems.of(disc.by(format))) {
      assertThat(listing(files.getPath("/"))).isEqualTo(listing(folder.resolve("tree")));
    }
  }

  @Test
  void contentIsReadAtAnyPlaceAndCopiedOut() throws IOException {
    Path disc = windowsDisc();
    try (DiscFileSystem files = DiscFileSystems.newFileSystem(disc)) {
      Path wim = files.getPath("SOURCES", "Install.WIM");
      byte[] expected = Files.readAllBytes(folder.resolve("tree/sources/install.wim"));
      try (SeekableByteChannel channel = Files.newByteChannel(wim)) {
        assertThat(channel.size()).isEqualTo(expected.length);
        ByteBuffer buffer = ByteBuffer.allocate(1000);
        channel.position(123_456).read(buffer);
        assertThat(buffer.array()).isEqualTo(Arrays.copyOfRange(expected, 123_456, 124_456));
        assertThat(channel.position(1L << 40).read(buffer.clear())).isEqualTo(-1);
      }
      Path copy = Files.copy(wim, folder.resolve("copy"));
      assertThat(copy).hasBinaryContent(expected);
      assertThat(wim.toRealPath().toString()).isEqualTo("/sources/install.wim");
      assertThat(Files.isSameFile(wim, files.getPath("/sources/install.wim"))).isTrue();
    }
  }

  @Test
  void urisLeadBackToTheirPaths() throws IOException {
    Path disc = windowsDisc();
    URI name = URI.create("disc:" + disc.toUri());
    try (FileSystem files = FileSystems.newFileSystem(name, new HashMap<>())) {
      Path path = files.getPath("/Grüße.txt");
      assertThat(path.toUri().toString()).startsWith("disc:file:///").contains("windows%20disc");
      assertThat(Path.of(path.toUri())).isEqualTo(path);
      assertThat(FileSystems.getFileSystem(name)).isSameAs(files);
      assertThat(Files.readString(Path.of(path.toUri()))).isEqualTo("snow");
    }
    assertThatThrownBy(() -> FileSystems.getFileSystem(name))
        .isInstanceOf(FileSystemNotFoundException.class);
  }

  @Test
  void nothingCanBeWritten() throws IOException {
    try (DiscFileSystem files = DiscFileSystems.newFileSystem(windowsDisc())) {
      Path file = files.getPath("/empty.txt");
      assertThatThrownBy(() -> Files.delete(file)).isInstanceOf(FileSystemException.class);
      assertThatThrownBy(() -> Files.writeString(file, "x"))
          .isInstanceOf(FileSystemException.class)
          .hasMessageContaining("read only");
      assertThatThrownBy(() -> Files.createDirectory(files.getPath("/new")))
          .isInstanceOf(FileSystemException.class);
      assertThat(Files.isWritable(file)).isFalse();
      assertThat(Files.isReadable(file)).isTrue();
      assertThat(Files.isExecutable(file)).isFalse();
      assertThatThrownBy(() -> Files.size(files.getPath("/nothing")))
          .isInstanceOf(NoSuchFileException.class);
      assertThatThrownBy(() -> Files.list(file)).isInstanceOf(NotDirectoryException.class);
      assertThatThrownBy(() -> Files.readAllBytes(files.getPath("/sources")))
          .isInstanceOf(FileSystemException.class);
    }
  }

  @Test
  void closedFileSystemIsClosed() throws IOException {
    DiscFileSystem files = DiscFileSystems.newFileSystem(windowsDisc());
    Path path = files.getPath("/empty.txt");
    files.close();
    files.close();
    assertThatThrownBy(() -> Files.size(path)).isInstanceOf(ClosedFileSystemException.class);
  }

  @Test
  void linksAreFollowedWithinTheDisc() throws IOException {
    Path tree = tree();
    Files.createSymbolicLink(tree.resolve("up"), Path.of("sources/a/../install.wim"));
    Files.createSymbolicLink(tree.resolve("sources/dir"), Path.of("/sources/a"));
    Files.createSymbolicLink(tree.resolve("loop"), Path.of("loop"));
    Path disc = folder.resolve("links.iso");
    ExternalTool.named("xorriso")
        .output("-as", "mkisofs", "-quiet", "-rock", "-rational-rock", "-o", disc, tree);
    try (DiscFileSystem files = DiscFileSystems.newFileSystem(disc)) {
      assertThat(Files.size(files.getPath("/up"))).isEqualTo(300_000);
      assertThat(Files.isSymbolicLink(files.getPath("/up"))).isTrue();
      assertThat(Files.readSymbolicLink(files.getPath("up")).toString())
          .isEqualTo("sources/a/../install.wim");
      assertThat(Files.readString(files.getPath("/sources/dir/b/c.txt"))).isEqualTo("deep");
      assertThatThrownBy(() -> Files.size(files.getPath("/loop")))
          .isInstanceOf(FileSystemLoopException.class);
      assertThat(Files.exists(files.getPath("/loop"), LinkOption.NOFOLLOW_LINKS)).isTrue();
    }
  }

  /** Paths are told apart and put together as those of the host are. */
  @ParameterizedTest
  @CsvSource({
    "/a/b/c, /a/x",
    "a/b, c",
    "/a, /a/b/c",
    "a/../b/./c, ../../d",
    "'', a",
    "a, ''",
    "/, /a",
    "/a/b, /",
  })
  void pathsBehaveAsThoseOfTheHost(String one, String two) throws IOException {
    try (DiscFileSystem files = DiscFileSystems.newFileSystem(windowsDisc())) {
      Path a = files.getPath(one);
      Path b = files.getPath(two);
      Path hostA = Path.of(one);
      Path hostB = Path.of(two);
      assertThat(a.resolve(b).toString()).isEqualTo(hostA.resolve(hostB).toString());
      assertThat(a.normalize().toString()).isEqualTo(hostA.normalize().toString());
      assertThat(a.startsWith(b)).isEqualTo(hostA.startsWith(hostB));
      assertThat(a.endsWith(b)).isEqualTo(hostA.endsWith(hostB));
      assertThat(String.valueOf(a.getParent())).isEqualTo(String.valueOf(hostA.getParent()));
      assertThat(String.valueOf(a.getFileName())).isEqualTo(String.valueOf(hostA.getFileName()));
      assertThat(a.getNameCount()).isEqualTo(hostA.getNameCount());
      if (a.isAbsolute() == b.isAbsolute() && !one.contains("..")) {
        assertThat(a.relativize(b).toString()).isEqualTo(hostA.relativize(hostB).toString());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "glob:*.txt, a.txt, true", "glob:*.txt, d/a.txt, false", "glob:**.txt, d/a.txt, true",
    "'glob:{a,b}?.[ch]', b1.c, true", "glob:[!a]*, abc, false", "regex:.*c, abc, true",
  })
  void patternsMatch(String pattern, String path, boolean matches) throws IOException {
    try (DiscFileSystem files = DiscFileSystems.newFileSystem(windowsDisc())) {
      assertThat(files.getPathMatcher(pattern).matches(files.getPath(path))).isEqualTo(matches);
      assertThat(FileSystems.getDefault().getPathMatcher(pattern).matches(Path.of(path)))
          .isEqualTo(matches);
      try (DirectoryStream<Path> found = Files.newDirectoryStream(files.getPath("/"), "*.txt")) {
        assertThat(found).hasSize(2);
      }
      assertThat(Files.readAttributes(files.getPath("/sources"), "isDirectory,size"))
          .isEqualTo(Map.of("isDirectory", true, "size", 0L));
      assertThat(List.of(files.supportedFileAttributeViews())).hasSize(1);
    }
  }
}
