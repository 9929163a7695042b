package io.vhdboot.bcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.UnsupportedFormatException;
import java.io.IOException;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BootTemplateTest {

  private static final int NX = BcdElements.NX;
  private static final int FLIGHT_SIGNING = 0x1600007e;
  private static final BcdDevice PARTITION = BcdDevice.mbrPartition(0x12345678, 1 << 20);

  private static BcdObject add(BcdStore store, String id, int type) throws IOException {
    return store.createObject(UUID.fromString(id), new BcdObjectType(type));
  }

  /** A template in the manner of Windows 10's, with a few things of its own. */
  private static BcdStore template() throws IOException {
    BcdStore store = BcdStore.create(Instant.EPOCH);
    BcdObject manager = store.createObject(WellKnownObject.BOOT_MANAGER);
    manager.set(BcdElements.DESCRIPTION, BcdValue.of("Not this one"));
    manager.set(BcdElements.TIMEOUT, BcdValue.of(7));
    manager.set(FLIGHT_SIGNING, BcdValue.of(true));
    manager.set(0x45000001, BcdValue.of(1));
    manager.set(BcdElements.DEFAULT, BcdValue.of(new UUID(1, 2)));
    for (boolean isUefi : new boolean[] {false, true}) {
      BcdObject target =
          add(
              store,
              isUefi
                  ? "b012b84d-c47c-4ed5-b722-c0c42163e569"
                  : "a1943bbc-ea85-487c-97c7-c9ede908a38a",
              0x10200003);
      target.set(NX, BcdValue.of(3));
      target.set(BcdElements.LOCALE, BcdValue.of("xx-XX"));
      target.set(0x42000002, BcdValue.of("\\system32\\own" + (isUefi ? ".efi" : ".exe")));
      target.set(0x45000001, BcdValue.of(2));
    }
    add(store, "cbd971bf-b7b8-4885-951a-fa03044f5d71", 0x10200003);
    store
        .createObject(WellKnownObject.DEBUGGER_SETTINGS)
        .set(BcdElements.DEBUG_TYPE, BcdValue.of(2));
    add(store, "11111111-2222-4333-8444-555555555555", 0x20100000)
        .set(BcdElements.BOOT_EMS, BcdValue.of(true));
    return store;
  }

  private static WindowsBootStore.Builder builder(BootFirmware firmware) {
    long[] ids = {0};
    return WindowsBootStore.builder()
        .windows(new WindowsVersion(10, 0, 19045, false))
        .firmware(firmware)
        .systemPartition(PARTITION)
        .windowsInVhd(PARTITION, "\\w.vhd")
        .windowsRoot("\\Windows")
        .identifiers(() -> new UUID(0x4000, ++ids[0]))
        .time(Instant.EPOCH);
  }

  @ParameterizedTest
  @EnumSource(BootFirmware.class)
  void settingsOfTheTemplateTakeThePlaceOfOurs(BootFirmware firmware) throws IOException {
    BcdStore ours = builder(firmware).build();
    BcdStore made = builder(firmware).template(template()).build();
    BcdObject loader = made.find("{default}").orElseThrow();
    BcdObject oursLoader = ours.find("{default}").orElseThrow();
    assertThat(loader.number(NX)).contains(3L);
    assertThat(loader.text(BcdElements.PATH))
        .contains("\\Windows\\system32\\own" + (firmware == BootFirmware.UEFI ? ".efi" : ".exe"));
    assertThat(loader.text(BcdElements.LOCALE)).contains("en-US");
    assertThat(loader.get(BcdElements.BOOT_MENU_POLICY)).as("the template has none").isEmpty();
    assertThat(oursLoader.get(BcdElements.BOOT_MENU_POLICY)).isPresent();
    assertThat(loader.device(BcdElements.OS_DEVICE))
        .isEqualTo(oursLoader.device(BcdElements.OS_DEVICE));

    BcdObject manager = made.object(WellKnownObject.BOOT_MANAGER).orElseThrow();
    assertThat(manager.text(BcdElements.DESCRIPTION)).contains("Windows Boot Manager");
    assertThat(manager.number(BcdElements.TIMEOUT)).contains(7L);
    assertThat(manager.flag(FLIGHT_SIGNING)).contains(true);
    assertThat(manager.object(BcdElements.DEFAULT)).contains(loader.id());
    assertThat(made.object(WellKnownObject.DEBUGGER_SETTINGS).orElseThrow().elements())
        .containsOnlyKeys(BcdElements.DEBUG_TYPE);
    assertThat(made.object(UUID.fromString("11111111-2222-4333-8444-555555555555"))).isPresent();
    assertThat(made.objects()).hasSize(ours.objects().size() + 1);
    assertThat(made.objects())
        .allSatisfy(
            object ->
                assertThat(object.elements().keySet()).noneMatch(element -> element >>> 28 == 4));
  }

  @Test
  void storeWithoutATargetIsNoTemplate() throws IOException {
    BcdStore other = BcdStore.create(Instant.EPOCH);
    assertThatThrownBy(() -> builder(BootFirmware.UEFI).template(other).build())
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining("is no template of boot configurations for UEFI");
  }

  @Test
  void recoveryHasTheBootManagerAndSettingsOnly() throws IOException {
    BcdStore store = builder(BootFirmware.UEFI).buildRecovery();
    assertThat(store.objects())
        .filteredOn(object -> object.type().isApplication())
        .extracting(BcdObject::id)
        .containsExactly(WellKnownObject.BOOT_MANAGER.id());
    assertThat(store.hive().root().find("Description").orElseThrow().value("KeyName"))
        .hasValueSatisfying(name -> assertThat(name.asString()).isEqualTo("BCD00000001"));
    assertThat(BcdLint.check(store)).isEmpty();
  }
}
