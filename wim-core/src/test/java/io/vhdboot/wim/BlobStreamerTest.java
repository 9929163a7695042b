package io.vhdboot.wim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.disk.ProgressListener;
import io.vhdboot.testing.Seed;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlobStreamerTest {

  private static final int SMALL_COUNT = 5000;

  @TempDir Path folder;

  private ExecutorService pool;

  @BeforeEach
  void startPool() {
    pool = Executors.newFixedThreadPool(2);
  }

  @AfterEach
  void stopPool() {
    pool.shutdownNow();
  }

  private static final Map<WimCompression, byte[]> MIXED = new EnumMap<>(WimCompression.class);

  /** Many small blobs, some of middle size and two large ones, in this order. */
  private byte[] mixed(WimCompression compression) throws IOException {
    byte[] bytes = MIXED.get(compression);
    if (bytes == null) {
      bytes = writeMixed(compression);
      MIXED.put(compression, bytes);
    }
    return bytes.clone();
  }

  private byte[] writeMixed(WimCompression compression) throws IOException {
    NewFile root = NewFile.directory();
    for (int i = 0; i < SMALL_COUNT; i++) {
      root.add("a" + i, NewFile.of(SampleTree.words(1 + i % 300, i)));
    }
    for (int i = 0; i < 12; i++) {
      root.add("b" + i, NewFile.of(SampleTree.words(100_000 * i + 1, i)));
    }
    root.add("c", NewFile.of(SampleTree.words(5_500_000, 1)));
    root.add("d", NewFile.of(SampleTree.noise(4 << 20, 1)));
    root.add("e", NewFile.of(SampleTree.text("the last one")));
    return write(compression, root);
  }

  private byte[] write(WimCompression compression, NewFile root) throws IOException {
    Path path = folder.resolve("mixed.wim");
    try (WimWriter writer = WimWriter.to(path).compression(compression).overwrite(true).open()) {
      writer.addImage(WimImageInfo.builder().name("mixed").build(), root);
      writer.finish();
    }
    return Files.readAllBytes(path);
  }

  /** Checks the order of calls, and keeps what came of each blob. */
  private static class Recorder implements BlobConsumer {

    private final List<Blob> begun = new ArrayList<>();
    private final Map<Blob, Sha1> ended = new HashMap<>();
    private final MessageDigest digest = Sha1.newDigest();
    private long position;

    @Override
    public void begin(Blob blob) throws IOException {
      assertThat(begun.size()).isEqualTo(ended.size());
      begun.add(blob);
      position = 0;
    }

    @Override
    public void data(Blob blob, long offset, ByteBuffer piece) throws IOException {
      assertThat(begun.get(begun.size() - 1)).isSameAs(blob);
      assertThat(offset).isEqualTo(position);
      position += piece.remaining();
      digest.update(piece);
    }

    @Override
    public void end(Blob blob) throws IOException {
      assertThat(position).isEqualTo(blob.size());
      ended.put(blob, Sha1.get(digest.digest(), 0));
    }
  }

  private void streamsAll(WimFile wim, Executor executor, int parallelism) throws IOException {
    Recorder recorder = new Recorder();
    AtomicLong progress = new AtomicLong();
    new BlobStreamer(wim)
            .executor(executor, parallelism)
            .progress(
                new ProgressListener() {
                  @Override
                  public void begin(String phase, long total) {}

                  @Override
                  public void advance(long amount) {
                    progress.addAndGet(amount);
                  }
                })
            .stream(wim.blobs(), recorder);
    assertThat(recorder.begun).isSortedAccordingTo(Blob.BY_OFFSET).hasSize(wim.blobs().size());
    for (Blob blob : wim.blobs()) {
      assertThat(recorder.ended.get(blob)).isEqualTo(blob.sha1());
    }
    assertThat(progress.get()).isEqualTo(wim.blobs().stream().mapToLong(Blob::size).sum());
  }

  @ParameterizedTest
  @EnumSource(names = {"NONE", "XPRESS", "LZX"})
  void everyBlobComesOnceInOrderAndWhole(WimCompression compression) throws IOException {
    try (WimFile wim = WimFile.open(MemoryDevice.wrap("mixed.wim", mixed(compression)))) {
      assertThat(wim.blobs()).hasSizeGreaterThan(SMALL_COUNT / 2);
      streamsAll(wim, pool, 2);
      streamsAll(wim, pool, 7);
      streamsAll(wim, Runnable::run, 1);
    }
  }

  @Test
  void executorThatNeverRunsAnythingIsNoObstacle() throws IOException {
    List<Runnable> queued = new ArrayList<>();
    try (WimFile wim = WimFile.open(MemoryDevice.wrap("m", mixed(WimCompression.NONE)))) {
      streamsAll(wim, queued::add, 2);
      queued.forEach(Runnable::run);
      streamsAll(
          wim,
          task -> {
            throw new RejectedExecutionException("full");
          },
          2);
    }
  }

  @Test
  void nothingIsStreamedForNoBlobs() throws IOException {
    try (WimFile wim = WimFile.open(MemoryDevice.wrap("m", mixed(WimCompression.NONE)))) {
      new BlobStreamer(wim)
          .stream(
              List.of(),
              new Recorder() {
                @Override
                public void begin(Blob blob) {
                  throw new AssertionError(blob);
                }
              });
    }
  }

  @Test
  void chosenBlobsComeOnceEach() throws IOException {
    try (WimFile wim = WimFile.open(MemoryDevice.wrap("m", mixed(WimCompression.NONE)))) {
      List<Blob> all = wim.blobs().stream().sorted(Blob.BY_OFFSET).toList();
      List<Blob> chosen =
          List.of(all.get(all.size() - 1), all.get(3), all.get(3), all.get(all.size() - 2));
      Recorder recorder = new Recorder();
      new BlobStreamer(wim).executor(pool, 2).stream(chosen, recorder);
      assertThat(recorder.begun)
          .containsExactly(all.get(3), all.get(all.size() - 2), all.get(all.size() - 1));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a2000", "b7", "c", "d", "e"})
  void damagedBlobIsReportedWithItsPathBehindAllBeforeIt(String name) throws IOException {
    byte[] bytes = mixed(WimCompression.NONE);
    Blob damaged;
    try (WimFile wim = WimFile.open(MemoryDevice.wrap("m", bytes))) {
      damaged =
          wim.image(1).find("/" + name).orElseThrow().inode().data().orElseThrow().blob().get();
    }
    bytes[(int) (damaged.offset() + damaged.size() - 1)] ^= 0x40;
    try (WimFile wim = WimFile.open(MemoryDevice.wrap("m.wim", bytes))) {
      WimImage image = wim.image(1);
      Recorder recorder = new Recorder();
      assertThatThrownBy(
              () ->
                  new BlobStreamer(wim)
                      .executor(pool, 2).naming(blob -> image.pathOf(blob).orElse("")).stream(
                          wim.blobs(), recorder))
          .isInstanceOf(CorruptFormatException.class)
          .hasMessageStartingWith("m.wim: blob " + damaged.sha1())
          .hasMessageContaining("(/" + name + ")")
          .hasMessageContaining("SHA-1")
          .hasMessageEndingWith(String.format("(at byte 0x%x)", damaged.offset()));
      long before = wim.blobs().stream().filter(blob -> blob.offset() < damaged.offset()).count();
      assertThat(recorder.ended).hasSize((int) before);
      assertThat(recorder.ended.keySet()).extracting(Blob::sha1).doesNotContain(damaged.sha1());
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NONE", "XPRESS", "LZX"})
  void consumerThatGoesOnGetsAllThatIsSound(WimCompression compression) throws IOException {
    byte[] bytes = mixed(compression);
    SplittableRandom random = Seed.random("consumerThatGoesOn " + compression);
    Set<Sha1> damaged = new HashSet<>();
    try (WimFile wim = WimFile.open(MemoryDevice.wrap("m", bytes.clone()))) {
      WimImage image = wim.image(1);
      for (String name : List.of("a17", "a18", "a4000", "b3", "b9", "c", "d", "e")) {
        Blob blob = image.find(name).orElseThrow().inode().data().orElseThrow().blob().get();
        // Behind the chunk table, any change of which would be one of several chunks.
        long at = blob.offset() + blob.storedSize() - 1 - random.nextLong(blob.storedSize() / 2);
        bytes[(int) at] ^= 0x55;
        damaged.add(blob.sha1());
      }
    }
    try (WimFile wim = WimFile.open(MemoryDevice.wrap("m", bytes))) {
      Map<Sha1, String> failed = new HashMap<>();
      Map<Sha1, Sha1> ended = new HashMap<>();
      MessageDigest digest = Sha1.newDigest();
      new BlobStreamer(wim)
          .executor(pool, 2).naming(blob -> "a name").stream(
              wim.blobs(),
              new BlobConsumer() {
                @Override
                public void begin(Blob blob) {
                  digest.reset();
                }

                @Override
                public void data(Blob blob, long offset, ByteBuffer piece) {
                  digest.update(piece);
                }

                @Override
                public void end(Blob blob) {
                  ended.put(blob.sha1(), Sha1.get(digest.digest(), 0));
                }

                @Override
                public void failed(Blob blob, CorruptFormatException problem) {
                  assertThat(failed.put(blob.sha1(), problem.getMessage())).isNull();
                }
              });
      assertThat(failed.keySet()).isEqualTo(damaged);
      assertThat(failed.values()).allMatch(text -> text.contains("(a name)"));
      assertThat(ended).hasSize(wim.blobs().size() - damaged.size());
      ended.forEach((expected, found) -> assertThat(found).isEqualTo(expected));
    }
  }

  @Test
  void fileThatIsCutShortWhileItIsReadIsReportedAsSuch() throws IOException {
    Path path = Files.write(folder.resolve("cut.wim"), mixed(WimCompression.NONE));
    try (WimFile wim = WimFile.open(path);
        FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
      channel.truncate(5_000_000);
      assertThatThrownBy(
              () ->
                  new BlobStreamer(wim)
                      .executor(pool, 2).naming(blob -> "a name").stream(
                          wim.blobs(), BlobConsumer.NONE))
          .isInstanceOf(CorruptFormatException.class)
          .hasMessageContaining("cut short");
    }
  }

  @Test
  void consumerThatFailsEndsTheWork() throws IOException {
    try (WimFile wim = WimFile.open(MemoryDevice.wrap("m", mixed(WimCompression.NONE)))) {
      AtomicInteger calls = new AtomicInteger();
      assertThatThrownBy(
              () ->
                  new BlobStreamer(wim)
                      .executor(pool, 2).stream(
                          wim.blobs(),
                          new Recorder() {
                            @Override
                            public void end(Blob blob) throws IOException {
                              if (calls.incrementAndGet() == 100) {
                                throw new IOException("disk full");
                              }
                              super.end(blob);
                            }
                          }))
          .isInstanceOf(IOException.class)
          .hasMessage("disk full");
      assertThat(calls).hasValue(100);
    }
  }

  @Test
  void interruptedThreadStopsAndStaysInterrupted() throws IOException {
    try (WimFile wim = WimFile.open(MemoryDevice.wrap("m", mixed(WimCompression.NONE)))) {
      AtomicInteger begun = new AtomicInteger();
      assertThatThrownBy(
              () ->
                  new BlobStreamer(wim)
                      .executor(pool, 2).stream(
                          wim.blobs(),
                          new Recorder() {
                            @Override
                            public void begin(Blob blob) throws IOException {
                              super.begin(blob);
                              begun.incrementAndGet();
                              Thread.currentThread().interrupt();
                            }
                          }))
          .isInstanceOf(InterruptedIOException.class);
      assertThat(Thread.interrupted()).isTrue();
      assertThat(begun.get()).isLessThan(wim.blobs().size());
    }
  }

  @Test
  void slowConsumerHoldsTheReadingBack() throws Exception {
    NewFile root = NewFile.directory();
    root.add("large", NewFile.of(SampleTree.noise(60 << 20, 1)));
    byte[] bytes = write(WimCompression.NONE, root);
    Counting device = new Counting(MemoryDevice.wrap("m", bytes));
    try (WimFile wim = WimFile.open(device)) {
      long before = device.read.get();
      AtomicLong ahead = new AtomicLong();
      new BlobStreamer(wim)
          .executor(pool, 2).stream(
              wim.blobs(),
              new Recorder() {
                @Override
                public void data(Blob blob, long offset, ByteBuffer piece) throws IOException {
                  if (offset == 0) {
                    awaitQuiet(device);
                    ahead.set(device.read.get() - before);
                  }
                  super.data(blob, offset, piece);
                }
              });
      assertThat(ahead.get()).isBetween(2L << 20, 28L << 20);
    }
  }

  private static void awaitQuiet(Counting device) throws InterruptedIOException {
    try {
      long last = -1;
      while (last != device.read.get()) {
        last = device.read.get();
        Thread.sleep(100);
      }
    } catch (InterruptedException e) {
      throw new InterruptedIOException();
    }
  }

  /** Counts the bytes that are read. */
  private static final class Counting implements BlockDevice {

    private final BlockDevice device;
    final AtomicLong read = new AtomicLong();

    Counting(BlockDevice device) {
      this.device = device;
    }

    @Override
    public String name() {
      return device.name();
    }

    @Override
    public long size() {
      return device.size();
    }

    @Override
    public void read(long position, ByteBuffer target) throws IOException {
      read.addAndGet(target.remaining());
      device.read(position, target);
    }

    @Override
    public void write(long position, ByteBuffer source) {
      throw new AssertionError();
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
