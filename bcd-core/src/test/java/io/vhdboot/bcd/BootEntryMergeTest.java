package io.vhdboot.bcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several Windows in one menu. */
class BootEntryMergeTest {

  private static final Instant TIME = Instant.parse("2026-11-26T12:00:00Z");
  private static final BcdDevice DISK =
      new BcdDevice.Partition(new BcdDevice.MbrPartition(0x12345678, 1 << 20));
  private static final WindowsVersion SEVEN = new WindowsVersion(6, 1, 7601, false);
  private static final WindowsVersion ELEVEN = new WindowsVersion(10, 0, 26100, false);

  private long ids;
  private BcdStore store;
  private UUID seven;

  @BeforeEach
  void makeStore() throws IOException {
    store = builder(SEVEN, "\\7.vhd").build();
    seven = store.defaultObject().orElseThrow();
  }

  private WindowsBootStore.Builder builder(WindowsVersion version, String vhd) {
    return WindowsBootStore.builder()
        .windows(version)
        .systemPartition(DISK)
        .windowsInVhd(DISK, vhd)
        .identifiers(() -> new UUID(0x1111_2222_11f0L, ++ids))
        .time(TIME);
  }

  private BcdObject manager() {
    return store.find("{bootmgr}").orElseThrow();
  }

  private List<UUID> order() {
    return manager().objects(BcdElements.DISPLAY_ORDER);
  }

  private long count(BcdObjectType type) {
    return store.objects().stream().filter(object -> object.type().equals(type)).count();
  }

  private static BootEntryPlacement placement(boolean isLast, boolean keepsDefault) {
    return new BootEntryPlacement(isLast, keepsDefault, true, Optional.empty());
  }

  @Test
  void newWindowsComesFirstAndStartsByItself() throws IOException {
    UUID eleven = builder(ELEVEN, "\\11.vhd").addTo(store, BootEntryPlacement.USUAL);
    assertThat(order()).containsExactly(eleven, seven);
    assertThat(store.defaultObject()).contains(eleven);
    assertThat(count(BcdObjectType.OS_LOADER)).isEqualTo(2);
    assertThat(count(BcdObjectType.RESUME)).isEqualTo(2);
    BcdObject loader = store.object(eleven).orElseThrow();
    assertThat(loader.text(BcdElements.DESCRIPTION)).contains("Windows 11");
    assertThat(manager().object(BcdElements.RESUME_OBJECT))
        .isEqualTo(loader.object(BcdElements.LOADER_RESUME_OBJECT));
    assertThat(store.object(seven).orElseThrow().text(BcdElements.DESCRIPTION))
        .contains("Windows 7");
  }

  @Test
  void newWindowsComesLastAndTheOldOneStartsByItself() throws IOException {
    UUID eleven = builder(ELEVEN, "\\11.vhd").addTo(store, placement(true, true));
    assertThat(order()).containsExactly(seven, eleven);
    assertThat(store.defaultObject()).contains(seven);
  }

  @Test
  void menuStaysAsItsOwnerSetIt() throws IOException {
    manager().set(BcdElements.TIMEOUT, BcdValue.of(5));
    builder(ELEVEN, "\\11.vhd").addTo(store, BootEntryPlacement.USUAL);
    assertThat(manager().number(BcdElements.TIMEOUT)).contains(5L);
  }

  @Test
  void sameWindowsTakesThePlaceOfItsEntry() throws IOException {
    BcdObject old = store.object(seven).orElseThrow();
    old.set(BcdElements.NX, BcdValue.of(3));
    old.set(0x16000049, BcdValue.of(true));
    UUID again = builder(SEVEN, "\\7.vhd").addTo(store, BootEntryPlacement.USUAL);
    assertThat(again).isEqualTo(seven);
    assertThat(order()).containsExactly(seven);
    assertThat(count(BcdObjectType.OS_LOADER)).isEqualTo(1);
    assertThat(count(BcdObjectType.RESUME)).isEqualTo(1);
    BcdObject made = store.object(seven).orElseThrow();
    assertThat(made.number(BcdElements.NX)).contains(0L);
    assertThat(made.flag(0x16000049)).as("what is migrated").contains(true);
  }

  @Test
  void nothingIsMigratedWhereThatIsNotWanted() throws IOException {
    store.object(seven).orElseThrow().set(0x16000049, BcdValue.of(true));
    builder(SEVEN, "\\7.vhd")
        .addTo(store, new BootEntryPlacement(false, false, false, Optional.empty()));
    assertThat(store.object(seven).orElseThrow().get(0x16000049)).isEmpty();
  }

  @Test
  void settingsOfAnotherEntryAreTakenOver() throws IOException {
    BcdObject old = store.object(seven).orElseThrow();
    old.set(0x16000049, BcdValue.of(true));
    old.set(BcdElements.NX, BcdValue.of(3));
    UUID eleven =
        builder(ELEVEN, "\\11.vhd")
            .addTo(store, new BootEntryPlacement(false, false, true, Optional.of(seven)));
    BcdObject loader = store.object(eleven).orElseThrow();
    assertThat(loader.flag(0x16000049)).contains(true);
    assertThat(loader.number(BcdElements.NX)).as("its own stays").contains(0L);
    assertThat(loader.text(BcdElements.DESCRIPTION)).contains("Windows 11");
    assertThatThrownBy(
            () ->
                builder(ELEVEN, "\\x.vhd")
                    .addTo(
                        store,
                        new BootEntryPlacement(false, false, true, Optional.of(new UUID(0, 77)))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void storeIsReadBackAsItWasMade() throws IOException {
    builder(ELEVEN, "\\11.vhd").addTo(store, BootEntryPlacement.USUAL);
    assertThat(BcdStore.read("store", store.toBytes()).hasSameContent(store)).isTrue();
  }
}
