package io.vhdboot.benchmarks;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.ResizableBlockDevice;
import io.vhdboot.ntfs.FileAttributes;
import io.vhdboot.ntfs.FileMetadata;
import io.vhdboot.ntfs.NewFileOptions;
import io.vhdboot.ntfs.NodeHandle;
import io.vhdboot.ntfs.NtfsDirectoryEntry;
import io.vhdboot.ntfs.NtfsEditor;
import io.vhdboot.ntfs.NtfsFile;
import io.vhdboot.ntfs.NtfsFormatOptions;
import io.vhdboot.ntfs.NtfsImageBuilder;
import io.vhdboot.ntfs.NtfsImageWriter;
import io.vhdboot.ntfs.NtfsLayout;
import io.vhdboot.ntfs.NtfsStream;
import io.vhdboot.ntfs.NtfsVolume;
import io.vhdboot.ntfs.StreamHandle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One thing done to a volume for {@code ntfs.sh}, which has ntfs-3g do the same beside it and takes
 * the time.
 */
public final class VolumeRun {

  private static final int PIECE = 1 << 20;
  private static final int THREADS = 8;

  /** Times that the disk is told to write while a volume is built. */
  private static final int EARLY_FLUSHES = 4;

  /** How long the disk is left alone while metadata is written. */
  private static final int FLUSH_MILLIS = 200;

  private static final int FILES_PER_FOLDER = 1000;
  private static final int WARM_UP = 200_000;
  private static final int WARM_ROUNDS = 3;
  private static final long TIME = 132_514_560_000_000_000L;
  private static final FileMetadata PLAIN = FileMetadata.of(TIME, FileAttributes.ARCHIVE, 0);

  private VolumeRun() {}

  /**
   * Runs {@code build FOLDER IMAGE}, {@code empty COUNT IMAGE}, {@code warm COUNT... IMAGE}, {@code
   * edit COUNT SIZE IMAGE}, {@code read IMAGE} or {@code root IMAGE}.
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    String verb = arguments.length == 0 ? "" : arguments[0];
    if (verb.equals("build") && arguments.length == 3) {
      build(Path.of(arguments[1]), Path.of(arguments[2]));
    } else if (verb.equals("empty") && arguments.length == 3) {
      empty(Integer.parseInt(arguments[1]), Path.of(arguments[2]));
    } else if (verb.equals("warm") && arguments.length >= 3) {
      warm(Arrays.copyOfRange(arguments, 1, arguments.length - 1), arguments[arguments.length - 1]);
    } else if (verb.equals("edit") && arguments.length == 4) {
      int size = Integer.parseInt(arguments[2]);
      edit(Integer.parseInt(arguments[1]), size, Path.of(arguments[3]));
    } else if (verb.equals("read") && arguments.length == 2) {
      System.out.println(read(Path.of(arguments[1])));
    } else if (verb.equals("root") && arguments.length == 2) {
      System.out.println(root(Path.of(arguments[1])));
    } else {
      System.err.println(
          "usage: VolumeRun build FOLDER IMAGE | empty COUNT IMAGE | warm COUNT... IMAGE"
              + " | edit COUNT SIZE IMAGE | read IMAGE | root IMAGE");
      System.exit(2);
    }
  }

  /** Builds a volume with the files of a folder, several of which are copied at a time. */
  private static void build(Path folder, Path image) throws IOException, InterruptedException {
    NtfsImageBuilder builder = newBuilder();
    Map<Path, NodeHandle> folders = new HashMap<>(Map.of(folder, builder.root()));
    Map<StreamHandle, Path> contents = new HashMap<>();
    List<StreamHandle> order = new ArrayList<>();
    for (HostFile found : filesBelow(folder)) {
      NodeHandle parent = folders.get(found.path.getParent());
      String name = found.path.getFileName().toString();
      if (found.isFolder) {
        folders.put(found.path, builder.addDirectory(parent, name, PLAIN));
      } else {
        NodeHandle file = builder.addFile(parent, name, PLAIN);
        StreamHandle stream = builder.addStream(file, "", found.size, order.size());
        contents.put(stream, found.path);
        order.add(stream);
      }
    }
    NtfsLayout layout = builder.plan();
    try (FileDevice device = FileDevice.create(image, layout.volumeSize())) {
      NtfsImageWriter writer = layout.writer(device, true);
      copy(writer, device, order, contents);
      writer.finish();
    }
  }

  private record HostFile(Path path, boolean isFolder, long size) {}

  /**
   * What is in a folder and below it, folders before what they hold. Several folders are listed at
   * a time, as the disk takes longer to find a name than we to note it.
   */
  private static List<HostFile> filesBelow(Path folder) throws IOException, InterruptedException {
    List<HostFile> all = new ArrayList<>();
    List<Path> depth = List.of(folder);
    while (!depth.isEmpty()) {
      Map<Path, List<HostFile>> lists = new ConcurrentHashMap<>();
      forEach(depth, (path, piece) -> lists.put(path, list(path)));
      List<Path> next = new ArrayList<>();
      for (Path listed : depth) {
        for (HostFile found : lists.get(listed)) {
          all.add(found);
          if (found.isFolder) {
            next.add(found.path);
          }
        }
      }
      depth = next;
    }
    return all;
  }

  private static List<HostFile> list(Path folder) throws IOException {
    List<HostFile> found = new ArrayList<>();
    try (DirectoryStream<Path> paths = Files.newDirectoryStream(folder)) {
      for (Path path : paths) {
        BasicFileAttributes facts = Files.readAttributes(path, BasicFileAttributes.class);
        found.add(new HostFile(path, facts.isDirectory(), facts.size()));
      }
    }
    return found;
  }

  private static void write(
      NtfsImageWriter writer, StreamHandle stream, Path file, ByteBuffer piece) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      long at = 0;
      while (at < stream.size()) {
        piece.clear();
        int count = channel.read(piece);
        writer.write(stream, at, piece.flip());
        at += count;
      }
    }
  }

  /** Copies content, several files at a time; the disk writes meanwhile. */
  private static void copy(
      NtfsImageWriter writer,
      FileDevice device,
      List<StreamHandle> order,
      Map<StreamHandle, Path> contents)
      throws IOException, InterruptedException {
    AtomicInteger copied = new AtomicInteger();
    int step = Math.max(1, order.size() / EARLY_FLUSHES);
    ExecutorService flushing = Executors.newSingleThreadExecutor();
    try {
      forEach(
          order,
          (stream, piece) -> {
            write(writer, stream, contents.get(stream), piece);
            if (copied.incrementAndGet() % step == 0) {
              flushing.submit(
                  () -> {
                    device.flush();
                    return null;
                  });
            }
          });
    } finally {
      flushing.shutdown();
      flushing.awaitTermination(1, TimeUnit.MINUTES);
    }
  }

  /** Something done to one of many files, with room for a piece of its content. */
  private interface Action<T> {
    void accept(T file, ByteBuffer piece) throws IOException;
  }

  /** Does something to all files, in their order, several at a time. */
  private static <T> void forEach(List<T> files, Action<T> action)
      throws IOException, InterruptedException {
    AtomicInteger next = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    List<Future<Void>> results = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      results.add(
          threads.submit(
              () -> {
                ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
                for (int at = next.getAndIncrement();
                    at < files.size();
                    at = next.getAndIncrement()) {
                  action.accept(files.get(at), piece);
                }
                return null;
              }));
    }
    threads.shutdown();
    for (Future<Void> result : results) {
      try {
        result.get();
      } catch (ExecutionException e) {
        throw new IOException(e.getCause());
      }
    }
  }

  /**
   * Builds volumes with so many empty files each, several times over, after one that is not
   * counted; shows what a file takes when the program has started.
   */
  private static void warm(String[] counts, String image) throws IOException {
    Path path = Path.of(image);
    empty(WARM_UP, path);
    for (String text : counts) {
      int count = Integer.parseInt(text);
      long[] times = new long[WARM_ROUNDS];
      for (int i = 0; i < WARM_ROUNDS; i++) {
        Files.delete(path);
        long begin = System.nanoTime();
        empty(count, path);
        times[i] = System.nanoTime() - begin;
      }
      Arrays.sort(times);
      System.out.printf("%d %.2f%n", count, times[WARM_ROUNDS / 2] / 1e3 / count);
    }
  }

  /** Builds a volume with so many empty files. */
  private static void empty(int count, Path image) throws IOException {
    NtfsImageBuilder builder = newBuilder();
    NodeHandle folder = null;
    for (int i = 0; i < count; i++) {
      if (i % FILES_PER_FOLDER == 0) {
        folder = builder.addDirectory(builder.root(), "folder " + i / FILES_PER_FOLDER, PLAIN);
      }
      builder.addFile(folder, "file number " + i + ".bin", PLAIN);
    }
    NtfsLayout layout = builder.plan();
    try (FileDevice device = FileDevice.create(image, layout.volumeSize())) {
      finish(layout.writer(device, true), device);
    }
  }

  /** Finishes a volume; the disk writes meanwhile. */
  private static void finish(NtfsImageWriter writer, FileDevice device) throws IOException {
    ScheduledExecutorService flushing = Executors.newSingleThreadScheduledExecutor();
    try {
      flushing.scheduleWithFixedDelay(
          () -> {
            try {
              device.flush();
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          },
          FLUSH_MILLIS,
          FLUSH_MILLIS,
          TimeUnit.MILLISECONDS);
      writer.finish();
    } finally {
      flushing.shutdown();
    }
  }

  /** Adds a folder with so many files of a size to a volume. */
  private static void edit(int count, int size, Path image) throws IOException {
    ByteBuffer content = ByteBuffer.wrap(new byte[size]);
    try (FileDevice device = FileDevice.open(image);
        NtfsEditor editor = NtfsEditor.open(device)) {
      NewFileOptions options = NewFileOptions.defaults();
      NtfsFile folder = editor.createDirectory(editor.volume().root(), "folder", options);
      for (int i = 0; i < count; i++) {
        NtfsFile file = editor.createFile(folder, "file number " + i + ".bin", options);
        if (size == 0) {
          continue;
        }
        try (ResizableBlockDevice stream = editor.stream(file, "")) {
          stream.setSize(size);
          stream.write(0, content.clear());
        }
      }
    }
  }

  /**
   * Reads all content; gives its length. Each of several threads reads its share of the files, in
   * the order of their records, which is that in which they mostly lie on the disk.
   */
  private static long read(Path image) throws IOException, InterruptedException {
    List<NtfsDirectoryEntry> files = new ArrayList<>();
    try (FileDevice device = FileDevice.openReadOnly(image)) {
      NtfsVolume.open(device)
          .root()
          .walk(
              (path, entry) -> {
                if (!entry.isDirectory() && !path.startsWith("$")) {
                  files.add(entry);
                }
                return !path.startsWith("$");
              });
    }
    files.sort(Comparator.comparingLong(NtfsDirectoryEntry::recordNumber));
    AtomicLong total = new AtomicLong();
    forEach(shares(files), (share, piece) -> total.addAndGet(read(image, share, piece)));
    return total.get();
  }

  /** Divides files into runs that have equally many bytes, one for each thread. */
  private static List<List<NtfsDirectoryEntry>> shares(List<NtfsDirectoryEntry> files) {
    long all = files.stream().mapToLong(NtfsDirectoryEntry::size).sum();
    List<List<NtfsDirectoryEntry>> shares = new ArrayList<>();
    long size = 0;
    int from = 0;
    for (int i = 0; i < files.size(); i++) {
      size += files.get(i).size();
      if (size * THREADS >= all * (shares.size() + 1) || i == files.size() - 1) {
        shares.add(files.subList(from, i + 1));
        from = i + 1;
      }
    }
    return shares;
  }

  private static long read(Path image, List<NtfsDirectoryEntry> files, ByteBuffer piece)
      throws IOException {
    long total = 0;
    // A device of its own, so that the system reads ahead for it alone.
    try (FileDevice device = FileDevice.openReadOnly(image)) {
      NtfsVolume volume = NtfsVolume.open(device);
      // Records first: a look at $MFT between two files would end the system's reading ahead.
      List<NtfsStream> streams = new ArrayList<>();
      for (NtfsDirectoryEntry entry : files) {
        streams.add(volume.file(entry).stream(""));
      }
      for (NtfsStream stream : streams) {
        for (long at = 0; at < stream.size(); at += piece.position()) {
          piece.clear();
          stream.read(at, piece);
          total += piece.position();
        }
      }
    }
    return total;
  }

  /** Opens a volume and lists its root; gives the bytes that this read. */
  private static long root(Path image) throws IOException {
    try (Counting device = new Counting(FileDevice.openReadOnly(image))) {
      NtfsVolume.open(device).root().list();
      return device.read;
    }
  }

  private static NtfsImageBuilder newBuilder() {
    return NtfsImageBuilder.create(
        NtfsFormatOptions.ofSize(NtfsFormatOptions.LEAST_SIZE).time(TIME).build());
  }

  /** Counts what is read. */
  private static final class Counting implements BlockDevice {

    private final BlockDevice device;
    private long read;

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
      read += target.remaining();
      device.read(position, target);
    }

    @Override
    public void write(long position, ByteBuffer source) throws IOException {
      device.write(position, source);
    }

    @Override
    public void flush() throws IOException {
      device.flush();
    }

    @Override
    public void close() throws IOException {
      device.close();
    }
  }
}
