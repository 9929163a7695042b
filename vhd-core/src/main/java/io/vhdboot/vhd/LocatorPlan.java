package io.vhdboot.vhd;

import java.util.ArrayList;
import java.util.List;

/**
 * Where in a file the paths to a parent go.
 *
 * @param locators what the header says of them
 * @param paths their bytes, in the same order
 * @param end where the room of the last one ends
 */
record LocatorPlan(List<ParentLocator> locators, List<byte[]> paths, long end) {

  private static final int MAX_PATHS = 8;

  /** What {@link ParentLocator#path} reads back. */
  private static final int MAX_PATH_SIZE = 1 << 16;

  /**
   * Plans the room from a position on: whole 4 KiB for each path, as Windows gives them.
   *
   * @throws IllegalArgumentException when there are more than eight paths or one is too long
   */
  static LocatorPlan at(long position, ParentReference parent) {
    List<ParentLocator> locators = new ArrayList<>();
    List<byte[]> paths = new ArrayList<>();
    long at = position;
    for (ParentPath path : parent.paths()) {
      if (path.form() == ParentPath.Form.NAME) {
        continue;
      }
      byte[] bytes = ParentLocator.bytes(path);
      if (bytes.length == 0 || bytes.length > MAX_PATH_SIZE) {
        throw new IllegalArgumentException(
            "path (" + path + ") must take 1 to " + MAX_PATH_SIZE + " bytes");
      }
      long room = BlockFormat.alignUp(bytes.length, BlockFormat.ALIGNMENT);
      locators.add(new ParentLocator(path.form().code(), room, bytes.length, at));
      paths.add(bytes);
      at += room;
    }
    if (paths.size() > MAX_PATHS) {
      throw new IllegalArgumentException(
          "paths (" + paths.size() + ") must be at most " + MAX_PATHS);
    }
    return new LocatorPlan(List.copyOf(locators), List.copyOf(paths), at);
  }

  /** The same with each path in the room of a former one where that suffices. */
  LocatorPlan fittedInto(List<ParentLocator> former) {
    List<ParentLocator> free = new ArrayList<>(former);
    List<ParentLocator> fitted = new ArrayList<>();
    for (ParentLocator locator : locators) {
      ParentLocator place = locator;
      for (ParentLocator room : free) {
        if (room.room() >= locator.dataLength()) {
          place =
              new ParentLocator(
                  locator.platformCode(), room.room(), locator.dataLength(), room.dataOffset());
          free.remove(room);
          break;
        }
      }
      fitted.add(place);
    }
    return new LocatorPlan(List.copyOf(fitted), paths, 0);
  }
}
