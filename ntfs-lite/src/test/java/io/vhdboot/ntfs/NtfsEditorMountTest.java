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
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ntfs-3g edits a volume that we edited, and we edit it again. */
class NtfsEditorMountTest {

  private static final String EDITS =
      """
      import os, shutil, subprocess, sys
      image, mount, victim = sys.argv[1:]
      subprocess.run(['ntfs-3g', '-o', 'streams_interface=xattr', image, mount], check=True)
      try:
          own = mount + '/by ntfs-3g'
          os.mkdir(own)
          for i in range(300):
              with open('%s/file number %d' % (own, i), 'wb') as f:
                  f.write(b'%d' % i * i)
          for i in range(0, 300, 3):
              os.remove('%s/file number %d' % (own, i))
          os.rename(mount + victim, own + '/moved')
          shutil.copy(own + '/moved', own + '/copied')
          os.link(own + '/copied', own + '/linked')
          os.setxattr(own + '/copied', 'user.stream', b'x' * 2000)
          os.truncate(own + '/file number 299', 100000)
      finally:
          subprocess.run(['fusermount', '-u', mount], check=True)
      """;

  @TempDir Path folder;

  @Test
  void whatNtfs3gEditsAfterUsIsReadAndEditedAgain() throws IOException {
    ExternalTool.requireRoot();
    ExternalTool.named("ntfs-3g");
    Path image = folder.resolve("v.img");
    EditModel model = new EditModel();
    try (FileDevice device = FileDevice.create(image, 24 << 20)) {
      NtfsFormat.format(
          device,
          NtfsFormatOptions.ofSize(device.size())
              .clusterSize(1024)
              .time(NtfsFormatTest.TIME)
              .build());
      RandomEdits edits = new RandomEdits(Seed.random("NtfsEditorMountTest"), model, 1024, 100_000);
      edits.open(device);
      NtfsFile root = edits.editor().volume().root();
      edits.editor().createFile(root, "victim", NewFileOptions.defaults());
      edits.editor().stream(edits.editor().volume().file("victim"), "").setSize(5000);
      for (int i = 0; i < 150; i++) {
        edits.step();
      }
      edits.editor().close();
    }
    Map<String, byte[]> contents = new TreeMap<>();
    model.contents("", model.root, contents);
    Path mount = Files.createDirectory(folder.resolve("mount"));
    ExternalTool.named("python3").run("-c", EDITS, image, mount, "/victim").expectSuccess();
    contents.put("/by ntfs-3g/moved", new byte[5000]);
    contents.put("/by ntfs-3g/linked", new byte[5000]);
    for (int i = 0; i < 299; i++) {
      if (i % 3 != 0) {
        byte[] content = Integer.toString(i).repeat(i).getBytes(US_ASCII);
        contents.put("/by ntfs-3g/file number " + i, content);
      }
    }
    check(image, contents);
    try (FileDevice device = FileDevice.open(image);
        NtfsEditor editor = NtfsEditor.open(device)) {
      NtfsFile own = editor.volume().file("by ntfs-3g");
      for (int i = 1; i < 299; i += 3) {
        editor.unlink(own, "file number " + i);
        contents.remove("/by ntfs-3g/file number " + i);
      }
      editor.rename(own, "moved", editor.volume().root(), "back again", false);
      contents.put("/back again", contents.remove("/by ntfs-3g/moved"));
      editor.unlink(own, "copied");
      assertThat(editor.volume().file("by ntfs-3g/linked").stream("stream").size()).isEqualTo(2000);
    }
    check(image, contents);
  }

  private static void check(Path image, Map<String, byte[]> contents) throws IOException {
    try (FileDevice device = FileDevice.openReadOnly(image)) {
      NtfsCheckReport report = NtfsChecker.check(device);
      assertThat(report.isClean()).as("%s", report.findings()).isTrue();
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
