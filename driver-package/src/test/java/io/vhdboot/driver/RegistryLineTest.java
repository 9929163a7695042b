package io.vhdboot.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.disk.Utf16;
import io.vhdboot.driver.RegistryEdit.Action;
import java.io.IOException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistryLineTest {

  private static final HexFormat HEX = HexFormat.of();

  private static InfLine line(String text) throws IOException {
    return ExampleInf.parse("[A]\n" + text).section("A").orElseThrow().lines().get(0);
  }

  private static RegistryEdit added(String text) throws IOException {
    return RegistryLine.adding(line(text), text2 -> text2).orElseThrow();
  }

  private static RegistryEdit deleted(String text) throws IOException {
    return RegistryLine.deleting(line(text), text2 -> text2).orElseThrow();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "HKR,,n,,text                       | SET            | 1  | 7400650078007400 0000",
        "HKR,,n                             | SET            | 1  | 0000",
        "HKR,k                              | CREATE_KEY     | 0  | ''",
        "HKR,k,n,0x10,1                     | CREATE_KEY     | 0  | ''",
        "HKR,k,n,0x2000                     | CREATE_KEY     | 0  | ''",
        "HKR,k,,,default                    | SET            | 1  | 640065006600610075006c0074000000",
        "HKR,,n,0x20000,%%x                 | SET            | 2  | 250025007800 0000",
        "HKR,,n,0x10000,a,b                 | SET            | 7  | 6100 0000 6200 0000 0000",
        "HKR,,n,0x10000                     | SET            | 7  | 0000",
        "HKR,,n,0x10008,c                   | APPEND         | 7  | 6300 0000 0000",
        "HKR,,n,0x10001,0x12345678          | SET            | 4  | 78563412",
        "HKR,,n,0x10001,-1                  | SET            | 4  | ffffffff",
        "HKR,,n,0x10001,4294967295          | SET            | 4  | ffffffff",
        "HKR,,n,0x10001,1,2,3,4             | SET            | 4  | 01020304",
        "HKR,,n,0x10003,5                   | SET_IF_ABSENT  | 4  | 05000000",
        "HKR,,n,0x10021,6                   | SET_IF_PRESENT | 4  | 06000000",
        "HKR,,n,1,1,0x2,A,ff                | SET            | 3  | 01020aff",
        "HKR,,n,1,0102ff                    | SET            | 3  | 0102ff",
        "HKR,,n,0x20001,1                   | SET            | 0  | 01",
        "HKR,,n,0x00380001,1,0,2            | SET            | 56 | 010002",
        "HKR,,n,0xB0001,1,0,0,0,0,0,0,0     | SET            | 11 | 0100000000000000",
        "HKR,k,n,4                          | DELETE_VALUE   | 0  | ''",
        "HKR,k,,4                           | DELETE_KEY     | 0  | ''",
        "HKR,,n,65537,7                     | SET            | 4  | 07000000",
      })
  void addingLinesAreRead(String text, Action action, int type, String data) throws IOException {
    RegistryEdit edit = added(text);
    assertThat(edit.action()).isEqualTo(action);
    assertThat(edit.type()).isEqualTo(type);
    assertThat(HEX.formatHex(edit.data())).isEqualTo(data.replace(" ", ""));
  }

  @Test
  void deletingLinesAreRead() throws IOException {
    assertThat(deleted("HKLM,a\\b").action()).isEqualTo(Action.DELETE_KEY);
    assertThat(deleted("HKLM,a\\b,v").action()).isEqualTo(Action.DELETE_VALUE);
    assertThat(deleted("HKLM,a\\b,,0x4000").action()).isEqualTo(Action.DELETE_KEY);
    assertThat(deleted("HKLM,a\\b,,0x4000").isFor32Bit()).isTrue();
    assertThat(deleted("HKLM,a\\b,v,0x2000").action()).isEqualTo(Action.DELETE_KEY);
    RegistryEdit string = deleted("HKR,,UpperFilters,0x00018002,\"old\"");
    assertThat(string.action()).isEqualTo(Action.REMOVE_STRING);
    assertThat(string.data()).isEqualTo(Utf16.toBytes("old\0\0"));
  }

  @Test
  void rootsAreReadInAnyCase() throws IOException {
    assertThat(added("hkr,,n").isRelative()).isTrue();
    assertThat(added("HkLm,k").root()).isEqualTo("HKLM");
    assertThat(RegistryLine.adding(line("HKEY_LOCAL_MACHINE,k"), text -> text)).isEmpty();
  }
}
