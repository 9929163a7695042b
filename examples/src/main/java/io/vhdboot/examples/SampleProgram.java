package io.vhdboot.examples;

import io.vhdboot.disk.LittleEndian;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A file that stands in for a program of Windows: headers that say for which machine and subsystem
 * it is, and a text, over and over, that says what it is. It holds no code and cannot be run.
 *
 * <pre>
 * 000  2  "MZ"
 * 03C  4  where the next header is: 40h
 * 040  4  "PE", two NULs
 * 044  2  machine: 8664h
 * 046  2  sections: 1
 * 054  2  bytes of the optional header: F0h
 * 056  2  characteristics: an executable file that knows large addresses, 22h
 * 058  2  20Bh, the optional header of 64 bits; its fields by their offset in it:
 *      20  4  alignment of sections in memory: 1000h
 *      24  4  alignment of sections in the file: 200h
 *      38  4  size in memory
 *      3C  4  size of the headers: 200h
 *      44  2  subsystem
 *      6C  4  data directories: 16, all empty
 * 148 40  the section's header: name, size and place in memory, size and place in the file
 * 200     the text
 * </pre>
 *
 * <p>Source: Microsoft, "PE Format".
 */
final class SampleProgram {

  private static final int HEADERS_SIZE = 0x200;
  private static final int PE_OFFSET = 0x40;
  private static final int OPTIONAL_OFFSET = PE_OFFSET + 0x18;
  private static final int OPTIONAL_SIZE = 0xF0;
  private static final int SECTION_OFFSET = OPTIONAL_OFFSET + OPTIONAL_SIZE;
  private static final int MACHINE_X64 = 0x8664;
  private static final int PAGE = 0x1000;
  private static final int READ_ONLY_DATA = 0x4000_0040;

  /** The subsystem by what the name ends with: drivers, console programs, EFI applications. */
  private static final Map<String, Integer> SUBSYSTEMS =
      Map.of(".sys", 1, ".dll", 1, ".exe", 3, ".mui", 2, ".efi", 10);

  private SampleProgram() {}

  /** A stand-in of so many bytes. */
  static byte[] named(String name, int size) {
    byte[] file = new byte[size];
    byte[] line =
        ("vhdboot sample: stands in for " + name + "\r\n").getBytes(StandardCharsets.UTF_8);
    for (int at = 0; at < size; at++) {
      file[at] = line[at % line.length];
    }
    subsystem(name).ifPresent(subsystem -> putHeaders(file, subsystem));
    return file;
  }

  private static Optional<Integer> subsystem(String name) {
    String file = name.split(" ")[0].toLowerCase(Locale.ROOT);
    return Optional.ofNullable(SUBSYSTEMS.get(file.substring(file.lastIndexOf('.'))));
  }

  private static void putHeaders(byte[] file, int subsystem) {
    Arrays.fill(file, 0, HEADERS_SIZE, (byte) 0);
    putText(file, 0, "MZ");
    LittleEndian.put32(file, 0x3C, PE_OFFSET);
    putText(file, PE_OFFSET, "PE");
    LittleEndian.put16(file, PE_OFFSET + 0x04, MACHINE_X64);
    LittleEndian.put16(file, PE_OFFSET + 0x06, 1);
    LittleEndian.put16(file, PE_OFFSET + 0x14, OPTIONAL_SIZE);
    LittleEndian.put16(file, PE_OFFSET + 0x16, 0x22);
    int content = file.length - HEADERS_SIZE;
    LittleEndian.put16(file, OPTIONAL_OFFSET, 0x20B);
    LittleEndian.put32(file, OPTIONAL_OFFSET + 0x20, PAGE);
    LittleEndian.put32(file, OPTIONAL_OFFSET + 0x24, HEADERS_SIZE);
    LittleEndian.put32(file, OPTIONAL_OFFSET + 0x38, PAGE + (content + PAGE - 1) / PAGE * PAGE);
    LittleEndian.put32(file, OPTIONAL_OFFSET + 0x3C, HEADERS_SIZE);
    LittleEndian.put16(file, OPTIONAL_OFFSET + 0x44, subsystem);
    LittleEndian.put32(file, OPTIONAL_OFFSET + 0x6C, 16);
    putText(file, SECTION_OFFSET, ".rdata");
    LittleEndian.put32(file, SECTION_OFFSET + 0x08, content);
    LittleEndian.put32(file, SECTION_OFFSET + 0x0C, PAGE);
    LittleEndian.put32(file, SECTION_OFFSET + 0x10, content);
    LittleEndian.put32(file, SECTION_OFFSET + 0x14, HEADERS_SIZE);
    LittleEndian.put32(file, SECTION_OFFSET + 0x24, READ_ONLY_DATA);
  }

  private static void putText(byte[] file, int offset, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, file, offset, bytes.length);
  }
}
