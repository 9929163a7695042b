package io.vhdboot.doctor;

import io.vhdboot.bcd.BcdStore;
import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.PartitionEditor;
import io.vhdboot.disk.ResizableBlockDevice;
import io.vhdboot.hive.Hive;
import io.vhdboot.image.HiveFile;
import io.vhdboot.image.ImagePath;
import io.vhdboot.image.OpenImage;
import io.vhdboot.ntfs.NewFileOptions;
import io.vhdboot.ntfs.NtfsEditor;
import io.vhdboot.ntfs.NtfsFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/** What breaks sticks. */
final class Surgery {

  private Surgery() {}

  /** Something that is done to what is open. */
  @FunctionalInterface
  interface Operation<T> {
    void on(T open) throws IOException;
  }

  /** Opens the disk of a stick or VHD, or a partition, by its path. */
  static void device(String path, Operation<BlockDevice> operation) throws IOException {
    try (OpenImage image = ImagePath.of(path).open(false)) {
      operation.on(image.disk());
      image.flush();
    }
  }

  /** Puts bytes somewhere on the disk or partition that a path names. */
  static void put(String path, long offset, int... bytes) throws IOException {
    byte[] content = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      content[i] = (byte) bytes[i];
    }
    device(path, device -> device.write(offset, ByteBuffer.wrap(content)));
  }

  /** Makes a range of the disk or partition that a path names zero. */
  static void zero(String path, long offset, int length) throws IOException {
    device(path, device -> device.write(offset, ByteBuffer.allocate(length)));
  }

  static void table(Path stick, Operation<PartitionEditor> operation) throws IOException {
    device(
        stick + "@",
        disk -> {
          PartitionEditor table = PartitionEditor.open(disk);
          operation.on(table);
          table.write();
        });
  }

  /** Edits the NTFS volume that a path names. */
  static void volume(String path, Operation<NtfsEditor> operation) throws IOException {
    try (OpenImage image = ImagePath.of(path + "/").open(false)) {
      operation.on(image.editor());
      image.flush();
    }
  }

  /** Deletes a file or folder of the volume that a path names, of either kind. */
  static void delete(String path, String file) throws IOException {
    int cut = file.lastIndexOf('/');
    String folder = cut < 0 ? "" : file.substring(0, cut);
    String name = file.substring(cut + 1);
    try (OpenImage image = ImagePath.of(path + "/").open(false)) {
      if (image.isFat()) {
        image
            .fatEditor()
            .delete(
                folder.isEmpty()
                    ? image.fatEditor().volume().root()
                    : image.fatEditor().volume().file(folder),
                name);
      } else {
        NtfsEditor editor = image.editor();
        NtfsFile parent = folder.isEmpty() ? editor.volume().root() : editor.volume().file(folder);
        editor.setAttributes(editor.volume().file(file), 0);
        editor.unlink(parent, name);
      }
      image.flush();
    }
  }

  /** Changes the content of a file, by its path. */
  static void content(String path, UnaryOperator<byte[]> change) throws IOException {
    try (OpenImage image = ImagePath.of(path).open(false)) {
      BlockDevice file = image.device();
      byte[] changed = change.apply(file.read(0, (int) file.size()));
      ((ResizableBlockDevice) file).setSize(changed.length);
      file.write(0, ByteBuffer.wrap(changed));
      image.flush();
    }
  }

  /** Creates a file in a folder of an NTFS volume, which is made where it is not there. */
  static void create(String path, String folder, String name, byte[] content) throws IOException {
    volume(
        path,
        editor -> {
          NtfsFile parent = editor.volume().root();
          for (String step : folder.isEmpty() ? new String[0] : folder.split("/")) {
            parent =
                parent.find(step).isPresent()
                    ? editor.volume().file(parent.find(step).get())
                    : editor.createDirectory(parent, step, NewFileOptions.defaults());
          }
          NtfsFile made = editor.createFile(parent, name, NewFileOptions.defaults());
          try (ResizableBlockDevice stream = editor.stream(made, "")) {
            stream.setSize(content.length);
            stream.write(0, ByteBuffer.wrap(content));
          }
        });
  }

  static void store(String path, Operation<BcdStore> operation) throws IOException {
    try (HiveFile file = HiveFile.edit(path)) {
      operation.on(BcdStore.of(file.hive()));
      file.save();
    }
  }

  static void hive(String path, Operation<Hive> operation) throws IOException {
    try (HiveFile file = HiveFile.edit(path)) {
      operation.on(file.hive());
      file.save();
    }
  }

  /** Makes a hive look as if it had not been closed. */
  static byte[] unclosed(byte[] hive) {
    byte[] bytes = hive.clone();
    LittleEndian.put32(bytes, 4, LittleEndian.i32(bytes, 4) + 1);
    int sum = 0;
    for (int at = 0; at < 0x1FC; at += Integer.BYTES) {
      sum ^= LittleEndian.i32(bytes, at);
    }
    LittleEndian.put32(bytes, 0x1FC, sum);
    return bytes;
  }
}
