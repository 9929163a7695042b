package io.vhdboot.cli;

import io.vhdboot.bootcode.BootCode;
import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.FileTime100ns;
import io.vhdboot.ntfs.NtfsFormat;
import io.vhdboot.ntfs.NtfsFormatOptions;
import io.vhdboot.ntfs.NtfsVolume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vhdboot ntfs format}: makes an empty volume. */
@Command(
    name = "format",
    description = "Makes an empty volume, laid out as Windows does.",
    mixinStandardHelpOptions = true)
final class NtfsFormatCommand implements Callable<Integer> {

  private static final int PROBE = 1 << 20;

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Parameters(
      paramLabel = "FILE[@N]",
      description = "The file or device to format, or partition N of a disk.")
  private String path;

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description = "Make a new file of this size, such as 20GiB.")
  private Long size;

  @Option(
      names = "--label",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "The label, up to 32 characters.")
  private String label;

  @Option(
      names = "--cluster-size",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description = "Bytes of a cluster, 512 to 2MiB; by the volume's size unless given.")
  private Long clusterSize;

  @Option(
      names = "--record-size",
      paramLabel = "BYTES",
      description = "Bytes of a file record, 1024 or 4096.")
  private Integer recordSize;

  @Option(
      names = "--sector-size",
      paramLabel = "BYTES",
      description = "Bytes of a sector, 512 or 4096; that of the device unless given.")
  private Integer sectorSize;

  @Option(
      names = "--serial",
      paramLabel = "HEX",
      description = "The serial number, 1 to 16 digits.")
  private String serial;

  @Option(
      names = "--hidden-sectors",
      paramLabel = "N",
      description = "Sectors before the partition; told by the partition unless given.")
  private Long hiddenSectors;

  @Option(
      names = "--like",
      paramLabel = "WINDOWS",
      defaultValue = "win10",
      description = "Whose habits to follow, win7 or win10 (default: ${DEFAULT-VALUE}).")
  private String like;

  @Option(
      names = "--seed",
      paramLabel = "HEX",
      description =
          "Derive the serial number from this; times are then 0 or those of $SOURCE_DATE_EPOCH.")
  private String seed;

  @Option(names = "--force", description = "Format what holds something already.")
  private boolean force;

  @Override
  public Integer call() throws IOException {
    VolumePath target = VolumePath.of(path);
    if (size != null) {
      if (target.hasPartition()) {
        throw new ParameterException(
            spec.commandLine(), "--size makes a new file, which has no partitions");
      }
      create(target);
    } else {
      try (VolumePath.Open open = target.open(false)) {
        format(open.volume(), open.firstSector());
      }
    }
    spec.commandLine().getOut().println(path + ": formatted");
    return ExitCode.DONE;
  }

  private void create(VolumePath target) throws IOException {
    if (Files.exists(target.file())) {
      throw new FileAlreadyExistsException(target.file().toString());
    }
    try (FileDevice device = FileDevice.create(target.file(), size)) {
      format(device, 0);
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(target.file());
      throw e;
    }
  }

  private void format(BlockDevice device, long firstSector) throws IOException {
    if (!force && (NtfsVolume.isPresent(device) || !startsWithZeros(device))) {
      throw new IOException(path + " holds something already; pass --force if it may be lost");
    }
    int sector = sectorSize != null ? sectorSize : device.sectorSize();
    NtfsFormatOptions.Builder options =
        NtfsFormatOptions.ofSize(device.size() / sector * sector)
            .bytesPerSector(sector)
            .label(label)
            .hiddenSectors(hiddenSectors != null ? hiddenSectors : firstSector)
            .serial(serial())
            .time(time())
            .windows(windows())
            .bootCode(BootCode.ntfsBootRecord())
            .placedAsWindowsDoes(true);
    if (clusterSize != null) {
      options.clusterSize((int) Math.min(clusterSize, Integer.MAX_VALUE));
    }
    if (recordSize != null) {
      options.recordSize(recordSize);
    }
    NtfsFormat.format(device, options.build());
    device.flush();
  }

  private static boolean startsWithZeros(BlockDevice device) throws IOException {
    byte[] begin = device.read(0, (int) Math.min(PROBE, device.size()));
    return Arrays.equals(begin, new byte[begin.length]);
  }

  private NtfsFormatOptions.Windows windows() {
    return switch (like) {
      case "win7" -> NtfsFormatOptions.Windows.SEVEN;
      case "win10" -> NtfsFormatOptions.Windows.TEN;
      default ->
          throw new ParameterException(
              spec.commandLine(), "--like takes win7 or win10, not " + like);
    };
  }

  private long serial() {
    if (serial != null) {
      try {
        return Long.parseUnsignedLong(serial, 16);
      } catch (NumberFormatException e) {
        throw new ParameterException(
            spec.commandLine(), "--serial takes 1 to 16 hexadecimal digits, not " + serial, e);
      }
    }
    if (seed == null) {
      return new SecureRandom().nextLong();
    }
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(Reproducible.seed(seed));
      return ByteBuffer.wrap(digest).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private long time() {
    return Reproducible.sourceDate()
        .or(() -> seed == null ? Optional.of(Instant.now()) : Optional.empty())
        .map(FileTime100ns::of)
        .orElse(0L);
  }
}
