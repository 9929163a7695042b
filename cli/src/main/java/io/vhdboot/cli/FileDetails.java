package io.vhdboot.cli;

import io.vhdboot.fat.nio.FatFileAttributes;
import io.vhdboot.ntfs.FileAttributes;
import io.vhdboot.ntfs.NtfsLink;
import io.vhdboot.ntfs.nio.NtfsFileAttributeView;
import io.vhdboot.ntfs.nio.NtfsFileAttributes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What commands say of a file in a volume: NTFS, or FAT, which knows less. */
final class FileDetails {

  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** The letters that Windows has for attributes. */
  private static final Map<Integer, Character> LETTERS = new LinkedHashMap<>();

  static {
    LETTERS.put(FileAttributes.DIRECTORY, 'D');
    LETTERS.put(FileAttributes.ARCHIVE, 'A');
    LETTERS.put(FileAttributes.READ_ONLY, 'R');
    LETTERS.put(FileAttributes.HIDDEN, 'H');
    LETTERS.put(FileAttributes.SYSTEM, 'S');
    LETTERS.put(FileAttributes.REPARSE_POINT, 'L');
    LETTERS.put(FileAttributes.COMPRESSED, 'C');
    LETTERS.put(FileAttributes.SPARSE, 'P');
    LETTERS.put(FileAttributes.ENCRYPTED, 'E');
    LETTERS.put(FileAttributes.OFFLINE, 'O');
    LETTERS.put(FileAttributes.NOT_CONTENT_INDEXED, 'I');
    LETTERS.put(FileAttributes.TEMPORARY, 'T');
  }

  private final Path path;
  private final Optional<NtfsFileAttributeView> view;
  private final BasicFileAttributes attributes;

  private FileDetails(Path path) throws IOException {
    this.path = path;
    this.view =
        Optional.ofNullable(
            Files.getFileAttributeView(
                path, NtfsFileAttributeView.class, LinkOption.NOFOLLOW_LINKS));
    this.attributes =
        view.isPresent()
            ? view.get().readAttributes()
            : Files.readAttributes(path, FatFileAttributes.class);
  }

  /** Reads what there is to say of a file; links are not followed. */
  static FileDetails of(Path path) throws IOException {
    return new FileDetails(path);
  }

  /** What only an NTFS volume knows of the file. */
  Optional<NtfsFileAttributeView> view() {
    return view;
  }

  BasicFileAttributes attributes() {
    return attributes;
  }

  private Optional<NtfsFileAttributes> ntfs() {
    return attributes instanceof NtfsFileAttributes ntfs ? Optional.of(ntfs) : Optional.empty();
  }

  /** The attributes' bits. */
  int attributeBits() {
    return attributes instanceof FatFileAttributes fat
        ? fat.attributes()
        : ntfs().orElseThrow().attributes();
  }

  /** The short name, where there is one beside the name. */
  Optional<String> shortName() throws IOException {
    if (attributes instanceof FatFileAttributes fat) {
      return Optional.of(fat.shortName()).filter(name -> !name.isEmpty());
    }
    return view.orElseThrow().shortName();
  }

  /** The last name of the path; a slash for the root. */
  String name() {
    return path.getFileName() == null ? "/" : path.getFileName().toString();
  }

  /** The attributes' letters, each at its place. */
  String letters() {
    StringBuilder text = new StringBuilder();
    LETTERS.forEach((bit, letter) -> text.append((attributeBits() & bit) != 0 ? letter : '-'));
    return text.toString();
  }

  /** What kind of file it is: {@code file}, {@code directory}, {@code link}, {@code junction}. */
  String kind() {
    if (attributes.isSymbolicLink()) {
      return ntfs().orElseThrow().reparseTag().orElse(0) == NtfsLink.TAG_MOUNT_POINT
          ? "junction"
          : "link";
    }
    if (attributes.isDirectory()) {
      return "directory";
    }
    return attributes.isOther() ? "other" : "file";
  }

  /** Where a link leads, as Windows writes it; empty for what is none. */
  String target() throws IOException {
    return attributes.isSymbolicLink()
        ? Files.readSymbolicLink(path).toString().replace('/', '\\')
        : "";
  }

  /** The named streams with their sizes. */
  List<Map<String, Object>> streams() throws IOException {
    List<Map<String, Object>> streams = new ArrayList<>();
    for (String stream : ntfs().map(NtfsFileAttributes::streams).orElse(List.of())) {
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("name", stream);
      facts.put("size", size(stream));
      streams.add(facts);
    }
    return streams;
  }

  private long size(String stream) throws IOException {
    Path whole = path.getFileName() == null ? path.resolve("." + ":" + stream) : sibling(stream);
    return Files.readAttributes(whole, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).size();
  }

  private Path sibling(String stream) {
    return path.resolveSibling(path.getFileName() + ":" + stream);
  }

  /** A time to the second, as people read it. */
  static String time(FileTime time) {
    return SECONDS.format(time.toInstant());
  }

  /** What a listing says of the file, for scripts. */
  Map<String, Object> brief() throws IOException {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("path", path.toString());
    facts.put("name", name());
    facts.put("kind", kind());
    facts.put("size", attributes.size());
    facts.put("attributes", letters().replace("-", ""));
    facts.put("modified", attributes.lastModifiedTime().toString());
    shortName().ifPresent(name -> facts.put("shortName", name));
    if (attributes.isSymbolicLink()) {
      facts.put("target", target());
    }
    List<Map<String, Object>> streams = streams();
    if (!streams.isEmpty()) {
      facts.put("streams", streams);
    }
    return facts;
  }
}
