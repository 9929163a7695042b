package io.vhdboot.cli;

import io.vhdboot.disk.FileTime100ns;
import io.vhdboot.wim.WimEntry;
import io.vhdboot.wim.WimFile;
import io.vhdboot.wim.WimImageInfo;
import io.vhdboot.wim.WimInode;
import io.vhdboot.wim.WimStream;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What is known of a WIM, its images and their files, as it is shown and written to JSON. */
final class WimFacts {

  private WimFacts() {}

  /** Of the file as a whole. */
  static Map<String, Object> of(WimFile wim) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("file", wim.name());
    facts.put("size", wim.size());
    facts.put("version", String.format("0x%x", wim.version()));
    facts.put("compression", wim.compression().toString());
    facts.put("chunkSize", wim.chunkSize());
    facts.put("guid", wim.guid().toString());
    facts.put("imageCount", wim.images().size());
    facts.put("bootIndex", wim.bootIndex());
    facts.put("integrityTable", wim.hasIntegrityTable());
    facts.put("parts", wim.partCount());
    facts.put("pipable", wim.isPipable());
    facts.put("encrypted", wim.isEncrypted());
    return facts;
  }

  /** Of an image, from the XML data. */
  static Map<String, Object> of(WimImageInfo image) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("index", image.index());
    facts.put("name", image.name());
    put(facts, "description", image.description());
    put(facts, "displayName", image.displayName());
    put(facts, "edition", image.editionId().or(image::flags));
    put(facts, "architecture", image.architecture());
    put(facts, "windows", image.version());
    put(facts, "installationType", image.installationType());
    put(facts, "defaultLanguage", image.defaultLanguage());
    if (!image.languages().isEmpty()) {
      facts.put("languages", image.languages());
    }
    image.directoryCount().ifPresent(count -> facts.put("directories", count));
    image.fileCount().ifPresent(count -> facts.put("files", count));
    image.totalBytes().ifPresent(count -> facts.put("totalBytes", count));
    image.hardLinkBytes().ifPresent(count -> facts.put("hardLinkBytes", count));
    image.creationTime().ifPresent(time -> facts.put("created", time(time)));
    image.lastModificationTime().ifPresent(time -> facts.put("modified", time(time)));
    return facts;
  }

  /** Of a file in an image. */
  static Map<String, Object> of(WimEntry entry) {
    WimInode inode = entry.inode();
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("path", entry.path());
    put(facts, "shortName", entry.shortName());
    facts.put("attributes", String.format("0x%x", inode.attributes()));
    facts.put("size", inode.data().map(WimStream::size).orElse(0L));
    inode.data().ifPresent(data -> facts.put("sha1", data.sha1().toString()));
    facts.put("created", time(inode.creationTime()));
    facts.put("modified", time(inode.lastWriteTime()));
    facts.put("accessed", time(inode.lastAccessTime()));
    facts.put("securityId", inode.securityId());
    facts.put("links", inode.linkCount());
    if (inode.isReparsePoint()) {
      facts.put("reparseTag", String.format("0x%08x", inode.reparseTag()));
    }
    if (!inode.namedStreams().isEmpty()) {
      facts.put("streams", inode.namedStreams().stream().map(WimStream::name).toList());
    }
    return facts;
  }

  private static void put(Map<String, Object> facts, String name, Optional<String> value) {
    value.ifPresent(text -> facts.put(name, text));
  }

  private static String time(long fileTime) {
    return FileTime100ns.toInstant(fileTime).truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
