package io.vhdboot.vhdx;

/**
 * An entry of the {@link BlockAllocationTable} ([MS-VHDX] 2.5.1), a 64-bit number:
 *
 * <pre>
 * bits 0-2    {@link PayloadState state}
 * bits 3-19   0
 * bits 20-63  where the block is, in MiB; so that without the low bits it is the position in bytes
 * </pre>
 *
 * <p>Of a sector bitmap block the state is 0 (not present) or 6 (present).
 */
final class BatEntry {

  static final int SIZE = 8;

  /** An entry of zeros: a block that is not present. */
  static final long NONE = 0;

  private static final int STATE_MASK = 7;
  private static final int DRAFT_UNMAPPED = 5;

  private BatEntry() {}

  static long of(PayloadState state, long position) {
    return position | state.code();
  }

  /** The entry of a sector bitmap block that is present. */
  static long ofBitmap(long position) {
    return of(PayloadState.FULLY_PRESENT, position);
  }

  static boolean isBitmapPresent(long entry) {
    return (entry & STATE_MASK) == PayloadState.FULLY_PRESENT.code();
  }

  /** The state; 4 is reserved and null. */
  static PayloadState state(long entry) {
    return switch ((int) entry & STATE_MASK) {
      case 0 -> PayloadState.NOT_PRESENT;
      case 1 -> PayloadState.UNDEFINED;
      case 2 -> PayloadState.ZERO;
      // The draft 0.95 had 5 for it, which QEMU still reads.
      case 3, DRAFT_UNMAPPED -> PayloadState.UNMAPPED;
      case 6 -> PayloadState.FULLY_PRESENT;
      case 7 -> PayloadState.PARTIALLY_PRESENT;
      default -> null;
    };
  }

  /** Whether the block is stored, wholly or in part. */
  static boolean isStored(long entry) {
    return (entry & STATE_MASK) >= PayloadState.FULLY_PRESENT.code();
  }

  /** The same with the block elsewhere. */
  static long moved(long entry, long position) {
    return position | entry & STATE_MASK;
  }

  static boolean hasReservedBits(long entry) {
    return (entry & BlockFormat.MIB - 1 & ~STATE_MASK) != 0;
  }

  static long withoutReserved(long entry) {
    return moved(entry, position(entry));
  }

  /** Where the block is in the file, in bytes; says something only when it is stored. */
  static long position(long entry) {
    return entry & -BlockFormat.MIB;
  }
}
