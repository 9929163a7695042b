package io.vhdboot.provisioning;

import io.vhdboot.disk.FileTime100ns;
import io.vhdboot.disk.NoSpaceException;
import io.vhdboot.disk.OutputFile;
import io.vhdboot.imaging.apply.Compaction;
import io.vhdboot.provisioning.PlanProblem.Severity;
import io.vhdboot.servicing.Servicing;
import io.vhdboot.wim.WimFile;
import io.vhdboot.wim.WimImage;
import io.vhdboot.wim.WimImageInfo;
import io.vhdboot.wim.WimWarning;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
    if (options.output().isPresent()) {
      Path output = options.output().get();
      if (options.image().isSame(output)) {
        throw new IllegalArgumentException(
            "the output (" + output + ") must not be the image itself");
      }
      OutputFile.checkFree(output, options.overwrite());
    }
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
    problems.addAll(windows.problems(options.firmware()));
    if (options.vhdAllocation().isVhdx()) {
      windows.vhdxProblem().ifPresent(problems::add);
    }
    warn(image.warnings().stream().map(WimWarning::text).toList());
    Instant time = time(info);

    BootPlan boot = BootPlan.of(options, windows, identifiers, time);
    problems.addAll(boot.problems());
    WindowsDisk disk = disk(wim, image, windows, time);

    Stick.Content content =
        new Stick.Content(options, boot.ntfsFiles(), disk.childFile(), identifiers, time);
    StickGeometry needed =
        boot.stickForNtfs(content.minimumVolumeSize(disk.expandedSize()) + SPARE);
    StickGeometry geometry =
        options.stickSize().isEmpty() ? needed : boot.stickOfSize(options.stickSize().getAsLong());
    Optional<Servicing> servicing = servicing(windows, time, geometry.size() < needed.size());
    checkStick(geometry, needed, disk, isKeptSmall(servicing));
    Stick volume;
    try {
      volume = content.plan(geometry.ntfsOffset(), geometry.ntfsLength(), disk.vhd().fileSize());
    } catch (NoSpaceException e) {
      throw new PlanRejectedException(List.of(tooSmall(geometry, needed, Severity.IMPOSSIBLE)));
    }
    Optional<StickServicing> changes =
        servicing.map(
            wanted ->
                new StickServicing(
                    wanted,
                    options.usbBoot().isPresent()
                        || options.servicing().filter(each -> !each.isEmpty()).isPresent(),
                    options.vhdName(),
                    windows.root(),
                    identifiers,
                    time));
    return new FlashPlan(
        options,
        wim,
        image,
        geometry,
        disk,
        volume,
        boot.efiVolume(geometry),
        boot.isNewlySignedToo(),
        changes,
        problems);
  }

  /** Plans the disk with the Windows alone; firmware and boot files are others' business. */
  AppliedDisk planDisk() throws IOException {
    WimFile wim = options.image().open();
    try {
      WimImageInfo info = ImageChoice.choose(wim.images(), options);
      WimImage image = wim.image(info.index());
      WindowsImage windows = WindowsImage.of(info, image);
      problems.addAll(windows.problems(StickFirmware.ALL));
      if (options.vhdAllocation().isVhdx()) {
        windows.vhdxProblem().ifPresent(problems::add);
      }
      warn(image.warnings().stream().map(WimWarning::text).toList());
      WindowsDisk disk = disk(wim, image, windows, time(info));
      return new AppliedDisk(options, wim, image, windows, disk, problems);
    } catch (IOException | RuntimeException e) {
      wim.close();
      throw e;
    }
  }

  private WindowsDisk disk(WimFile wim, WimImage image, WindowsImage windows, Instant time)
      throws IOException {
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
                      + windows.info().index()
                      + " does not fit in a VHD of "
                      + Sizes.text(options.vhdSize()),
                  "give it at least --vhd-size " + Sizes.atLeast(e.needed()))));
    }
    warn(disk.warnings());
    return disk;
  }

  /** What is to be changed in the Windows once it is on the stick. */
  private Optional<Servicing> servicing(WindowsImage windows, Instant time, boolean isTight) {
    Servicing servicing = options.servicing().orElse(Servicing.at(time)).withTime(time);
    List<String> asked = servicing.options();
    if (options.usbBoot().orElse(windows.isWindows7() && windows.folder().isPresent())) {
      servicing = servicing.usbBoot();
    }
    if (isTight && asked.contains(Servicing.PORTABLE)) {
      servicing = servicing.noVhdExpansion();
    }
    return servicing.isEmpty() ? Optional.empty() : Optional.of(servicing);
  }

  private static boolean isKeptSmall(Optional<Servicing> servicing) {
    return servicing
        .filter(changes -> changes.options().contains(Servicing.NO_VHD_EXPANSION))
        .isPresent();
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

  private void checkStick(
      StickGeometry geometry, StickGeometry needed, WindowsDisk disk, boolean isKeptSmall)
      throws PlanRejectedException {
    if (geometry.ntfsLength() < DiskGeometry.ALIGNMENT) {
      throw new PlanRejectedException(List.of(tooSmall(geometry, needed, Severity.IMPOSSIBLE)));
    }
    if (!geometry.isDescribable() || !disk.geometry().isWithinMbr()) {
      throw new PlanRejectedException(
          List.of(
              new PlanProblem(
                  Severity.IMPOSSIBLE,
                  "an MBR cannot describe a stick of " + Sizes.text(geometry.size()),
                  "take a smaller VHD: 2 TiB is the limit")));
    }
    if (geometry.size() < needed.size()) {
      problems.add(
          isKeptSmall
              ? PlanProblem.warning(
                  "a stick of "
                      + Sizes.text(geometry.size())
                      + " has no room for the VHD at its full size; it grows as it is filled, and"
                      + " when the stick is full, Windows loses what it writes",
                  "")
              : tooSmall(geometry, needed, Severity.TIGHT));
    }
  }

  private PlanProblem tooSmall(StickGeometry geometry, StickGeometry needed, Severity severity) {
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
            + ", or make --vhd-size smaller"
            + (severity == Severity.TIGHT ? ", or pass --no-vhd-expansion" : ""));
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
