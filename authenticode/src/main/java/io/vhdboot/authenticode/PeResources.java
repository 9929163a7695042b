package io.vhdboot.authenticode;

import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.Utf16;
import java.io.IOException;
import java.util.Optional;

/**
 * The resources of a program: a tree of types, names and languages.
 *
 * <pre>
 * directory:  at 0C named entries 2, entries with a number 2, then entries of 8 bytes:
 *             number, or 80000000h + where the name is; where the data entry or,
 *             with 80000000h added, the directory below is (from the first directory on)
 * name:       characters 2, UTF-16
 * data entry: address 4, size 4, ...
 * </pre>
 *
 * <p>Source: Microsoft's "PE Format", the .rsrc section.
 */
final class PeResources {

  static final int RAW_DATA = 10;
  static final int VERSION = 16;

  private static final int MAX_SIZE = 1 << 20;
  private static final long HIGH = 0x8000_0000L;

  private final PeImage program;

  PeResources(PeImage program) {
    this.program = program;
  }

  /** The bytes of a resource by type and number, in whatever language comes first. */
  Optional<byte[]> find(int type, int number) throws IOException {
    return find(type, (root, key) -> key == number);
  }

  /** The bytes of a resource by type and name, in whatever language comes first. */
  Optional<byte[]> find(int type, String name) throws IOException {
    return find(type, (root, key) -> (key & HIGH) != 0 && name.equals(text(root + key - HIGH)));
  }

  /** Says whether an entry is meant. */
  private interface Choice {
    boolean fits(long root, long key) throws IOException;
  }

  private Optional<byte[]> find(int type, Choice choice) throws IOException {
    Optional<Long> place = program.directoryPlace(PeImage.RESOURCES);
    if (place.isEmpty()) {
      return Optional.empty();
    }
    long root = place.get();
    long types = child(root, 0, (from, key) -> key == type);
    long names = types < 0 ? -1 : child(root, types, choice);
    long entry = names < 0 ? -1 : child(root, names, (from, key) -> true);
    if (entry < 0) {
      return Optional.empty();
    }
    byte[] data = program.bytes(root + entry, 8);
    long size = LittleEndian.u32(data, 4);
    return size > MAX_SIZE
        ? Optional.empty()
        : Optional.of(program.bytes(program.place(LittleEndian.u32(data, 0)), size));
  }

  /** Where the first entry that fits leads to; -1 where none does. */
  private long child(long root, long directory, Choice choice) throws IOException {
    byte[] start = program.bytes(root + directory, 16);
    int count = LittleEndian.u16(start, 12) + LittleEndian.u16(start, 14);
    byte[] entries = program.bytes(root + directory + 16, 8L * count);
    for (int i = 0; i < count; i++) {
      if (choice.fits(root, LittleEndian.u32(entries, 8 * i))) {
        return LittleEndian.u32(entries, 8 * i + 4) & ~HIGH;
      }
    }
    return -1;
  }

  private String text(long at) throws IOException {
    int units = LittleEndian.u16(program.bytes(at, 2), 0);
    return Utf16.get(program.bytes(at + 2, 2L * units), 0, units);
  }
}
