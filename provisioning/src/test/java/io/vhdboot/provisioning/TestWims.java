package io.vhdboot.provisioning;

import io.vhdboot.disk.FileTime100ns;
import io.vhdboot.wim.BlobSource;
import io.vhdboot.wim.NewFile;
import io.vhdboot.wim.WimImageInfo;
import io.vhdboot.wim.WimWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;

/** Small WIMs for tests. */
final class TestWims {

  static final long TIME = FileTime100ns.of(Instant.parse("2020-02-20T20:20:20Z"));

  private TestWims() {}

  static NewFile folder() {
    return NewFile.directory().times(TIME);
  }

  static NewFile zeros(int size) {
    return NewFile.of(BlobSource.of(new byte[size])).times(TIME);
  }

  /** A tree that passes for a Windows. */
  static NewFile windows() {
    NewFile root = folder();
    NewFile windows = root.add("Windows", folder());
    NewFile system32 = windows.add("System32", folder());
    system32.add("winload.exe", zeros(1));
    system32.add("ntoskrnl.exe", zeros(2));
    system32.add("config", folder()).add("SYSTEM", zeros(3));
    windows.add("Boot", folder()).add("PCAT", folder()).add("bootmgr", zeros(4));
    return root;
  }

  static void write(Path file, NewFile root) throws IOException {
    write(file, WimImageInfo.builder().name("test").build(), root);
  }

  static void write(Path file, WimImageInfo info, NewFile root) throws IOException {
    try (WimWriter writer = WimWriter.to(file).open()) {
      writer.addImage(info, root);
      writer.finish();
    }
  }
}
