package io.vhdboot.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.UnsupportedFormatException;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class InfFileTest {

  private static InfLine line(String text) throws IOException {
    InfFile inf = ExampleInf.parse("[Section]\n" + text);
    assertThat(inf.findings()).isEmpty();
    assertThat(inf.section("section").orElseThrow().lines()).hasSize(1);
    return inf.section("SECTION").orElseThrow().lines().get(0);
  }

  @Test
  void keyAndValuesArePartedAndTrimmed() throws IOException {
    assertThat(line("  Key\t=  one , ,\tthree three ,"))
        .isEqualTo(new InfLine(2, "Key", List.of("one", "", "three three", "")));
    assertThat(line("HKR,,Name,0x1,a=b"))
        .isEqualTo(new InfLine(2, "", List.of("HKR", "", "Name", "0x1", "a=b")));
    assertThat(line("Reboot")).isEqualTo(new InfLine(2, "", List.of("Reboot")));
    assertThat(line("Empty =")).isEqualTo(new InfLine(2, "Empty", List.of()));
    assertThat(line("a = b = c")).isEqualTo(new InfLine(2, "a", List.of("b = c")));
  }

  @Test
  void quotesKeepWhatIsWithinThem() throws IOException {
    assertThat(line("k = \"  a, b; c = d  \" , x").values())
        .containsExactly("  a, b; c = d  ", "x");
    assertThat(line("k = \"Display an \"\"example\"\" string\"").value(0))
        .isEqualTo("Display an \"example\" string");
    assertThat(line("k = \"\"\"some string\"\"\"").value(0)).isEqualTo("\"some string\"");
    assertThat(line("\"a=b\" = c").key()).isEqualTo("a=b");
    assertThat(line("k = ab\" c \"d ").value(0)).isEqualTo("ab c d");
    assertThat(line("k = \"\",\" \"").values()).containsExactly("", " ");
  }

  @Test
  void commentsEndALineUnlessQuotedOrInAToken() throws IOException {
    assertThat(line("k = a ; b, c").values()).containsExactly("a");
    assertThat(line("k = %a;b% ; c").values()).containsExactly("%a;b%");
    assertThat(line("k = 50% ; of 100%").values()).containsExactly("50%");
  }

  @Test
  void backslashesAtTheEndJoinLines() throws IOException {
    assertThat(line("CopyFiles = \"SomeDirectory\\\"\\\n,SomeFile").values())
        .containsExactly("SomeDirectory\\", "SomeFile");
    assertThat(line("CopyFiles = \"SomeDirectory\\\"\\ ; comment \r\n  ,SomeFile").values())
        .containsExactly("SomeDirectory\\", "SomeFile");
    assertThat(line("CopyFiles = SomeDirectory\\\\\n,SomeFile").values())
        .containsExactly("SomeDirectory", "SomeFile");
    assertThat(line("k = C:\\a\\\\b , c\\d").values()).containsExactly("C:\\a\\\\b", "c\\d");
    assertThat(line("k = end\\").values()).containsExactly("end\\");
    assertThat(line("HKR,,d,1,\\ ; one\n; between\n ;\n 01,\\\n02").values())
        .containsExactly("HKR", "", "d", "1", "01", "02");
  }

  @Test
  void headersAreNotJoined() throws IOException {
    InfFile inf = ExampleInf.parse("[A]\nk = C:\\dir\\\n[B]\nl = 1");
    assertThat(inf.section("A").orElseThrow().lines())
        .containsExactly(new InfLine(2, "k", List.of("C:\\dir")));
    assertThat(inf.section("B").orElseThrow().lines()).hasSize(1);
    assertThat(inf.findings()).extracting(InfFinding::line).containsExactly(3);
  }

  @Test
  void linesKnowWhereTheyBegin() throws IOException {
    InfFile inf = ExampleInf.parse("\r\n[A]\r\nx=1,\\\r\n 2\r\r\ny=3\n[B]\nz");
    assertThat(inf.section("a").orElseThrow().lines())
        .extracting(InfLine::number)
        .containsExactly(3, 6);
    assertThat(inf.section("b").orElseThrow().number()).isEqualTo(7);
  }

  @Test
  void sectionsOfOneNameAreOne() throws IOException {
    InfFile inf = ExampleInf.parse("[One]\na=1\n[two]\nb=2\n[ONE] ; again\nc=3\n[;; Std Mfg]\nd=4");
    assertThat(inf.sections())
        .extracting(InfSection::name)
        .containsExactly("One", "two", ";; Std Mfg");
    assertThat(inf.section("oNe").orElseThrow().lines())
        .extracting(InfLine::key)
        .containsExactly("a", "c");
  }

  @Test
  void everyEncodingReadsTheSame() throws IOException {
    String text = "[Version]\r\nSignature=\"$Windows NT$\"\r\nProvider=\"Müller & Söhne\"\r\n";
    byte[] marked = ("\uFEFF" + text).getBytes(StandardCharsets.UTF_16LE);
    for (byte[] bytes :
        List.of(
            marked,
            ("\uFEFF" + text).getBytes(StandardCharsets.UTF_16BE),
            text.getBytes(StandardCharsets.UTF_16LE),
            ("\uFEFF" + text).getBytes(StandardCharsets.UTF_8),
            text.getBytes(StandardCharsets.UTF_8),
            text.getBytes(Charset.forName("windows-1252")))) {
      InfFile inf = InfFile.parse("x.inf", bytes);
      assertThat(inf.isSigned()).isTrue();
      assertThat(inf.version().provider()).isEqualTo("Müller & Söhne");
      boolean isForWindows = bytes == marked || bytes.length == text.length();
      assertThat(inf.findings())
          .extracting(InfFinding::code)
          .isEqualTo(isForWindows ? List.of() : List.of(1003));
    }
  }

  @Test
  void controlZEndsAnAnsiText() throws IOException {
    assertThat(ExampleInf.parse("[A]\na=1\n\u001A[B]\n").sections()).hasSize(1);
  }

  @Test
  void tokensAreExpandedOnce() throws IOException {
    InfFile inf =
        ExampleInf.parse("[Strings]\na=\"%b%;\"\nb=B\n\"odd name\"=odd\n[Strings.0407]\na=eins\n");
    assertThat(inf.expand("%A%-%b%-%c%-%12%-%%SystemRoot%%-%odd name%-100%"))
        .isEqualTo("%b%;-B-%c%-%12%-%SystemRoot%-odd-100%");
    assertThat(inf.expand("%%%b%%%")).isEqualTo("%B%");
  }

  @Test
  void stringsOfTheNearestLanguageAreTaken() throws IOException {
    InfFile inf =
        ExampleInf.parse(
            "[Strings.0009]\nn=neutral\n[Strings.0409]\nn=american\n[Strings]\nn=plain\n"
                + "[Strings.0c07]\nn=austrian\n[StringsOther]\nn=none\n");
    assertThat(inf.expand("%n%")).isEqualTo("plain");
    assertThat(inf.inLanguage(0x409).expand("%n%")).isEqualTo("american");
    assertThat(inf.inLanguage(0x809).expand("%n%")).isEqualTo("neutral");
    assertThat(inf.inLanguage(0x407).expand("%n%")).isEqualTo("austrian");
    assertThat(inf.inLanguage(0x40C).expand("%n%")).isEqualTo("plain");
  }

  @Test
  void versionTellsClassDateAndCatalogs() throws IOException {
    InfVersion version = ExampleInf.parse(ExampleInf.STORAGE).version();
    assertThat(version.className()).isEqualTo("SCSIAdapter");
    assertThat(version.classGuid())
        .contains(UUID.fromString("4d36e97b-e325-11ce-bfc1-08002be10318"));
    assertThat(version.provider()).isEqualTo("Example Storage");
    assertThat(version.date()).contains(LocalDate.of(2024, 2, 29));
    assertThat(version.versionText()).isEqualTo("1.22.333.4444");
    assertThat(version.isLockedDown()).isTrue();
    assertThat(version.catalog(ProcessorArchitecture.X86)).contains("exstor32.cat");
    assertThat(version.catalog(ProcessorArchitecture.ARM64)).contains("exstor.cat");
  }

  @Test
  void oddVersionsAreTakenAsFarAsTheyGo() throws IOException {
    assertThat(versionOf("DriverVer=1-2-2003,5").versionText()).isEqualTo("5.0.0.0");
    assertThat(versionOf("DriverVer=02/30/2003, 1.2.3.4").date()).isEmpty();
    assertThat(versionOf("DriverVer=today,99999.1.x.-1").versionText()).isEqualTo("0.1.0.0");
    assertThat(versionOf("ClassGuid={no}").classGuid()).isEmpty();
  }

  private static InfVersion versionOf(String line) throws IOException {
    return ExampleInf.parse("[Version]\n" + line).version();
  }

  @Test
  void brokenSyntaxIsToldWithItsLine() throws IOException {
    assertThat(ExampleInf.parse("; comment\nloose\n[A]\n").findings())
        .containsExactly(InfFinding.error(1002, 2, "text before the first section"));
    assertThat(ExampleInf.parse("[A]\nk=\"open\n[B\n").findings())
        .extracting(InfFinding::line)
        .containsExactly(2, 3);
    assertThat(ExampleInf.parse("[A]\nk=" + "x".repeat(5000)).findings())
        .extracting(InfFinding::message)
        .containsExactly("a value has over 4095 characters");
    assertThat(ExampleInf.parse("[" + "x".repeat(300) + "]\n").findings()).hasSize(1);
  }

  @Test
  void whatIsTooMuchIsRefused() {
    assertThatThrownBy(() -> InfFile.parse("big.inf", new byte[InfFile.MAX_SIZE + 1]))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining("16 MiB");
    assertThatThrownBy(() -> ExampleInf.parse("[A]\n" + ",".repeat(2 << 20)))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("values");
  }
}
