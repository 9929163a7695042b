package io.vhdboot.doctor;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.FileTime100ns;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.UnsupportedFormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The header of what a stopped Windows leaves in {@code \Windows\MEMORY.DMP} and {@code
 * \Windows\Minidump}:
 *
 * <pre>
 *              32 bits  64 bits
 * "PAGE"           000      000
 * "DUMP", "DU64"   004      004
 * version          008      008   15, or 12 of checked builds
 * build            00C      00C
 * machine          020      030
 * processors       024      034
 * stop code        028      038
 * parameters       02C      040   four, of 4 or 8 bytes
 * kind             F88      F98   1 full, 2 kernel, 4 small, 5 and 6 with a bitmap
 * time             FC0      FA8   as a file time
 * size            1000     2000
 * </pre>
 *
 * <p>Source: the header as the Volatility project and QEMU's dump tool describe it. Fields that
 * Windows did not fill hold "PAGE" over and over.
 *
 * @param file the name of the file
 * @param is64Bit whether its Windows was one of 64 bits
 * @param build the build number of Windows
 * @param machine the architecture's name
 * @param stopCode the stop code
 * @param parameters its four parameters
 * @param time when it stopped, where that is told
 */
public record CrashDump(
    String file,
    boolean is64Bit,
    int build,
    String machine,
    long stopCode,
    List<Long> parameters,
    Optional<Instant> time) {

  private static final int SIZE_32 = 0x1000;
  private static final int SIZE_64 = 0x2000;
  private static final int UNFILLED = 0x45474150;

  /** Takes a copy. */
  public CrashDump {
    parameters = List.copyOf(parameters);
  }

  /**
   * Reads a dump's header.
   *
   * @throws UnsupportedFormatException when it is none, or one of a program rather than of Windows
   * @throws CorruptFormatException when it is cut short
   */
  public static CrashDump read(BlockDevice file) throws IOException {
    byte[] head = file.read(0, (int) Math.min(8, file.size()));
    String mark = new String(head, StandardCharsets.ISO_8859_1);
    if (mark.startsWith("MDMP")) {
      throw new UnsupportedFormatException(
          file.name(), 0, "is the dump of a program that failed, not of a Windows that stopped");
    }
    boolean is64Bit = mark.equals("PAGEDU64");
    if (!is64Bit && !mark.equals("PAGEDUMP")) {
      throw new UnsupportedFormatException(
          file.name(), 0, "does not begin with PAGEDUMP or PAGEDU64, as dumps of Windows do");
    }
    int size = is64Bit ? SIZE_64 : SIZE_32;
    if (file.size() < size) {
      throw new CorruptFormatException(
          file.name(),
          DiskFormatException.NO_OFFSET,
          "has " + file.size() + " bytes; a dump's header takes " + size);
    }
    return get(file.name(), file.read(0, size), is64Bit);
  }

  private static CrashDump get(String name, byte[] header, boolean is64Bit) {
    List<Long> parameters = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      parameters.add(
          is64Bit
              ? LittleEndian.i64(header, 0x40 + 8 * i)
              : LittleEndian.u32(header, 0x2C + 4 * i));
    }
    int time = is64Bit ? 0xFA8 : 0xFC0;
    long fileTime = LittleEndian.i64(header, time);
    boolean isTimed = fileTime > 0 && LittleEndian.i32(header, time) != UNFILLED;
    return new CrashDump(
        name,
        is64Bit,
        LittleEndian.i32(header, 0x0C),
        Program.machineName(LittleEndian.i32(header, is64Bit ? 0x30 : 0x20)),
        LittleEndian.u32(header, is64Bit ? 0x38 : 0x28),
        parameters,
        isTimed ? Optional.of(FileTime100ns.toInstant(fileTime)) : Optional.empty());
  }

  /** The stop code's name, and what the stop means on a stick, a sentence each. */
  public List<String> meaning() {
    return StopCode.meaning(stopCode, parameters);
  }

  /** The stop as the blue screen of old shows it. */
  @Override
  public String toString() {
    return String.format("stop 0x%X", stopCode)
        + parameters.stream()
            .map(parameter -> String.format(is64Bit ? "0x%016X" : "0x%08X", parameter))
            .collect(Collectors.joining(", ", " (", ")"));
  }
}
