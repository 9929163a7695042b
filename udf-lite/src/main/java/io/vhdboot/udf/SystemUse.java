package io.vhdboot.udf;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.LittleEndian;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/**
 * What Rock Ridge says of a file in the bytes for system use behind its directory record: entries
 * of 2 letters, length (1), version (1) and data:
 *
 * <pre>
 * SP  in the root's own record: BEh, EFh, bytes to leave out in every record
 * CE  goes on elsewhere: block, offset, length, each 8 bytes in both byte orders
 * NM  a part of the name behind a byte of flags, whose lowest bit tells that another follows
 * SL  a part of the target of a symbolic link, likewise; components of flags, length and text
 * TF  times behind a byte of flags
 * CL  the directory is elsewhere, at this block, since it lies too deep
 * RE  a directory that only is here because it lies too deep where it belongs
 * </pre>
 *
 * <p>Source: IEEE P1281 and P1282.
 */
final class SystemUse {

  private static final int MAX_CONTINUATIONS = 64;
  private static final int MAX_CONTINUATION_SIZE = 1 << 16;
  private static final int GOES_ON = 1;

  private final ByteArrayOutputStream name = new ByteArrayOutputStream();
  private final StringBuilder link = new StringBuilder();
  private boolean hasName;
  private boolean hasLink;
  private boolean componentGoesOn;
  private long relocatedTo = -1;
  private boolean isRelocated;
  private Optional<Instant> modified = Optional.empty();

  private SystemUse() {}

  /** How many bytes to leave out, or -1 where the root's own record tells of no Rock Ridge. */
  static int skip(DirectoryRecord root) {
    byte[] bytes = root.bytes();
    // A CD-ROM XA record of 14 bytes may stand before.
    for (int at : new int[] {root.systemUseOffset(), root.systemUseOffset() + 14}) {
      if (at + 7 <= bytes.length
          && bytes[at] == 'S'
          && bytes[at + 1] == 'P'
          && (bytes[at + 4] & 0xFF) == 0xBE
          && (bytes[at + 5] & 0xFF) == 0xEF) {
        return bytes[at + 6] & 0xFF;
      }
    }
    return -1;
  }

  /**
   * Reads what a record says; damaged entries end it.
   *
   * @param skip the bytes to leave out
   */
  static SystemUse read(BlockDevice device, DirectoryRecord record, int skip) throws IOException {
    SystemUse use = new SystemUse();
    byte[] bytes = record.bytes();
    int at = Math.min(bytes.length, record.systemUseOffset() + skip);
    for (int i = 0; i < MAX_CONTINUATIONS && bytes != null; i++) {
      bytes = use.addAll(device, bytes, at);
      at = 0;
    }
    return use;
  }

  /** Reads the entries of an area; gives the area that it goes on in, or null. */
  private byte[] addAll(BlockDevice device, byte[] bytes, int from) throws IOException {
    byte[] next = null;
    int at = from;
    while (at + 4 <= bytes.length) {
      int length = bytes[at + 2] & 0xFF;
      if (length < 4 || length > bytes.length - at) {
        break;
      }
      int end = at + length;
      switch (bytes[at] << 8 | bytes[at + 1]) {
        case 'C' << 8 | 'E' -> next = continuation(device, bytes, at, end);
        case 'N' << 8 | 'M' -> addName(bytes, at, end);
        case 'S' << 8 | 'L' -> addLink(bytes, at, end);
        case 'T' << 8 | 'F' -> addTimes(bytes, at, end);
        case 'C' << 8 | 'L' -> {
          if (length >= 8) {
            relocatedTo = LittleEndian.u32(bytes, at + 4);
          }
        }
        case 'R' << 8 | 'E' -> isRelocated = true;
        case 'S' << 8 | 'T' -> end = bytes.length;
        default -> {
          // Owners, device numbers and the like are of no use here.
        }
      }
      at = end;
    }
    return next;
  }

  private static byte[] continuation(BlockDevice device, byte[] bytes, int at, int end)
      throws IOException {
    if (end - at < 28) {
      return null;
    }
    long position =
        LittleEndian.u32(bytes, at + 4) * IsoDescriptors.SECTOR_SIZE
            + LittleEndian.u32(bytes, at + 12);
    long length = LittleEndian.u32(bytes, at + 20);
    if (length > MAX_CONTINUATION_SIZE || position > device.size() - length) {
      return null;
    }
    return device.read(position, (int) length);
  }

  private void addName(byte[] bytes, int at, int end) {
    // Flags 2 and 4 stand for the directory itself and its parent.
    if (end - at > 5 && (bytes[at + 4] & ~GOES_ON) == 0) {
      name.write(bytes, at + 5, end - at - 5);
      hasName = true;
    }
  }

  private void addLink(byte[] bytes, int at, int end) {
    hasLink = true;
    int component = at + 5;
    while (component + 2 <= end) {
      int flags = bytes[component];
      int length = Math.min(bytes[component + 1] & 0xFF, end - component - 2);
      if (!componentGoesOn && link.length() > 0 && link.charAt(link.length() - 1) != '/') {
        link.append('/');
      }
      switch (flags & 0xE) {
        case 2 -> link.append('.');
        case 4 -> link.append("..");
        case 8 -> link.append('/');
        default -> link.append(new String(bytes, component + 2, length, StandardCharsets.UTF_8));
      }
      componentGoesOn = (flags & GOES_ON) != 0;
      component += 2 + length;
    }
  }

  private void addTimes(byte[] bytes, int at, int end) {
    if (end - at < 5) {
      return;
    }
    int flags = bytes[at + 4];
    boolean isLong = (flags & 0x80) != 0;
    int offset = at + 5 + ((flags & 1) != 0 ? isLong ? 17 : 7 : 0);
    if ((flags & 2) != 0 && !isLong && offset + 7 <= end) {
      modified = DirectoryRecord.time(bytes, offset);
    }
  }

  Optional<String> name() {
    return hasName ? Optional.of(name.toString(StandardCharsets.UTF_8)) : Optional.empty();
  }

  Optional<String> linkTarget() {
    return hasLink ? Optional.of(link.toString()) : Optional.empty();
  }

  /** The block of the directory that this record stands for, or -1. */
  long relocatedTo() {
    return relocatedTo;
  }

  /** Whether the directory belongs elsewhere. */
  boolean isRelocated() {
    return isRelocated;
  }

  Optional<Instant> modified() {
    return modified;
  }
}
