package io.vhdboot.provisioning;

import io.vhdboot.bootcode.BootCode;
import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.OutputFile;
import io.vhdboot.disk.ProgressListener;
import io.vhdboot.imaging.apply.BlobTargets;
import io.vhdboot.ntfs.NtfsImageWriter;
import io.vhdboot.ntfs.NtfsVolume;
import io.vhdboot.ntfs.StreamHandle;
import io.vhdboot.ntfs.VolumeRange;
import io.vhdboot.provisioning.PlanProblem.Severity;
import io.vhdboot.servicing.ServicingReport;
import io.vhdboot.wim.Blob;
import io.vhdboot.wim.BlobConsumer;
import io.vhdboot.wim.BlobStreamer;
import io.vhdboot.wim.WimFile;
import io.vhdboot.wim.WimImage;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * A flash image, planned to the last cluster, of which nothing is written yet.
 *
 * <p>Holds the source open until it is closed. For one thread at a time.
 */
public final class FlashPlan implements Closeable {

  private final FlashOptions options;
  private final WimFile wim;
  private final WimImage image;
  private final StickGeometry geometry;
  private final WindowsDisk windowsDisk;
  private final Stick stick;
  private final Optional<EfiVolume> efiVolume;
  private final Optional<StickServicing> servicing;
  private Optional<ServicingReport> serviced = Optional.empty();
  private Optional<String> servicingProblem = Optional.empty();
  private final boolean isNewlySignedToo;
  private final List<PlanProblem> problems;
  private StickUsage used;

  FlashPlan(
      FlashOptions options,
      WimFile wim,
      WimImage image,
      StickGeometry geometry,
      WindowsDisk windowsDisk,
      Stick stick,
      Optional<EfiVolume> efiVolume,
      boolean isNewlySignedToo,
      Optional<StickServicing> servicing,
      List<PlanProblem> problems) {
    this.options = options;
    this.wim = wim;
    this.image = image;
    this.geometry = geometry;
    this.windowsDisk = windowsDisk;
    this.stick = stick;
    this.efiVolume = efiVolume;
    this.isNewlySignedToo = isNewlySignedToo;
    this.servicing = servicing;
    this.problems = List.copyOf(problems);
  }

  /** What is wrong with the plan, or may be. */
  public List<PlanProblem> problems() {
    return problems;
  }

  /** Bytes of the whole stick. */
  public long stickSize() {
    return geometry.size();
  }

  /** The machines that the stick starts on, as far as the image has what that takes. */
  public StickFirmware firmware() {
    return geometry.firmware();
  }

  /**
   * Whether the image has the boot files for UEFI with the signature of 2023 as well, while the
   * plan takes those with that of 2011.
   */
  public boolean isNewlySignedToo() {
    return isNewlySignedToo;
  }

  /** Where the partition with the VHD begins, in bytes. */
  public long partitionOffset() {
    return geometry.ntfsOffset();
  }

  /** The signature of the stick's disk, by which the boot configuration on an MBR knows it. */
  public int diskSignature() {
    return geometry.signature();
  }

  /** Bytes of the VHD file when the stick is made. */
  public long vhdFileSize() {
    return windowsDisk.vhd().fileSize();
  }

  /** Bytes of the VHD file, and of its child, when Windows has expanded what it boots. */
  public long expandedVhdFileSize() {
    return windowsDisk.expandedSize();
  }

  /** What was changed in the Windows; nothing before the image is written, or where nothing was. */
  public Optional<ServicingReport> serviced() {
    return serviced;
  }

  /** Why nothing was changed in the Windows although something should; for people. */
  public Optional<String> servicingProblem() {
    return servicingProblem;
  }

  /** Bytes of content that will be decoded from the source. */
  public long contentSize() {
    return blobs().stream().mapToLong(Blob::size).sum();
  }

  /** What was made, in a line for people. */
  public String summary() {
    return options.output().map(output -> output + ": ").orElse("")
        + Sizes.text(stickSize())
        + " stick for "
        + firmware().text()
        + ", \\"
        + options.vhdName()
        + options.childName().map(child -> " (booted through \\" + child + ")").orElse("")
        + " of "
        + Sizes.text(vhdFileSize())
        + " (up to "
        + Sizes.text(expandedVhdFileSize())
        + ") with image "
        + image.info().index()
        + (image.info().name().isEmpty() ? "" : " (" + image.info().name() + ")");
  }

  /**
   * Throws when the plan has a problem that is neither a warning nor forced.
   *
   * @throws PlanRejectedException with the problems that stand in the way
   */
  public void requireAcceptable() throws PlanRejectedException {
    List<PlanProblem> obstacles =
        problems.stream()
            .filter(problem -> problem.severity() != Severity.WARNING)
            .filter(problem -> problem.severity() == Severity.IMPOSSIBLE || !options.force())
            .toList();
    if (!obstacles.isEmpty()) {
      throw new PlanRejectedException(obstacles);
    }
  }

  /**
   * Writes the flash image. The file appears under its name when it is complete.
   *
   * @param executor decodes; is not shut down
   * @param threads how many threads of the executor may be used
   * @param progress is told of bytes decoded and written
   * @throws PlanRejectedException when the plan has a problem that is not forced
   * @throws java.nio.file.FileAlreadyExistsException when the output exists and may not be replaced
   * @throws io.vhdboot.disk.CorruptFormatException when content is not what its hash says
   */
  public void write(Executor executor, int threads, ProgressListener progress) throws IOException {
    requireAcceptable();
    Path file =
        options
            .output()
            .orElseThrow(() -> new IllegalArgumentException("an output file is needed"));
    try (OutputFile output = OutputFile.create(file, stickSize(), options.overwrite())) {
      writeDisk(output.device(), executor, threads, progress);
      progress.begin("Completing", -1);
      output.commit();
    }
  }

  /**
   * Writes onto a disk that reads as zeros, in one pass, the partition table last.
   *
   * @param disk of the size of the stick at least; neither flushed nor closed
   * @param executor decodes; is not shut down
   * @param threads how many threads of the executor may be used
   * @param progress is told of bytes decoded
   * @throws PlanRejectedException when the plan has a problem that is not forced
   * @throws io.vhdboot.disk.CorruptFormatException when content is not what its hash says
   */
  public void writeTo(BlockDevice disk, Executor executor, int threads, ProgressListener progress)
      throws IOException {
    requireAcceptable();
    disk.checkRange(0, stickSize());
    writeDisk(disk, executor, threads, progress);
  }

  /**
   * Where the range of the stick ends that it does not use, in which a position lies, such as free
   * clusters; the position itself when it is used.
   */
  public long endOfUnused(long position) {
    if (used == null) {
      used = StickUsage.of(geometry, stick.layout());
    }
    return used.endOfUnused(position);
  }

  private void writeDisk(
      BlockDevice disk, Executor executor, int threads, ProgressListener progress)
      throws IOException {
    BlockDevice partition = geometry.ntfsPartition(disk);
    NtfsImageWriter stickWriter = stick.writer(partition);
    VolumeRange vhdRange = stick.vhdRange();
    WindowsDisk.Writing windows =
        windowsDisk.beginWriting(
            partition.slice(vhdRange.position(), windowsDisk.vhd().fileSize()), executor, threads);
    Optional<EfiVolume.Writing> efiWriting = beginWritingEfi(disk);
    progress.begin("Applying", contentSize());
    new BlobStreamer(wim)
            .executor(executor, threads)
            .progress(progress)
            .naming(blob -> image.pathOf(blob).orElse(""))
            .stream(blobs(), new Distributor(windows.volume(), stickWriter, efiWriting));
    stick.writeKnown(stickWriter);
    windows.finish();
    stickWriter.finish();
    if (efiWriting.isPresent()) {
      efiWriting.get().finish();
    }
    if (servicing.isPresent()) {
      progress.begin("Servicing", -1);
      service(servicing.get(), partition);
    }
    // The table that makes it bootable comes last.
    geometry.writeTable(disk, BootCode.mbr());
  }

  private void service(StickServicing changes, BlockDevice partition) throws IOException {
    try {
      serviced = Optional.of(changes.run(partition, windowsDisk.geometry()));
      used = StickUsage.of(geometry, stick.layout());
      used.addVolume(geometry, NtfsVolume.open(partition));
    } catch (DiskFormatException e) {
      // Nobody asked for what is done by itself, so it must not stand in the way.
      if (changes.isAsked() && !options.force()) {
        throw e;
      }
      servicingProblem = Optional.of("the Windows is not serviced: " + e.getMessage());
    }
  }

  private Optional<EfiVolume.Writing> beginWritingEfi(BlockDevice disk) throws IOException {
    return efiVolume.isEmpty()
        ? Optional.empty()
        : Optional.of(
            efiVolume
                .get()
                .beginWriting(
                    geometry.efiPartition(disk), geometry.efiOffset() / StickGeometry.SECTOR_SIZE));
  }

  private Set<Blob> blobs() {
    Set<Blob> blobs = Collections.newSetFromMap(new IdentityHashMap<>());
    blobs.addAll(windowsDisk.targets().blobs());
    blobs.addAll(stick.targets().blobs());
    efiVolume.ifPresent(volume -> blobs.addAll(volume.blobs()));
    return blobs;
  }

  /** Writes each piece of a blob to every place where it belongs, on all volumes. */
  private final class Distributor implements BlobConsumer {

    private final NtfsImageWriter windowsVolume;
    private final NtfsImageWriter stickVolume;
    private final Optional<EfiVolume.Writing> efi;

    Distributor(
        NtfsImageWriter windowsVolume,
        NtfsImageWriter stickVolume,
        Optional<EfiVolume.Writing> efi) {
      this.windowsVolume = windowsVolume;
      this.stickVolume = stickVolume;
      this.efi = efi;
    }

    @Override
    public void begin(Blob blob) {}

    @Override
    public void data(Blob blob, long offset, ByteBuffer piece) throws IOException {
      write(windowsDisk.targets(), windowsVolume, blob, offset, piece);
      write(stick.targets(), stickVolume, blob, offset, piece);
      if (efi.isPresent()) {
        efi.get().write(blob, offset, piece);
      }
    }

    @Override
    public void end(Blob blob) {}

    private void write(
        BlobTargets targets, NtfsImageWriter volume, Blob blob, long offset, ByteBuffer piece)
        throws IOException {
      for (StreamHandle stream : targets.of(blob)) {
        volume.write(stream, offset, piece.duplicate());
      }
    }
  }

  @Override
  public void close() throws IOException {
    wim.close();
  }

  @Override
  public String toString() {
    return summary();
  }
}
