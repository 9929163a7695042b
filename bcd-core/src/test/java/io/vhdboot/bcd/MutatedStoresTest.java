package io.vhdboot.bcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.disk.LittleEndian;
import io.vhdboot.testing.Seed;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Damaged stores give typed exceptions, and soon. */
class MutatedStoresTest {

  private static final int FIRST_BIN = 4096;

  @Test
  void mutatedStoresGiveTypedExceptionsOnly() throws IOException {
    SplittableRandom random = Seed.random("mutatedStores");
    List<byte[]> originals = new ArrayList<>();
    for (Path file : SharedData.files("bcd")) {
      if (file.toString().endsWith(".bcd")) {
        originals.add(Files.readAllBytes(file));
      }
    }
    int refused = 0;
    int cases = Seed.cases(20_000, 300);
    for (int i = 0; i < cases; i++) {
      byte[] mutant = originals.get(i % originals.size()).clone();
      int size = Math.min(mutant.length, FIRST_BIN + LittleEndian.i32(mutant, 0x28));
      for (int j = random.nextInt(1, 8); j > 0; j--) {
        int at = random.nextInt(FIRST_BIN, size);
        mutant[at] = (byte) (random.nextBoolean() ? random.nextInt() : mutant[at] ^ 1 << j % 8);
      }
      refused += BcdFuzzTarget.isRefused(mutant) ? 1 : 0;
    }
    assertThat(refused).isBetween(1, cases - 1);
  }

  /** A key whose damaged name no key can be given is no element, and is not copied. */
  @Test
  void keyThatIsNoElementIsNotCopied() throws IOException {
    byte[] bytes = Files.readAllBytes(SharedData.data("bcd/win10-bios-mbr.bcd"));
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    byte[] damaged = text.replace("12000004", "12000\\04").getBytes(StandardCharsets.ISO_8859_1);
    BcdStore store = BcdStore.read("damaged", damaged);
    BcdObject loader = store.find("{default}").orElseThrow();
    BcdObject copy = store.copyObject(loader, new UUID(1, 2));
    assertThat(BcdStore.read("undamaged", bytes).find("{default}").orElseThrow().elements())
        .containsKey(BcdElements.DESCRIPTION);
    assertThat(copy.elements())
        .isEqualTo(loader.elements())
        .doesNotContainKey(BcdElements.DESCRIPTION);
  }

  /** Each kind of mistake is told, and stores of working machines have few. */
  @Test
  void lintTellsMistakes() throws IOException {
    BcdStore store = BcdStore.read(SharedData.data("bcd/win10-bios-mbr.bcd"));
    List<BcdLint.Finding> before = BcdLint.check(store);
    BcdObject loader = store.find("{default}").orElseThrow();
    loader.set(BcdElements.INHERIT, BcdValue.ofObjects(loader.id()));
    loader.remove(BcdElements.SYSTEM_ROOT);
    loader.set(
        BcdElements.OS_DEVICE,
        BcdValue.of(BcdDevice.vhdAnywhere("\\x.vhd", BcdElements.SYSTEM_ROOT)));
    loader.set(0x25000fff, BcdValue.of(1));
    loader.set(BcdElements.RECOVERY_SEQUENCE, BcdValue.ofObjects(new UUID(1, 2)));
    store
        .object(WellKnownObject.BOOT_MANAGER)
        .orElseThrow()
        .set(
            BcdElements.DISPLAY_ORDER,
            BcdValue.ofObjects(WellKnownObject.GLOBAL_SETTINGS.id(), loader.id()));
    List<String> told =
        new ArrayList<>(BcdLint.check(store).stream().map(Object::toString).toList());
    told.removeAll(before.stream().map(Object::toString).toList());
    assertThat(told)
        .anyMatch(
            text -> text.contains("inherit: names") && text.contains("no settings to inherit"))
        .anyMatch(text -> text.contains("systemroot: is missing"))
        .anyMatch(text -> text.contains("osdevice: is searched by systemroot"))
        .anyMatch(text -> text.contains("custom:25000fff: is not known"))
        .anyMatch(text -> text.contains("recoverysequence: names {00000000-0000-0001"))
        .anyMatch(text -> text.contains("displayorder: names {globalsettings}"))
        .hasSize(6);
  }

  @Test
  void differencesAreTold() throws IOException {
    BcdStore left = BcdStore.read(SharedData.data("bcd/win10-bios-mbr.bcd"));
    BcdStore right = BcdStore.read(SharedData.data("bcd/win10-bios-mbr.bcd"));
    BcdObject manager = right.object(WellKnownObject.BOOT_MANAGER).orElseThrow();
    manager.set(BcdElements.TIMEOUT, BcdValue.of(77));
    right.deleteObject(WellKnownObject.MEMORY_TESTER.id());
    List<BcdDiff.Difference> found = BcdDiff.of(left, right, DeviceNamer.OFFLINE);
    assertThat(found)
        .anySatisfy(
            each -> {
              assertThat(each.name()).isEqualTo("timeout");
              assertThat(each.after()).contains("77");
            })
        .anySatisfy(
            each -> {
              assertThat(each.object()).isEqualTo(WellKnownObject.MEMORY_TESTER.id());
              assertThat(each.name()).isEqualTo("object");
              assertThat(each.before()).contains("10200005");
              assertThat(each.after()).isEmpty();
            });
  }
}
