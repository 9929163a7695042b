package io.vhdboot.hive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.disk.Utf16;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.Seed;
import io.vhdboot.testing.SharedData;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegFileTest {

  private static final String PREFIX = "HKEY_LOCAL_MACHINE\\TEST";
  private static final String HEADER = "Windows Registry Editor Version 5.00\r\n\r\n";

  @TempDir Path folder;

  @Test
  void everyFormIsUnderstood() throws IOException {
    Hive hive = emptyHive();
    hive.root().createPath("Gone\\Below");
    HiveKey key = hive.root().createSubkey("Key [x] = \"y\"");
    key.setValue(HiveValue.dword("old", 1));
    apply(
        hive,
        """
        ; a remark
        [HKLM\\TEST\\Key [x] = "y"]
        @="default \\"quoted\\" C:\\\\dir"
        "na\\\\me \\"q\\""="x;y" ; behind
        "dword"=dword:0000002A
        "short"=dword:7
        "binary"=hex:01,2,  ff,\\
          a0
        "none"=hex(0):
        "expand"=hex(2):25,00,00,00
        "multi"=hex(7):61,00,00,00,62,00,\\
          00,00,00,00
        "qword"=hex(b):01,02,03,04,05,06,07,08
        "odd"=hex(ffff0012):aa
        "big" = hex(5):00,00,00,07
        "lines"="one
        two"
        "old"=-

        [-HKEY_LOCAL_MACHINE\\test\\gone]
        [HKEY_LOCAL_MACHINE\\TEST\\Made\\Deep]
        """);
    assertThat(hive.root().subkey("Gone")).isEmpty();
    assertThat(hive.root().find("Made\\Deep")).isPresent();
    assertThat(key.values())
        .containsExactly(
            HiveValue.string("", "default \"quoted\" C:\\dir"),
            HiveValue.string("na\\me \"q\"", "x;y"),
            HiveValue.dword("dword", 42),
            HiveValue.dword("short", 7),
            HiveValue.binary("binary", new byte[] {1, 2, -1, (byte) 0xA0}),
            new HiveValue("none", RegistryType.NONE, new byte[0]),
            HiveValue.expandString("expand", "%"),
            HiveValue.multiString("multi", List.of("a", "b")),
            HiveValue.qword("qword", 0x0807060504030201L),
            new HiveValue("odd", new RegistryType(0xffff0012), new byte[] {(byte) 0xAA}),
            new HiveValue("big", RegistryType.DWORD_BIG_ENDIAN, new byte[] {0, 0, 0, 7}),
            HiveValue.string("lines", "one\ntwo"));
  }

  @Test
  void textIsAsWindowsWritesIt() throws IOException {
    Hive hive = emptyHive();
    HiveKey key = hive.root().createSubkey("Sub");
    key.setValue(HiveValue.string("", "a\\b"));
    key.setValue(HiveValue.dword("d", 0xC0FFEE));
    key.setValue(HiveValue.binary("some bytes", new byte[26]));
    key.setValue(HiveValue.expandString("e", "%x%"));
    assertThat(text(hive))
        .isEqualTo(
            "\uFEFF"
                + HEADER
                + "[HKEY_LOCAL_MACHINE\\TEST]\r\n\r\n"
                + "[HKEY_LOCAL_MACHINE\\TEST\\Sub]\r\n"
                + "@=\"a\\\\b\"\r\n"
                + "\"d\"=dword:00c0ffee\r\n"
                + "\"some bytes\"=hex:00,00,00,00,00,00,00,00,00,00,00,00,00,00,00,00,00,00,00,00,\\\r\n"
                + "  00,00,00,00,00,00\r\n"
                + "\"e\"=hex(2):25,00,78,00,25,00,00,00\r\n\r\n");
  }

  @ParameterizedTest
  @CsvSource({
    "[HKLM\\TEST, 3: a key ends with",
    "\"a\"=dword:1, 3: a value stands in a key",
    "[HKLM\\TEST]|\"a\"=dword:123456789, 4: \"123456789\" is no number",
    "[HKLM\\TEST]|\"a\"=hex:1g, 4: bytes have commas",
    "[HKLM\\TEST]|\"a\"=hex:g, 4: \"g\" is no hexadecimal digit",
    "[HKLM\\TEST]|\"a\"=what, 4: \"what\" is no data",
    "[HKLM\\TEST]|\"a\"=\"b, 4: a text that begins",
    "[HKLM\\TEST]|\"a\" \"b\", 4: a value's name is followed by",
    "[HKLM\\TEST]|nonsense, 4: begins with \"nonsense\"",
    "[-HKLM\\TEST\\x]|\"a\"=dword:1, 4: a key that is deleted has no values",
  })
  void mistakesAreNamedWithTheirLine(String lines, String problem) {
    byte[] bytes = (HEADER + lines.replace('|', '\n')).getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> RegFile.parse("x.reg", bytes))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("x.reg")
        .hasMessageContaining("line " + problem);
  }

  @Test
  void otherVersionsAreRefused() {
    assertThatThrownBy(() -> RegFile.parse("x.reg", "REGEDIT4\n".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining("version 4");
    assertThatThrownBy(() -> RegFile.parse("x.reg", new byte[] {'M', 'Z'}))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining("begins with \"MZ\"");
  }

  @Test
  void keyElsewhereIsRefusedBeforeAnythingIsChanged() throws IOException {
    Hive hive = emptyHive();
    assertThatThrownBy(() -> apply(hive, "[HKLM\\TEST\\a]\n[HKLM\\OTHER\\b]\n"))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("does not lie below HKEY_LOCAL_MACHINE\\TEST");
    assertThat(hive.root().subkeys()).isEmpty();
  }

  @Test
  void currentControlSetIsTheOneThatIsCurrent() throws IOException {
    Hive hive = emptyHive();
    hive.root().createSubkey("Select").setValue(HiveValue.dword("Current", 2));
    apply(hive, "[HKEY_LOCAL_MACHINE\\TEST\\CurrentControlSet\\Control]\n\"a\"=dword:5\n");
    assertThat(hive.root().find("ControlSet002\\Control").orElseThrow().value("a"))
        .contains(HiveValue.dword("a", 5));
    assertThat(RegistryPath.of(hive, PREFIX).from("currentcontrolset\\x"))
        .isEqualTo("ControlSet002\\x");
    assertThat(RegistryPath.of(hive, PREFIX).from("HKLM\\TEST\\y")).isEqualTo("y");
  }

  @Test
  void randomHivesComeBack() throws IOException {
    SplittableRandom random = Seed.random("randomHivesThroughRegFiles");
    for (int i = 0; i < Seed.cases(200, 10); i++) {
      Hive hive = HiveEditTest.randomHive(random.nextLong());
      Hive back = emptyHive();
      RegFile.parse("x.reg", reg(hive)).apply(back, PREFIX);
      assertThat(values(HiveDiff.of(hive.root(), back.root()))).isEmpty();
      HiveInvariants.check(back);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SYSTEM.xz",
        "amcache.hve.xz",
        "yarp/StringValuesHive.xz",
        "yarp/MultiSzHive.xz",
        "yarp/UnicodeHive.xz",
        "yarp/BigDataHive.xz"
      })
  void realHivesComeBack(String file) throws IOException {
    Hive hive = Hive.read(SharedData.unpacked("hives/" + file, folder));
    Hive back = Hive.create("root", HiveEditTest.SECURITY, HiveEditTest.TIME, 5);
    RegFile.parse("x.reg", reg(hive)).apply(back, PREFIX);
    assertThat(values(HiveDiff.of(hive.root(), back.root()))).isEmpty();
  }

  @Test
  void hivexregeditTakesWhatWeExport() throws IOException {
    Hive hive = HiveEditTest.randomHive(3);
    Path reg = Files.write(folder.resolve("x.reg"), reg(hive));
    Path target = folder.resolve("hive");
    emptyHive().write(target);
    ExternalTool.named("hivexregedit")
        .output("--merge", "--encoding", "UTF-16LE", "--prefix", PREFIX, target, utf8(reg));
    assertThat(values(HiveDiff.of(hive.root(), Hive.read(target).root()))).isEmpty();
  }

  @Test
  void weTakeWhatHivexregeditExports() throws IOException {
    Hive hive = Hive.read(SharedData.unpacked("hives/SYSTEM.xz", folder));
    String exported =
        ExternalTool.named("hivexregedit")
            .output("--export", "--prefix", PREFIX, folder.resolve("SYSTEM"), "\\Select");
    Hive back = emptyHive();
    RegFile.parse("theirs.reg", exported.getBytes(StandardCharsets.UTF_8)).apply(back, PREFIX);
    assertThat(
            values(
                HiveDiff.of(
                    hive.root().find("Select").orElseThrow(),
                    back.root().find("Select").orElseThrow())))
        .isEmpty();
  }

  @Test
  void mutatedFilesGiveTypedExceptionsOnly() throws IOException {
    SplittableRandom random = Seed.random("mutatedRegFiles");
    byte[] original = reg(HiveEditTest.randomHive(4));
    int refused = 0;
    int cases = Seed.cases(5_000, 300);
    for (int i = 0; i < cases; i++) {
      byte[] mutant = original.clone();
      for (int j = random.nextInt(1, 6); j > 0; j--) {
        mutant[random.nextInt(mutant.length)] = (byte) "\"\\[]=,:(@-\n0".charAt(random.nextInt(12));
      }
      try {
        RegFile.parse("mutant", mutant).apply(emptyHive(), PREFIX);
      } catch (DiskFormatException e) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  private static List<HiveDiff.Difference> values(List<HiveDiff.Difference> all) {
    return all.stream()
        .filter(each -> each.kind() != HiveDiff.Kind.SECURITY_CHANGED)
        .filter(each -> each.kind() != HiveDiff.Kind.CLASS_CHANGED)
        .toList();
  }

  private static Hive emptyHive() throws IOException {
    return Hive.create("root", HiveEditTest.SECURITY, HiveEditTest.TIME);
  }

  private static void apply(Hive hive, String lines) throws IOException {
    RegFile.parse("x.reg", (HEADER + lines).getBytes(StandardCharsets.UTF_8)).apply(hive, PREFIX);
  }

  private static byte[] reg(Hive hive) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    RegFile.write(hive.root(), PREFIX, out);
    return out.toByteArray();
  }

  private static String text(Hive hive) throws IOException {
    byte[] bytes = reg(hive);
    return Utf16.get(bytes, 0, bytes.length / 2);
  }

  /** hivexregedit reads UTF-8 only, without a mark. */
  private Path utf8(Path reg) throws IOException {
    byte[] bytes = Files.readAllBytes(reg);
    String text = Utf16.get(bytes, 2, bytes.length / 2 - 1).replace("\r\n", "\n");
    return Files.writeString(folder.resolve("utf8.reg"), text);
  }
}
