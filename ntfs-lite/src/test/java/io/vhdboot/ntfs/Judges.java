package io.vhdboot.ntfs;

import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.SharedData;
import java.nio.file.Path;

/** The programs that judge a volume. */
final class Judges {

  private Judges() {}

  /** What chkdsk looks at, and that nothing is there which we do not mean to write. */
  static void check(Path image) {
    ExternalTool.script("python3", SharedData.tool("ntfscheck.py"))
        .run(image, "--strict")
        .expectSuccess();
  }

  /** Every reader and checker on this machine but the kernel's. */
  static void verify(Path image) {
    ExternalTool.requireRoot();
    ExternalTool.script("bash", SharedData.tool("ntfs-verify.sh"))
        .run(image, "--no-vm")
        .expectSuccess();
  }
}
