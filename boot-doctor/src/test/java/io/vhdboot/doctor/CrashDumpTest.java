package io.vhdboot.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.FileTime100ns;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.ntfs.NewFileOptions;
import io.vhdboot.testing.Seed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrashDumpTest {

  private static final Instant TIME = Instant.parse("2026-11-20T08:15:30Z");

  @TempDir(factory = MemoryFolder.class)
  Path folder;

  /** A header as Windows of 64 bits writes it: what it does not fill is "PAGE" over and over. */
  private static byte[] dump64(long code, long... parameters) {
    byte[] dump = unfilled(0x2000);
    put(dump, 4, "DU64");
    LittleEndian.put32(dump, 0x08, 15);
    LittleEndian.put32(dump, 0x0C, 19041);
    LittleEndian.put32(dump, 0x30, 0x8664);
    LittleEndian.put32(dump, 0x34, 4);
    LittleEndian.put32(dump, 0x38, code);
    for (int i = 0; i < 4; i++) {
      LittleEndian.put64(dump, 0x40 + 8 * i, parameters[i]);
    }
    LittleEndian.put32(dump, 0xF98, 4);
    LittleEndian.put64(dump, 0xFA8, FileTime100ns.of(TIME));
    return dump;
  }

  private static byte[] dump32(long code, long... parameters) {
    byte[] dump = unfilled(0x1000);
    put(dump, 4, "DUMP");
    LittleEndian.put32(dump, 0x0C, 7601);
    LittleEndian.put32(dump, 0x20, 0x014C);
    LittleEndian.put32(dump, 0x28, code);
    for (int i = 0; i < 4; i++) {
      LittleEndian.put32(dump, 0x2C + 4 * i, parameters[i]);
    }
    return dump;
  }

  private static byte[] unfilled(int size) {
    byte[] dump = new byte[size];
    for (int at = 0; at < size; at += 4) {
      put(dump, at, "PAGE");
    }
    return dump;
  }

  private static void put(byte[] dump, int at, String text) {
    System.arraycopy(text.getBytes(StandardCharsets.US_ASCII), 0, dump, at, text.length());
  }

  @Test
  void stopOf64BitsIsReadWithItsTime() throws IOException {
    CrashDump dump =
        CrashDump.read(
            MemoryDevice.wrap(
                "112026-1.dmp", dump64(0x7B, 0xFFFFF880009A98E8L, 0xFFFFFFFFC0000034L, 0, 0)));
    assertThat(dump.stopCode()).isEqualTo(0x7B);
    assertThat(dump.parameters()).containsExactly(0xFFFFF880009A98E8L, 0xFFFFFFFFC0000034L, 0L, 0L);
    assertThat(dump.build()).isEqualTo(19041);
    assertThat(dump.machine()).isEqualTo("x64");
    assertThat(dump.time()).contains(TIME);
    assertThat(dump)
        .hasToString(
            "stop 0x7B (0xFFFFF880009A98E8, 0xFFFFFFFFC0000034, 0x0000000000000000,"
                + " 0x0000000000000000)");
    assertThat(dump.meaning()).contains("INACCESSIBLE_BOOT_DEVICE");
    assertThat(String.join("; ", dump.meaning())).contains("in time").contains("--usb-boot");
  }

  @Test
  void stopOf32BitsWithoutATimeIsRead() throws IOException {
    CrashDump dump =
        CrashDump.read(MemoryDevice.wrap("MEMORY.DMP", dump32(0x136, 0, 0x80000000L, 0, 0)));
    assertThat(dump.is64Bit()).isFalse();
    assertThat(dump.stopCode()).isEqualTo(0x136);
    assertThat(dump.parameters()).containsExactly(0L, 0x80000000L, 0L, 0L);
    assertThat(dump.time()).isEmpty();
    assertThat(dump.machine()).isEqualTo("x86");
    assertThat(String.join("; ", dump.meaning())).contains("VirtualDiskExpandOnMount");
  }

  @Test
  void meaningFollowsTheParameters() throws IOException {
    assertThat(meaning(0x12F, 2, 0, 0, 0)).contains("did not appear in time");
    assertThat(meaning(0x12F, 5, 0, 0, 0)).contains("could not be mounted");
    assertThat(meaning(0xED, 0, 0xC0000032, 0, 0))
        .contains("UNMOUNTABLE_BOOT_VOLUME")
        .contains("structures are damaged");
    assertThat(meaning(0x7A, 0, 0xC000009D, 0, 0)).contains("the stick is gone");
    assertThat(meaning(0x24, 0, 0, 0, 0)).contains("NTFS_FILE_SYSTEM");
    assertThat(meaning(0x50, 0, 0, 0, 0)).contains("PAGE_FAULT_IN_NONPAGED_AREA");
    assertThat(meaning(0x1000007E, 0, 0, 0, 0)).contains("SYSTEM_THREAD_EXCEPTION");
    assertThat(meaning(0xABCDEF, 0, 0, 0, 0)).contains("says nothing of the stick");
  }

  private static String meaning(long code, long... parameters) throws IOException {
    return String.join(
        "; ", CrashDump.read(MemoryDevice.wrap("a.dmp", dump64(code, parameters))).meaning());
  }

  @Test
  void whatIsNoDumpOfWindowsIsRefused() {
    assertThatThrownBy(() -> read("MDMP\u0093\u00A7".getBytes(StandardCharsets.ISO_8859_1)))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining("program that failed");
    assertThatThrownBy(() -> read(new byte[0])).isInstanceOf(UnsupportedFormatException.class);
    assertThatThrownBy(() -> read("PAGE".getBytes(StandardCharsets.US_ASCII)))
        .isInstanceOf(UnsupportedFormatException.class);
    assertThatThrownBy(() -> read(Arrays.copyOf(dump64(0x24, 0, 0, 0, 0), 0x1FFF)))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("8191");
  }

  @Test
  void mutatedDumpsAreReadOrRefused() {
    SplittableRandom random = Seed.random(getClass().getSimpleName());
    int refused = 0;
    int cases = Seed.cases(100_000, 500);
    for (int i = 0; i < cases; i++) {
      byte[] dump = random.nextBoolean() ? dump64(0x7B, 1, 2, 3, 4) : dump32(0x24, 1, 2, 3, 4);
      for (int n = random.nextInt(20); n > 0; n--) {
        dump[random.nextInt(random.nextInt(10) == 0 ? 8 : dump.length)] = (byte) random.nextInt();
      }
      if (random.nextInt(4) == 0) {
        dump = Arrays.copyOf(dump, random.nextInt(dump.length));
      }
      refused += CrashDumpFuzzTarget.isRefused(dump) ? 1 : 0;
    }
    assertThat(refused).isBetween(1, cases - 1);
  }

  private static CrashDump read(byte[] bytes) throws IOException {
    return CrashDump.read(MemoryDevice.wrap("dump", bytes));
  }

  @Test
  void dumpsOfTheWindowsOnAStickAreFound() throws IOException {
    Path stick = GoodStick.BIOS.copyTo(folder);
    String volume = stick + "@1/virtualharddisk.vhd@1";
    Surgery.volume(
        volume,
        editor ->
            editor.createDirectory(
                editor.volume().file("Windows"), "Minidump", NewFileOptions.defaults()));
    Surgery.create(volume, "Windows/Minidump", "112026-1.dmp", dump64(0x7B, 1, 2, 3, 4));
    Surgery.create(volume, "Windows/Minidump", "broken.dmp", new byte[10]);
    Surgery.create(volume, "Windows", "MEMORY.DMP", dump64(0x24, 1, 2, 3, 4));

    Diagnosis found = BootDoctor.of(stick.toString()).examine();
    assertThat(found.boots()).isTrue();
    assertThat(found.dumps()).extracting(CrashDump::stopCode).containsExactly(0x24L, 0x7BL);
    assertThat(found.dumps().get(1).file()).contains("112026-1.dmp");
  }
}
