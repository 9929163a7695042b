package io.vhdboot.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.testing.Seed;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HuffmanCodeTest {

  @Test
  void codeWithoutALimitIsAsShortAsHuffmans() {
    SplittableRandom random = Seed.random("codeWithoutALimitIsAsShortAsHuffmans");
    for (int i = 0; i < 200; i++) {
      HuffmanCode code = new HuffmanCode(random.nextInt(2, 300), 30);
      fill(code, random, 1 << random.nextInt(1, 12));
      code.build();
      assertThat(code.bits()).isEqualTo(leastBits(code.frequencies));
      assertThat(room(code)).isEqualTo(1L << 30);
    }
  }

  @Test
  void limitedCodeUsesTheCodeSpaceUp() {
    SplittableRandom random = Seed.random("limitedCodeUsesTheCodeSpaceUp");
    for (int i = 0; i < 200; i++) {
      int symbols = random.nextInt(2, 129);
      int limit = random.nextInt(7, 16);
      HuffmanCode code = new HuffmanCode(symbols, limit);
      // Fibonacci numbers make the deepest tree that a sum allows.
      int last = 1;
      int here = 1;
      for (int symbol = 0; symbol < symbols; symbol++) {
        code.frequencies[symbol] = here;
        int next = symbol < 40 ? last + here : here;
        last = here;
        here = next > 1 << 24 ? 1 : next;
      }
      code.build();
      assertThat(room(code)).isEqualTo(1L << 30);
      for (byte length : code.lengths) {
        assertThat(length).isBetween((byte) 1, (byte) limit);
      }
    }
  }

  @Test
  void singleSymbolGetsANeighbour() {
    HuffmanCode code = new HuffmanCode(5, 7);
    code.frequencies[3] = 9;
    code.build();
    assertThat(code.lengths).containsExactly(1, 0, 0, 1, 0);
    code.clear();
    code.frequencies[0] = 9;
    code.build();
    assertThat(code.lengths).containsExactly(1, 1, 0, 0, 0);
  }

  @Test
  void noSymbolGivesNoCodeword() {
    HuffmanCode code = new HuffmanCode(5, 7);
    code.build();
    assertThat(code.lengths).containsOnly(0);
  }

  @Test
  void tableFindsEveryCodewordWhateverFollows() throws MalformedChunkException {
    SplittableRandom random = Seed.random("tableFindsEveryCodewordWhateverFollows");
    for (int i = 0; i < 100; i++) {
      HuffmanCode code = new HuffmanCode(512, 16);
      fill(code, random, 1 << random.nextInt(1, 20));
      // Some rare ones, whose codewords are longer than the root table.
      code.frequencies[random.nextInt(512)] = 1 << 30;
      code.build();
      HuffmanTable table =
          new HuffmanTable("the code", random.nextInt(7, 13), HuffmanTable.plainPayloads(512));
      table.build(code.lengths);
      for (int symbol = 0; symbol < 512; symbol++) {
        int length = code.lengths[symbol];
        if (length != 0) {
          long buffer = (long) code.codewords[symbol] << 64 - length | random.nextLong() >>> length;
          assertThat(table.lookUp(buffer)).isEqualTo(symbol << 8 | length);
        }
      }
    }
  }

  @Test
  void tableOfAnEmptyCodeRefusesToLookUp() throws MalformedChunkException {
    HuffmanTable table = new HuffmanTable("the code", 7, HuffmanTable.plainPayloads(20));
    table.build(new byte[20]);
    assertThatThrownBy(() -> table.lookUp(0))
        .isInstanceOf(MalformedChunkException.class)
        .hasMessage("the code has no codeword, but a symbol of it is used");
  }

  private static void fill(HuffmanCode code, SplittableRandom random, int most) {
    for (int symbol = 0; symbol < code.frequencies.length; symbol++) {
      code.frequencies[symbol] = random.nextInt(3) == 0 ? 0 : random.nextInt(most);
    }
    code.frequencies[0] = 1;
    code.frequencies[1] = 1;
  }

  private static long room(HuffmanCode code) {
    long room = 0;
    for (byte length : code.lengths) {
      room += length == 0 ? 0 : 1L << 30 - length;
    }
    return room;
  }

  /** The sum of all inner nodes' weights. */
  private static long leastBits(int[] frequencies) {
    PriorityQueue<Long> weights = new PriorityQueue<>();
    for (int frequency : frequencies) {
      if (frequency != 0) {
        weights.add((long) frequency);
      }
    }
    long bits = 0;
    while (weights.size() > 1) {
      long weight = weights.remove() + weights.remove();
      bits += weight;
      weights.add(weight);
    }
    return bits;
  }
}
