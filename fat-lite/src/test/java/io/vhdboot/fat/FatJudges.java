package io.vhdboot.fat;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.testing.ExternalTool;
import java.nio.file.Path;

/** The programs that say whether a volume is one. */
final class FatJudges {

  private FatJudges() {}

  /** Fails unless dosfstools find nothing to repair. */
  static void check(Path image) {
    ExternalTool.Result result = ExternalTool.named("fsck.vfat").run("-n", image);
    assertThat(result.output()).doesNotContain("differences").doesNotContain("Dirty");
    result.expectSuccess();
  }
}
