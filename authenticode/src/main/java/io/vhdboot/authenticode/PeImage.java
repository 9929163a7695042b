package io.vhdboot.authenticode;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.UnsupportedFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A program in the PE format, as far as its signatures need it. Nothing but its headers is held in
 * memory. Not for several threads at the same time.
 *
 * <pre>
 * 3C  4  where the header begins
 *        header: PE00, machine 2, sections 2, at 14h size of the optional header 2
 *        optional header: 010Bh or 020Bh for PE32+, at 3C size of headers 4, checksum 4, subsystem 2,
 *        then directories of 8 bytes each: address and size; 2 is that of resources, 4 of signatures,
 *        whose address is a place in the file
 *        sections of 40 bytes: name 8, size 4, address 4, size in the file 4, place in the file 4
 * </pre>
 *
 * <p>Sources: Microsoft's "PE Format"; "Windows Authenticode Portable Executable Signature Format".
 */
public final class PeImage {

  static final int RESOURCES = 2;
  private static final int CERTIFICATES = 4;
  private static final int PKCS_SIGNED_DATA = 2;
  private static final int MAX_CERTIFICATES = 16;
  private static final int MAX_CERTIFICATE_BYTES = 16 << 20;
  private static final int MAX_HEADERS = 16 << 20;
  private static final int CHUNK = 1 << 16;

  /** Signing fills the last 8 bytes up. */
  private static final int ALIGNMENT = 8;

  private static final int FIRMWARE_PROGRAM = 10;
  private static final int LAST_FIRMWARE_PROGRAM = 13;
  private static final int BOOT_APPLICATION = 16;

  private final BlockDevice file;
  private final byte[] headers;
  private final int header;
  private final int optional;
  private final int directories;
  private final int directoryCount;
  private final List<Section> sections = new ArrayList<>();

  /** A part of the program that the file holds. */
  private record Section(long address, long size, long place) {}

  private PeImage(BlockDevice file) throws IOException {
    this.file = file;
    byte[] start = file.size() < 0x40 ? new byte[0] : file.read(0, 0x40);
    if (start.length == 0 || start[0] != 'M' || start[1] != 'Z') {
      throw noProgram(0);
    }
    long place = LittleEndian.u32(start, 0x3C);
    if (place > MAX_HEADERS || place > file.size() - 24) {
      throw noProgram(0x3C);
    }
    header = (int) place;
    optional = header + 24;
    byte[] fileHeader = file.read(header, 24);
    if (LittleEndian.u32(fileHeader, 0) != 0x4550) {
      throw noProgram(header);
    }
    int optionalSize = LittleEndian.u16(fileHeader, 20);
    int sectionCount = LittleEndian.u16(fileHeader, 6);
    int sectionTable = optional + optionalSize;
    headers = bytes(0, sectionTable + 40L * sectionCount);
    int magic = optionalSize < 2 ? 0 : LittleEndian.u16(headers, optional);
    int fixed = magic == 0x020B ? 112 : 96;
    if (magic != 0x020B && magic != 0x010B || optionalSize < fixed) {
      throw new UnsupportedFormatException(file.name(), optional, "is no PE32 or PE32+");
    }
    directories = optional + fixed;
    directoryCount =
        (int) Math.min(LittleEndian.u32(headers, directories - 4), (optionalSize - fixed) / 8);
    readSections(sectionTable, sectionCount);
  }

  /**
   * Reads the headers of a program. Closing the device is the caller's business.
   *
   * @throws UnsupportedFormatException when it is none
   * @throws CorruptFormatException when its headers are damaged
   */
  public static PeImage open(BlockDevice file) throws IOException {
    return new PeImage(file);
  }

  /** Whether a file begins as a program does. */
  public static boolean isPresent(BlockDevice file) throws IOException {
    if (file.size() < 0x40) {
      return false;
    }
    byte[] start = file.read(0, 0x40);
    long place = LittleEndian.u32(start, 0x3C);
    return start[0] == 'M'
        && start[1] == 'Z'
        && place <= file.size() - 4
        && LittleEndian.u32(file.read(place, 4), 0) == 0x4550;
  }

  private UnsupportedFormatException noProgram(long offset) {
    return new UnsupportedFormatException(file.name(), offset, "is no program (PE)");
  }

  private void readSections(int table, int count) throws CorruptFormatException {
    for (int i = 0; i < count; i++) {
      int at = table + 40 * i;
      long size = LittleEndian.u32(headers, at + 16);
      long place = LittleEndian.u32(headers, at + 20);
      if (size > 0) {
        checkRange(place, size);
        sections.add(new Section(LittleEndian.u32(headers, at + 12), size, place));
      }
    }
    sections.sort(Comparator.comparingLong(Section::place));
  }

  private void checkRange(long offset, long length) throws CorruptFormatException {
    if (offset < 0 || length < 0 || offset > file.size() - length) {
      throw new CorruptFormatException(
          file.name(), offset, length + " bytes are wanted here, but the program is shorter");
    }
  }

  /** Reads a small part of the file. */
  byte[] bytes(long offset, long length) throws IOException {
    checkRange(offset, length);
    if (length > MAX_HEADERS) {
      throw new UnsupportedFormatException(
          file.name(),
          offset,
          "has a part of " + length + " bytes, more than any that is read whole");
    }
    return file.read(offset, (int) length);
  }

  /** What messages call the program. */
  public String name() {
    return file.name();
  }

  /** The processor it is for, as IMAGE_FILE_MACHINE numbers them: 8664h is x64. */
  public int machine() {
    return LittleEndian.u16(headers, header + 4);
  }

  /** The processor it is for, as Windows names it: {@code x64}, {@code x86}, {@code arm64}... */
  public String architecture() {
    return switch (machine()) {
      case 0x8664 -> "x64";
      case 0x014C -> "x86";
      case 0xAA64 -> "arm64";
      case 0x01C0, 0x01C2, 0x01C4 -> "arm";
      case 0x0200 -> "ia64";
      default -> String.format("machine 0x%04x", machine());
    };
  }

  /** Whether firmware starts such a program: a boot manager, or another loader. */
  public boolean isFirmwareProgram() {
    return subsystem() >= FIRMWARE_PROGRAM && subsystem() <= LAST_FIRMWARE_PROGRAM;
  }

  /** Whether the Windows Boot Manager starts such a program: the loader of a Windows. */
  public boolean isBootApplication() {
    return subsystem() == BOOT_APPLICATION;
  }

  private int subsystem() {
    return LittleEndian.u16(headers, optional + 68);
  }

  private int directory(int number) {
    return number < directoryCount ? directories + 8 * number : -1;
  }

  /** The checksum in the header; 0 where there is none. */
  public long checksum() {
    return LittleEndian.u32(headers, optional + 64);
  }

  /** The checksum that the program should have. Signatures do not cover it; drivers need it. */
  public long computedChecksum() throws IOException {
    int field = optional + 64;
    long sum = 0;
    byte[] chunk = new byte[CHUNK];
    for (long at = 0; at < file.size(); at += CHUNK) {
      int length = (int) Math.min(CHUNK, file.size() - at);
      Arrays.fill(chunk, (byte) 0);
      file.read(at, ByteBuffer.wrap(chunk, 0, length));
      for (int i = 0; i < 4; i++) {
        if (field + i >= at && field + i < at + length) {
          chunk[(int) (field + i - at)] = 0;
        }
      }
      for (int i = 0; i < length; i += 2) {
        sum += LittleEndian.u16(chunk, i);
      }
      sum = (sum & 0xFFFF) + (sum >>> 16);
    }
    sum = (sum & 0xFFFF) + (sum >>> 16);
    sum = (sum & 0xFFFF) + (sum >>> 16);
    return sum + file.size() & 0xFFFF_FFFFL;
  }

  /**
   * The digest that signatures of the program are about: of all but the checksum, the place of the
   * signatures, and the signatures.
   *
   * @throws CorruptFormatException when its sections overlap
   */
  public byte[] digest(DigestAlgorithm algorithm) throws IOException {
    MessageDigest digest = algorithm.newDigest();
    long headerSize = LittleEndian.u32(headers, optional + 60);
    int entry = directory(CERTIFICATES);
    int checksum = optional + 64;
    int afterEntry = entry < 0 ? checksum + 4 : entry + 8;
    if (headerSize < afterEntry || headerSize > file.size()) {
      throw new CorruptFormatException(
          file.name(), optional + 60, "has headers of " + headerSize + " bytes");
    }
    update(digest, 0, checksum);
    if (entry >= 0) {
      update(digest, checksum + 4, entry);
    }
    update(digest, afterEntry, headerSize);
    long hashed = headerSize;
    for (Section section : sections) {
      hashed += section.size;
      if (hashed > file.size()) {
        throw new CorruptFormatException(file.name(), section.place, "has overlapping sections");
      }
      update(digest, section.place, section.place + section.size);
    }
    long signatures = entry < 0 ? 0 : LittleEndian.u32(headers, entry + 4);
    if (hashed + signatures < file.size()) {
      update(digest, hashed, file.size() - signatures);
    }
    if (signatures == 0) {
      digest.update(new byte[(int) (-file.size() & ALIGNMENT - 1)]);
    }
    return digest.digest();
  }

  private void update(MessageDigest digest, long from, long to) throws IOException {
    for (long at = from; at < to; at += CHUNK) {
      digest.update(file.read(at, (int) Math.min(CHUNK, to - at)));
    }
  }

  /**
   * The signatures behind the program, PKCS #7 each, which may be padded at their end; {@link
   * Authenticode} verifies them. In the file: length 4, revision 2, kind 2, the signature, and
   * zeros up to a multiple of 8 bytes.
   */
  public List<byte[]> certificates() throws IOException {
    List<byte[]> found = new ArrayList<>();
    int entry = directory(CERTIFICATES);
    if (entry < 0 || LittleEndian.u32(headers, entry + 4) == 0) {
      return found;
    }
    long at = LittleEndian.u32(headers, entry);
    long end = at + LittleEndian.u32(headers, entry + 4);
    checkRange(at, end - at);
    while (at <= end - 8) {
      byte[] start = bytes(at, 8);
      long length = LittleEndian.u32(start, 0);
      if (length < 8 || length > end - at || length > MAX_CERTIFICATE_BYTES) {
        throw new CorruptFormatException(
            file.name(), at, "has a signature of " + length + " bytes");
      }
      if (found.size() == MAX_CERTIFICATES) {
        throw new CorruptFormatException(
            file.name(), at, "has more than " + MAX_CERTIFICATES + " signatures");
      }
      if (LittleEndian.u16(start, 6) == PKCS_SIGNED_DATA) {
        found.add(bytes(at + 8, length - 8));
      }
      at += length + ALIGNMENT - 1 & -ALIGNMENT;
    }
    return found;
  }

  /** The version in its resources. */
  public Optional<FileVersion> version() throws IOException {
    Optional<byte[]> resource = new PeResources(this).find(PeResources.VERSION, 1);
    return resource.flatMap(FileVersion::parse);
  }

  /** The secure version number, which boot managers of 2023 and later have. */
  public Optional<SecureVersion> secureVersion() throws IOException {
    Optional<byte[]> resource =
        new PeResources(this).find(PeResources.RAW_DATA, SecureVersion.RESOURCE);
    return resource.flatMap(SecureVersion::parse);
  }

  /** Where a directory's contents are in the file. */
  Optional<Long> directoryPlace(int number) throws DiskFormatException {
    int entry = directory(number);
    return entry < 0 || LittleEndian.u32(headers, entry + 4) == 0
        ? Optional.empty()
        : Optional.of(place(LittleEndian.u32(headers, entry)));
  }

  /** Where an address is in the file. */
  long place(long address) throws DiskFormatException {
    for (Section section : sections) {
      if (address >= section.address && address - section.address < section.size) {
        return section.place + address - section.address;
      }
    }
    throw new CorruptFormatException(
        file.name(), CorruptFormatException.NO_OFFSET, "has nothing at address " + address);
  }
}
