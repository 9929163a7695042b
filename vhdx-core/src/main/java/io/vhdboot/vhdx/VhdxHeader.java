package io.vhdboot.vhdx;

import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.WindowsGuid;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/**
 * One of the two headers ([MS-VHDX] 2.2.2), 4 KiB:
 *
 * <pre>
 * 00   4  "head"
 * 04   4  {@link VhdxChecksum checksum}
 * 08   8  sequence number: of two valid headers the greater one counts
 * 10  16  FileWriteGuid, new in every session that changes the file
 * 20  16  DataWriteGuid, new in every session that changes what the disk reads as
 * 30  16  LogGuid, of the entries in the log that count; 0 when there are none
 * 40   2  version of the log, 0
 * 42   2  version of the format, 1
 * 44   4  bytes of the log
 * 48   8  where the log is
 * </pre>
 *
 * @param sequenceNumber the sequence number
 * @param fileWriteId the FileWriteGuid
 * @param dataWriteId the DataWriteGuid
 * @param logId the LogGuid
 * @param logVersion the version of the log
 * @param version the version of the format
 * @param logLength bytes of the log
 * @param logOffset where the log is
 */
record VhdxHeader(
    long sequenceNumber,
    UUID fileWriteId,
    UUID dataWriteId,
    UUID logId,
    int logVersion,
    int version,
    long logLength,
    long logOffset) {

  static final int SIZE = 4096;

  /** The LogGuid of a log without entries. */
  static final UUID NO_LOG = new UUID(0, 0);

  static final int VERSION = 1;

  private static final byte[] SIGNATURE = "head".getBytes(StandardCharsets.US_ASCII);

  /** Reads a header; empty when the signature or the checksum is wrong. */
  static Optional<VhdxHeader> get(byte[] bytes) {
    if (!Arrays.equals(bytes, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length)
        || !VhdxChecksum.isRight(bytes)) {
      return Optional.empty();
    }
    return Optional.of(
        new VhdxHeader(
            LittleEndian.i64(bytes, 0x08),
            WindowsGuid.get(bytes, 0x10),
            WindowsGuid.get(bytes, 0x20),
            WindowsGuid.get(bytes, 0x30),
            LittleEndian.u16(bytes, 0x40),
            LittleEndian.u16(bytes, 0x42),
            LittleEndian.u32(bytes, 0x44),
            LittleEndian.i64(bytes, 0x48)));
  }

  byte[] toBytes() {
    byte[] bytes = Arrays.copyOf(SIGNATURE, SIZE);
    LittleEndian.put64(bytes, 0x08, sequenceNumber);
    WindowsGuid.put(bytes, 0x10, fileWriteId);
    WindowsGuid.put(bytes, 0x20, dataWriteId);
    WindowsGuid.put(bytes, 0x30, logId);
    LittleEndian.put16(bytes, 0x40, logVersion);
    LittleEndian.put16(bytes, 0x42, version);
    LittleEndian.put32(bytes, 0x44, logLength);
    LittleEndian.put64(bytes, 0x48, logOffset);
    VhdxChecksum.seal(bytes);
    return bytes;
  }

  boolean hasLog() {
    return !logId.equals(NO_LOG);
  }

  VhdxHeader withSequenceNumber(long number) {
    return new VhdxHeader(
        number, fileWriteId, dataWriteId, logId, logVersion, version, logLength, logOffset);
  }

  VhdxHeader withFileWriteId(UUID id) {
    return new VhdxHeader(
        sequenceNumber, id, dataWriteId, logId, logVersion, version, logLength, logOffset);
  }

  VhdxHeader withDataWriteId(UUID id) {
    return new VhdxHeader(
        sequenceNumber, fileWriteId, id, logId, logVersion, version, logLength, logOffset);
  }

  /** The same with another log, whose version becomes that of what we write. */
  VhdxHeader withLogId(UUID id) {
    return new VhdxHeader(
        sequenceNumber, fileWriteId, dataWriteId, id, 0, version, logLength, logOffset);
  }
}
