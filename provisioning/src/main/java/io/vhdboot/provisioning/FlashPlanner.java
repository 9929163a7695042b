package io.vhdboot.provisioning;

import io.vhdboot.bcd.BcdDevice;
import io.vhdboot.bcd.BcdStore;
import io.vhdboot.bcd.WindowsBootStore;
import io.vhdboot.bcd.WindowsVersion;
import io.vhdboot.disk.FileTime100ns;
import io.vhdboot.disk.NoSpaceException;
import io.vhdboot.disk.OutputFile;
import io.vhdboot.imaging.apply.Compaction;
import io.vhdboot.provisioning.PlanProblem.Severity;
import io.vhdboot.provisioning.bootfiles.BiosBootFiles;
import io.vhdboot.provisioning.bootfiles.BootFile;
import io.vhdboot.wim.WimFile;
import io.vhdboot.wim.WimImage;
import io.vhdboot.wim.WimImageInfo;
import io.vhdboot.wim.WimWarning;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Makes the plan of a flash image: reads metadata, decides where everything goes, checks. */
final class FlashPlanner {

  /** What Windows puts on the stick's volume by itself needs some room too. */
  private static final long SPARE = 16L << 20;

  /** More warnings of one kind than this are only counted. */
  private static final int MAX_SHOWN = 5;

  /** A VHD counts its time from 2000 on. */
  private static final long EARLIEST_FILE_TIME =
      FileTime100ns.of(Instant.parse("2000-01-01T00:00:00Z"));

  private final FlashOptions options;
  private final Identifiers identifiers;
  private final List<PlanProblem> problems = new ArrayList<>();

  FlashPlanner(FlashOptions options) {
    this.options = options;
    this.identifiers = options.seed().map(Identifiers::ofSeed).orElseGet(Identifiers::random);
  }

  FlashPlan plan() throws IOException {
    if (options.image().isSame(options.output())) {
      throw new IllegalArgumentException(
          "the output (" + options.output() + ") must not be the image itself");
    }
    OutputFile.checkFree(options.output(), options.overwrite());
    WimFile wim = options.image().open();
    try {
      return plan(wim);
    } catch (IOException | RuntimeException e) {
      wim.close();
      throw e;
    }
  }

  private FlashPlan plan(WimFile wim) throws IOException {
    WimImageInfo info = ImageChoice.choose(wim.images(), options);
    WimImage image = wim.image(info.index());
    WindowsImage windows = WindowsImage.of(info, image);
    problems.addAll(windows.problems());
    if (options.vhdAllocation().isVhdx()) {
      windows.vhdxProblem().ifPresent(problems::add);
    }
    warn(image.warnings().stream().map(WimWarning::text).toList());
    Instant time = time(info);

    List<BootFile> bootFiles = bootFiles(windows);
    WindowsDisk disk;
    try {
      disk = WindowsDisk.plan(options, wim, image, compaction(windows), identifiers, time);
    } catch (NoSpaceException e) {
      // Nothing more can be said of a stick whose main thing cannot be laid out.
      throw new PlanRejectedException(
          List.of(
              new PlanProblem(
                  Severity.IMPOSSIBLE,
                  "image "
                      + info.index()
                      + " does not fit in a VHD of "
                      + Sizes.text(options.vhdSize()),
                  "give it at least --vhd-size " + Sizes.atLeast(e.needed()))));
    }
    warn(disk.warnings());

    DiskGeometry stick = DiskGeometry.ofSize(0, identifiers.diskSignature("stick disk"));
    Stick.Content content =
        new Stick.Content(
            options,
            bootFiles,
            store(windows, stick, time).toBytes(),
            disk.childFile(),
            identifiers,
            time);
    DiskGeometry needed =
        DiskGeometry.forPartition(
            content.minimumVolumeSize(disk.expandedSize()) + SPARE, stick.signature());
    DiskGeometry geometry =
        options.stickSize().isEmpty()
            ? needed
            : DiskGeometry.ofSize(
                options.stickSize().getAsLong()
                    / DiskGeometry.SECTOR_SIZE
                    * DiskGeometry.SECTOR_SIZE,
                stick.signature());
    checkStick(geometry, needed, disk);
    Stick volume;
    try {
      volume = content.plan(geometry.partitionLength(), disk.vhd().fileSize());
    } catch (NoSpaceException e) {
      throw new PlanRejectedException(List.of(tooSmall(geometry, needed, Severity.IMPOSSIBLE)));
    }
    return new FlashPlan(options, wim, image, geometry, disk, volume, problems);
  }

  private Optional<Compaction> compaction(WindowsImage windows) {
    if (options.compact().isEmpty()) {
      return Optional.empty();
    }
    int build = windows.info().build().orElse(0);
    if (build < Compaction.FIRST_BUILD) {
      problems.add(
          new PlanProblem(
              Severity.UNSUITABLE_IMAGE,
              "this Windows (build " + build + ") cannot read compacted files; Windows 10 can",
              "leave --compact out, or force it"));
    }
    return Optional.of(Compaction.of(options.compact().get(), windows.root()));
  }

  private void checkStick(DiskGeometry geometry, DiskGeometry needed, WindowsDisk disk)
      throws PlanRejectedException {
    if (geometry.partitionLength() < DiskGeometry.ALIGNMENT) {
      throw new PlanRejectedException(List.of(tooSmall(geometry, needed, Severity.IMPOSSIBLE)));
    }
    if (!geometry.isWithinMbr() || !disk.geometry().isWithinMbr()) {
      throw new PlanRejectedException(
          List.of(
              new PlanProblem(
                  Severity.IMPOSSIBLE,
                  "an MBR cannot describe a stick of " + Sizes.text(geometry.size()),
                  "take a smaller VHD: 2 TiB is the limit")));
    }
    if (geometry.size() < needed.size()) {
      problems.add(tooSmall(geometry, needed, Severity.TIGHT));
    }
  }

  private PlanProblem tooSmall(DiskGeometry geometry, DiskGeometry needed, Severity severity) {
    String what =
        severity == Severity.IMPOSSIBLE
            ? "the VHD does not fit on a stick of " + Sizes.text(geometry.size())
            : "a stick of "
                + Sizes.text(geometry.size())
                + " has no room for the VHD at its full size, to which Windows expands it at boot"
                + " (stop 0x136)";
    return new PlanProblem(
        severity,
        what,
        "give it at least --stick-size "
            + Sizes.atLeast(needed.size())
            + ", or make --vhd-size smaller");
  }

  private List<BootFile> bootFiles(WindowsImage windows) {
    List<BootFile> files = windows.folder().map(BiosBootFiles::of).orElse(List.of());
    Optional<BootFile> bootManager = BiosBootFiles.bootManager(files);
    if (bootManager.isEmpty() || bootManager.get().size() == 0) {
      problems.add(
          new PlanProblem(
              Severity.UNSUITABLE_IMAGE,
              "the image has no boot manager for a BIOS (\\Windows\\Boot\\PCAT\\bootmgr)",
              "choose another image, or force it; the stick will not boot"));
    }
    String localeFolder = options.locale();
    boolean hasLocale =
        files.stream()
            .anyMatch(file -> file.path().stream().anyMatch(localeFolder::equalsIgnoreCase));
    if (bootManager.isPresent() && !hasLocale) {
      problems.add(
          PlanProblem.warning(
              "the image has no boot texts in " + localeFolder,
              "choose another --locale; the menu will be in English"));
    }
    return files;
  }

  private BcdStore store(WindowsImage windows, DiskGeometry stick, Instant time)
      throws IOException {
    BcdDevice partition =
        new BcdDevice.Partition(
            new BcdDevice.MbrPartition(stick.signature(), DiskGeometry.PARTITION_OFFSET));
    Iterator<UUID> ids = List.of(identifiers.guid("resume"), identifiers.guid("loader")).iterator();
    WindowsBootStore.Builder store =
        WindowsBootStore.builder()
            .windows(version(windows))
            .locale(options.locale())
            .systemPartition(partition)
            .windowsInVhd(partition, "\\" + options.childName().orElse(options.vhdName()))
            .windowsRoot(windows.root())
            .identifiers(ids::next)
            .time(time);
    options.description().ifPresent(store::description);
    return store.build();
  }

  /** The version that decides about the boot entry; of one that is not known, the nearest known. */
  private static WindowsVersion version(WindowsImage windows) {
    int major = windows.info().majorVersion().orElse(10);
    int minor = windows.info().minorVersion().orElse(0);
    int build = Math.max(windows.info().build().orElse(0), 0);
    if (major > 6) {
      return new WindowsVersion(10, 0, build, windows.isServer());
    }
    return new WindowsVersion(6, Math.min(Math.max(minor, 1), 3), build, windows.isServer());
  }

  /**
   * The time that new structures bear. With a seed the output must not depend on the clock; then
   * the image's own time serves.
   */
  private Instant time(WimImageInfo info) {
    if (options.time().isPresent()) {
      return options.time().get();
    }
    if (options.seed().isPresent()) {
      long fileTime =
          info.lastModificationTime().orElse(info.creationTime().orElse(EARLIEST_FILE_TIME));
      return FileTime100ns.toInstant(Math.max(fileTime, EARLIEST_FILE_TIME));
    }
    return Instant.now().truncatedTo(ChronoUnit.SECONDS);
  }

  private void warn(List<String> texts) {
    texts.stream().limit(MAX_SHOWN).forEach(text -> problems.add(PlanProblem.warning(text, "")));
    if (texts.size() > MAX_SHOWN) {
      problems.add(
          PlanProblem.warning("and " + (texts.size() - MAX_SHOWN) + " more of this kind", ""));
    }
  }
}
