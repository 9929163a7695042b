package io.vhdboot.hive;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.FileTime100ns;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.UnsupportedFormatException;
import java.time.Instant;

/**
 * The first 4096 bytes of a hive, of which a transaction log has the first 512 (or as many as its
 * clustering factor says):
 *
 * <pre>
 * 000    4  "regf"
 * 004    4  primary sequence number, counted up before a write
 * 008    4  secondary sequence number, made equal after it
 * 00C    8  time of the last write
 * 014    4  major version, 1
 * 018    4  minor version, 3 to 6
 * 01C    4  0 hive, 1 or 2 old log, 6 new log
 * 020    4  format, 1
 * 024    4  offset of the root key, from the first bin
 * 028    4  size of all bins, a multiple of 4096
 * 02C    4  clustering factor, 1
 * 030   64  end of the file's path, not significant
 * 1FC    4  checksum: XOR of the 127 dwords before it; 0 is stored as 1, FFFFFFFFh as FFFFFFFEh
 * </pre>
 *
 * <p>Facts: msuhanov/regf, "Windows registry file format specification". All else in the block
 * (GUIDs of the transaction manager, flags) is kept as it was.
 */
final class BaseBlock {

  static final int SIZE = 4096;
  static final int LOG_SIZE = 512;
  static final int TYPE_HIVE = 0;
  static final int TYPE_OLD_LOG = 1;
  static final int TYPE_NEW_LOG = 6;
  static final int MIN_MINOR = 3;
  static final int MAX_MINOR = 6;

  /** The version from which data over {@link BigData#SEGMENT_SIZE} bytes lies in segments. */
  static final int MINOR_BIG_DATA = 4;

  /** The version from which subkey lists hold hashes. */
  static final int MINOR_HASH_LISTS = 5;

  private static final int SIGNATURE = 0x66676572;
  private static final int PRIMARY_SEQUENCE = 0x004;
  private static final int SECONDARY_SEQUENCE = 0x008;
  private static final int TIME = 0x00C;
  private static final int MAJOR = 0x014;
  private static final int MINOR = 0x018;
  private static final int TYPE = 0x01C;
  private static final int FORMAT = 0x020;
  private static final int ROOT = 0x024;
  private static final int BINS_SIZE = 0x028;
  private static final int CLUSTERING = 0x02C;
  private static final int CHECKSUM = 0x1FC;

  private final byte[] bytes;

  private BaseBlock(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The block of a new, clean hive. */
  static BaseBlock create(int minor, Instant time) {
    BaseBlock block = new BaseBlock(new byte[SIZE]);
    LittleEndian.put32(block.bytes, 0, SIGNATURE);
    block.setSequence(1);
    block.setTime(time);
    LittleEndian.put32(block.bytes, MAJOR, 1);
    LittleEndian.put32(block.bytes, MINOR, minor);
    LittleEndian.put32(block.bytes, FORMAT, 1);
    LittleEndian.put32(block.bytes, CLUSTERING, 1);
    return block;
  }

  /** Takes the bytes of a block, unchecked. */
  static BaseBlock of(byte[] bytes) {
    return new BaseBlock(bytes.clone());
  }

  /** Whether this is a base block whose checksum holds. */
  boolean isSound() {
    return hasSignature() && LittleEndian.i32(bytes, CHECKSUM) == checksum();
  }

  boolean hasSignature() {
    return LittleEndian.i32(bytes, 0) == SIGNATURE;
  }

  /** Throws unless the block says that a hive follows that this library can read. */
  void check(String source) throws CorruptFormatException, UnsupportedFormatException {
    if (!hasSignature()) {
      throw new CorruptFormatException(source, 0, "a hive begins with \"regf\"");
    }
    int stored = LittleEndian.i32(bytes, CHECKSUM);
    if (stored != checksum()) {
      throw new CorruptFormatException(
          source,
          CHECKSUM,
          String.format("the base block's checksum is %08xh, not %08xh", checksum(), stored));
    }
    if (type() != TYPE_HIVE) {
      throw new CorruptFormatException(
          source, TYPE, "a hive has file type 0, not " + type() + " (a transaction log?)");
    }
    long major = LittleEndian.u32(bytes, MAJOR);
    long minor = LittleEndian.u32(bytes, MINOR);
    if (major != 1 || minor < MIN_MINOR || minor > MAX_MINOR) {
      throw new UnsupportedFormatException(
          source, MAJOR, "hive version " + major + "." + minor + "; 1.3 to 1.6 are known");
    }
    if (LittleEndian.i32(bytes, FORMAT) != 1) {
      throw new UnsupportedFormatException(
          source, FORMAT, "hive format " + LittleEndian.u32(bytes, FORMAT) + "; 1 is known");
    }
  }

  int type() {
    return LittleEndian.i32(bytes, TYPE);
  }

  void setType(int type) {
    LittleEndian.put32(bytes, TYPE, type);
  }

  int minor() {
    return LittleEndian.i32(bytes, MINOR);
  }

  boolean hasEqualSequences() {
    return primarySequence() == secondarySequence();
  }

  int primarySequence() {
    return LittleEndian.i32(bytes, PRIMARY_SEQUENCE);
  }

  int secondarySequence() {
    return LittleEndian.i32(bytes, SECONDARY_SEQUENCE);
  }

  void setSequence(int sequence) {
    setSequences(sequence, sequence);
  }

  void setSequences(int primary, int secondary) {
    LittleEndian.put32(bytes, PRIMARY_SEQUENCE, primary);
    LittleEndian.put32(bytes, SECONDARY_SEQUENCE, secondary);
  }

  long time() {
    return LittleEndian.i64(bytes, TIME);
  }

  void setTime(Instant time) {
    LittleEndian.put64(bytes, TIME, FileTime100ns.of(time));
  }

  long root() {
    return LittleEndian.u32(bytes, ROOT);
  }

  void setRoot(int offset) {
    LittleEndian.put32(bytes, ROOT, offset);
  }

  long binsSize() {
    return LittleEndian.u32(bytes, BINS_SIZE);
  }

  void setBinsSize(int size) {
    LittleEndian.put32(bytes, BINS_SIZE, size);
  }

  long clustering() {
    return LittleEndian.u32(bytes, CLUSTERING);
  }

  /** The block with its checksum set. */
  byte[] toBytes() {
    LittleEndian.put32(bytes, CHECKSUM, checksum());
    return bytes.clone();
  }

  private int checksum() {
    int sum = 0;
    for (int i = 0; i < CHECKSUM; i += Integer.BYTES) {
      sum ^= LittleEndian.i32(bytes, i);
    }
    return sum == -1 ? -2 : sum == 0 ? 1 : sum;
  }
}
