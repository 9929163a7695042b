package io.vhdboot.testing;

import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** Decides whether something absent skips a test or fails it. */
final class Requirement {

  /** Set to 1 where every judge must be present, as in CI: then absence fails. */
  private static final String REQUIRE_TOOLS = "VHDBOOT_REQUIRE_TOOLS";

  private Requirement() {}

  /** Skips the running test with the reason, or fails it where everything is required. */
  static void absent(String reason) {
    if ("1".equals(System.getenv(REQUIRE_TOOLS))) {
      Assertions.fail(reason + " (" + REQUIRE_TOOLS + "=1 demands it)");
    }
    Assumptions.abort(reason);
  }
}
