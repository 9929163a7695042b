package io.vhdboot.ntfs;

import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.SharedData;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The programs that judge a volume. */
final class Judges {

  private Judges() {}

  /** What chkdsk looks at, and that nothing is there which we do not mean to write. */
  static void check(Path image) {
    ExternalTool.script("python3", SharedData.tool("ntfscheck.py"))
        .run(image, "--strict")
        .expectSuccess();
  }

  /** As {@link #check}, for many small volumes at once, and without strictness. */
  static void checkAll(List<Path> images) {
    Path tools = SharedData.tool("ntfscheck.py").getParent();
    String program =
        "import sys; sys.path.insert(0, sys.argv[1]); import ntfscheck; bad = 0\n"
            + "for path in sys.argv[2:]:\n"
            + "  c = ntfscheck.Checker(path); c.run()\n"
            + "  for m in c.msgs:\n"
            + "    if m[0] == 'ERROR': print(path, *m); bad = 1\n"
            + "sys.exit(bad)\n";
    List<Object> arguments = new ArrayList<>(List.of("-c", program, tools));
    arguments.addAll(images);
    ExternalTool.named("python3")
        .timeout(Duration.ofMinutes(30))
        .run(arguments.toArray())
        .expectSuccess();
  }

  /**
   * Every reader and checker on this machine but the kernel's. Listing the tree by libfsntfs may
   * fail: it reads no value of a reparse point that lies in clusters, and no entry of an attribute
   * list that begins in one cluster and ends in the next.
   */
  static void verify(Path image) {
    ExternalTool.requireRoot();
    ExternalTool.Result result =
        ExternalTool.script("bash", SharedData.tool("ntfs-verify.sh"))
            .timeout(Duration.ofMinutes(30))
            .run(image, "--no-vm");
    List<String> complaints =
        result
            .output()
            .lines()
            .filter(line -> line.contains("FAIL: ") && !line.startsWith("fsntfsinfo -H"))
            .toList();
    if (!complaints.isEmpty() || !result.output().contains("ntfs-verify: ")) {
      result.expectSuccess();
    }
  }
}
