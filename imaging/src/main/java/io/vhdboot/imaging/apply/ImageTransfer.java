package io.vhdboot.imaging.apply;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.ProgressListener;
import io.vhdboot.ntfs.LinkHandle;
import io.vhdboot.ntfs.NtfsEditor;
import io.vhdboot.ntfs.NtfsFile;
import io.vhdboot.ntfs.NtfsFormatOptions;
import io.vhdboot.ntfs.NtfsImageBuilder;
import io.vhdboot.ntfs.NtfsImageWriter;
import io.vhdboot.ntfs.NtfsLayout;
import io.vhdboot.ntfs.StreamHandle;
import io.vhdboot.wim.Blob;
import io.vhdboot.wim.BlobConsumer;
import io.vhdboot.wim.BlobStreamer;
import io.vhdboot.wim.WimEntry;
import io.vhdboot.wim.WimFile;
import io.vhdboot.wim.WimImage;
import io.vhdboot.wim.WimInode;
import io.vhdboot.wim.WimStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Predicate;

/**
 * Takes an image, or some files of it, out of a WIM: to a folder of the host, to a directory of an
 * NTFS volume that exists, or as a new volume. The WIM is read once from front to back, decoded and
 * verified on the caller's threads; solid resources are decoded once.
 *
 * <pre>{@code
 * TransferReport report =
 *     ImageTransfer.of(wim, wim.image(1))
 *         .select(List.of("Windows/System32/*.dll"))
 *         .executor(executor, 2)
 *         .toFolder(Path.of("out"));
 * }</pre>
 *
 * <p>Set up and used by one thread. When a transfer fails, what it has made so far stays, but no
 * file that is incomplete has its name on the host.
 */
public final class ImageTransfer {

  private final WimFile wim;
  private final WimImage image;
  private List<String> patterns = List.of("/");
  private Predicate<WimEntry> isExcluded = entry -> false;
  private boolean isFlat;
  private boolean overwrites;
  private boolean keepsSecurity = true;
  private boolean streamsAsFiles;
  private Path metadataList;
  private Boolean fixesReparsePoints;
  private Optional<Compaction> compaction = Optional.empty();
  private Executor executor = Runnable::run;
  private int parallelism = 1;
  private ProgressListener listener = ProgressListener.NONE;

  private ImageTransfer(WimFile wim, WimImage image) {
    this.wim = Objects.requireNonNull(wim, "wim");
    this.image = Objects.requireNonNull(image, "image");
  }

  /** A transfer of all of an image, on the calling thread alone until it is told otherwise. */
  public static ImageTransfer of(WimFile wim, WimImage image) {
    return new ImageTransfer(wim, image);
  }

  /**
   * Takes only what these paths name, with all that is below; names may have {@code *} and {@code
   * ?}, and case does not matter.
   */
  public ImageTransfer select(List<String> paths) {
    patterns = List.copyOf(paths);
    return this;
  }

  /** Leaves out what a predicate is true for, with all that is below it. */
  public ImageTransfer exclude(Predicate<WimEntry> excluded) {
    isExcluded = Objects.requireNonNull(excluded, "excluded");
    return this;
  }

  /** Puts what is selected right into the target, not below the directories that it is in. */
  public ImageTransfer flat(boolean flat) {
    isFlat = flat;
    return this;
  }

  /** Replaces files that are in the way; without, they end the transfer. */
  public ImageTransfer overwrite(boolean overwrite) {
    overwrites = overwrite;
    return this;
  }

  /** Whether security descriptors are set on a volume; otherwise files inherit theirs. */
  public ImageTransfer security(boolean keep) {
    keepsSecurity = keep;
    return this;
  }

  /** Gives a host named streams as files with names such as {@code file:stream}. */
  public ImageTransfer streamsAsFiles(boolean wanted) {
    streamsAsFiles = wanted;
    return this;
  }

  /**
   * Writes beside a host's files what the image holds of them and a host does not keep: a line of
   * JSON for each name.
   *
   * @param file is replaced when it is there
   */
  public ImageTransfer metadataList(Path file) {
    metadataList = Objects.requireNonNull(file, "file");
    return this;
  }

  /**
   * Whether links that led to the image's root lead to the target; unless told, they do when all of
   * the image is taken and it was captured so.
   */
  public ImageTransfer reparseFixups(boolean fix) {
    fixesReparsePoints = fix;
    return this;
  }

  /** Compresses files of a new volume as CompactOS does. */
  public ImageTransfer compaction(Compaction rule) {
    compaction = Optional.of(rule);
    return this;
  }

  /** As {@link BlobStreamer#executor}. */
  public ImageTransfer executor(Executor executor, int parallelism) {
    this.executor = Objects.requireNonNull(executor, "executor");
    this.parallelism = parallelism;
    return this;
  }

  /** Tells this listener, in bytes of content. */
  public ImageTransfer progress(ProgressListener listener) {
    this.listener = Objects.requireNonNull(listener, "listener");
    return this;
  }

  /**
   * Takes files to a folder of the host, which is made where it is not there. Names that the host
   * cannot have are left out and told, never changed; nothing is written outside the folder,
   * whatever names and links the image has.
   *
   * @throws java.nio.file.FileAlreadyExistsException when a file is in the way
   * @throws NoSuchFileException when nothing in the image has a path that was selected
   * @throws CorruptFormatException when content is damaged or not in the WIM
   */
  public TransferReport toFolder(Path folder) throws IOException {
    List<WimEntry> selected = selected();
    TransferLog log = new TransferLog();
    run(new HostFolder(folder, options(selected), log), selected, log);
    if (metadataList != null) {
      MetadataList.write(metadataList, wim, selected, isExcluded);
    }
    return log.report();
  }

  /**
   * Takes files to a directory of a volume, with everything that the image holds of them. All is
   * durable when this returns.
   *
   * @param folder the path of the directory on the volume, empty for its root; it must be there
   * @throws java.nio.file.FileAlreadyExistsException when a file is in the way
   * @throws NoSuchFileException when nothing in the image has a path that was selected, or there is
   *     no such directory
   * @throws io.vhdboot.disk.NoSpaceException when there is too little room
   * @throws CorruptFormatException when content is damaged or not in the WIM
   */
  public TransferReport toVolume(NtfsEditor editor, String folder) throws IOException {
    List<WimEntry> selected = selected();
    NtfsFile directory = editor.volume().file(folder);
    if (!directory.isDirectory()) {
      throw new FileSystemException(directory.toString(), null, "is no directory");
    }
    String path = "\\" + folder.replace('/', '\\');
    path = path.replaceAll("\\\\+", "\\\\").replaceAll("\\\\$", "");
    TransferLog log = new TransferLog();
    run(new EditedVolume(editor, directory, path, options(selected), log), selected, log);
    editor.flush();
    return log.report();
  }

  /**
   * Makes a volume that holds the whole image. What the device held is lost.
   *
   * @param options what the volume is like; its size must be that of the device
   * @throws io.vhdboot.disk.NoSpaceException when there is too little room; nothing was written
   *     then
   * @throws CorruptFormatException when content is damaged or not in the WIM; there is no volume
   *     then
   */
  public TransferReport toNewVolume(BlockDevice device, NtfsFormatOptions options)
      throws IOException {
    NtfsImageBuilder builder = NtfsImageBuilder.create(options);
    ImageApplier applier = ImageApplier.apply(wim, image, builder, compaction, isExcluded);
    NtfsLayout layout = builder.plan();
    NtfsImageWriter writer = layout.writer(device, false, executor, parallelism);
    BlobTargets targets = applier.targets();
    TransferLog log = new TransferLog();
    // Nothing that was there before is to be taken for the volume while this one is not complete.
    device.zero(0, options.bytesPerSector());
    begin(targets.blobs());
    streamer().stream(targets.blobs(), new VolumeWriting(writer, targets, log));
    writer.finish();
    count(image.root(), log);
    List<String> notes = new ArrayList<>(applier.warnings());
    for (LinkHandle link : layout.droppedShortNames()) {
      notes.add(link + ": its short name is that of another file and was left out");
    }
    return log.report().withNotes(notes);
  }

  private void count(WimEntry start, TransferLog log) {
    Set<WimInode> known = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<WimEntry> open = new ArrayDeque<>(start.children());
    while (!open.isEmpty()) {
      WimEntry entry = open.pop();
      if (isExcluded.test(entry)) {
        continue;
      }
      entry.children().forEach(open::push);
      if (entry.inode().isDirectory()) {
        log.countDirectory();
      } else if (known.add(entry.inode())) {
        log.countFile();
      } else {
        log.countHardLink();
      }
    }
  }

  /**
   * Writes the content of the files that were selected to a stream, one behind the other.
   *
   * @throws FileSystemException when one of them is a directory
   */
  public void toStream(OutputStream out) throws IOException {
    for (WimEntry entry : selected()) {
      if (entry.inode().isDirectory() || entry.inode().isEncrypted()) {
        throw new FileSystemException(
            entry.printablePath(),
            null,
            entry.inode().isDirectory() ? "is a directory" : "is encrypted");
      }
      WimStream data = entry.inode().data().orElse(null);
      if (data != null && data.isMissing()) {
        throw new CorruptFormatException(
            wim.name(),
            CorruptFormatException.NO_OFFSET,
            entry.printablePath() + " has content that is not in this file");
      }
      if (data != null && data.blob().isPresent()) {
        try (InputStream in = wim.newInputStream(data.blob().get())) {
          in.transferTo(out);
        }
      }
    }
    out.flush();
  }

  private List<WimEntry> selected() throws NoSuchFileException {
    return EntryPattern.find(image, patterns);
  }

  private TransferOptions options(List<WimEntry> selected) {
    boolean isWhole = selected.size() == 1 && selected.get(0).parent().isEmpty();
    return new TransferOptions(
        overwrites,
        isFlat,
        fixesReparsePoints == null ? isWhole && wim.isReparseFixed() : fixesReparsePoints,
        keepsSecurity,
        streamsAsFiles);
  }

  private <N> void run(TransferTarget<N> target, List<WimEntry> selected, TransferLog log)
      throws IOException {
    new TreeTransfer<>(wim, target, log, isExcluded)
        .run(
            selected,
            isFlat,
            (blobs, consumer) -> {
              begin(blobs);
              streamer().stream(blobs, consumer);
            });
  }

  private void begin(Iterable<Blob> blobs) {
    long total = 0;
    for (Blob blob : blobs) {
      total += blob.size();
    }
    listener.begin("files", total);
  }

  private BlobStreamer streamer() {
    return new BlobStreamer(wim)
        .executor(executor, parallelism)
        .progress(listener)
        .naming(blob -> image.pathOf(blob).orElse(""));
  }

  /** Writes blobs to a volume that was planned. */
  private record VolumeWriting(NtfsImageWriter writer, BlobTargets targets, TransferLog log)
      implements BlobConsumer {

    @Override
    public void begin(Blob blob) {}

    @Override
    public void data(Blob blob, long offset, ByteBuffer piece) throws IOException {
      for (StreamHandle stream : targets.of(blob)) {
        writer.write(stream, offset, piece.duplicate());
        log.countBytes(piece.remaining());
      }
    }

    @Override
    public void end(Blob blob) {}
  }
}
