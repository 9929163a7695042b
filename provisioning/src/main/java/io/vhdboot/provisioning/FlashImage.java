package io.vhdboot.provisioning;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.ProgressListener;
import io.vhdboot.ntfs.WofAlgorithm;
import io.vhdboot.provisioning.bootfiles.BootAuthority;
import io.vhdboot.servicing.Servicing;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A flash image to be made: a disk with the Windows boot manager, a boot configuration and a VHD
 * with a Windows in it, for machines with a BIOS, with UEFI, or both.
 *
 * <p>Immutable. The same options and seed give the same bytes.
 */
public final class FlashImage {

  /** The VHD's size unless told: what the recipe of 2009 gives to diskpart. */
  public static final long DEFAULT_VHD_SIZE = 15_000L << 20;

  /** Bytes of the sectors that the partition table counts by. */
  public static final int SECTOR_SIZE = DiskGeometry.SECTOR_SIZE;

  private final FlashOptions options;

  private FlashImage(FlashOptions options) {
    this.options = options;
  }

  /** What to make; an image is needed, and an output unless it is written to a disk. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Plans the image without writing anything. Close the plan: it holds the source open.
   *
   * @throws io.vhdboot.disk.DiskFormatException when the source is damaged or not supported
   * @throws IllegalArgumentException when the source holds no such image
   */
  public FlashPlan plan() throws IOException {
    return new FlashPlanner(options).plan();
  }

  /** Plans only the disk with the Windows, for a stick that is there. */
  AppliedDisk openForAddition() throws IOException {
    return new FlashPlanner(options).planDisk();
  }

  /**
   * Plans the image and writes it.
   *
   * @throws PlanRejectedException when the plan has a problem that is not forced; nothing was
   *     written then
   * @throws java.nio.file.FileAlreadyExistsException when the output exists and may not be replaced
   */
  public void create() throws IOException {
    if (options.output().isEmpty()) {
      throw new IllegalArgumentException("an output file is needed");
    }
    int threads = Runtime.getRuntime().availableProcessors();
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try (FlashPlan plan = plan()) {
      plan.write(executor, threads, ProgressListener.NONE);
    } finally {
      executor.shutdownNow();
    }
  }

  /** Collects what to make. Not thread-safe. */
  public static final class Builder {

    private static final long MIN_VHD_SIZE = 16L << 20;
    private static final long MAX_VHD_SIZE = 2040L << 30;

    private ImageSource image;
    private OptionalInt index = OptionalInt.empty();
    private Optional<String> edition = Optional.empty();
    private Path output;
    private StickFirmware firmware = StickFirmware.ALL;
    private BootAuthority bootAuthority = BootAuthority.PCA_2011;
    private OptionalLong stickSize = OptionalLong.empty();
    private long vhdSize = DEFAULT_VHD_SIZE;
    private VhdAllocation vhdAllocation = VhdAllocation.DYNAMIC;
    private String vhdName;
    private Optional<String> childName = Optional.empty();
    private String locale = "en-US";
    private Optional<String> description = Optional.empty();
    private String label = "";
    private Optional<byte[]> seed = Optional.empty();
    private Optional<Instant> time = Optional.empty();
    private Optional<WofAlgorithm> compact = Optional.empty();
    private Optional<Servicing> servicing = Optional.empty();
    private Optional<Boolean> usbBoot = Optional.empty();
    private boolean hypervisor;
    private boolean overwrite;
    private boolean force;

    private Builder() {}

    /** The WIM or .esd that holds the Windows, or the disc image that it is on. */
    public Builder image(Path file) {
      image = ImageSource.of(file);
      return this;
    }

    /** The same, on a device that stays open. */
    public Builder image(BlockDevice device) {
      image = ImageSource.of(device);
      return this;
    }

    /** Which image of the WIM, from 1. Needed, or an edition, where there are several. */
    public Builder index(int number) {
      index = OptionalInt.of(number);
      return this;
    }

    /** Which image of the WIM, by its name, display name or edition id, in any case. */
    public Builder edition(String name) {
      edition = Optional.of(name);
      return this;
    }

    /** The file to make; none where the plan is written to a disk. */
    public Builder output(Path file) {
      output = file;
      return this;
    }

    /**
     * The machines that it shall start on; all unless told, as far as the image has what that
     * takes.
     */
    public Builder firmware(StickFirmware machines) {
      firmware = machines;
      return this;
    }

    /**
     * Whose signature the boot files for UEFI shall bear where the image has them with both; that
     * of 2011 unless told, which starts on every machine that has not been told to refuse it.
     */
    public Builder bootAuthority(BootAuthority authority) {
      bootAuthority = authority;
      return this;
    }

    /** The whole stick's size in bytes; as small as the VHD at its full size allows unless told. */
    public Builder stickSize(long bytes) {
      stickSize = OptionalLong.of(bytes);
      return this;
    }

    /** The size in bytes of the disk in the VHD; 15,000 MiB unless told. */
    public Builder vhdSize(long bytes) {
      vhdSize = bytes;
      return this;
    }

    /** How the VHD takes its room; dynamic unless told. */
    public Builder vhdAllocation(VhdAllocation type) {
      vhdAllocation = type;
      return this;
    }

    /** The VHD's file name in the root of the stick. */
    public Builder vhdName(String name) {
      vhdName = name;
      return this;
    }

    /**
     * Boots a differencing child of the VHD, of this file name beside it, so that the VHD itself
     * stays as it is made: put an empty child back, and the Windows is as new.
     */
    public Builder childName(String name) {
      childName = Optional.of(name);
      return this;
    }

    /** The boot menu's language, such as {@code en-US}. */
    public Builder locale(String tag) {
      locale = tag;
      return this;
    }

    /** The boot entry's text; the Windows' own name unless told. */
    public Builder description(String text) {
      description = Optional.of(text);
      return this;
    }

    /** The label of the stick's volume, up to 32 characters; none unless told. */
    public Builder label(String text) {
      label = text;
      return this;
    }

    /** What all identifiers are derived from; random unless told. */
    public Builder seed(byte[] bytes) {
      seed = Optional.of(bytes.clone());
      return this;
    }

    /**
     * The time that new files and structures bear. Unless told it is now, or with a seed the time
     * when the source image was last changed.
     */
    public Builder time(Instant instant) {
      time = Optional.of(instant);
      return this;
    }

    /**
     * Compresses the files of the Windows in the way of CompactOS, but for what is read before
     * Windows can decompress: for Windows 10 and later. They take less room in the VHD; none is
     * compressed unless told.
     */
    public Builder compact(WofAlgorithm algorithm) {
      compact = Optional.of(algorithm);
      return this;
    }

    /**
     * Services the Windows once it is on the stick; its time is that of the stick. Nothing but
     * {@link #usbBoot(boolean)} unless told.
     */
    public Builder servicing(Servicing changes) {
      servicing = Optional.of(changes);
      return this;
    }

    /**
     * Whether the Windows is made to start from USB. Unless told it is where it is Windows 7 or
     * Server 2008 R2, which stop with 0x7B otherwise.
     */
    public Builder usbBoot(boolean yes) {
      usbBoot = Optional.of(yes);
      return this;
    }

    /** Lets the boot entry start the hypervisor, for Hyper-V; not unless told. */
    public Builder hypervisor(boolean yes) {
      hypervisor = yes;
      return this;
    }

    /** Replaces an output file that exists. */
    public Builder overwrite(boolean yes) {
      overwrite = yes;
      return this;
    }

    /** Goes on in spite of problems, as far as the image can be laid out at all. */
    public Builder force(boolean yes) {
      force = yes;
      return this;
    }

    /**
     * Gives the flash image to be made.
     *
     * @throws IllegalArgumentException when an option is missing or not possible
     */
    public FlashImage build() {
      check(image != null, "an image to take the Windows from is needed");
      check(index.isEmpty() || edition.isEmpty(), "an index and an edition exclude each other");
      String extension = vhdAllocation.extension();
      String name = vhdName == null ? "virtualharddisk" + extension : vhdName;
      checkVhdName("VHD name", name, extension);
      childName.ifPresent(child -> checkVhdName("child name", child, extension));
      check(
          childName.filter(name::equalsIgnoreCase).isEmpty(),
          "child name (" + name + ") must differ from the VHD's");
      check(
          label.length() <= 32 && label.chars().noneMatch(c -> c < ' '),
          "label (" + label + ") must have at most 32 characters");
      check(
          locale.matches("[A-Za-z0-9]+(-[A-Za-z0-9]+)*"),
          "locale (" + locale + ") must be a language tag such as en-US");
      check(
          vhdSize >= MIN_VHD_SIZE && vhdSize <= MAX_VHD_SIZE,
          "VHD size (" + vhdSize + " bytes) must be from 16 MiB to 2040 GiB");
      return new FlashImage(
          new FlashOptions(
              image,
              index,
              edition,
              Optional.ofNullable(output),
              firmware,
              bootAuthority,
              stickSize,
              vhdSize,
              vhdAllocation,
              name,
              childName,
              locale,
              description,
              label,
              seed,
              time,
              compact,
              servicing,
              usbBoot,
              hypervisor,
              overwrite,
              force));
    }

    private static void checkVhdName(String what, String name, String extension) {
      check(
          name.length() > extension.length()
              && name.length() <= 255
              && name.toLowerCase(Locale.ROOT).endsWith(extension)
              && name.chars().noneMatch(c -> c < ' ' || "\\/:*?\"<>|".indexOf(c) >= 0),
          what + " (" + name + ") must be a file name that ends with " + extension);
    }

    private static void check(boolean holds, String rule) {
      if (!holds) {
        throw new IllegalArgumentException(rule);
      }
    }
  }
}
