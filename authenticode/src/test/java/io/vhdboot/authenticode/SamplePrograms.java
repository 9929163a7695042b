package io.vhdboot.authenticode;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.disk.Utf16;
import java.util.Arrays;

/** Programs for tests: headers, one section of code and one of resources. */
final class SamplePrograms {

  static final int EFI_APPLICATION = 10;
  static final int BOOT_APPLICATION = 16;

  private static final int HEADER = 0x80;
  private static final int CODE = 0x400;
  private static final int RESOURCES = 0x600;
  private static final int RESOURCE_ADDRESS = 0x2000;
  private static final int SIZE = 0x800;

  private SamplePrograms() {}

  static BlockDevice device(byte[] program) {
    return MemoryDevice.wrap("sample.efi", program);
  }

  /** A program for x64 with a version and a secure version number of 7.2. */
  static byte[] x64() {
    return program(0x8664, true, EFI_APPLICATION);
  }

  static byte[] program(int machine, boolean isPlus, int subsystem) {
    byte[] bytes = new byte[SIZE];
    bytes[0] = 'M';
    bytes[1] = 'Z';
    LittleEndian.put32(bytes, 0x3C, HEADER);
    LittleEndian.put32(bytes, HEADER, 0x4550);
    LittleEndian.put16(bytes, HEADER + 4, machine);
    LittleEndian.put16(bytes, HEADER + 6, 2);
    int fixed = isPlus ? 112 : 96;
    LittleEndian.put16(bytes, HEADER + 20, fixed + 128);
    LittleEndian.put16(bytes, HEADER + 22, 0x22);
    int optional = HEADER + 24;
    LittleEndian.put16(bytes, optional, isPlus ? 0x020B : 0x010B);
    LittleEndian.put32(bytes, optional + 16, 0x1000);
    LittleEndian.put32(bytes, optional + 32, 0x1000);
    LittleEndian.put32(bytes, optional + 36, 0x200);
    LittleEndian.put32(bytes, optional + 56, 0x3000);
    LittleEndian.put32(bytes, optional + 60, CODE);
    LittleEndian.put16(bytes, optional + 68, subsystem);
    LittleEndian.put32(bytes, optional + fixed - 4, 16);
    LittleEndian.put32(bytes, optional + fixed + 16, RESOURCE_ADDRESS);
    LittleEndian.put32(bytes, optional + fixed + 20, 0x200);
    section(bytes, optional + fixed + 128, ".text", 0x1000, CODE);
    section(bytes, optional + fixed + 168, ".rsrc", RESOURCE_ADDRESS, RESOURCES);
    Arrays.fill(bytes, CODE, RESOURCES, (byte) 0xC3);
    resources(bytes);
    return bytes;
  }

  private static void section(byte[] bytes, int at, String name, int address, int place) {
    for (int i = 0; i < name.length(); i++) {
      bytes[at + i] = (byte) name.charAt(i);
    }
    LittleEndian.put32(bytes, at + 8, 0x200);
    LittleEndian.put32(bytes, at + 12, address);
    LittleEndian.put32(bytes, at + 16, 0x200);
    LittleEndian.put32(bytes, at + 20, place);
    LittleEndian.put32(bytes, at + 36, 0x6000_0020);
  }

  /** Type 10 with a named resource, and type 16 with a version. */
  private static void resources(byte[] bytes) {
    int root = RESOURCES;
    LittleEndian.put16(bytes, root + 14, 2);
    entry(bytes, root + 16, 10, 0x8000_0020L);
    entry(bytes, root + 24, 16, 0x8000_0038L);
    directory(bytes, 0x20, true, 0x8000_00C0L, 0x8000_0050L);
    directory(bytes, 0x38, false, 1, 0x8000_0068L);
    directory(bytes, 0x50, false, 1033, 0x80);
    directory(bytes, 0x68, false, 1033, 0x90);
    data(bytes, 0x80, 0xA0, 4);
    LittleEndian.put32(bytes, root + 0xA0, 0x0007_0002);
    String name = "BOOTMGRSECURITYVERSIONNUMBER";
    LittleEndian.put16(bytes, root + 0xC0, name.length());
    Utf16.put(bytes, root + 0xC2, name);
    data(bytes, 0x90, 0x100, 92);
    int version = root + 0x100;
    LittleEndian.put16(bytes, version, 92);
    LittleEndian.put16(bytes, version + 2, 52);
    Utf16.put(bytes, version + 6, "VS_VERSION_INFO");
    LittleEndian.put32(bytes, version + 40, 0xFEEF04BD);
    LittleEndian.put32(bytes, version + 48, 0x000A_0000);
    LittleEndian.put32(bytes, version + 52, 26100L << 16 | 1742);
  }

  private static void directory(byte[] bytes, int at, boolean named, long key, long below) {
    LittleEndian.put16(bytes, RESOURCES + at + (named ? 12 : 14), 1);
    entry(bytes, RESOURCES + at + 16, key, below);
  }

  private static void entry(byte[] bytes, int at, long key, long below) {
    LittleEndian.put32(bytes, at, key);
    LittleEndian.put32(bytes, at + 4, below);
  }

  private static void data(byte[] bytes, int at, int place, int size) {
    LittleEndian.put32(bytes, RESOURCES + at, RESOURCE_ADDRESS + place);
    LittleEndian.put32(bytes, RESOURCES + at + 4, size);
  }
}
