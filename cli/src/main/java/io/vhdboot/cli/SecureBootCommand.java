package io.vhdboot.cli;

import io.vhdboot.authenticode.AuthenticodeSignature;
import io.vhdboot.authenticode.KnownAuthority;
import io.vhdboot.authenticode.SecureBootMachine;
import io.vhdboot.authenticode.SecureBootReport;
import io.vhdboot.authenticode.SigningCertificate;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.image.BootPrograms;
import io.vhdboot.image.ImagePath;
import io.vhdboot.image.OpenImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vhdboot secureboot}: on which machines with Secure Boot a program starts. */
@Command(
    name = "secureboot",
    description = {
      "Verifies the signatures of boot managers and loaders, and says which machines start them.",
      "Ends with 1 where one is not signed, or was changed since."
    },
    mixinStandardHelpOptions = true)
final class SecureBootCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = {
        "Such as bootmgfw.efi or stick.img@2/EFI/Boot/bootx64.efi;",
        "of a disk or volume, such as stick.img, what firmware starts from it."
      })
  private List<String> files;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    List<Map<String, Object>> all = new ArrayList<>();
    boolean isEachSigned = true;
    for (String file : files) {
      for (BootPrograms.Program program : programs(file)) {
        SecureBootReport report = program.report();
        isEachSigned &= report.signatures().stream().anyMatch(AuthenticodeSignature::isIntact);
        if (json) {
          all.add(facts(program));
        } else {
          SecureBootText.print(out, program);
        }
      }
    }
    if (json) {
      out.println(Json.text(all));
    }
    return isEachSigned ? ExitCode.DONE : ExitCode.FAILED;
  }

  /** The program that a path leads to, or those on the disk or volume that it leads to. */
  private static List<BootPrograms.Program> programs(String file) throws IOException {
    try (OpenImage image = ImagePath.of(file).open(true)) {
      if (image.path().isEmpty()) {
        List<BootPrograms.Program> found = new ArrayList<>();
        for (BootPrograms.Program program : BootPrograms.find(image.disk())) {
          found.add(new BootPrograms.Program(file + program.path(), program.report()));
        }
        if (!found.isEmpty()) {
          return found;
        }
      }
      if (isDiskOrVolume(image)) {
        throw new UnsupportedFormatException(
            file, DiskFormatException.NO_OFFSET, "holds no program that UEFI starts");
      }
      return List.of(new BootPrograms.Program(file, SecureBootReport.of(image.device())));
    }
  }

  private static boolean isDiskOrVolume(OpenImage image) {
    return image.isGoneInto() && image.path().isEmpty();
  }

  private static Map<String, Object> facts(BootPrograms.Program program) {
    SecureBootReport report = program.report();
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("file", program.path());
    facts.put("architecture", report.architecture());
    report.version().ifPresent(version -> facts.put("version", version.toString()));
    report.secureVersion().ifPresent(version -> facts.put("secureVersion", version.toString()));
    facts.put("startedByFirmware", report.isFirmwareProgram());
    facts.put("signatures", report.signatures().stream().map(SecureBootCommand::facts).toList());
    Map<String, Object> machines = new LinkedHashMap<>();
    Arrays.stream(SecureBootMachine.values())
        .forEach(machine -> machines.put(machine.toString(), report.startsOn(machine)));
    facts.put("starts", machines);
    return facts;
  }

  private static Map<String, Object> facts(AuthenticodeSignature signature) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("signer", signature.signer());
    facts.put("issuer", signature.issuer());
    signature.authority().map(KnownAuthority::toString).ifPresent(a -> facts.put("authority", a));
    facts.put("digestAlgorithm", signature.digestAlgorithm());
    facts.put("digestRight", signature.isDigestRight());
    facts.put("signatureRight", signature.isSignatureRight());
    facts.put("nested", signature.isNested());
    signature.timestamp().ifPresent(time -> facts.put("timestamp", time.toString()));
    facts.put(
        "certificates", signature.chain().stream().map(SigningCertificate::fingerprint).toList());
    return facts;
  }
}
