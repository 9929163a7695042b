package io.vhdboot.cli;

import io.vhdboot.provisioning.Identifiers;
import java.time.Instant;
import java.util.UUID;
import picocli.CommandLine.Option;

/** The identifier and time that a new file gets. */
final class NewIdentity {

  @Option(
      names = "--seed",
      paramLabel = "HEX",
      description = {
        "Derive the identifier from this, so that the same input gives the same bytes;",
        "the time is then $SOURCE_DATE_EPOCH, or 2000-01-01."
      })
  private String seed;

  UUID id() {
    Identifiers identifiers =
        seed == null ? Identifiers.random() : Identifiers.ofSeed(Reproducible.seed(seed));
    return identifiers.guid("vhd file");
  }

  Instant time() {
    return Reproducible.sourceDate()
        .orElseGet(() -> seed == null ? Instant.now() : Instant.parse("2000-01-01T00:00:00Z"));
  }
}
