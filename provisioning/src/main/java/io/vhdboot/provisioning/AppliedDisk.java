package io.vhdboot.provisioning;

import io.vhdboot.bcd.BootFirmware;
import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.ProgressListener;
import io.vhdboot.ntfs.StreamHandle;
import io.vhdboot.wim.Blob;
import io.vhdboot.wim.BlobConsumer;
import io.vhdboot.wim.BlobStreamer;
import io.vhdboot.wim.WimFile;
import io.vhdboot.wim.WimImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;

/** A disk that is made of an image, planned to the last cluster. */
final class AppliedDisk implements AddedDisk {

  private static final int X64 = 9;

  private final FlashOptions options;
  private final WimFile wim;
  private final WimImage image;
  private final WindowsImage windows;
  private final WindowsDisk disk;
  private final List<PlanProblem> problems;

  AppliedDisk(
      FlashOptions options,
      WimFile wim,
      WimImage image,
      WindowsImage windows,
      WindowsDisk disk,
      List<PlanProblem> problems) {
    this.options = options;
    this.wim = wim;
    this.image = image;
    this.windows = windows;
    this.disk = disk;
    this.problems = List.copyOf(problems);
  }

  @Override
  public List<PlanProblem> problems() {
    return problems;
  }

  @Override
  public long fileSize() {
    return disk.vhd().fileSize();
  }

  @Override
  public long expandedSize() {
    return disk.expandedSize();
  }

  @Override
  public String extension() {
    return options.vhdAllocation().extension();
  }

  @Override
  public String baseName(int number) {
    return "virtualharddisk" + number;
  }

  @Override
  public String title() {
    return windows
        .info()
        .displayName()
        .filter(name -> !name.isBlank())
        .orElse(windows.info().name().isBlank() ? "Windows" : windows.info().name());
  }

  @Override
  public int architecture() {
    return windows.info().architectureCode().orElse(X64);
  }

  @Override
  public Set<BootFirmware> firmware() {
    return StickAddition.firmware(
        windows.has(WindowsImage.BIOS_LOADER), windows.has(WindowsImage.UEFI_LOADER));
  }

  @Override
  public int partition() {
    return 1;
  }

  @Override
  public String folder() {
    return windows.root().substring(1);
  }

  @Override
  public void write(BlockDevice file, Executor executor, int threads, ProgressListener progress)
      throws IOException {
    WindowsDisk.Writing writing = disk.beginWriting(file, executor, threads);
    Collection<Blob> blobs = disk.targets().blobs();
    progress.begin("Applying", blobs.stream().mapToLong(Blob::size).sum());
    new BlobStreamer(wim)
            .executor(executor, threads)
            .progress(progress)
            .naming(blob -> image.pathOf(blob).orElse(""))
            .stream(
                blobs,
                new BlobConsumer() {
                  @Override
                  public void begin(Blob blob) {}

                  @Override
                  public void data(Blob blob, long offset, ByteBuffer piece) throws IOException {
                    for (StreamHandle stream : disk.targets().of(blob)) {
                      writing.volume().write(stream, offset, piece.duplicate());
                    }
                  }

                  @Override
                  public void end(Blob blob) {}
                });
    writing.finish();
  }

  @Override
  public void close() throws IOException {
    wim.close();
  }
}
