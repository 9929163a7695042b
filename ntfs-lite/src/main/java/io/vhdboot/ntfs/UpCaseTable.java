package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.LittleEndian;
import java.util.Arrays;

/**
 * $UpCase, the volume's own table of capitals: for each of the 65,536 units the one that stands for
 * it when names are compared, 16 bits each. Java's capitals differ from it in hundreds of places.
 */
final class UpCaseTable {

  /** Bytes of the table. */
  static final int SIZE = 2 << 16;

  private static final int UNITS = 1 << 16;

  /**
   * What Windows 7 to 10 write, CRC-32 CEE8CFFA: runs of units with the distance to their capitals,
   * as first-last/step:distance; all others are their own.
   */
  private static final String WINDOWS_7_RUNS =
      """
      61-7A:-32 E0-F6:-32 F8-FE:-32 FF:+121 101-12F/2:-1 133-137/2:-1 13A-148/2:-1
      14B-177/2:-1 17A-17E/2:-1 180:+195 183-185/2:-1 188:-1 18C:-1 192:-1 195:+97 199:-1
      19A:+163 19E:+130 1A1-1A5/2:-1 1A8:-1 1AD:-1 1B0:-1 1B4-1B6/2:-1 1B9:-1 1BD:-1
      1BF:+56 1C6:-2 1C9:-2 1CC:-2 1CE-1DC/2:-1 1DD:-79 1DF-1EF/2:-1 1F3:-2 1F5:-1
      1F9-21F/2:-1 223-233/2:-1 23C:-1 242:-1 247-24F/2:-1 250:+10783 251:+10780 253:-210
      254:-206 256-257:-205 259:-202 25B:-203 260:-205 263:-207 268:-209 269:-211
      26B:+10743 26F:-211 271:+10749 272:-213 275:-214 27D:+10727 280:-218 283:-218
      288:-218 289:-69 28A-28B:-217 28C:-71 292:-219 371-373/2:-1 377:-1 37B-37D:+130
      3AC:-38 3AD-3AF:-37 3B1-3C1:-32 3C3-3CB:-32 3CC:-64 3CD-3CE:-63 3D7:-8 3D9-3EF/2:-1
      3F2:+7 3F8:-1 3FB:-1 430-44F:-32 450-45F:-80 461-481/2:-1 48B-4BF/2:-1 4C2-4CE/2:-1
      4CF:-15 4D1-523/2:-1 561-586:-48 1D79:+35332 1D7D:+3814 1E01-1E95/2:-1
      1EA1-1EFF/2:-1 1F00-1F07:+8 1F10-1F15:+8 1F20-1F27:+8 1F30-1F37:+8 1F40-1F45:+8
      1F51-1F57/2:+8 1F60-1F67:+8 1F70-1F71:+74 1F72-1F75:+86 1F76-1F77:+100
      1F78-1F79:+128 1F7A-1F7B:+112 1F7C-1F7D:+126 1F80-1F87:+8 1F90-1F97:+8 1FA0-1FA7:+8
      1FB0-1FB1:+8 1FB3:+9 1FC3:+9 1FD0-1FD1:+8 1FE0-1FE1:+8 1FE5:+7 1FF3:+9 214E:-28
      2170-217F:-16 2184:-1 24D0-24E9:-26 2C30-2C5E:-48 2C61:-1 2C65:-10795 2C66:-10792
      2C68-2C6C/2:-1 2C73:-1 2C76:-1 2C81-2CE3/2:-1 2D00-2D25:-7264 A641-A65F/2:-1
      A663-A66D/2:-1 A681-A697/2:-1 A723-A72F/2:-1 A733-A76F/2:-1 A77A-A77C/2:-1
      A77F-A787/2:-1 A78C:-1 FF41-FF5A:-32
      """;

  /** What Windows 2000 to 2003 write, CRC-32 B47FB6D5. */
  private static final String WINDOWS_XP_RUNS =
      """
      61-7A:-32 E0-F6:-32 F8-FE:-32 FF:+121 101-12F/2:-1 133-137/2:-1 13A-148/2:-1
      14B-177/2:-1 17A-17E/2:-1 183-185/2:-1 188:-1 18C:-1 192:-1 199:-1 1A1-1A5/2:-1
      1A8:-1 1AD:-1 1B0:-1 1B4-1B6/2:-1 1B9:-1 1BD:-1 1C6:-2 1C9:-2 1CC:-2 1CE-1DC/2:-1
      1DD:-79 1DF-1EF/2:-1 1F3:-2 1F5:-1 1FB-217/2:-1 253:-210 254:-206 256-257:-205
      259:-202 25B:-203 260:-205 263:-207 268:-209 269:-211 26F:-211 272:-213 275:-214
      283:-218 288:-218 28A-28B:-217 292:-219 3AC:-38 3AD-3AF:-37 3B1-3C1:-32 3C2:-31
      3C3-3CB:-32 3CC:-64 3CD-3CE:-63 3E3-3EF/2:-1 430-44F:-32 451-45C:-80 45E-45F:-80
      461-481/2:-1 491-4BF/2:-1 4C2-4C4/2:-1 4C8:-1 4CC:-1 4D1-4EB/2:-1 4EF-4F5/2:-1
      4F9:-1 561-586:-48 1E01-1E95/2:-1 1EA1-1EF9/2:-1 1F00-1F07:+8 1F10-1F15:+8
      1F20-1F27:+8 1F30-1F37:+8 1F40-1F45:+8 1F51-1F57/2:+8 1F60-1F67:+8 1F70-1F71:+74
      1F72-1F75:+86 1F76-1F77:+100 1F78-1F79:+128 1F7A-1F7B:+112 1F7C-1F7D:+126
      1FB0-1FB1:+8 1FD0-1FD1:+8 1FE0-1FE1:+8 1FE5:+7 2170-217F:-16 24D0-24E9:-26
      FF41-FF5A:-32
      """;

  private final char[] capitals;

  private UpCaseTable(char[] capitals) {
    this.capitals = capitals;
  }

  /** The table of Windows 7 and later. */
  static UpCaseTable windows7() {
    return Windows7.TABLE;
  }

  /** The table of Windows 2000 to 2003. */
  static UpCaseTable windowsXp() {
    return ofRuns(WINDOWS_XP_RUNS);
  }

  /**
   * Reads a volume's table.
   *
   * @throws CorruptFormatException when it has not the one size that there is
   */
  static UpCaseTable get(byte[] bytes, String source) throws CorruptFormatException {
    if (bytes.length != SIZE) {
      throw new CorruptFormatException(
          source,
          DiskFormatException.NO_OFFSET,
          "$UpCase has " + bytes.length + " bytes, not " + SIZE);
    }
    char[] capitals = new char[UNITS];
    for (int i = 0; i < UNITS; i++) {
      capitals[i] = (char) LittleEndian.u16(bytes, 2 * i);
    }
    return new UpCaseTable(capitals);
  }

  /** The capital of a unit. */
  char get(char unit) {
    return capitals[unit];
  }

  /** A name in capitals. */
  String toUpperCase(String name) {
    char[] units = name.toCharArray();
    for (int i = 0; i < units.length; i++) {
      units[i] = capitals[units[i]];
    }
    return new String(units);
  }

  /** The table's bytes. */
  byte[] toBytes() {
    byte[] bytes = new byte[SIZE];
    for (int i = 0; i < UNITS; i++) {
      LittleEndian.put16(bytes, 2 * i, capitals[i]);
    }
    return bytes;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof UpCaseTable table && Arrays.equals(capitals, table.capitals);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(capitals);
  }

  private static UpCaseTable ofRuns(String runs) {
    char[] capitals = new char[UNITS];
    for (int i = 0; i < UNITS; i++) {
      capitals[i] = (char) i;
    }
    for (String run : runs.strip().split("\\s+")) {
      int colon = run.indexOf(':');
      int distance = Integer.parseInt(run.substring(colon + 1));
      String[] range = run.substring(0, colon).split("[-/]");
      int first = Integer.parseInt(range[0], 16);
      int last = range.length > 1 ? Integer.parseInt(range[1], 16) : first;
      int step = range.length > 2 ? Integer.parseInt(range[2]) : 1;
      for (int i = first; i <= last; i += step) {
        capitals[i] += (char) distance;
      }
    }
    return new UpCaseTable(capitals);
  }

  /** Made when first asked for. */
  private static final class Windows7 {
    static final UpCaseTable TABLE = ofRuns(WINDOWS_7_RUNS);
  }
}
