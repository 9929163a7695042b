package io.vhdboot.cli;

import io.vhdboot.servicing.PagingFile;
import io.vhdboot.servicing.RegistryFeature;
import io.vhdboot.servicing.Servicing;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that say what is to be changed in a Windows. */
final class ServicingArguments {

  @Option(
      names = "--usb-boot",
      negatable = true,
      fallbackValue = "true",
      description = {
        "Make it start from USB without stop 0x7B: drivers, their flags, the wait for the disk.",
        "create does so for Windows 7 and Server 2008 R2 by itself; --no-usb-boot keeps it from that."
      })
  private Boolean usbBoot;

  @Option(
      names = "--portable",
      description = {
        "Make it behave on a stick: as Windows To Go, the machine's disks offline, no device",
        "encryption, no hibernation, a stop code stays on the screen; and where the stick has no",
        "room for the VHD at its full size, --no-vhd-expansion."
      })
  private boolean portable;

  @Option(
      names = "--no-vhd-expansion",
      description = "Let the dynamic VHD grow as it is filled, not to its full size at start.")
  private boolean noVhdExpansion;

  @Option(
      names = "--paging-file",
      paramLabel = "KIND",
      description =
          "none, auto (Windows chooses), or a size such as 1GiB; left alone unless given.")
  private String pagingFile;

  @Option(
      names = "--hypervisor",
      description = "Let its boot entry start the hypervisor, for Hyper-V.")
  private boolean hypervisor;

  @Option(
      names = "--unattend",
      paramLabel = "FILE",
      description = "The answer file for Setup at first start: \\Windows\\Panther\\unattend.xml.")
  private Path unattend;

  @Option(names = "--computer-name", paramLabel = "NAME", description = "What it is called.")
  private String computerName;

  @Option(
      names = "--feature",
      paramLabel = "NAME",
      description = {
        "A feature that is a plain change to the registry: remote-desktop, utc-clock, long-paths,",
        "no-last-access, no-fast-startup, minidumps, local-account, no-requirements. Repeatable."
      })
  private List<String> features = List.of();

  @Option(
      names = "--driver",
      paramLabel = "DIR",
      description = {
        "Put in the driver packages of a folder, and of those below it, that are for this Windows:",
        "those its disk may depend on start with the loader, others when their device is found.",
        "Repeatable."
      })
  private List<Path> drivers = List.of();

  /** Whether it shall be made to start from USB, if that was said. */
  Optional<Boolean> usbBoot() {
    return Optional.ofNullable(usbBoot);
  }

  boolean isPortable() {
    return portable;
  }

  boolean isHypervisor() {
    return hypervisor;
  }

  /**
   * What was asked for, but for the start from USB and the hypervisor, which not every command does
   * in the same way.
   */
  Servicing servicing(Instant time) throws IOException {
    Servicing servicing = Servicing.at(time);
    if (portable) {
      servicing = servicing.portable();
    }
    if (noVhdExpansion) {
      servicing = servicing.noVhdExpansion();
    }
    if (pagingFile != null) {
      servicing = servicing.pagingFile(pagingFile());
    }
    if (unattend != null) {
      servicing = servicing.unattend(unattend.toString(), bytes(unattend));
    }
    if (computerName != null) {
      servicing = servicing.computerName(computerName);
    }
    if (!drivers.isEmpty()) {
      servicing = servicing.drivers(drivers);
    }
    List<RegistryFeature> known = new ArrayList<>();
    features.forEach(name -> known.add(RegistryFeature.of(name)));
    for (RegistryFeature feature : known) {
      servicing = servicing.feature(feature);
    }
    return servicing;
  }

  private PagingFile pagingFile() {
    return switch (pagingFile.toLowerCase(Locale.ROOT)) {
      case "none" -> PagingFile.NONE;
      case "auto" -> PagingFile.AUTOMATIC;
      default -> {
        try {
          yield PagingFile.ofSize(new SizeConverter().convert(pagingFile));
        } catch (TypeConversionException e) {
          throw new IllegalArgumentException(
              "--paging-file takes none, auto or a size such as 1GiB, not " + pagingFile, e);
        }
      }
    };
  }

  /** No answer file is large; whatever is, is not read. */
  private static byte[] bytes(Path file) throws IOException {
    int limit = 16 << 20;
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(limit + 1);
    }
  }
}
