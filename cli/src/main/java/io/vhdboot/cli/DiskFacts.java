package io.vhdboot.cli;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.FreeExtent;
import io.vhdboot.disk.Partition;
import io.vhdboot.disk.PartitionEditor;
import io.vhdboot.disk.PartitionRole;
import io.vhdboot.disk.WindowsGuid;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Shows a partition table: for people as a listing, for scripts as a tree. */
final class DiskFacts {

  private DiskFacts() {}

  /** Everything, for scripts. */
  static Map<String, Object> tree(BlockDevice disk, PartitionEditor table) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("disk", disk.name());
    facts.put("size", disk.size());
    facts.put("table", table.kind().toString());
    facts.put("sectorSize", table.sectorSize());
    facts.put("id", id(table));
    facts.put("partitions", table.partitions().stream().map(DiskFacts::tree).toList());
    facts.put("free", free(table));
    facts.put("findings", table.findings());
    return facts;
  }

  private static Map<String, Object> tree(Partition partition) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("number", partition.number());
    facts.put("role", partition.role().toString().toLowerCase(Locale.ROOT));
    facts.put("offset", partition.offset());
    facts.put("length", partition.length());
    facts.put("type", type(partition));
    facts.put("typeName", partition.type().name());
    facts.put("active", partition.active());
    if (partition.guid().isPresent()) {
      facts.put("guid", partition.guid().get().toString());
      facts.put("name", partition.name());
      facts.put("attributes", String.format("0x%016x", partition.attributes()));
    }
    return facts;
  }

  private static String type(Partition partition) {
    return partition.guid().isPresent()
        ? partition.type().gptType().orElseThrow().toString()
        : String.format("%02x", partition.type().mbrType());
  }

  private static List<Map<String, Object>> free(PartitionEditor table) {
    List<Map<String, Object>> free = new ArrayList<>();
    for (PartitionRole role : List.of(PartitionRole.PRIMARY, PartitionRole.LOGICAL)) {
      for (FreeExtent extent : table.freeExtents(role)) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("role", role.toString().toLowerCase(Locale.ROOT));
        facts.put("offset", extent.offset());
        facts.put("length", extent.length());
        free.add(facts);
      }
    }
    return free;
  }

  /** The disk signature, or the GUID of the disk. */
  static String id(PartitionEditor table) {
    return table
        .diskGuid()
        .map(WindowsGuid::toString)
        .orElseGet(() -> String.format("%08x", table.diskSignature().orElseThrow()));
  }

  /** A listing, for people; offsets and lengths are bytes. */
  static void print(PrintWriter out, BlockDevice disk, PartitionEditor table) {
    out.printf(
        Locale.ROOT,
        "%s: %d bytes, %s, sectors of %d bytes, id %s%n",
        disk.name(),
        disk.size(),
        table.kind(),
        table.sectorSize(),
        id(table));
    if (!table.partitions().isEmpty()) {
      out.printf(Locale.ROOT, "%4s %-8s %16s %16s  %s%n", "no", "role", "offset", "length", "type");
    }
    for (Partition partition : table.partitions()) {
      out.printf(
          Locale.ROOT,
          "%4d %-8s %16d %16d  %s%s%s%n",
          partition.number(),
          partition.role().toString().toLowerCase(Locale.ROOT),
          partition.offset(),
          partition.length(),
          partition.typeName(),
          partition.active() ? ", active" : "",
          partition.name().isEmpty() ? "" : " \"" + partition.name() + "\"");
    }
    for (String finding : table.findings()) {
      out.println("finding: " + finding);
    }
  }
}
