package io.vhdboot.image;

import io.vhdboot.disk.ResizableBlockDevice;
import io.vhdboot.fat.FatEditor;
import io.vhdboot.fat.FatFile;
import io.vhdboot.hive.Hive;
import io.vhdboot.ntfs.NewFileOptions;
import io.vhdboot.ntfs.NtfsEditor;
import io.vhdboot.ntfs.NtfsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Writes a hive to a file of its own, on the host or inside an image. */
final class NewHive {

  /** What its name ends with until it is complete. */
  private static final String PARTIAL = ".new";

  private NewHive() {}

  static void write(String path, Hive content, boolean replace) throws IOException {
    ImagePath place = ImagePath.of(path);
    if (!place.isInsideImage()) {
      Path file = Path.of(path);
      if (!replace && Files.exists(file)) {
        throw new FileAlreadyExistsException(path);
      }
      Path folder = file.toAbsolutePath().getParent();
      if (folder == null || !Files.isDirectory(folder)) {
        throw new NoSuchFileException(path);
      }
      content.write(file);
      return;
    }
    try (OpenImage image = place.open(false)) {
      String inside = image.path();
      int end = Math.max(inside.lastIndexOf('/'), inside.lastIndexOf('\\'));
      String folder = inside.substring(0, Math.max(end, 0));
      String name = inside.substring(end + 1);
      if (name.isEmpty()) {
        throw new NoSuchFileException(path, null, "a file must be named");
      }
      if (image.isFat()) {
        write(image.fatEditor(), folder, name, path, content.toBytes(), replace);
      } else {
        write(image.editor(), folder, name, path, content.toBytes(), replace);
      }
      image.flush();
    }
  }

  private static void write(
      FatEditor editor, String folder, String name, String path, byte[] content, boolean replace)
      throws IOException {
    FatFile parent = editor.volume().file(folder);
    if (!replace && parent.child(name).isPresent()) {
      throw new FileAlreadyExistsException(path);
    }
    if (parent.child(name + PARTIAL).isPresent()) {
      editor.delete(parent, name + PARTIAL);
    }
    FatFile made = editor.createFile(parent, name + PARTIAL, 0);
    try (ResizableBlockDevice device = editor.content(made)) {
      put(device, content);
    }
    editor.rename(parent, name + PARTIAL, parent, name, replace);
  }

  private static void write(
      NtfsEditor editor, String folder, String name, String path, byte[] content, boolean replace)
      throws IOException {
    NtfsFile parent = editor.volume().file(folder);
    if (!replace && parent.find(name).isPresent()) {
      throw new FileAlreadyExistsException(path);
    }
    if (parent.find(name + PARTIAL).isPresent()) {
      editor.unlink(parent, name + PARTIAL);
    }
    NtfsFile made = editor.createFile(parent, name + PARTIAL, NewFileOptions.defaults());
    try (ResizableBlockDevice device = editor.stream(made, "")) {
      put(device, content);
    }
    editor.rename(parent, name + PARTIAL, parent, name, replace);
  }

  private static void put(ResizableBlockDevice device, byte[] content) throws IOException {
    device.setSize(content.length);
    device.write(0, ByteBuffer.wrap(content));
  }
}
