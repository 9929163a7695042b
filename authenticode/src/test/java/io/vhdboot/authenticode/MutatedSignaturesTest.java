package io.vhdboot.authenticode;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.authenticode.testing.TestSigner;
import io.vhdboot.testing.Seed;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Damaged programs and catalogs give typed exceptions, and soon. */
class MutatedSignaturesTest {

  @Test
  void mutatedProgramsGiveTypedExceptionsOnly() {
    TestSigner first = TestSigner.certifiedBy("First");
    byte[] signed =
        first.withNested(TestSigner.certifiedBy("Second")).sign(first.sign(SamplePrograms.x64()));
    mutate("mutatedPrograms", AuthenticodeFuzzTarget::isRefused, signed);
  }

  @Test
  void mutatedCatalogsGiveTypedExceptionsOnly() {
    mutate(
        "mutatedCatalogs",
        CatalogFuzzTarget::isRefused,
        CatalogTest.sample(1),
        CatalogTest.sample(2));
  }

  private static void mutate(String name, Predicate<byte[]> isRefused, byte[]... originals) {
    SplittableRandom random = Seed.random(name);
    int refused = 0;
    int cases = Seed.cases(20_000, 300);
    for (int i = 0; i < cases; i++) {
      byte[] mutant = originals[i % originals.length].clone();
      for (int j = random.nextInt(1, 6); j > 0; j--) {
        int at = random.nextInt(mutant.length);
        mutant[at] = (byte) (random.nextBoolean() ? random.nextInt() : mutant[at] ^ 1 << j);
      }
      if (random.nextInt(10) == 0) {
        mutant = Arrays.copyOf(mutant, random.nextInt(mutant.length));
      }
      refused += isRefused.test(mutant) ? 1 : 0;
    }
    assertThat(refused).isBetween(1, cases - 1);
  }
}
