package io.vhdboot.image;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.ResizableBlockDevice;
import io.vhdboot.fat.FatEditor;
import io.vhdboot.fat.FatFile;
import io.vhdboot.hive.Hive;
import io.vhdboot.ntfs.NewFileOptions;
import io.vhdboot.ntfs.NtfsEditor;
import io.vhdboot.ntfs.NtfsFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A registry hive in a file of the host or inside an image, such as {@code
 * stick.img@1/virtualharddisk.vhd@1/Windows/System32/config/SYSTEM}, with the transaction logs
 * beside it.
 *
 * <p>A hive that is read is read as far as it is looked at, until {@link #close()}. Saving leaves
 * the old content or the new one after a stop at any moment: on the host the new file takes the old
 * one's name, within an image the change goes through a transaction log. Not for use by several
 * threads.
 */
public final class HiveFile implements Closeable {

  private static final String LOG = ".LOG";
  private static final String FIRST_LOG = ".LOG1";
  private static final List<String> LOGS = List.of(LOG, FIRST_LOG, ".LOG2");

  private final String text;
  private final Path hostFile;
  private final OpenImage image;
  private final List<Closeable> opened = new ArrayList<>();
  private Hive hive;

  private HiveFile(String text, Path hostFile, OpenImage image) {
    this.text = text;
    this.hostFile = hostFile;
    this.image = image;
  }

  /**
   * Opens a hive to read it.
   *
   * @throws java.nio.file.NoSuchFileException when there is no such file
   * @throws io.vhdboot.disk.DiskFormatException when it is no hive or damaged
   */
  public static HiveFile open(String path) throws IOException {
    return open(path, true);
  }

  /**
   * Opens a hive to edit and {@link #save()} it.
   *
   * @throws java.nio.file.NoSuchFileException when there is no such file
   * @throws io.vhdboot.disk.DiskFormatException when it is no hive or damaged
   */
  public static HiveFile edit(String path) throws IOException {
    return open(path, false);
  }

  /**
   * Writes a hive to a new file.
   *
   * @throws java.nio.file.FileAlreadyExistsException when there is one of that name
   * @throws java.nio.file.NoSuchFileException when there is no such folder
   */
  public static void create(String path, Hive content) throws IOException {
    NewHive.write(path, content, false);
  }

  /**
   * Writes a hive to a file, in the place of one that may be there. It appears when it is complete.
   *
   * @throws java.nio.file.NoSuchFileException when there is no such folder
   */
  public static void write(String path, Hive content) throws IOException {
    NewHive.write(path, content, true);
  }

  private static HiveFile open(String path, boolean readOnly) throws IOException {
    ImagePath place = ImagePath.of(path);
    HiveFile file =
        place.isInsideImage()
            ? new HiveFile(path, null, place.open(readOnly))
            : new HiveFile(path, Path.of(path), null);
    try {
      file.read(readOnly);
      return file;
    } catch (IOException | RuntimeException e) {
      file.abandon(e);
      throw e;
    }
  }

  private void read(boolean readOnly) throws IOException {
    if (image == null) {
      hive =
          readOnly
              ? Hive.open(opened(FileDevice.openReadOnly(hostFile)), hostLogs())
              : Hive.read(hostFile);
      return;
    }
    BlockDevice device =
        image.isFat()
            ? image.fatVolume().file(image.path()).device()
            : image.file().stream(image.stream()).device();
    List<BlockDevice> logs = imageLogs();
    hive = readOnly ? Hive.open(device, logs) : Hive.read(device, logs);
  }

  /** The hive. */
  public Hive hive() {
    return hive;
  }

  /** Whether it lies inside an image. */
  public boolean isInImage() {
    return image != null;
  }

  /** Saves the hive with its edits. */
  public void save() throws IOException {
    save(hive);
  }

  /**
   * Saves another hive in its place, such as a {@linkplain Hive#compacted() compacted} one.
   *
   * @throws java.nio.file.ReadOnlyFileSystemException when this was opened to read
   */
  public void save(Hive content) throws IOException {
    if (image == null) {
      Path target = hostFile.toRealPath();
      content.write(target);
      for (String extension : LOGS) {
        Path log = target.resolveSibling(target.getFileName() + extension);
        // What they hold is older than the hive now; Windows keeps them empty.
        if (Files.isRegularFile(log) && Files.size(log) > 0) {
          Files.write(log, new byte[0]);
        }
      }
      return;
    }
    saveInImage(content);
  }

  private void saveInImage(Hive content) throws IOException {
    boolean hasLog = hasLog(FIRST_LOG);
    if (!hasLog) {
      createLog();
    }
    List<ResizableBlockDevice> logs = new ArrayList<>();
    try (ResizableBlockDevice device = edited("")) {
      for (String extension : List.of(FIRST_LOG, LOG, ".LOG2")) {
        if (hasLog(extension)) {
          logs.add(edited(extension));
        }
      }
      content.writeInPlace(device, logs);
    } finally {
      for (ResizableBlockDevice log : logs) {
        log.close();
      }
    }
    if (!hasLog) {
      deleteLog();
    }
    image.flush();
  }

  private boolean hasLog(String extension) throws IOException {
    String path = image.path() + extension;
    return image.isFat()
        ? image.fatEditor().volume().find(path).isPresent()
        : image.editor().volume().find(path).isPresent();
  }

  /** The hive, or the log with an extension, to be written. */
  private ResizableBlockDevice edited(String extension) throws IOException {
    String path = image.path() + extension;
    if (image.isFat()) {
      return image.fatEditor().content(image.fatEditor().volume().file(path));
    }
    return extension.isEmpty()
        ? image.editor().stream(image.file(), image.stream())
        : image.editor().stream(image.editor().volume().file(path), "");
  }

  private void createLog() throws IOException {
    if (image.isFat()) {
      FatEditor editor = image.fatEditor();
      editor.createFile(editor.volume().file(folder()), name() + FIRST_LOG, 0);
    } else {
      NtfsEditor editor = image.editor();
      editor.createFile(
          editor.volume().file(folder()), name() + FIRST_LOG, NewFileOptions.defaults());
    }
  }

  private void deleteLog() throws IOException {
    if (image.isFat()) {
      FatEditor editor = image.fatEditor();
      editor.delete(editor.volume().file(folder()), name() + FIRST_LOG);
    } else {
      NtfsEditor editor = image.editor();
      editor.unlink(editor.volume().file(folder()), name() + FIRST_LOG);
    }
  }

  private String folder() {
    String path = image.path();
    return path.substring(0, Math.max(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'))));
  }

  private String name() {
    return image.path().substring(folder().length()).replaceFirst("^[/\\\\]", "");
  }

  private List<BlockDevice> hostLogs() throws IOException {
    List<BlockDevice> logs = new ArrayList<>();
    for (String extension : LOGS) {
      Path log = hostFile.resolveSibling(hostFile.getFileName() + extension);
      if (Files.isRegularFile(log) && Files.size(log) > 0) {
        logs.add(opened(FileDevice.openReadOnly(log)));
      }
    }
    return logs;
  }

  private List<BlockDevice> imageLogs() throws IOException {
    List<BlockDevice> logs = new ArrayList<>();
    for (String extension : LOGS) {
      String path = image.path() + extension;
      if (image.isFat()) {
        Optional<FatFile> log = image.fatVolume().find(path);
        if (log.isPresent() && !log.get().isDirectory()) {
          logs.add(log.get().device());
        }
        continue;
      }
      Optional<NtfsFile> log = image.volume().find(path);
      if (log.isPresent() && !log.get().isDirectory()) {
        logs.add(log.get().stream("").device());
      }
    }
    return logs;
  }

  private BlockDevice opened(BlockDevice device) {
    opened.add(device);
    return device;
  }

  @Override
  public void close() throws IOException {
    for (Closeable each : opened) {
      each.close();
    }
    if (image != null) {
      image.close();
    }
  }

  private void abandon(Exception reason) {
    try {
      close();
    } catch (IOException e) {
      reason.addSuppressed(e);
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
