package io.vhdboot.provisioning;

import io.vhdboot.bcd.BootEntryPlacement;
import io.vhdboot.bcd.BootFirmware;
import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.FileTime100ns;
import io.vhdboot.disk.ProgressListener;
import io.vhdboot.disk.ResizableBlockDevice;
import io.vhdboot.image.ImagePath;
import io.vhdboot.image.OpenImage;
import io.vhdboot.ntfs.NewFileOptions;
import io.vhdboot.ntfs.NtfsEditor;
import io.vhdboot.ntfs.NtfsFile;
import io.vhdboot.provisioning.PlanProblem.Severity;
import io.vhdboot.provisioning.bootfiles.BootAuthority;
import io.vhdboot.provisioning.bootfiles.BootSetup;
import io.vhdboot.provisioning.bootfiles.StickSecurity;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Another Windows to be put onto a stick that is there, in place: its VHD, an entry in each boot
 * menu that the stick has, and boot files where those of this Windows are newer. Nothing else on
 * the stick changes, and what starts by itself stays so unless told.
 *
 * <p>Holds the source open until it is closed. For one thread at a time.
 */
public final class StickAddition implements Closeable {

  /** What the volume's own structures may grow by. */
  private static final long SPARE = 1L << 20;

  private static final String PARTIAL = ".new";
  private static final int ARCHIVE = 0x20;

  private final Builder options;
  private final BlockDevice disk;
  private final StickContents stick;
  private final AddedDisk added;
  private final String name;
  private final List<PlanProblem> problems = new ArrayList<>();

  private StickAddition(Builder options, BlockDevice disk) throws IOException {
    this.options = options;
    this.disk = disk;
    this.stick = StickContents.of(disk);
    this.added = options.open();
    this.name = name();
    problems.addAll(added.problems());
    checkRoom();
    checkMenus();
  }

  /** Begins to say what is added. */
  public static Builder builder() {
    return new Builder();
  }

  private String name() {
    String extension = added.extension();
    if (options.name.isPresent()) {
      String wanted = options.name.get();
      if (!wanted.toLowerCase(Locale.ROOT).endsWith(extension)) {
        throw new IllegalArgumentException(
            "VHD name (" + wanted + ") must be a file name that ends with " + extension);
      }
      if (stick.contains(wanted)) {
        problems.add(
            new PlanProblem(
                Severity.IMPOSSIBLE,
                "there is a " + wanted + " on the stick already",
                "choose another --vhd-name"));
      }
      return wanted;
    }
    for (int number = 2; ; number++) {
      String free = added.baseName(number) + extension;
      if (!stick.contains(free)) {
        return free;
      }
    }
  }

  private void checkRoom() {
    long free = stick.freeBytes();
    if (added.fileSize() + SPARE > free) {
      problems.add(
          new PlanProblem(
              Severity.IMPOSSIBLE,
              "the VHD needs "
                  + Sizes.text(added.fileSize() + SPARE)
                  + " on the stick, which has "
                  + Sizes.text(free)
                  + " left",
              "make room, or take a smaller one"));
    } else if (added.expandedSize() + SPARE > free) {
      problems.add(
          new PlanProblem(
              Severity.TIGHT,
              "the stick has no room for the VHD at its full size of "
                  + Sizes.text(added.expandedSize())
                  + ", to which Windows expands it at boot (stop 0x136)",
              "make room or --vhd-size smaller; " + Sizes.text(free) + " are left on the stick"));
    }
  }

  private void checkMenus() {
    if (stick.menus().isEmpty()) {
      problems.add(
          new PlanProblem(
              Severity.IMPOSSIBLE,
              "the stick has no boot manager with a menu to add to",
              "make one with vhdboot create, or with vhdboot bcdboot"));
    } else if (menus().isEmpty()) {
      problems.add(
          new PlanProblem(
              Severity.IMPOSSIBLE,
              "the stick starts machines of another kind than this Windows is for",
              "take a Windows of the same architecture, with the loader for that firmware"));
    }
  }

  /** The menus that can start this Windows. */
  private List<StickContents.Menu> menus() {
    return stick.menus().stream()
        .filter(menu -> menu.starts(added.architecture()))
        .filter(menu -> added.firmware().contains(menu.firmware()))
        .toList();
  }

  /** What is wrong with it, or may be. */
  public List<PlanProblem> problems() {
    return List.copyOf(problems);
  }

  /**
   * Throws when there is a problem that is neither a warning nor forced.
   *
   * @throws PlanRejectedException with the problems that stand in the way
   */
  public void requireAcceptable() throws PlanRejectedException {
    List<PlanProblem> obstacles =
        problems.stream()
            .filter(problem -> problem.severity() != Severity.WARNING)
            .filter(problem -> problem.severity() == Severity.IMPOSSIBLE || !options.force)
            .toList();
    if (!obstacles.isEmpty()) {
      throw new PlanRejectedException(obstacles);
    }
  }

  /** What is added, in a line for people. */
  public String summary() {
    return "\\"
        + name
        + " of "
        + Sizes.text(added.fileSize())
        + " (up to "
        + Sizes.text(added.expandedSize())
        + ") with "
        + added.title()
        + ", in "
        + menus().size()
        + (menus().size() == 1 ? " boot menu" : " boot menus")
        + (options.makesDefault ? ", started by itself" : "");
  }

  /**
   * Does it. The VHD appears under its name when it is complete, and an entry for it behind that.
   *
   * @param executor decodes; is not shut down
   * @param threads how many threads of the executor may be used
   * @param progress is told of bytes decoded or copied
   * @throws PlanRejectedException when there is a problem that is not forced; nothing was written
   */
  public void write(Executor executor, int threads, ProgressListener progress) throws IOException {
    requireAcceptable();
    String volume = "@" + stick.partition();
    try (OpenImage image = ImagePath.within(disk, volume + "/").open(false)) {
      writeDisk(image.editor(), executor, threads, progress);
    }
    progress.begin("Adding to boot menus", -1);
    String windows = volume + "/" + name + "@" + added.partition() + "/" + added.folder();
    for (StickContents.Menu menu : menus()) {
      BootSetup setup =
          BootSetup.of(windows, "@" + menu.partition(), options.identifiers, options.time)
              .within(disk)
              .firmware(Set.of(menu.firmware()))
              .locale(options.locale)
              .authority(options.authority)
              .newerOnly(true)
              .placement(
                  new BootEntryPlacement(true, !options.makesDefault, true, Optional.empty()));
      options.description.or(() -> Optional.of(added.title())).ifPresent(setup::description);
      setup.run();
    }
    disk.flush();
  }

  private void writeDisk(
      NtfsEditor editor, Executor executor, int threads, ProgressListener progress)
      throws IOException {
    NtfsFile root = editor.volume().root();
    String partial = name + PARTIAL;
    if (root.find(partial).isPresent()) {
      editor.unlink(root, partial);
    }
    NtfsFile made =
        editor.createFile(
            root,
            partial,
            NewFileOptions.builder()
                .attributes(ARCHIVE)
                .securityDescriptor(StickSecurity.file())
                .build());
    try (ResizableBlockDevice content = editor.stream(made, "")) {
      content.setSize(added.fileSize());
      added.write(content.slice(0, added.fileSize()), executor, threads, progress);
    } catch (IOException e) {
      try {
        editor.unlink(root, partial);
        editor.flush();
      } catch (IOException left) {
        e.addSuppressed(left);
      }
      throw e;
    }
    editor.flush();
    editor.rename(root, partial, root, name, false);
    long time = FileTime100ns.of(options.time);
    OptionalLong stamp = OptionalLong.of(time);
    editor.setTimes(editor.volume().file(made.recordNumber()), stamp, stamp, stamp, stamp);
    editor.flush();
  }

  @Override
  public void close() throws IOException {
    added.close();
  }

  @Override
  public String toString() {
    return summary();
  }

  /** Collects what is added. Not thread-safe. */
  public static final class Builder {

    private Optional<FlashImage> image = Optional.empty();
    private Optional<Path> vhd = Optional.empty();
    private Optional<String> name = Optional.empty();
    private Optional<String> description = Optional.empty();
    private String locale = "en-US";
    private BootAuthority authority = BootAuthority.PCA_2011;
    private boolean makesDefault;
    private boolean force;
    private Supplier<UUID> identifiers = UUID::randomUUID;
    private Instant time = Instant.now();

    private Builder() {}

    /**
     * A Windows out of an image, and what its VHD shall be like; what is said there of the stick,
     * and of names on it, counts for nothing.
     */
    public Builder image(FlashImage source) {
      image = Optional.of(source);
      return this;
    }

    /** Instead, a VHD or VHDX that is there, which is copied as it is. */
    public Builder vhd(Path file) {
      vhd = Optional.of(file);
      return this;
    }

    /** The VHD's file name in the root of the stick; one that is free unless told. */
    public Builder name(String fileName) {
      name = Optional.of(fileName);
      return this;
    }

    /** The boot entry's text; the Windows' own name unless told. */
    public Builder description(String text) {
      description = Optional.of(text);
      return this;
    }

    /** The boot menu's language, such as {@code en-US}. */
    public Builder locale(String tag) {
      locale = tag;
      return this;
    }

    /** Whose signature newer boot files for UEFI shall bear; that of 2011 unless told. */
    public Builder bootAuthority(BootAuthority whose) {
      authority = whose;
      return this;
    }

    /** Lets this Windows start by itself from now on. */
    public Builder makeDefault(boolean yes) {
      makesDefault = yes;
      return this;
    }

    /** Goes on in spite of problems, as far as that is possible at all. */
    public Builder force(boolean yes) {
      force = yes;
      return this;
    }

    /** Gives ids to new entries; random ones unless told. */
    public Builder identifiers(Supplier<UUID> ids) {
      identifiers = ids;
      return this;
    }

    /** The time stamped on what is new; now unless told. */
    public Builder time(Instant instant) {
      time = instant;
      return this;
    }

    private AddedDisk open() throws IOException {
      if (image.isPresent() == vhd.isPresent()) {
        throw new IllegalArgumentException("either an image or a VHD is needed");
      }
      return image.isPresent() ? image.get().openForAddition() : CopiedDisk.of(vhd.get());
    }

    /**
     * Looks whether it can be added to a stick, without writing anything. Close what is given.
     *
     * @param stick the whole disk of the stick, which stays open
     * @throws io.vhdboot.disk.DiskFormatException when stick or source is damaged or not supported
     */
    public StickAddition plan(BlockDevice stick) throws IOException {
      return new StickAddition(this, stick);
    }
  }

  /** The firmware for which a Windows has a loader. */
  static Set<BootFirmware> firmware(boolean bios, boolean uefi) {
    Set<BootFirmware> kinds = EnumSet.noneOf(BootFirmware.class);
    if (bios) {
      kinds.add(BootFirmware.BIOS);
    }
    if (uefi) {
      kinds.add(BootFirmware.UEFI);
    }
    return Set.copyOf(kinds);
  }
}
