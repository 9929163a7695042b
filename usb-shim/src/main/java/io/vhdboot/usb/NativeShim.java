package io.vhdboot.usb;

import java.io.Closeable;
import java.io.IOException;
import java.util.Iterator;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/**
 * What only native calls can do with a disk. Everything works without one; {@code usb-shim-ffm}
 * provides one on Java 22 and later.
 *
 * <p>Names are what the system opens, such as {@code /dev/sdb}. Safe for several threads.
 */
public interface NativeShim {

  /** Why it cannot be used here; empty when it can. */
  String obstacle();

  /**
   * Holds a whole disk until it is told to let go, so that nobody else mounts or claims it.
   *
   * @throws IOException when somebody else uses it
   */
  Closeable hold(String disk) throws IOException;

  /** Unmounts what is mounted at a place, or locks and dismounts a volume. */
  void dismount(String place) throws IOException;

  /** The exact size in bytes, where the system tells it. */
  OptionalLong size(String disk) throws IOException;

  /** Makes the system read the partition table anew. */
  void rereadTable(String disk) throws IOException;

  /** The first one that can be used here. */
  static Optional<NativeShim> find() {
    return find(NativeShim.class.getClassLoader());
  }

  /** The first one that a class loader finds and that can be used here. */
  static Optional<NativeShim> find(ClassLoader loader) {
    Iterator<NativeShim> found = ServiceLoader.load(NativeShim.class, loader).iterator();
    // One that is for a later Java fails to load, and that is no error.
    for (int attempts = 0; attempts < 8; attempts++) {
      try {
        if (!found.hasNext()) {
          break;
        }
        NativeShim shim = found.next();
        if (shim.obstacle().isEmpty()) {
          return Optional.of(shim);
        }
      } catch (ServiceConfigurationError | LinkageError e) {
        System.getLogger(NativeShim.class.getName())
            .log(System.Logger.Level.DEBUG, "no native calls: {0}", e.toString());
      }
    }
    return Optional.empty();
  }
}
