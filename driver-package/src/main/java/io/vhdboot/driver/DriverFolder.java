package io.vhdboot.driver;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.FileVisitor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;

/** Finds driver packages in a folder and those below it. */
public final class DriverFolder {

  private static final int MAX_DEPTH = 32;

  private DriverFolder() {}

  /**
   * The INF files in a folder and below it, in the order of their paths; links are not followed.
   * Not each needs to be one of a driver: see {@link InfFile#isSigned()}.
   *
   * @throws java.nio.file.NoSuchFileException when there is no such folder
   */
  public static List<Path> find(Path folder) throws IOException {
    List<Path> found = new ArrayList<>();
    FileVisitor<Path> visitor =
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            String name = file.getFileName() == null ? "" : file.getFileName().toString();
            if (attributes.isRegularFile() && name.toLowerCase(Locale.ROOT).endsWith(".inf")) {
              found.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        };
    Files.walkFileTree(folder, EnumSet.noneOf(FileVisitOption.class), MAX_DEPTH, visitor);
    Collections.sort(found);
    return found;
  }
}
