package io.vhdboot.vhdx;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.DiskFormatException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What is wrong with a VHDX.
 *
 * @param problems what is wrong, in the order of the file
 * @param logDirty whether the log holds changes that are not in their place yet, which is no fault
 * @param leakedBytes room in the file that nothing uses, which is no fault either
 */
public record VhdxCheck(List<Problem> problems, boolean logDirty, long leakedBytes) {

  /** Takes a copy. */
  public VhdxCheck {
    problems = List.copyOf(problems);
  }

  /** What of a file is wrong. */
  public enum Part {
    /** Headers, region tables, metadata. */
    STRUCTURES,
    /** The log. */
    LOG,
    /** An entry of the block allocation table. */
    TABLE
  }

  /** What can be done about a problem. */
  public enum Remedy {
    /** It can be repaired and nothing is lost. */
    REPAIR,
    /** It can be repaired; what the damaged place stood for is lost. */
    LOSS,
    /** It cannot be repaired. */
    NONE
  }

  /**
   * Something that is wrong.
   *
   * @param part where it is
   * @param description a sentence for people, without a full stop
   * @param remedy what can be done about it
   */
  public record Problem(Part part, String description, Remedy remedy) {}

  /** Whether nothing is wrong. */
  public boolean isClean() {
    return problems.isEmpty();
  }

  static VhdxCheck of(BlockDevice file) throws IOException {
    List<Problem> problems = new ArrayList<>();
    VhdxStructures structures;
    try {
      structures = VhdxStructures.read(file);
    } catch (DiskFormatException e) {
      try {
        structures = VhdxStructures.readWithoutLog(file);
        problems.add(
            new Problem(Part.LOG, e.getMessage() + "; what is in the log is lost", Remedy.LOSS));
      } catch (DiskFormatException worse) {
        return new VhdxCheck(
            List.of(new Problem(Part.STRUCTURES, worse.getMessage(), Remedy.NONE)), false, 0);
      }
    }
    structures
        .findings()
        .forEach(text -> problems.add(new Problem(Part.STRUCTURES, text, Remedy.REPAIR)));
    FileMap map = structures.fixedParts();
    forEachBadEntry(structures, map, (index, block, entry, fault) -> problems.add(fault.problem()));
    long end = Math.max(map.end(), structures.view().size());
    return new VhdxCheck(problems, structures.replay().isPresent(), end - map.usedBytes());
  }

  /** What is wrong with an entry of the table. */
  enum Kind {
    /** It names no place that can be. */
    IMPOSSIBLE,
    /** It names a place that something else has. */
    OVERLAP,
    /** It is one of a sector bitmap in a disk that has none. */
    STRAY_BITMAP,
    /** It has bits that are reserved. */
    RESERVED_BITS
  }

  /** A fault of an entry and the problem that it is for people. */
  record Fault(Kind kind, Problem problem) {}

  /** Is told of each entry of the table that is wrong. */
  interface FaultVisitor {

    /** An entry and its fault. */
    void visit(int index, int block, long entry, Fault fault) throws IOException;
  }

  /** Judges all entries of the table; those that are right are taken in the map. */
  static void forEachBadEntry(VhdxStructures structures, FileMap map, FaultVisitor visitor)
      throws IOException {
    FileMap parts = structures.fixedParts();
    structures.forEachEntry(
        (index, block, entry) -> {
          String impossible = structures.problemOf(block, entry);
          if (impossible == null
              && !parts.isFree(BatEntry.position(entry), structures.storedSize(block, entry))) {
            impossible = VhdxStructures.nameOf(block) + " is where the file's own structures are";
          }
          long size = impossible == null ? structures.storedSize(block, entry) : 0;
          Fault fault = null;
          if (impossible != null) {
            fault = fault(Kind.IMPOSSIBLE, impossible, Remedy.LOSS);
          } else if (size > 0 && !map.take(BatEntry.position(entry), size)) {
            String text = VhdxStructures.nameOf(block) + " is where something else is";
            fault = fault(Kind.OVERLAP, text, Remedy.LOSS);
          } else if (block < 0 && !structures.isDifferencing() && entry != BatEntry.NONE) {
            // Written by QEMU up to 8.0, which moved entries by one when it logged them.
            String text = "there is a sector bitmap, though the disk has no parent";
            fault = fault(Kind.STRAY_BITMAP, text, Remedy.REPAIR);
          } else if (BatEntry.hasReservedBits(entry)) {
            String text = VhdxStructures.nameOf(block) + " has reserved bits set";
            fault = fault(Kind.RESERVED_BITS, text, Remedy.REPAIR);
          }
          if (fault != null) {
            visitor.visit(index, block, entry, fault);
          }
        });
  }

  private static Fault fault(Kind kind, String text, Remedy remedy) {
    return new Fault(kind, new Problem(Part.TABLE, "the table says that " + text, remedy));
  }
}
