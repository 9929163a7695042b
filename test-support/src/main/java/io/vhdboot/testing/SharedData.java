package io.vhdboot.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * Real files that Windows or other tools made, and the judges beside them. They lie outside the
 * repository, in {@code ../shared} unless the environment variable {@code VHDBOOT_SHARED} names
 * another folder. A test that wants one is skipped with a message where the folder is absent.
 */
public final class SharedData {

  private SharedData() {}

  /** The top folder of the repository. */
  public static Path projectRoot() {
    String root = System.getProperty("vhdboot.root");
    if (root != null) {
      return Path.of(root);
    }
    Path folder = Path.of("").toAbsolutePath();
    while (folder != null && !Files.isDirectory(folder.resolve("disk-core"))) {
      folder = folder.getParent();
    }
    return folder == null ? Path.of("").toAbsolutePath() : folder;
  }

  /** A file or folder of {@code data}, such as {@code vhd/image.vhd}. */
  public static Path data(String path) {
    return require(root().resolve("data").resolve(path));
  }

  /** A program or script of {@code tools}, such as {@code ntfscheck.py}. */
  public static Path tool(String path) {
    return require(root().resolve("tools").resolve(path));
  }

  /** The regular files below a folder of {@code data}, sorted. */
  public static List<Path> files(String folder) {
    try (Stream<Path> walk = Files.walk(data(folder))) {
      return walk.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The plain content of a file of {@code data} in a folder of the caller's: {@code .gz}, {@code
   * .bz2} and {@code .xz} are unpacked, anything else is copied.
   */
  public static Path unpacked(String path, Path folder) {
    Path packed = data(path);
    String name = packed.getFileName().toString();
    try {
      if (name.endsWith(".gz")) {
        Path plain = folder.resolve(name.substring(0, name.length() - 3));
        try (InputStream in = new GZIPInputStream(Files.newInputStream(packed))) {
          SparseCopy.copy(in, plain);
        }
        return plain;
      }
      if (name.endsWith(".bz2") || name.endsWith(".xz")) {
        String program = name.endsWith(".xz") ? "xz" : "bzip2";
        Path plain = folder.resolve(name.substring(0, name.lastIndexOf('.')));
        ExternalTool.named(program);
        Process process =
            new ProcessBuilder(program, "-dc", packed.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (InputStream in = process.getInputStream()) {
          SparseCopy.copy(in, plain);
        }
        if (process.waitFor() != 0) {
          throw new AssertionError(program + " could not unpack " + packed);
        }
        return plain;
      }
      return Files.copy(packed, folder.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static Path root() {
    String named = System.getenv("VHDBOOT_SHARED");
    return named != null ? Path.of(named) : projectRoot().resolveSibling("shared");
  }

  private static Path require(Path path) {
    if (!Files.exists(path)) {
      Requirement.absent("the shared test data " + path + " is not here");
    }
    return path;
  }
}
