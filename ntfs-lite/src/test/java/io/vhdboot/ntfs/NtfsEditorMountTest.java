package io.vhdboot.ntfs;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.disk.FileDevice;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The drivers of Linux edit a volume that we edited, and we edit it again. */
class NtfsEditorMountTest {

  private static final String BY_NTFS_3G =
      """
      import os, shutil, subprocess, sys
      image, mount = sys.argv[1:]
      subprocess.run(['ntfs-3g', '-o', 'streams_interface=xattr', image, mount], check=True)
      try:
          own = mount + '/by others'
          os.mkdir(own)
          for i in range(300):
              with open('%s/file number %d' % (own, i), 'wb') as f:
                  f.write(b'%d' % i * i)
          for i in range(0, 300, 3):
              os.remove('%s/file number %d' % (own, i))
          os.rename(mount + '/victim', own + '/moved')
          shutil.copy(own + '/moved', own + '/copied')
          os.link(own + '/copied', own + '/linked')
          os.setxattr(own + '/copied', 'user.stream', b'x' * 2000)
          os.truncate(own + '/file number 299', 100000)
      finally:
          subprocess.run(['fusermount', '-u', mount], check=True)
      """;

  /** The same, but for the stream, which this driver cannot make. */
  private static final String BY_NTFS3 =
      """
      own='/mnt/by others'
      mkdir "$own"
      awk 'BEGIN { for (i = 0; i < 300; i++) { f = "/mnt/by others/file number " i; printf "" > f
        for (k = 0; k < i; k++) printf "%d", i > f
        close(f) } }'
      i=0; while [ $i -lt 300 ]; do rm "$own/file number $i"; i=$((i+3)); done
      mv /mnt/victim "$own/moved"
      cp "$own/moved" "$own/copied"
      ln "$own/copied" "$own/linked"
      truncate -s 100000 "$own/file number 299"
      """;

  @TempDir Path folder;

  private final Map<String, byte[]> contents = new TreeMap<>();

  static IntStream clusterSizes() {
    return Seed.isFull() ? IntStream.rangeClosed(9, 21).map(i -> 1 << i) : IntStream.of(1024);
  }

  @ParameterizedTest
  @MethodSource("clusterSizes")
  void whatNtfs3gEditsAfterUsIsReadAndEditedAgain(int clusterSize) throws IOException {
    ExternalTool.requireRoot();
    ExternalTool.named("ntfs-3g");
    Path image = edited(clusterSize, "NtfsEditorMountTest ntfs-3g");
    Path mount = Files.createDirectory(folder.resolve("mount"));
    ExternalTool.named("python3").run("-c", BY_NTFS_3G, image, mount).expectSuccess();
    editedByOthers();
    check(image);
    try (FileDevice device = FileDevice.openReadOnly(image)) {
      NtfsFile copied = NtfsVolume.open(device).file("by others/linked");
      assertThat(copied.stream("stream").size()).isEqualTo(2000);
    }
    editAgain(image);
    check(image);
  }

  @ParameterizedTest
  @Tag("full")
  @MethodSource("clusterSizes")
  void whatNtfs3EditsAfterUsIsReadAndEditedAgain(int clusterSize) throws IOException {
    Path image = edited(clusterSize, "NtfsEditorMountTest ntfs3");
    Ntfs3Machine.edit(image, BY_NTFS3);
    editedByOthers();
    check(image);
    editAgain(image);
    check(image);
    Ntfs3Machine.compare(image, contents);
  }

  /** A volume that we made and edited, and what it holds. */
  private Path edited(int clusterSize, String test) throws IOException {
    Path image = folder.resolve("v.img");
    EditModel model = new EditModel();
    long size = Math.max(24 << 20, 600L * clusterSize);
    try (FileDevice device = FileDevice.create(image, size)) {
      NtfsFormat.format(
          device,
          NtfsFormatOptions.ofSize(device.size())
              .clusterSize(clusterSize)
              .time(NtfsFormatTest.TIME)
              .build());
      RandomEdits edits = new RandomEdits(Seed.random(test), model, clusterSize, 100_000);
      edits.open(device);
      NtfsFile root = edits.editor().volume().root();
      edits.editor().createFile(root, "victim", NewFileOptions.defaults());
      edits.editor().stream(edits.editor().volume().file("victim"), "").setSize(5000);
      for (int i = 0; i < Seed.cases(1000, 150); i++) {
        edits.step();
      }
      edits.makeRoom(2 << 20);
      edits.editor().close();
    }
    model.contents("", model.root, contents);
    return image;
  }

  /** Notes what others did. */
  private void editedByOthers() {
    contents.put("/by others/moved", new byte[5000]);
    contents.put("/by others/copied", new byte[5000]);
    contents.put("/by others/linked", new byte[5000]);
    for (int i = 0; i < 300; i++) {
      if (i % 3 != 0) {
        byte[] content = Integer.toString(i).repeat(i).getBytes(US_ASCII);
        contents.put("/by others/file number " + i, content);
      }
    }
    contents.compute(
        "/by others/file number 299", (name, content) -> Arrays.copyOf(content, 100_000));
  }

  private void editAgain(Path image) throws IOException {
    try (FileDevice device = FileDevice.open(image);
        NtfsEditor editor = NtfsEditor.open(device)) {
      NtfsFile own = editor.volume().file("by others");
      for (int i = 1; i < 299; i += 3) {
        editor.unlink(own, "file number " + i);
        contents.remove("/by others/file number " + i);
      }
      editor.rename(own, "moved", editor.volume().root(), "back again", false);
      contents.put("/back again", contents.remove("/by others/moved"));
      editor.unlink(own, "copied");
      contents.remove("/by others/copied");
    }
  }

  private void check(Path image) throws IOException {
    try (FileDevice device = FileDevice.openReadOnly(image)) {
      NtfsCheckReport report = NtfsChecker.check(device);
      assertThat(report.isSound()).as("%s", report.findings()).isTrue();
      NtfsVolume volume = NtfsVolume.open(device);
      for (Map.Entry<String, byte[]> entry : contents.entrySet()) {
        NtfsStream stream = volume.file(entry.getKey().substring(1)).stream("");
        byte[] found = new byte[(int) stream.size()];
        stream.read(0, ByteBuffer.wrap(found));
        assertThat(found).as(entry.getKey()).isEqualTo(entry.getValue());
      }
    }
    Judges.checkAll(List.of(image));
  }
}
