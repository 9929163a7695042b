package io.vhdboot.hive;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.testing.Seed;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class HiveGrowthTest {

  /** Ten times the keys may cost twelve times the time, not a hundred. */
  @Test
  void costGrowsWithTheNumberOfKeys() throws IOException {
    int small = Seed.cases(10_000, 3_000);
    int large = 10 * small;
    fill(small);
    long smallTime = Math.min(fill(small), fill(small));
    long largeTime = fill(large);
    System.out.printf(
        "%d keys with two values each: %d ms; %d keys: %d ms%n",
        small, smallTime / 1_000_000, large, largeTime / 1_000_000);
    assertThat(largeTime).isLessThan(30 * smallTime + 2_000_000_000L);
  }

  private static long fill(int keys) throws IOException {
    long start = System.nanoTime();
    Hive hive = Hive.create("root", HiveEditTest.SECURITY, HiveEditTest.TIME, 5);
    HiveKey parent = hive.root().createSubkey("parent");
    for (int i = 0; i < keys; i++) {
      HiveKey key = parent.createSubkey("key " + Integer.toHexString(i * 0x9E3779B1));
      key.setValue(HiveValue.dword("number", i));
      key.setValue(HiveValue.string("text", "some text " + i));
    }
    assertThat(hive.toBytes().length).isGreaterThan(keys * 100);
    assertThat(parent.subkeys()).hasSize(keys);
    return System.nanoTime() - start;
  }
}
