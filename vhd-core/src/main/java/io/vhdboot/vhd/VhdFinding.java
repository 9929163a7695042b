package io.vhdboot.vhd;

/**
 * Something that is not as it should be in a VHD file.
 *
 * @param kind what it is
 * @param offset where it is in the file, in bytes; -1 when it concerns the file as a whole
 * @param text what was found, a sentence for people without a full stop
 */
public record VhdFinding(Kind kind, long offset, String text) {

  /** What can be found, and what repairing makes of it. */
  public enum Kind {
    /** The footer at the end is missing or damaged; it is written again. */
    FOOTER,
    /** The copy of the footer at the beginning is another; it is written again. */
    FOOTER_COPY,
    /** The checksum of the footer or header is wrong and nothing else; it is put right. */
    CHECKSUM,
    /** A block is not in the file at all; it is taken out of the table, its content is lost. */
    BLOCK_OUTSIDE,
    /** The file ends within a block; what is there is kept, the rest becomes zeros. */
    BLOCK_CUT_SHORT,
    /** A block lies over the file's own structures; it is taken out of the table. */
    BLOCK_OVER_STRUCTURE,
    /** Two blocks share room; the later one gets a copy of its own. */
    BLOCKS_OVERLAP,
    /** A dynamic disk's sectors hold data which their bitmap says are zero; they become zero. */
    BITMAP,
    /** Room in the file that nothing uses; blocks move there and the file becomes smaller. */
    LEAK,
    /** The parent is missing, changed or damaged; nothing is repaired. */
    PARENT,
    /** The file ends before its disk does; nothing is repaired. */
    CUT_SHORT,
    /** A virtual machine's saved state belongs to the disk; nothing is repaired. */
    SAVED_STATE;

    /** Whether repairing does something about it. */
    public boolean isRepairable() {
      return this != PARENT && this != CUT_SHORT && this != SAVED_STATE;
    }

    /** Whether it is damage, and not merely wasteful or worth knowing. */
    public boolean isDamage() {
      return this != LEAK && this != SAVED_STATE;
    }
  }

  @Override
  public String toString() {
    return offset < 0 ? text : text + String.format(" (at byte 0x%x)", offset);
  }
}
