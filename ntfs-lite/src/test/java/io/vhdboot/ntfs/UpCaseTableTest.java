package io.vhdboot.ntfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.CorruptFormatException;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class UpCaseTableTest {

  @Test
  void upCaseInformationHasTheChecksumThatWindowsWrites() {
    assertThat(UpCaseInformation.crc64(UpCaseTable.windows7().toBytes()))
        .isEqualTo(0xDADC_7E77_6B1B_690CL);
  }

  @Test
  void tablesHaveTheChecksumsOfThoseThatWindowsWrites() {
    assertThat(crc(UpCaseTable.windows7().toBytes())).isEqualTo(0xCEE8CFFAL);
    assertThat(crc(UpCaseTable.windowsXp().toBytes())).isEqualTo(0xB47FB6D5L);
  }

  @Test
  void attributeDefinitionsHaveTheChecksumOfEveryVolume() {
    assertThat(crc(AttributeDefinitions.toBytes())).isEqualTo(0x80079027L);
  }

  @Test
  void readsWhatItWrote() throws CorruptFormatException {
    UpCaseTable table = UpCaseTable.windowsXp();
    assertThat(UpCaseTable.get(table.toBytes(), "t")).isEqualTo(table);
    assertThat(table).isNotEqualTo(UpCaseTable.windows7());
  }

  @Test
  void otherSizesAreRefused() {
    assertThatThrownBy(() -> UpCaseTable.get(new byte[131_070], "t"))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessage("t: $UpCase has 131070 bytes, not 131072");
  }

  @Test
  void namesSortAsCapitalsAndThenByTheirUnits() {
    FileNameCollation order = new FileNameCollation(UpCaseTable.windows7());
    assertThat(order.compare("a", "B")).isNegative();
    assertThat(order.compare("ab", "A")).isPositive();
    assertThat(order.compare("Ab", "aB")).isNegative();
    assertThat(order.compareIgnoringCase("Ab", "aB")).isZero();
    // The underscore lies between capitals and small letters.
    assertThat(order.compare("_", "z")).isPositive();
    assertThat(order.compare("\uD800", "\uFFFD")).isNegative();
    // Java has no single capital for the sharp s; Windows leaves it alone.
    assertThat(UpCaseTable.windows7().toUpperCase("straße\u00FF")).isEqualTo("STRAßE\u0178");
  }

  private static long crc(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return crc.getValue();
  }
}
