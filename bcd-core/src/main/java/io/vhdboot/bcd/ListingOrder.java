package io.vhdboot.bcd;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * The order in which bcdedit lists objects: boot managers, the entries of the menu in its order,
 * other loaders, resume objects, the memory test, other applications, settings, device options.
 */
final class ListingOrder {

  private ListingOrder() {}

  static List<BcdObject> of(BcdStore store) {
    Set<UUID> order = new LinkedHashSet<>();
    addType(store, order, BcdObjectType.FIRMWARE_BOOT_MANAGER);
    addType(store, order, BcdObjectType.BOOT_MANAGER);
    store
        .object(WellKnownObject.BOOT_MANAGER)
        .ifPresent(
            bootManager ->
                bootManager.objects(BcdElements.DISPLAY_ORDER).stream()
                    .filter(id -> store.object(id).isPresent())
                    .forEach(order::add));
    addType(store, order, BcdObjectType.FIRMWARE_APPLICATION);
    addType(store, order, BcdObjectType.OS_LOADER);
    addType(store, order, BcdObjectType.RESUME);
    addType(store, order, BcdObjectType.MEMORY_TESTER);
    store.objects().stream()
        .filter(object -> object.type().isApplication())
        .map(BcdObject::id)
        .forEach(order::add);
    for (WellKnownObject settings :
        List.of(
            WellKnownObject.EMS_SETTINGS,
            WellKnownObject.DEBUGGER_SETTINGS,
            WellKnownObject.BAD_MEMORY,
            WellKnownObject.GLOBAL_SETTINGS,
            WellKnownObject.BOOT_LOADER_SETTINGS,
            WellKnownObject.HYPERVISOR_SETTINGS,
            WellKnownObject.RESUME_LOADER_SETTINGS)) {
      store.object(settings).map(BcdObject::id).ifPresent(order::add);
    }
    store.objects().stream().map(BcdObject::id).forEach(order::add);
    return order.stream().map(id -> store.object(id).orElseThrow()).toList();
  }

  private static void addType(BcdStore store, Set<UUID> order, BcdObjectType type) {
    store.objects().stream()
        .filter(object -> object.type().equals(type))
        .map(BcdObject::id)
        .forEach(order::add);
  }
}
