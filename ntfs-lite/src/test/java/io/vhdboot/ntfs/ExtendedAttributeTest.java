package io.vhdboot.ntfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.CorruptFormatException;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExtendedAttributeTest {

  /** As the Windows subsystem for Linux names owner, group and mode, through ntfs-3g. */
  private static final byte[] LINUX =
      HexFormat.of()
          .parseHex(
              "1400000000060400"
                  + "244c5855494400"
                  + "e8030000"
                  + "00"
                  + "1400000000060400"
                  + "244c5847494400"
                  + "e8030000"
                  + "00"
                  + "1400000000060400"
                  + "244c584d4f4400"
                  + "a4810000"
                  + "00");

  @Test
  void readsAndMakesTheChainThatOthersMake() throws IOException {
    List<ExtendedAttribute> all = ExtendedAttribute.all(LINUX, "file");
    assertThat(all)
        .extracting(ExtendedAttribute::name)
        .containsExactly("$LXUID", "$LXGID", "$LXMOD");
    assertThat(all.get(2).value()).containsExactly(0xA4, 0x81, 0, 0);
    assertThat(ExtendedAttribute.toBytes(all)).isEqualTo(LINUX);
    assertThat(ExtendedAttribute.information(all))
        .containsExactly(HexFormat.of().parseHex("2d0000003c000000"));
  }

  @Test
  void chainMayEndWithoutOffset() throws IOException {
    byte[] chain = LINUX.clone();
    chain[40] = 0;
    assertThat(ExtendedAttribute.all(chain, "file")).hasSize(3);
  }

  @Test
  void attributePastTheEndIsRefused() {
    byte[] chain = LINUX.clone();
    chain[46] = 9;
    assertThatThrownBy(() -> ExtendedAttribute.all(chain, "file"))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("cannot lie within 20 bytes");
  }

  @Test
  void chainThatDoesNotAdvanceIsRefused() {
    byte[] chain = LINUX.clone();
    chain[0] = 4;
    assertThatThrownBy(() -> ExtendedAttribute.all(chain, "file"))
        .isInstanceOf(CorruptFormatException.class);
  }
}
