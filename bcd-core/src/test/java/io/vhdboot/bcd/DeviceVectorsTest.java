package io.vhdboot.bcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.hive.HiveValue;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeviceVectorsTest {

  @Test
  void everyRealFormIsKnownAndComesBackByteForByte() throws IOException {
    List<String> lines = Files.readAllLines(SharedData.data("bcd/device-vectors.tsv"));
    assertThat(lines).hasSize(22);
    for (String line : lines.subList(1, lines.size())) {
      String[] fields = line.split("\t");
      byte[] bytes = HexFormat.of().parseHex(fields[6]);
      int element = Integer.parseUnsignedInt(fields[4], 16);
      BcdValue value = BcdValue.decode(element, HiveValue.binary("Element", bytes));
      assertThat(value).as(fields[0]).isInstanceOf(BcdValue.Device.class);
      assertThat(value.toString()).as(fields[0]).doesNotContain("Unknown");
      assertThat(value.encode("Element").data()).as(fields[0]).isEqualTo(bytes);
    }
  }
}
