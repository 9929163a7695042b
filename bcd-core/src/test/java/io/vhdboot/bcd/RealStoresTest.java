package io.vhdboot.bcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.WindowsGuid;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RealStoresTest {

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "install-media-efi",
        "ntloader",
        "regipy-gpt-efi",
        "ventoy-common",
        "vhdiso-efi",
        "win10-bios-mbr",
        "windeploy-bios",
        "windeploy-efi",
      })
  void listsWhatTheJudgeLists(String name) throws IOException {
    Path file = SharedData.data("bcd/" + name + ".bcd");
    BcdStore store = BcdStore.read(file);
    assertThat(BcdJudge.ours(store)).isEqualTo(BcdJudge.theirs(file));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "install-media-efi",
        "ntloader",
        "regipy-gpt-efi",
        "ventoy-common",
        "vhdiso-efi",
        "win10-bios-mbr",
        "windeploy-bios",
        "windeploy-efi",
      })
  void isRewrittenWithoutChangeOfMeaning(String name) throws IOException {
    Path file = SharedData.data("bcd/" + name + ".bcd");
    BcdStore store = BcdStore.read(file);
    for (BcdObject object : store.objects()) {
      for (int element : object.elements().keySet().stream().toList()) {
        BcdValue value = object.get(element).orElseThrow();
        if (value.fits(element)) {
          object.set(element, value);
        }
      }
    }
    Path rewritten = folder.resolve("BCD");
    store.write(rewritten);
    assertThat(BcdStore.read(rewritten).hasSameContent(BcdStore.read(file))).isTrue();
    // Integers of one or three bytes have become eight; the judge shows lengths.
    assertThat(withoutLengths(BcdJudge.bcdshow(rewritten)))
        .isEqualTo(withoutLengths(BcdJudge.bcdshow(file)));
  }

  @Test
  void aliasesAndTheDefaultEntryAreFound() throws IOException {
    BcdStore store = BcdStore.read(SharedData.data("bcd/win10-bios-mbr.bcd"));
    BcdObject loader = store.find("{default}").orElseThrow();
    assertThat(loader.id().toString()).isEqualTo("f69b1309-744a-11eb-bc02-eeb6798dd9bc");
    assertThat(store.find("{CURRENT}")).contains(loader);
    assertThat(store.find("bootmgr").orElseThrow().object(BcdElements.DEFAULT))
        .contains(loader.id());
    assertThat(store.find("{4636856e-540f-4170-a130-a84776f4c654}"))
        .isEqualTo(store.find("{dbgsettings}"));
    assertThat(store.find("{nonsense}")).isEmpty();
    assertThat(loader.device(BcdElements.DEVICE))
        .contains(BcdDevice.mbrPartition(0x4bd000d0, 0x6500000));
    assertThat(store.isSystemStore()).isTrue();
  }

  @Test
  void integersOfOneAndThreeBytesAreRead() throws IOException {
    BcdStore store = BcdStore.read(SharedData.data("bcd/install-media-efi.bcd"));
    assertThat(store.find("{bootmgr}").orElseThrow().number(BcdElements.TIMEOUT)).contains(30L);
    assertThat(store.find("{dbgsettings}").orElseThrow().number(BcdElements.DEBUG_BAUD_RATE))
        .contains(115_200L);
  }

  @Test
  void hiveWithoutObjectsIsNoStore() {
    Path hive = SharedData.data("hives/special");
    assertThatThrownBy(() -> BcdStore.read(hive))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("another hive?");
  }

  @Test
  void objectsCanBeDeleted() throws IOException {
    BcdStore store = BcdStore.read(SharedData.data("bcd/win10-bios-mbr.bcd"));
    int before = store.objects().size();
    var recovery = WindowsGuid.parse("{1c0871d4-744b-11eb-bf4c-f28a301a9209}");
    assertThat(store.deleteObject(recovery)).isTrue();
    assertThat(store.deleteObject(recovery)).isFalse();
    BcdStore again = BcdStore.read("again", store.toBytes());
    assertThat(again.objects()).hasSize(before - 1);
    assertThat(again.object(recovery)).isEmpty();
  }

  private static String withoutLengths(String listing) {
    return listing.replaceAll("= \\[\\d+\\] ", "= ");
  }
}
