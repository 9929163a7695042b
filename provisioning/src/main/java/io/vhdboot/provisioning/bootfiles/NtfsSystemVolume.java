package io.vhdboot.provisioning.bootfiles;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.ResizableBlockDevice;
import io.vhdboot.ntfs.FileAttributes;
import io.vhdboot.ntfs.NewFileOptions;
import io.vhdboot.ntfs.NtfsDirectoryEntry;
import io.vhdboot.ntfs.NtfsEditor;
import io.vhdboot.ntfs.NtfsFile;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** An NTFS volume that a BIOS, or UEFI with a driver, starts from. */
final class NtfsSystemVolume implements SystemVolume {

  private final NtfsEditor editor;

  NtfsSystemVolume(NtfsEditor editor) {
    this.editor = editor;
  }

  private static String text(List<String> path) {
    return String.join("\\", path);
  }

  private Optional<NtfsFile> find(List<String> path) throws IOException {
    return editor.volume().find(text(path));
  }

  @Override
  public boolean contains(List<String> path) throws IOException {
    return find(path).isPresent();
  }

  @Override
  public Optional<BlockDevice> read(List<String> path) throws IOException {
    Optional<NtfsFile> file = find(path);
    return file.isEmpty() ? Optional.empty() : Optional.of(file.get().stream("").device());
  }

  @Override
  public OptionalLong modified(List<String> path) throws IOException {
    Optional<NtfsFile> file = find(path);
    return file.isEmpty() ? OptionalLong.empty() : OptionalLong.of(file.get().modified());
  }

  private NtfsFile folder(List<String> path) throws IOException {
    NtfsFile folder = editor.volume().root();
    for (int i = 0; i < path.size(); i++) {
      Optional<NtfsDirectoryEntry> next = folder.find(path.get(i));
      if (next.isPresent()) {
        folder = editor.volume().file(next.get());
        continue;
      }
      boolean isBootFolder = i == 0 && path.get(0).equalsIgnoreCase(BiosBootFiles.FOLDER.get(0));
      folder =
          editor.createDirectory(
              folder,
              path.get(i),
              NewFileOptions.builder()
                  .attributes(isBootFolder ? BiosBootFiles.FOLDER_ATTRIBUTES : 0)
                  .securityDescriptor(StickSecurity.folder())
                  .build());
    }
    return folder;
  }

  @Override
  public void put(BootFile file, BlockDevice content) throws IOException {
    int last = file.path().size() - 1;
    NtfsFile folder = folder(file.path().subList(0, last));
    String name = file.path().get(last);
    String partial = name + SystemVolumes.PARTIAL;
    if (folder.find(partial).isPresent()) {
      editor.unlink(folder, partial);
    }
    NtfsFile made =
        editor.createFile(
            folder,
            partial,
            NewFileOptions.builder().securityDescriptor(StickSecurity.file()).build());
    try (ResizableBlockDevice target = editor.stream(made, "")) {
      SystemVolumes.copy(content, target);
    }
    NtfsFile written = editor.volume().file(made.recordNumber());
    if (file.source().isPresent()) {
      BootSource source = file.source().get();
      editor.setTimes(
          written,
          OptionalLong.of(source.created()),
          OptionalLong.of(source.modified()),
          OptionalLong.of(source.modified()),
          OptionalLong.of(source.accessed()));
    }
    // What is read-only must be replaceable.
    Optional<NtfsDirectoryEntry> old = folder.find(name);
    if (old.isPresent()) {
      editor.setAttributes(editor.volume().file(old.get()), 0);
    }
    editor.rename(folder, partial, folder, name, true);
    editor.setAttributes(
        editor.volume().file(made.recordNumber()), file.attributes() & FileAttributes.SETTABLE);
  }

  @Override
  public void delete(List<String> path) throws IOException {
    int last = path.size() - 1;
    if (contains(path)) {
      editor.unlink(folder(path.subList(0, last)), path.get(last));
    }
  }

  @Override
  public void flush() throws IOException {
    editor.flush();
  }
}
