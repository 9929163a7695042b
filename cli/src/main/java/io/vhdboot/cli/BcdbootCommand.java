package io.vhdboot.cli;

import io.vhdboot.bcd.BootEntryPlacement;
import io.vhdboot.bcd.BootFirmware;
import io.vhdboot.bcd.WellKnownObject;
import io.vhdboot.provisioning.bootfiles.BootAuthority;
import io.vhdboot.provisioning.bootfiles.BootSetup;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileSystemException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vhdboot bcdboot}: makes a volume in an image start a Windows in an image. */
@Command(
    name = "bcdboot",
    description = {
      "Copies a Windows' boot files onto a volume and makes or extends its boot configuration.",
      "Both are paths inside images, such as",
      "  vhdboot bcdboot stick.img@1/windows.vhd@1/Windows /s stick.img@2"
    },
    mixinStandardHelpOptions = true)
final class BcdbootCommand implements Callable<Integer> {

  private static final Set<String> FLAGS =
      Set.of("/v", "/vbcd", "/d", "/addlast", "/p", "/c", "/bootex", "/offline");
  private static final Set<String> VALUED = Set.of("/l", "/s", "/f");
  private static final Set<String> OPTIONAL = Set.of("/m");

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Parameters(
      arity = "1..*",
      paramLabel = "SOURCE [/l locale] [/s TARGET [/f BIOS|UEFI|ALL]] [options]",
      hideParamSyntax = true,
      description = {
        "SOURCE   the Windows folder, such as disk.vhd@1/Windows",
        "/l       the language of the menu (default: en-us)",
        "/s       the volume that the machine starts from, such as stick.img@1;",
        "         the system partitions of SOURCE's disk unless given",
        "/f       for which firmware; UEFI for a FAT volume and BIOS for NTFS unless given",
        "/v       tell each step",
        "/d       let the entry that starts by itself stay so",
        "/addlast put the entry behind the others",
        "/m [{id}] take over what is set of an entry",
        "/c       take over nothing of an entry of the same Windows",
        "/bootex  take the boot files for UEFI that Windows UEFI CA 2023 signed",
        "/p, /offline, /vbcd are understood and change nothing here"
      })
  private List<String> arguments;

  @Option(
      names = "--template",
      description = "Take the settings of the Windows' own BCD-Template, not those of our tables.")
  private boolean fromTemplate;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    SlashOptions options = parsed();
    if (options.arguments().size() != 1) {
      throw new ParameterException(spec.commandLine(), "One SOURCE is needed, the Windows folder");
    }
    String source = options.arguments().get(0);
    if (options.value("/s").isPresent()) {
      setUp(options, source, options.value("/s").get());
    } else {
      if (options.has("/f")) {
        throw new ParameterException(spec.commandLine(), "/f needs /s with a volume");
      }
      List<String> targets = BootSetup.systemVolumes(source);
      if (targets.isEmpty()) {
        throw new FileSystemException(
            source, null, "is on a disk without a system partition; name a volume with /s");
      }
      for (String target : targets) {
        setUp(options, source, target);
      }
    }
    out.println("Boot files successfully created.");
    return ExitCode.DONE;
  }

  private void setUp(SlashOptions options, String source, String target) throws IOException {
    BootSetup setup =
        BootSetup.of(
                source, target, UUID::randomUUID, Instant.now().truncatedTo(ChronoUnit.SECONDS))
            .locale(options.value("/l").orElse("en-us"))
            .firmware(firmware(options.value("/f")))
            .authority(options.has("/bootex") ? BootAuthority.CA_2023 : BootAuthority.PCA_2011)
            .fromTemplate(fromTemplate)
            .placement(
                new BootEntryPlacement(
                    options.has("/addlast"),
                    options.has("/d"),
                    !options.has("/c"),
                    options.value("/m").map(this::id)));
    if (options.has("/v")) {
      setup.log(spec.commandLine().getOut()::println);
    }
    setup.run();
  }

  private SlashOptions parsed() {
    try {
      return SlashOptions.parse(arguments, FLAGS, VALUED, OPTIONAL);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private Set<BootFirmware> firmware(Optional<String> text) {
    if (text.isEmpty()) {
      return Set.of();
    }
    return switch (text.get().toUpperCase(Locale.ROOT)) {
      case "BIOS" -> EnumSet.of(BootFirmware.BIOS);
      case "UEFI" -> EnumSet.of(BootFirmware.UEFI);
      case "ALL" -> EnumSet.allOf(BootFirmware.class);
      default ->
          throw new ParameterException(
              spec.commandLine(), "/f takes BIOS, UEFI or ALL, not " + text.get());
    };
  }

  private UUID id(String text) {
    Optional<WellKnownObject> known = WellKnownObject.ofAlias(text);
    if (known.isPresent()) {
      return known.get().id();
    }
    try {
      return UUID.fromString(text.replaceAll("[{}]", ""));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          spec.commandLine(), "/m takes an id such as {466f5a88-0af2-4f76-9038-095b170dc21c}", e);
    }
  }
}
