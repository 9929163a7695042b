package io.vhdboot.provisioning.bootfiles;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.FileTime100ns;
import io.vhdboot.disk.ResizableBlockDevice;
import io.vhdboot.fat.FatEditor;
import io.vhdboot.fat.FatFile;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A FAT volume that UEFI starts from. */
final class FatSystemVolume implements SystemVolume {

  private final FatEditor editor;

  FatSystemVolume(FatEditor editor) {
    this.editor = editor;
  }

  private Optional<FatFile> find(List<String> path) throws IOException {
    return editor.volume().find(String.join("\\", path));
  }

  @Override
  public boolean contains(List<String> path) throws IOException {
    return find(path).isPresent();
  }

  @Override
  public Optional<BlockDevice> read(List<String> path) throws IOException {
    Optional<FatFile> file = find(path);
    return file.isEmpty() ? Optional.empty() : Optional.of(file.get().device());
  }

  @Override
  public OptionalLong modified(List<String> path) throws IOException {
    Optional<Instant> time = find(path).flatMap(FatFile::modified);
    return time.isEmpty() ? OptionalLong.empty() : OptionalLong.of(FileTime100ns.of(time.get()));
  }

  private FatFile folder(List<String> path) throws IOException {
    FatFile folder = editor.volume().root();
    for (String name : path) {
      Optional<FatFile> next = folder.child(name);
      folder = next.isPresent() ? next.get() : editor.createDirectory(folder, name);
    }
    return folder;
  }

  @Override
  public void put(BootFile file, BlockDevice content) throws IOException {
    int last = file.path().size() - 1;
    FatFile folder = folder(file.path().subList(0, last));
    String name = file.path().get(last);
    String partial = name + SystemVolumes.PARTIAL;
    if (folder.child(partial).isPresent()) {
      editor.delete(folder, partial);
    }
    FatFile made = editor.createFile(folder, partial, 0);
    try (ResizableBlockDevice target = editor.content(made)) {
      SystemVolumes.copy(content, target);
    }
    FatFile written = editor.rename(folder, partial, folder, name, true);
    if (file.source().isPresent()) {
      BootSource source = file.source().get();
      editor.setTimes(
          written,
          Optional.of(FileTime100ns.toInstant(source.created())),
          Optional.of(FileTime100ns.toInstant(source.modified())),
          Optional.empty());
    }
    editor.setAttributes(written, file.attributes());
  }

  @Override
  public void delete(List<String> path) throws IOException {
    int last = path.size() - 1;
    if (contains(path)) {
      editor.delete(folder(path.subList(0, last)), path.get(last));
    }
  }

  @Override
  public void flush() throws IOException {
    editor.flush();
  }
}
