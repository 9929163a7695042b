package io.vhdboot.bcd;

import static io.vhdboot.bcd.BcdValue.of;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Adds the objects of a store that was made for one Windows to a store that is there. */
final class BootEntryMerge {

  /**
   * What an old entry hands on to the one that replaces it: the elements that Windows 10's own
   * template lists as to be migrated.
   */
  private static final Set<Integer> MIGRATED =
      Set.of(0x16000010, 0x260000a0, 0x260000f2, 0x16000049, 0x25000115, 0x1600007e);

  /** What says which Windows an entry starts; never taken from another entry. */
  private static final Set<Integer> IDENTITY =
      Set.of(
          BcdElements.DEVICE,
          BcdElements.PATH,
          BcdElements.DESCRIPTION,
          BcdElements.OS_DEVICE,
          BcdElements.SYSTEM_ROOT,
          BcdElements.LOADER_RESUME_OBJECT);

  /** What of the boot manager stays as its owner set it. */
  private static final Set<Integer> KEPT_OF_MANAGER =
      Set.of(
          BcdElements.DEFAULT,
          BcdElements.RESUME_OBJECT,
          BcdElements.DISPLAY_ORDER,
          BcdElements.TOOLS_DISPLAY_ORDER,
          BcdElements.TIMEOUT);

  private final BcdStore store;
  private final BcdStore made;
  private final BcdObject newLoader;
  private final BootEntryPlacement placement;

  BootEntryMerge(BcdStore store, BcdStore made, UUID newLoader, BootEntryPlacement placement) {
    this.store = store;
    this.made = made;
    this.newLoader = made.object(newLoader).orElseThrow();
    this.placement = placement;
  }

  /** Does it, and gives the id of the loader. */
  UUID run() throws IOException {
    Optional<BcdObject> merged =
        placement.mergedFrom().isEmpty()
            ? Optional.empty()
            : Optional.of(
                store
                    .object(placement.mergedFrom().get())
                    .orElseThrow(
                        () ->
                            new IllegalArgumentException(
                                "the store has no object {" + placement.mergedFrom().get() + "}")));
    Optional<BcdObject> old = sameWindows();
    UUID loader = old.map(BcdObject::id).orElse(newLoader.id());
    UUID newResume = newLoader.object(BcdElements.LOADER_RESUME_OBJECT).orElseThrow();
    UUID resume =
        old.flatMap(object -> object.object(BcdElements.LOADER_RESUME_OBJECT)).orElse(newResume);
    for (BcdObject object : made.objects()) {
      if (object.id().equals(newLoader.id())) {
        putLoader(loader, resume, old, merged);
      } else if (object.id().equals(newResume)) {
        put(object, replaced(resume, object.type()));
      } else if (object.id().equals(WellKnownObject.BOOT_MANAGER.id())) {
        putManager(object, loader, resume);
      } else if (store.object(object.id()).isEmpty()) {
        put(object, store.createObject(object.id(), object.type()));
      } else if (object.id().equals(WellKnownObject.MEMORY_TESTER.id())) {
        put(object, store.object(object.id()).orElseThrow());
      }
    }
    return loader;
  }

  /** The loader that starts the same folder of the same volume. */
  private Optional<BcdObject> sameWindows() {
    return store.objects().stream()
        .filter(object -> object.type().equals(BcdObjectType.OS_LOADER))
        .filter(
            object ->
                object
                    .device(BcdElements.OS_DEVICE)
                    .equals(newLoader.device(BcdElements.OS_DEVICE)))
        .filter(
            object ->
                object
                    .text(BcdElements.SYSTEM_ROOT)
                    .orElse("")
                    .equalsIgnoreCase(newLoader.text(BcdElements.SYSTEM_ROOT).orElseThrow()))
        .findFirst();
  }

  private BcdObject replaced(UUID id, BcdObjectType type) throws IOException {
    if (store.object(id).isPresent()) {
      store.deleteObject(id);
    }
    return store.createObject(id, type);
  }

  private static void put(BcdObject from, BcdObject to) throws IOException {
    for (Map.Entry<Integer, BcdValue> element : from.elements().entrySet()) {
      to.set(element.getKey(), element.getValue());
    }
  }

  private void putLoader(UUID id, UUID resume, Optional<BcdObject> old, Optional<BcdObject> merged)
      throws IOException {
    // Taken out first: the merged one may be the one that is replaced.
    Map<Integer, BcdValue> mergedElements =
        merged.map(object -> Map.copyOf(object.elements())).orElse(Map.of());
    Map<Integer, BcdValue> oldElements =
        placement.migrates()
            ? old.map(object -> Map.copyOf(object.elements())).orElse(Map.of())
            : Map.of();
    BcdObject loader = replaced(id, newLoader.type());
    put(newLoader, loader);
    loader.set(BcdElements.LOADER_RESUME_OBJECT, of(resume));
    for (Map.Entry<Integer, BcdValue> element : mergedElements.entrySet()) {
      if (!IDENTITY.contains(element.getKey()) && loader.get(element.getKey()).isEmpty()) {
        loader.set(element.getKey(), element.getValue());
      }
    }
    for (Map.Entry<Integer, BcdValue> element : oldElements.entrySet()) {
      if (MIGRATED.contains(element.getKey())) {
        loader.set(element.getKey(), element.getValue());
      }
    }
  }

  private void putManager(BcdObject from, UUID loader, UUID resume) throws IOException {
    BcdObject manager =
        store.object(from.id()).isPresent()
            ? store.object(from.id()).get()
            : store.createObject(WellKnownObject.BOOT_MANAGER);
    for (Map.Entry<Integer, BcdValue> element : from.elements().entrySet()) {
      if (!KEPT_OF_MANAGER.contains(element.getKey()) || manager.get(element.getKey()).isEmpty()) {
        manager.set(element.getKey(), element.getValue());
      }
    }
    boolean hasDefault =
        manager.object(BcdElements.DEFAULT).filter(id -> store.object(id).isPresent()).isPresent();
    if (!placement.keepsDefault() || !hasDefault) {
      manager.set(BcdElements.DEFAULT, of(loader));
      manager.set(BcdElements.RESUME_OBJECT, of(resume));
    }
    List<UUID> order = new ArrayList<>(manager.objects(BcdElements.DISPLAY_ORDER));
    order.removeIf(id -> id.equals(loader) || id.equals(newLoader.id()));
    order.add(placement.isLast() ? order.size() : 0, loader);
    manager.set(BcdElements.DISPLAY_ORDER, BcdValue.ofObjects(order.toArray(UUID[]::new)));
  }
}
