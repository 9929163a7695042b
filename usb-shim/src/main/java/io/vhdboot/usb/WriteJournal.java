package io.vhdboot.usb;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.OptionalLong;
import java.util.Properties;

/**
 * A file that tells which image was being written to which disk and up to where it is durable, so
 * that it can go on there after an interruption. It is gone when all is done.
 */
final class WriteJournal {

  private static final String VERSION = "vhdboot-write-journal";
  private static final String DONE = "done";

  private final Path file;
  private final Properties head = new Properties();

  /**
   * A journal in a file, of which nothing is read or written yet.
   *
   * @param image what tells one image from another
   * @param disk the disk; where it is plugged in does not matter
   */
  WriteJournal(Path file, String image, DiskDevice disk) {
    this.file = file;
    head.setProperty(VERSION, "1");
    head.setProperty("image", image);
    head.setProperty("disk.vendor", disk.vendor());
    head.setProperty("disk.model", disk.model());
    head.setProperty("disk.serial", disk.serial());
    head.setProperty("disk.size", Long.toString(disk.size()));
  }

  /** Up to where the very image is on the very disk; nothing when there is no such journal. */
  OptionalLong done() throws IOException {
    if (!Files.isRegularFile(file)) {
      return OptionalLong.empty();
    }
    Properties found = new Properties();
    try (InputStream in = Files.newInputStream(file)) {
      found.load(in);
    } catch (IllegalArgumentException e) {
      return OptionalLong.empty();
    }
    String done = found.getProperty(DONE, "");
    found.remove(DONE);
    return found.equals(head) && done.matches("\\d{1,18}")
        ? OptionalLong.of(Long.parseLong(done))
        : OptionalLong.empty();
  }

  /** Notes up to where everything is durable. */
  void note(long position) throws IOException {
    Properties all = new Properties();
    all.putAll(head);
    all.setProperty(DONE, Long.toString(position));
    Path next = file.resolveSibling(file.getFileName() + ".new");
    try (OutputStream out = Files.newOutputStream(next)) {
      all.store(out, null);
    }
    Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
  }

  void delete() throws IOException {
    Files.deleteIfExists(file);
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
