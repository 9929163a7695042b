package io.vhdboot.usb;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The block devices of a Linux as {@code /sys/block} has them: a folder for each with the files
 * {@code dev} (major:minor), {@code size} (in sectors of 512 bytes), {@code ro}, {@code removable},
 * {@code diskseq} (counts pluggings-in, Linux 5.15), the folders {@code holders} and {@code
 * slaves}, and a folder for each partition.
 */
final class SysBlock {

  private static final int SECTOR = 512;
  private static final int MAX_TEXT = 4096;

  private final Map<String, Device> byName;
  private final Map<String, Device> byNumber;

  /** A block device that has a folder of its own, with its partitions. */
  record Device(
      String name,
      String number,
      Path folder,
      String location,
      List<Part> parts,
      List<String> slaves,
      Optional<String> backing) {

    /** The content of one of its files, without blanks around; empty when there is none. */
    String text(String file) {
      return read(folder.resolve(file));
    }

    long size() {
      return parse(text("size")) * SECTOR;
    }

    /** What is made of it or of a partition of it. */
    List<String> holders() throws IOException {
      List<String> holders = new ArrayList<>(names(folder.resolve("holders")));
      for (Part part : parts) {
        holders.addAll(names(folder.resolve(part.name()).resolve("holders")));
      }
      return holders;
    }
  }

  /** A partition. */
  record Part(String name, String number, long size) {}

  private SysBlock(Map<String, Device> byName, Map<String, Device> byNumber) {
    this.byName = byName;
    this.byNumber = byNumber;
  }

  /**
   * Reads what there is at this moment.
   *
   * @param sys the folder that is {@code /sys}
   */
  static SysBlock of(Path sys) throws IOException {
    Map<String, Device> byName = new LinkedHashMap<>();
    Map<String, Device> byNumber = new HashMap<>();
    for (String name : names(sys.resolve("block"))) {
      Path folder = sys.resolve("block").resolve(name);
      List<Part> parts = new ArrayList<>();
      for (String inner : names(folder)) {
        Path part = folder.resolve(inner);
        if (inner.startsWith(name) && Files.exists(part.resolve("partition"))) {
          parts.add(
              new Part(
                  inner, read(part.resolve("dev")), parse(read(part.resolve("size"))) * SECTOR));
        }
      }
      Device device =
          new Device(
              name,
              read(folder.resolve("dev")),
              folder,
              location(folder),
              parts,
              names(folder.resolve("slaves")),
              Optional.of(read(folder.resolve("loop").resolve("backing_file")))
                  .filter(text -> !text.isEmpty()));
      if (device.number().isEmpty()) {
        continue; // It went away while we looked.
      }
      byName.put(name, device);
      byNumber.put(device.number(), device);
      for (Part part : parts) {
        byName.put(part.name(), device);
        byNumber.put(part.number(), device);
      }
    }
    return new SysBlock(byName, byNumber);
  }

  /** Where on which bus the device is: the path that its link in /sys/block leads to. */
  private static String location(Path folder) throws IOException {
    try {
      return folder.toRealPath().toString();
    } catch (NoSuchFileException e) {
      return "";
    }
  }

  /** All block devices, in the order of their names. */
  List<Device> devices() {
    return byName.entrySet().stream()
        .filter(entry -> entry.getKey().equals(entry.getValue().name()))
        .map(Map.Entry::getValue)
        .toList();
  }

  /** The device of a name, or that a partition of that name is on. */
  Optional<Device> named(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** The device of a number, or that a partition of that number is on. */
  Optional<Device> numbered(String number) {
    return Optional.ofNullable(byNumber.get(number));
  }

  static String read(Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      int length = Math.min(bytes.length, MAX_TEXT);
      return new String(bytes, 0, length, StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      // What a device does not have, or not any more, is empty.
      return "";
    }
  }

  static long parse(String text) {
    return text.matches("\\d{1,15}") ? Long.parseLong(text) : 0;
  }

  static List<String> names(Path folder) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      entries.forEach(entry -> names.add(entry.getFileName().toString()));
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    names.sort(null);
    return names;
  }
}
