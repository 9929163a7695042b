package io.vhdboot.fat;

import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.disk.NoSpaceException;
import io.vhdboot.disk.ResizableBlockDevice;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystemException;

/**
 * Reads and edits whatever bytes it is given as a FAT volume: for a coverage-guided fuzzer, and for
 * {@link DamagedVolumesTest}.
 */
public final class FatVolumeFuzzTarget {

  private static final int MAX_SIZE = 8 << 20;

  private FatVolumeFuzzTarget() {}

  /** Typed exceptions are what damage must lead to; anything else is a fault. */
  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length <= MAX_SIZE) {
      accepts(data.clone());
    }
  }

  /** Whether a volume was read and edited rather than refused. */
  static boolean accepts(byte[] bytes) {
    MemoryDevice device = MemoryDevice.wrap("fuzzed", bytes);
    try {
      readAll(FatVolume.open(device));
      edit(device);
      return true;
    } catch (DiskFormatException | FileSystemException | NoSpaceException e) {
      return false;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Reads all files. */
  static void readAll(FatVolume volume) throws IOException {
    volume.label();
    volume.countFreeClusters();
    volume.walk(
        (path, file) -> {
          if (!file.isDirectory()) {
            try (InputStream in = file.newInputStream()) {
              in.transferTo(OutputStream.nullOutputStream());
            }
          }
        });
  }

  private static void edit(MemoryDevice device) throws IOException {
    try (FatEditor editor = FatEditor.open(device)) {
      FatFile root = editor.volume().root();
      try (ResizableBlockDevice content = editor.content(editor.createFile(root, "new", 0))) {
        content.setSize(5000);
      }
      for (FatFile file : root.list()) {
        editor.deleteTree(root, file.name());
      }
    }
  }
}
