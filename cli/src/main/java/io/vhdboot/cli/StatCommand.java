package io.vhdboot.cli;

import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.ntfs.ExtendedAttribute;
import io.vhdboot.ntfs.SecurityDescriptorText;
import io.vhdboot.ntfs.nio.NtfsFileAttributeView;
import io.vhdboot.ntfs.nio.NtfsFileAttributes;
import io.vhdboot.ntfs.nio.NtfsFileSystemOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vhdboot stat}: all that a volume knows of a file. */
@Command(
    name = "stat",
    description = "Shows all that is known of files inside an image.",
    mixinStandardHelpOptions = true)
final class StatCommand implements Callable<Integer> {

  private static final HexFormat HEX = HexFormat.of();
  private static final long RECORD_MASK = 0xFFFF_FFFF_FFFFL;

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Parameters(paramLabel = "PATH", arity = "1..*", description = "Files; links are not followed.")
  private List<String> paths;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    List<Map<String, Object>> all = new ArrayList<>();
    NtfsFileSystemOptions options = NtfsFileSystemOptions.readOnly().withMetafiles(true);
    for (String path : paths) {
      try (FilePlace place = FilePlace.inImage(path, options)) {
        for (Path match : place.matches()) {
          all.add(facts(match));
        }
      }
    }
    if (json) {
      out.println(Json.text(all));
      return ExitCode.DONE;
    }
    boolean isFirst = true;
    for (Map<String, Object> facts : all) {
      if (!isFirst) {
        out.println();
      }
      facts.forEach((name, value) -> out.printf("%-20s %s%n", name, text(value)));
      isFirst = false;
    }
    return ExitCode.DONE;
  }

  private static String text(Object value) {
    return value instanceof List<?> list
        ? String.join(", ", list.stream().map(String::valueOf).toList())
        : String.valueOf(value);
  }

  private static Map<String, Object> facts(Path path) throws IOException {
    FileDetails file = FileDetails.of(path);
    BasicFileAttributes common = file.attributes();
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("path", path.toString());
    facts.put("kind", file.kind());
    facts.put("size", common.size());
    if (common instanceof NtfsFileAttributes attributes) {
      facts.put("allocatedSize", attributes.allocatedSize());
    }
    facts.put("attributes", file.letters().replace("-", ""));
    facts.put("attributeBits", String.format("0x%08x", file.attributeBits()));
    facts.put("created", common.creationTime().toString());
    facts.put("modified", common.lastModifiedTime().toString());
    if (common instanceof NtfsFileAttributes attributes) {
      facts.put("changed", attributes.changeTime().toString());
    }
    facts.put("accessed", common.lastAccessTime().toString());
    file.shortName().ifPresent(name -> facts.put("shortName", name));
    if (common instanceof NtfsFileAttributes attributes) {
      addNtfsFacts(path, file, attributes, facts);
    }
    return facts;
  }

  private static void addNtfsFacts(
      Path path, FileDetails file, NtfsFileAttributes attributes, Map<String, Object> facts)
      throws IOException {
    NtfsFileAttributeView view = file.view().orElseThrow();
    facts.put("record", attributes.fileId() & RECORD_MASK);
    facts.put("sequence", attributes.fileId() >>> 48);
    facts.put("names", view.names());
    if (!attributes.streams().isEmpty()) {
      facts.put(
          "streams",
          file.streams().stream()
              .map(stream -> stream.get("name") + " (" + stream.get("size") + " bytes)")
              .toList());
    }
    if (attributes.reparseTag().isPresent()) {
      facts.put("reparseTag", String.format("0x%08x", attributes.reparseTag().getAsInt()));
      if (attributes.isSymbolicLink()) {
        facts.put("target", file.target());
      }
    }
    facts.put("owner", Files.getOwner(path, LinkOption.NOFOLLOW_LINKS).getName());
    Optional<byte[]> descriptor = view.securityDescriptor();
    if (descriptor.isPresent()) {
      facts.put("security", text(descriptor.get()));
    }
    put(facts, "objectId", view.objectId());
    List<ExtendedAttribute> eas = view.extendedAttributes();
    if (!eas.isEmpty()) {
      facts.put("extendedAttributes", eas.stream().map(ExtendedAttribute::name).toList());
    }
  }

  /** A descriptor in its language, or its bytes where that has no words for it. */
  private static String text(byte[] descriptor) {
    try {
      return SecurityDescriptorText.format(descriptor);
    } catch (DiskFormatException e) {
      return HEX.formatHex(descriptor);
    }
  }

  private static void put(Map<String, Object> facts, String name, Optional<byte[]> value) {
    value.ifPresent(bytes -> facts.put(name, HEX.formatHex(bytes)));
  }
}
