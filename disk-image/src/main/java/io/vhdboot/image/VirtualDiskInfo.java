package io.vhdboot.image;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * What a file with a virtual disk says of itself, and of its parents as far as they are found.
 *
 * @param file the file's name
 * @param format the format
 * @param kind how it stores the disk
 * @param diskSize the disk's size in bytes
 * @param fileSize the file's size in bytes
 * @param blockSize bytes per block of a dynamic or differencing one
 * @param blockCount the blocks that the disk has, present or not
 * @param presentBlocks the blocks that are in the file
 * @param uniqueId the file's identifier, where the format has one
 * @param parent the parent, where there is one and it is found
 * @param others what the format tells beyond that, by name, for people
 * @param findings what is wrong with the file, a sentence each, for people
 */
public record VirtualDiskInfo(
    String file,
    VirtualDiskFormat format,
    VirtualDiskKind kind,
    long diskSize,
    long fileSize,
    OptionalLong blockSize,
    long blockCount,
    long presentBlocks,
    Optional<UUID> uniqueId,
    Optional<VirtualDiskInfo> parent,
    Map<String, Object> others,
    List<String> findings) {

  /** Takes copies. */
  public VirtualDiskInfo {
    others = Collections.unmodifiableMap(new LinkedHashMap<>(others));
    findings = List.copyOf(findings);
  }

  /** All of it as a tree of maps, lists, texts and numbers, ready for JSON. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("file", file);
    map.put("format", format.toString());
    map.put("type", kind.toString());
    map.put("diskSize", diskSize);
    map.put("fileSize", fileSize);
    if (blockSize.isPresent()) {
      map.put("blockSize", blockSize.getAsLong());
      map.put("blocks", blockCount);
      map.put("blocksPresent", presentBlocks);
    }
    uniqueId.ifPresent(id -> map.put("uniqueId", id.toString()));
    map.putAll(others);
    if (!findings.isEmpty()) {
      map.put("findings", findings);
    }
    parent.ifPresent(info -> map.put("parent", info.toMap()));
    return map;
  }
}
