package io.vhdboot.cli;

import io.vhdboot.ntfs.WofAlgorithm;
import io.vhdboot.provisioning.FlashImage;
import io.vhdboot.provisioning.VhdAllocation;
import io.vhdboot.provisioning.bootfiles.BootAuthority;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which Windows goes into a VHD of what kind, and how it is started. */
final class WindowsChoices {

  @Option(
      names = "--index",
      paramLabel = "N",
      description = "Which image of the WIM; needed, or --edition, where there are several.")
  private Integer index;

  @Option(
      names = "--edition",
      paramLabel = "NAME",
      description = "Which image of the WIM, by name, display name or edition id.")
  private String edition;

  @Option(
      names = "--vhd-size",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      defaultValue = "15000MiB",
      description = "The size of the disk in the VHD (default: ${DEFAULT-VALUE}).")
  private long vhdSize;

  @Option(
      names = "--vhd-type",
      paramLabel = "TYPE",
      defaultValue = "dynamic",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private VhdAllocation vhdAllocation;

  @Option(
      names = "--compact",
      paramLabel = "HOW",
      description = {
        "Compress the files of a Windows 10 or later as CompactOS does: ${COMPLETION-CANDIDATES}.",
        "They take less room in the VHD; XPRESS4K is the fastest, LZX the smallest."
      })
  private WofAlgorithm compact;

  @Option(
      names = "--locale",
      paramLabel = "TAG",
      defaultValue = "en-US",
      description = "The boot entry's language (default: ${DEFAULT-VALUE}).")
  private String locale;

  @Option(
      names = "--description",
      paramLabel = "TEXT",
      description = "The boot entry's text; the Windows' own name unless given.")
  private String description;

  @Option(
      names = "--secureboot",
      paramLabel = "YEAR",
      converter = BootAuthorityConverter.class,
      defaultValue = "2011",
      description = {
        "Whose signature the boot files for UEFI bear, where the image has both:",
        "2011 (default) starts on all machines that were not told to refuse it, and every",
        "image has it; 2023 on those that know Windows UEFI CA 2023, from images with",
        "updates of 2024 or later. No one file starts on both kinds."
      })
  private BootAuthority bootAuthority;

  /** What is to be made, but for its image and where it goes. */
  FlashImage.Builder flashImage() {
    FlashImage.Builder builder = FlashImage.builder().vhdSize(vhdSize).vhdAllocation(vhdAllocation);
    Optional.ofNullable(index).ifPresent(builder::index);
    Optional.ofNullable(edition).ifPresent(builder::edition);
    Optional.ofNullable(compact).ifPresent(builder::compact);
    Reproducible.sourceDate().ifPresent(builder::time);
    return builder;
  }

  String locale() {
    return locale;
  }

  Optional<String> description() {
    return Optional.ofNullable(description);
  }

  BootAuthority bootAuthority() {
    return bootAuthority;
  }
}
