package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;

/**
 * The value of $STANDARD_INFORMATION:
 *
 * <pre>
 * 00  8  created
 * 08  8  modified
 * 10  8  record changed
 * 18  8  accessed
 * 20  4  file attributes; the directory bit is never stored here
 * 24 12  version fields and class id, 0
 * 30  4  owner id, 0 unless quotas are on
 * 34  4  security id, which finds the descriptor in $Secure
 * 38  8  quota charged
 * 40  8  update sequence number of the change journal
 * </pre>
 *
 * Records that carry their own $SECURITY_DESCRIPTOR have the first 48 bytes only.
 *
 * @param created when the file was created, as a file time
 * @param modified when its content was modified
 * @param changed when its record was changed
 * @param accessed when it was last read
 * @param attributes the file attributes
 * @param ownerId the owner id
 * @param securityId the security id, or 0 in the short form
 * @param quotaCharged the bytes charged to the owner
 * @param usn the change journal's number
 * @param isLong whether it has all 72 bytes
 */
record StandardInformation(
    long created,
    long modified,
    long changed,
    long accessed,
    int attributes,
    int ownerId,
    int securityId,
    long quotaCharged,
    long usn,
    boolean isLong) {

  static final int SHORT_SIZE = 48;
  static final int LONG_SIZE = 72;

  /** What a builder writes: the short form when there is no security id. */
  static StandardInformation of(FileMetadata metadata, int attributes, int securityId) {
    return new StandardInformation(
        metadata.created(),
        metadata.modified(),
        metadata.changed(),
        metadata.accessed(),
        attributes,
        0,
        securityId,
        0,
        0,
        securityId != 0);
  }

  /**
   * Reads the value that lies between two offsets.
   *
   * @throws CorruptFormatException when it is too short
   */
  static StandardInformation get(byte[] bytes, int offset, int limit, String source)
      throws CorruptFormatException {
    if (limit - offset < SHORT_SIZE) {
      throw new CorruptFormatException(
          source, offset, "$STANDARD_INFORMATION of " + (limit - offset) + " bytes is too short");
    }
    boolean isLong = limit - offset >= LONG_SIZE;
    return new StandardInformation(
        LittleEndian.i64(bytes, offset),
        LittleEndian.i64(bytes, offset + 0x08),
        LittleEndian.i64(bytes, offset + 0x10),
        LittleEndian.i64(bytes, offset + 0x18),
        LittleEndian.i32(bytes, offset + 0x20),
        isLong ? LittleEndian.i32(bytes, offset + 0x30) : 0,
        isLong ? LittleEndian.i32(bytes, offset + 0x34) : 0,
        isLong ? LittleEndian.i64(bytes, offset + 0x38) : 0,
        isLong ? LittleEndian.i64(bytes, offset + 0x40) : 0,
        isLong);
  }

  /** The same with other times of change. */
  StandardInformation withChange(long newModified, long newChanged) {
    return withTimes(created, newModified, newChanged, accessed);
  }

  /** The same with other times. */
  StandardInformation withTimes(
      long newCreated, long newModified, long newChanged, long newAccessed) {
    return new StandardInformation(
        newCreated,
        newModified,
        newChanged,
        newAccessed,
        attributes,
        ownerId,
        securityId,
        quotaCharged,
        usn,
        isLong);
  }

  /** The same with other attributes. */
  StandardInformation withAttributes(int newAttributes) {
    return new StandardInformation(
        created,
        modified,
        changed,
        accessed,
        newAttributes,
        ownerId,
        securityId,
        quotaCharged,
        usn,
        isLong);
  }

  /** The same in the long form, with another descriptor in $Secure. */
  StandardInformation withSecurityId(int newSecurityId) {
    return new StandardInformation(
        created,
        modified,
        changed,
        accessed,
        attributes,
        ownerId,
        newSecurityId,
        quotaCharged,
        usn,
        true);
  }

  /** Bytes that the value takes. */
  int size() {
    return isLong ? LONG_SIZE : SHORT_SIZE;
  }

  void put(byte[] bytes, int offset) {
    LittleEndian.put64(bytes, offset, created);
    LittleEndian.put64(bytes, offset + 0x08, modified);
    LittleEndian.put64(bytes, offset + 0x10, changed);
    LittleEndian.put64(bytes, offset + 0x18, accessed);
    LittleEndian.put32(bytes, offset + 0x20, attributes);
    LittleEndian.put32(bytes, offset + 0x24, 0);
    LittleEndian.put64(bytes, offset + 0x28, 0);
    if (isLong) {
      LittleEndian.put32(bytes, offset + 0x30, ownerId);
      LittleEndian.put32(bytes, offset + 0x34, securityId);
      LittleEndian.put64(bytes, offset + 0x38, quotaCharged);
      LittleEndian.put64(bytes, offset + 0x40, usn);
    }
  }
}
