package io.vhdboot.diskpart;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** What a script answered and how it ended. */
record DiskPartRun(int exitCode, String out) {

  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2009-07-28T12:00:00Z"));

  private static final AtomicLong NEXT = new AtomicLong(1);

  /** Runs a script with identifiers that no other run has. */
  static DiskPartRun of(DriveLetters letters, String script, Path... disks) throws IOException {
    StringWriter out = new StringWriter();
    DiskPart.Builder builder =
        DiskPart.to(
                new PrintWriter(out),
                () -> new UUID(NEXT.incrementAndGet() * 0x1234567800000000L, NEXT.get()),
                CLOCK)
            .letters(letters);
    for (Path disk : disks) {
      builder.disk(disk);
    }
    try (DiskPart diskPart = builder.open()) {
      int exitCode = diskPart.run(new StringReader(script));
      return new DiskPartRun(exitCode, out.toString().replace("\r\n", "\n"));
    }
  }

  static DiskPartRun of(String script, Path... disks) throws IOException {
    return of(new DriveLetters(), script, disks);
  }
}
