package io.vhdboot.wim;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.ProgressListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Reads all that a WIM holds and tells what is wrong with it: the integrity table, the metadata of
 * every image, streams whose blob is nowhere, and the SHA-1 of every blob. One thing that is
 * damaged does not keep the rest from being looked at.
 *
 * <pre>{@code
 * WimVerification.Report report = WimVerification.of(wim).executor(executor, 2).run();
 * }</pre>
 *
 * <p>Set up and used by one thread.
 */
public final class WimVerification {

  /** Problems that are told one by one; a file can be damaged all over. */
  private static final int MAX_LISTED = 1000;

  private final WimFile wim;
  private Executor executor = Runnable::run;
  private int parallelism = 1;
  private ProgressListener listener = ProgressListener.NONE;

  private final List<String> problems = new ArrayList<>();
  private final List<WimWarning> warnings = new ArrayList<>();
  private long problemCount;

  private WimVerification(WimFile wim) {
    this.wim = Objects.requireNonNull(wim, "wim");
  }

  /** A verification that works on the calling thread alone until it is told otherwise. */
  public static WimVerification of(WimFile wim) {
    return new WimVerification(wim);
  }

  /** As {@link BlobStreamer#executor}. */
  public WimVerification executor(Executor executor, int parallelism) {
    this.executor = Objects.requireNonNull(executor, "executor");
    this.parallelism = parallelism;
    return this;
  }

  /** Tells this listener, in bytes of the file for the integrity table and in uncompressed ones. */
  public WimVerification progress(ProgressListener listener) {
    this.listener = Objects.requireNonNull(listener, "listener");
    return this;
  }

  /**
   * What was found.
   *
   * @param images images that could be read
   * @param entries names in them
   * @param blobs blobs that were read, damaged or not
   * @param bytes their bytes, uncompressed
   * @param hasIntegrityTable whether there was an integrity table to compare with
   * @param problemCount how many things are damaged
   * @param problems the first of them, a sentence each
   * @param warnings what is odd but does no harm
   */
  public record Report(
      int images,
      long entries,
      long blobs,
      long bytes,
      boolean hasIntegrityTable,
      long problemCount,
      List<String> problems,
      List<WimWarning> warnings) {

    /** Whether nothing is damaged. */
    public boolean isSound() {
      return problemCount == 0;
    }
  }

  /**
   * Reads everything.
   *
   * @throws io.vhdboot.disk.UnsupportedFormatException when the file is encrypted, or its solid
   *     chunks take more memory than there is
   */
  public Report run() throws IOException {
    wim.checkNotEncrypted();
    warnings.addAll(wim.warnings());
    checkIntegrity();
    long bytes = 0;
    for (Blob blob : wim.blobs()) {
      bytes += blob.size();
    }
    // The metadata are one thread's work, which others need not wait for; but beside the chunks of
    // solid resources there may not be memory for them.
    ImageChecks images = new ImageChecks();
    if (wim.blobs().stream().anyMatch(Blob::isSolid)) {
      images.run();
    }
    try {
      executor.execute(images);
    } catch (RejectedExecutionException e) {
      images.run();
    }
    Map<Blob, CorruptFormatException> damage = new LinkedHashMap<>();
    long unlisted;
    try {
      unlisted = readBlobs(bytes, damage);
      images.await();
    } finally {
      images.cancel();
    }
    problemCount += unlisted;
    tell(damage);
    return new Report(
        images.readable,
        images.entries,
        wim.blobs().size(),
        bytes,
        wim.hasIntegrityTable(),
        problemCount,
        List.copyOf(problems),
        List.copyOf(warnings));
  }

  private void add(String problem) {
    problemCount++;
    if (problems.size() < MAX_LISTED) {
      problems.add(problem);
    }
  }

  private void checkIntegrity() throws IOException {
    try {
      wim.checkIntegrity(new NumberedTasks(executor, parallelism), listener);
    } catch (CorruptFormatException e) {
      add(e.getMessage());
    }
  }

  /** Reads the metadata of all images; the only one to note problems until it is awaited. */
  private final class ImageChecks extends OrderedTask {

    private int readable;
    private long entries;

    @Override
    void work() throws IOException {
      for (WimImageInfo info : wim.images()) {
        readable += check(info) ? 1 : 0;
      }
    }

    private boolean check(WimImageInfo info) throws IOException {
      WimImage image;
      try {
        image = wim.image(info.index());
      } catch (CorruptFormatException e) {
        add(e.getMessage());
        return false;
      }
      warnings.addAll(image.warnings());
      for (WimEntry entry : image.entries()) {
        entries++;
        for (WimStream stream : entry.inode().streams()) {
          if (stream.isMissing()) {
            add(
                String.format(
                    "%s: %s of image %d has content with the SHA-1 %s, which is not in this file",
                    wim.name(), Text.printable(entry.path()), info.index(), stream.sha1()));
          }
        }
      }
      return true;
    }
  }

  /**
   * Reads all blobs.
   *
   * @param damage gets what is wrong with those that are damaged, to a limit
   * @return how many more are
   */
  private long readBlobs(long bytes, Map<Blob, CorruptFormatException> damage) throws IOException {
    long[] unlisted = new long[1];
    listener.begin("verify", bytes);
    new BlobStreamer(wim)
        .executor(executor, parallelism).progress(listener).stream(
            wim.blobs(),
            new BlobConsumer() {
              @Override
              public void begin(Blob blob) {}

              @Override
              public void data(Blob blob, long offset, ByteBuffer piece) {}

              @Override
              public void end(Blob blob) {}

              @Override
              public void failed(Blob blob, CorruptFormatException problem) {
                if (damage.size() < MAX_LISTED) {
                  damage.put(blob, problem);
                } else {
                  unlisted[0]++;
                }
              }
            });
    return unlisted[0];
  }

  private void tell(Map<Blob, CorruptFormatException> damage) throws IOException {
    if (damage.isEmpty()) {
      return;
    }
    Map<Blob, String> paths = paths(damage);
    damage.forEach(
        (blob, problem) ->
            add(
                problem.getMessage()
                    + (paths.containsKey(blob) ? ", of " + paths.get(blob) : ", of no file")));
  }

  /** A path to each of some blobs, by one look through each image. */
  private Map<Blob, String> paths(Map<Blob, ?> wanted) throws IOException {
    Map<Blob, String> paths = new IdentityHashMap<>();
    for (WimImageInfo info : wim.images()) {
      try {
        for (WimEntry entry : wim.image(info.index()).entries()) {
          for (WimStream stream : entry.inode().streams()) {
            Blob blob = stream.blob().orElse(null);
            if (blob != null && wanted.containsKey(blob)) {
              paths.putIfAbsent(blob, Text.printable(entry.path()) + " in image " + info.index());
            }
          }
        }
      } catch (CorruptFormatException e) {
        // It was told of when the image was looked at.
        continue;
      }
    }
    return paths;
  }
}
