package io.vhdboot.bcd;

import java.util.ArrayList;
import java.util.List;

/**
 * A store as bcdedit lists it: sections with a heading, entries with a name and one or more texts.
 * The model serves other forms of output as well.
 *
 * @param sections one section for each object
 */
public record BcdListing(List<Section> sections) {

  private static final int NAME_WIDTH = 24;

  /**
   * One object.
   *
   * @param heading what bcdedit puts above it
   * @param object the object
   * @param entries its identifier and elements, by ascending number
   */
  public record Section(String heading, BcdObject object, List<Entry> entries) {

    /** Takes a copy. */
    public Section {
      entries = List.copyOf(entries);
    }
  }

  /**
   * One line, or several for a list.
   *
   * @param element the element's number, 0 for the identifier
   * @param name bcdedit's name for it
   * @param texts the values as bcdedit shows them
   */
  public record Entry(int element, String name, List<String> texts) {

    /** Takes a copy. */
    public Entry {
      texts = List.copyOf(texts);
    }
  }

  /** Takes a copy. */
  public BcdListing {
    sections = List.copyOf(sections);
  }

  /** Lists all objects in bcdedit's order, with aliases, and partitions named by a namer. */
  public static BcdListing of(BcdStore store, DeviceNamer namer) {
    return of(store, namer, false);
  }

  /**
   * Lists all objects: boot managers, the entries of the menu, other entries, settings, options.
   *
   * @param verbose whether GUIDs are shown instead of aliases, and template elements too, as {@code
   *     bcdedit /v} does
   */
  public static BcdListing of(BcdStore store, DeviceNamer namer, boolean verbose) {
    return of(store, ListingOrder.of(store), namer, verbose);
  }

  /**
   * Lists some objects in the order they are given.
   *
   * @param verbose as above
   */
  public static BcdListing of(
      BcdStore store, List<BcdObject> objects, DeviceNamer namer, boolean verbose) {
    List<Section> sections = new ArrayList<>();
    for (BcdObject object : objects) {
      sections.add(section(store, object, namer, verbose));
    }
    return new BcdListing(sections);
  }

  /** The listing as bcdedit prints it. */
  public String toText() {
    StringBuilder text = new StringBuilder();
    for (Section section : sections) {
      text.append('\n').append(section.heading).append('\n');
      text.append("-".repeat(section.heading.length())).append('\n');
      for (Entry entry : section.entries) {
        String left = entry.name;
        for (String value : entry.texts) {
          text.append(left).append(" ".repeat(Math.max(1, NAME_WIDTH - left.length())));
          text.append(value).append('\n');
          left = "";
        }
      }
    }
    return text.toString();
  }

  private static Section section(
      BcdStore store, BcdObject object, DeviceNamer namer, boolean verbose) {
    ValueText values = new ValueText(store, namer, verbose);
    List<Entry> entries = new ArrayList<>();
    entries.add(new Entry(0, "identifier", List.of(values.identifier(object.id()))));
    object
        .elements()
        .forEach(
            (element, value) -> {
              if (verbose || BcdElements.classOf(element) != BcdElements.CLASS_TEMPLATE) {
                entries.add(
                    new Entry(
                        element,
                        ElementInfo.nameOf(object.type(), element),
                        values.of(object.type(), element, value)));
              }
            });
    return new Section(Headings.of(object), object, entries);
  }
}
