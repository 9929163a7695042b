package io.vhdboot.ntfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UpdateSequenceTest {

  @ParameterizedTest
  @ValueSource(ints = {1024, 4096})
  void everyStrideEndsWithTheNumberOnDisk(int size) throws CorruptFormatException {
    byte[] block = block(size);
    byte[] before = block.clone();
    UpdateSequence.apply(block, 0, size);
    for (int end = 512; end <= size; end += 512) {
      assertThat(LittleEndian.u16(block, end - 2)).isEqualTo(1);
    }
    UpdateSequence.remove(block, 0, size, "b");
    LittleEndian.put16(before, 0x30, 1);
    for (int i = 1; i <= size / 512; i++) {
      LittleEndian.put16(before, 0x30 + 2 * i, LittleEndian.u16(before, i * 512 - 2));
    }
    assertThat(block).isEqualTo(before);
  }

  @Test
  void numberSkipsZero() {
    byte[] block = block(1024);
    LittleEndian.put16(block, 0x30, 0xFFFF);
    UpdateSequence.apply(block, 0, 1024);
    assertThat(LittleEndian.u16(block, 0x30)).isEqualTo(1);
  }

  @Test
  void tornBlockIsRefused() {
    byte[] block = block(1024);
    UpdateSequence.apply(block, 0, 1024);
    block[1022]++;
    assertThatThrownBy(() -> UpdateSequence.remove(block, 0, 1024, "b"))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessage(
            "b: a sector ends with 0002h, the update sequence number is 0001h (at byte 0x3fe)");
  }

  @Test
  void arrayOutsideTheFirstStrideIsRefused() {
    byte[] block = block(1024);
    UpdateSequence.apply(block, 0, 1024);
    for (int offset : new int[] {0, 7, 0x31, 506, 1024, 0xFFFE}) {
      byte[] bad = block.clone();
      LittleEndian.put16(bad, 4, offset);
      assertThatThrownBy(() -> UpdateSequence.remove(bad, 0, 1024, "b"))
          .isInstanceOf(CorruptFormatException.class);
    }
    LittleEndian.put16(block, 6, 4);
    assertThatThrownBy(() -> UpdateSequence.remove(block, 0, 1024, "b"))
        .isInstanceOf(CorruptFormatException.class);
  }

  private static byte[] block(int size) {
    byte[] block = RandomTree.bytes(size, size);
    UpdateSequence.putHeader(block, 0, size, 0x30);
    LittleEndian.put16(block, 0x30, 0);
    return block;
  }
}
