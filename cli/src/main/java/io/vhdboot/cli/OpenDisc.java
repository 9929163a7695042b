package io.vhdboot.cli;

import io.vhdboot.udf.Disc;
import io.vhdboot.udf.DiscFile;
import io.vhdboot.udf.DiscFormat;
import io.vhdboot.udf.DiscVisitor;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** A disc that is read by its richest format or by the one that was asked for. */
record OpenDisc(Disc file, Disc disc) implements AutoCloseable {

  static OpenDisc of(Path path, DiscFormat format) throws IOException {
    Disc file = Disc.open(path);
    try {
      return new OpenDisc(file, format == null ? file : file.by(format));
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** Visits what a path names: a file, or all in a directory. */
  void walk(String path, DiscVisitor visitor) throws IOException {
    String wanted = path.replace('\\', '/').replaceAll("/+", "/").replaceAll("^/|/$", "");
    Optional<DiscFile> start = disc.find(wanted);
    if (start.isEmpty()) {
      throw new NoSuchFileException(path, null, "not on " + disc.name());
    }
    if (!start.get().isDirectory()) {
      visitor.visit(wanted, start.get());
      return;
    }
    disc.walk(
        start.get(),
        (name, entry) -> visitor.visit(wanted.isEmpty() ? name : wanted + "/" + name, entry));
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
