package io.vhdboot.bcd;

import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.Utf16;
import io.vhdboot.disk.WindowsGuid;
import java.util.Arrays;
import java.util.Optional;

/**
 * The binary form of a {@link BcdDevice}: a descriptor, into which others nest at any byte offset.
 *
 * <pre>
 * 00  4  kind: 0 local device, 5 boot, 6 partition, 8 locate
 * 04  4  flags: 1 for a RAM disk, else 0
 * 08  4  size of the whole descriptor
 * 0C  4  0
 *
 * boot, size 48h:       10 38h  0
 * partition, size 48h:  10 10h  partition: byte offset (8 bytes) and 0, or GUID
 *                       20   4  0 hard disk
 *                       24   4  table: 0 GPT, 1 MBR
 *                       28 10h  disk: signature (4 bytes) and 0, or GUID
 *                       38 10h  0
 * partition in a VHD:   as above, but at 20 is 6 and at 38 stands the descriptor of the VHD's file
 * file:                 10   4  5; from 14 a path
 * RAM disk:             10   4  3; 14 8 image base; 1C 8 image size; 24 4 image offset; 28 a path
 * VHD:                  10   4  6; 14 14h 0; 28 the descriptor of its file
 * locate:               10   4  0 by element, 1 by path
 *                       14   4  element
 *                       18   4  offset of the parent from the descriptor's start, 0 for none
 *                       1C   n  path, UTF-16 with a NUL; then the parent
 *
 * path:                  0   4  1
 *                        4   4  length from here to the end
 *                        8   4  5
 *                        C   n  parent's descriptor; then the path, UTF-16 with a NUL
 * </pre>
 *
 * <p>Observed on 963 device elements of 125 real stores. What is not exactly of one of these forms
 * stays {@link BcdDevice.Unknown}, so that every descriptor is written back as it was.
 */
final class DescriptorCodec {

  static final int HEADER_SIZE = 16;

  private static final int KIND_LOCAL = 0;
  private static final int KIND_BOOT = 5;
  private static final int KIND_PARTITION = 6;
  private static final int KIND_LOCATE = 8;

  private static final int LOCAL_HARD_DISK = 0;
  private static final int LOCAL_RAM_DISK = 3;
  private static final int LOCAL_FILE = 5;
  private static final int LOCAL_VHD = 6;

  private static final int STYLE_GPT = 0;
  private static final int STYLE_MBR = 1;

  private static final int FLAG_RAM_DISK = 1;
  private static final int BOOT_SIZE = 0x48;
  private static final int PARTITION_SIZE = 0x48;
  private static final int LOCATE_BY_ELEMENT = 0;
  private static final int LOCATE_BY_PATH = 1;
  private static final int LOCATE_HEADER_SIZE = HEADER_SIZE + 12;
  private static final int PATH_VERSION = 1;
  private static final int PATH_KIND = 5;
  private static final int PATH_HEADER_SIZE = 12;

  /** Real descriptors nest four deep. */
  private static final int MAX_NESTING = 16;

  private DescriptorCodec() {}

  /**
   * The device that a range of bytes describes; {@link BcdDevice.Unknown} when it is none known.
   */
  static BcdDevice decode(byte[] descriptor) {
    return decode(descriptor, 0, descriptor.length, 0);
  }

  private static BcdDevice decode(byte[] bytes, int start, int end, int nesting) {
    BcdDevice device = null;
    if (nesting <= MAX_NESTING
        && end - start >= HEADER_SIZE
        && LittleEndian.u32(bytes, start + 8) == end - start
        && LittleEndian.i32(bytes, start + 12) == 0) {
      device = known(bytes, start, end, nesting + 1);
    }
    return device != null ? device : new BcdDevice.Unknown(Arrays.copyOfRange(bytes, start, end));
  }

  private static BcdDevice known(byte[] bytes, int start, int end, int nesting) {
    int kind = LittleEndian.i32(bytes, start);
    int flags = LittleEndian.i32(bytes, start + 4);
    int body = start + HEADER_SIZE;
    if (kind == KIND_LOCAL && end - body >= 4) {
      return local(bytes, flags, body, end, nesting);
    }
    if (flags != 0) {
      return null;
    }
    return switch (kind) {
      case KIND_BOOT ->
          isZero(bytes, body, end) && end - start == BOOT_SIZE ? BcdDevice.BOOT : null;
      case KIND_PARTITION -> partition(bytes, body, end, nesting);
      case KIND_LOCATE -> locate(bytes, start, end, nesting);
      default -> null;
    };
  }

  private static BcdDevice local(byte[] bytes, int flags, int body, int end, int nesting) {
    int local = LittleEndian.i32(bytes, body);
    if (local == LOCAL_RAM_DISK && flags == FLAG_RAM_DISK && end - body >= 24) {
      PathOf path = path(bytes, body + 24, end, nesting);
      return path == null
          ? null
          : new BcdDevice.RamDisk(
              path.parent,
              path.path,
              LittleEndian.i64(bytes, body + 4),
              LittleEndian.i64(bytes, body + 12),
              LittleEndian.u32(bytes, body + 20));
    }
    if (local == LOCAL_FILE && flags == 0) {
      PathOf path = path(bytes, body + 4, end, nesting);
      return path == null ? null : new BcdDevice.File(path.parent, path.path);
    }
    if (local == LOCAL_VHD
        && flags == 0
        && end - body >= 24
        && isZero(bytes, body + 4, body + 24)
        && decode(bytes, body + 24, end, nesting) instanceof BcdDevice.File file) {
      return new BcdDevice.Vhd(file);
    }
    return null;
  }

  private static BcdDevice partition(byte[] bytes, int body, int end, int nesting) {
    if (end - body < 40) {
      return null;
    }
    BcdDevice.PartitionAddress address = address(bytes, body);
    if (address == null) {
      return null;
    }
    int local = LittleEndian.i32(bytes, body + 16);
    if (local == LOCAL_HARD_DISK
        && end - body == PARTITION_SIZE - HEADER_SIZE
        && isZero(bytes, body + 40, end)) {
      return new BcdDevice.Partition(address);
    }
    if (local == LOCAL_VHD
        && decode(bytes, body + 40, end, nesting) instanceof BcdDevice.File file) {
      return new BcdDevice.VhdPartition(address, file);
    }
    return null;
  }

  private static BcdDevice.PartitionAddress address(byte[] bytes, int body) {
    int style = LittleEndian.i32(bytes, body + 20);
    if (style == STYLE_GPT) {
      return new BcdDevice.GptPartition(
          WindowsGuid.get(bytes, body + 24), WindowsGuid.get(bytes, body));
    }
    if (style == STYLE_MBR
        && isZero(bytes, body + 8, body + 16)
        && isZero(bytes, body + 28, body + 40)) {
      return new BcdDevice.MbrPartition(
          LittleEndian.i32(bytes, body + 24), LittleEndian.i64(bytes, body));
    }
    return null;
  }

  private static BcdDevice locate(byte[] bytes, int start, int end, int nesting) {
    if (end - start < LOCATE_HEADER_SIZE + 2) {
      return null;
    }
    int how = LittleEndian.i32(bytes, start + 16);
    int element = LittleEndian.i32(bytes, start + 20);
    long parentOffset = LittleEndian.u32(bytes, start + 24);
    if (parentOffset != 0 && (parentOffset <= LOCATE_HEADER_SIZE || parentOffset > end - start)) {
      return null;
    }
    int pathEnd = parentOffset == 0 ? end : start + (int) parentOffset;
    String path = text(bytes, start + LOCATE_HEADER_SIZE, pathEnd);
    if (path == null) {
      return null;
    }
    Optional<BcdDevice> parent =
        parentOffset == 0 ? Optional.empty() : Optional.of(decode(bytes, pathEnd, end, nesting));
    if (how == LOCATE_BY_ELEMENT && path.isEmpty()) {
      return new BcdDevice.LocateByElement(element, parent);
    }
    return how == LOCATE_BY_PATH && element == 0 ? new BcdDevice.LocateByPath(path, parent) : null;
  }

  private record PathOf(BcdDevice parent, String path) {}

  private static PathOf path(byte[] bytes, int start, int end, int nesting) {
    if (end - start < PATH_HEADER_SIZE + HEADER_SIZE
        || LittleEndian.i32(bytes, start) != PATH_VERSION
        || LittleEndian.u32(bytes, start + 4) != end - start
        || LittleEndian.i32(bytes, start + 8) != PATH_KIND) {
      return null;
    }
    int parent = start + PATH_HEADER_SIZE;
    long parentSize = LittleEndian.u32(bytes, parent + 8);
    if (parentSize < HEADER_SIZE || parentSize > end - parent) {
      return null;
    }
    int parentEnd = parent + (int) parentSize;
    String path = text(bytes, parentEnd, end);
    return path == null ? null : new PathOf(decode(bytes, parent, parentEnd, nesting), path);
  }

  /** The text before the last NUL; null when there is no NUL at the end. */
  private static String text(byte[] bytes, int start, int end) {
    int length = end - start;
    if (length < 2 || length % 2 != 0 || LittleEndian.u16(bytes, end - 2) != 0) {
      return null;
    }
    return Utf16.get(bytes, start, (length - 2) / 2);
  }

  private static boolean isZero(byte[] bytes, int start, int end) {
    for (int i = start; i < end; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }

  /** The descriptor of a device. */
  static byte[] encode(BcdDevice device) {
    if (device instanceof BcdDevice.Unknown unknown) {
      return unknown.descriptor();
    }
    if (device instanceof BcdDevice.Boot) {
      return descriptor(KIND_BOOT, 0, new byte[BOOT_SIZE - HEADER_SIZE]);
    }
    if (device instanceof BcdDevice.Partition partition) {
      byte[] body = new byte[PARTITION_SIZE - HEADER_SIZE];
      putAddress(body, partition.address(), LOCAL_HARD_DISK);
      return descriptor(KIND_PARTITION, 0, body);
    }
    if (device instanceof BcdDevice.VhdPartition partition) {
      byte[] head = new byte[40];
      putAddress(head, partition.address(), LOCAL_VHD);
      return descriptor(KIND_PARTITION, 0, head, encode(partition.file()));
    }
    if (device instanceof BcdDevice.File file) {
      byte[] head = new byte[4];
      LittleEndian.put32(head, 0, LOCAL_FILE);
      return descriptor(KIND_LOCAL, 0, head, path(file.parent(), file.storedPath()));
    }
    if (device instanceof BcdDevice.RamDisk disk) {
      byte[] head = new byte[24];
      LittleEndian.put32(head, 0, LOCAL_RAM_DISK);
      LittleEndian.put64(head, 4, disk.imageBase());
      LittleEndian.put64(head, 12, disk.imageSize());
      LittleEndian.put32(head, 20, disk.imageOffset());
      return descriptor(KIND_LOCAL, FLAG_RAM_DISK, head, path(disk.parent(), disk.storedPath()));
    }
    if (device instanceof BcdDevice.Vhd vhd) {
      byte[] head = new byte[24];
      LittleEndian.put32(head, 0, LOCAL_VHD);
      return descriptor(KIND_LOCAL, 0, head, encode(vhd.file()));
    }
    if (device instanceof BcdDevice.LocateByElement locate) {
      return locate(LOCATE_BY_ELEMENT, locate.element(), "", locate.parent());
    }
    BcdDevice.LocateByPath locate = (BcdDevice.LocateByPath) device;
    return locate(LOCATE_BY_PATH, 0, locate.storedPath(), locate.parent());
  }

  private static void putAddress(byte[] body, BcdDevice.PartitionAddress address, int local) {
    LittleEndian.put32(body, 16, local);
    if (address instanceof BcdDevice.MbrPartition mbr) {
      LittleEndian.put64(body, 0, mbr.offset());
      LittleEndian.put32(body, 20, STYLE_MBR);
      LittleEndian.put32(body, 24, mbr.diskSignature());
    } else if (address instanceof BcdDevice.GptPartition gpt) {
      WindowsGuid.put(body, 0, gpt.partition());
      LittleEndian.put32(body, 20, STYLE_GPT);
      WindowsGuid.put(body, 24, gpt.disk());
    }
  }

  private static byte[] locate(int how, int element, String path, Optional<BcdDevice> parent) {
    byte[] text = Utf16.toBytes(path + '\0');
    byte[] head = new byte[12];
    LittleEndian.put32(head, 0, how);
    LittleEndian.put32(head, 4, element);
    LittleEndian.put32(head, 8, parent.isPresent() ? LOCATE_HEADER_SIZE + text.length : 0);
    return descriptor(
        KIND_LOCATE, 0, head, text, parent.map(DescriptorCodec::encode).orElse(new byte[0]));
  }

  private static byte[] path(BcdDevice parent, String path) {
    byte[] nested = encode(parent);
    byte[] text = Utf16.toBytes(path + '\0');
    byte[] head = new byte[PATH_HEADER_SIZE];
    LittleEndian.put32(head, 0, PATH_VERSION);
    LittleEndian.put32(head, 4, PATH_HEADER_SIZE + nested.length + text.length);
    LittleEndian.put32(head, 8, PATH_KIND);
    return join(head, nested, text);
  }

  private static byte[] descriptor(int kind, int flags, byte[]... parts) {
    byte[] body = join(parts);
    byte[] head = new byte[HEADER_SIZE];
    LittleEndian.put32(head, 0, kind);
    LittleEndian.put32(head, 4, flags);
    LittleEndian.put32(head, 8, HEADER_SIZE + body.length);
    return join(head, body);
  }

  private static byte[] join(byte[]... parts) {
    int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
    byte[] all = new byte[length];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }
}
