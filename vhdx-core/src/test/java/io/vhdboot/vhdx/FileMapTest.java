package io.vhdboot.vhdx;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FileMapTest {

  /**
   * Entries of blocks that take no room may name any place: their check ended with an exception.
   */
  @Test
  void emptyRangeIsFreeWhereverItIs() {
    FileMap map = new FileMap();
    map.take(0, BlockFormat.MIB);
    for (long position :
        new long[] {0, -BlockFormat.MIB, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 60}) {
      assertThat(map.isFree(position, 0)).isTrue();
      assertThat(map.take(position, 0)).isTrue();
    }
    assertThat(map.usedBytes()).isEqualTo(BlockFormat.MIB);
    assertThat(map.isFree(0, BlockFormat.MIB)).isFalse();
    assertThat(map.isFree(BlockFormat.MIB, 5 * BlockFormat.MIB)).isTrue();
  }
}
