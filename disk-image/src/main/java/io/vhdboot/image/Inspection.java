package io.vhdboot.image;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was found: a thing of some kind, what is known of it, and what it holds. Immutable.
 *
 * @param kind what it is, such as {@code ntfs} or {@code boot-entry}; scripts may rely on it
 * @param title one line for people
 * @param properties what is known of it, in a fixed order: strings, numbers, booleans, lists
 * @param contents what it holds
 */
public record Inspection(
    String kind, String title, Map<String, Object> properties, List<Inspection> contents) {

  /** Takes copies. */
  public Inspection {
    properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
    contents = List.copyOf(contents);
  }

  /** Collects what is found. Not thread-safe. */
  static final class Builder {

    private final String kind;
    private final String title;
    private final Map<String, Object> properties = new LinkedHashMap<>();
    private final List<Inspection> contents = new ArrayList<>();

    Builder(String kind, String title) {
      this.kind = kind;
      this.title = title;
    }

    Builder property(String name, Object value) {
      properties.put(name, value);
      return this;
    }

    Builder content(Inspection inspection) {
      contents.add(inspection);
      return this;
    }

    Builder contents(List<Inspection> inspections) {
      contents.addAll(inspections);
      return this;
    }

    Inspection build() {
      return new Inspection(kind, title, properties, contents);
    }
  }

  static Builder of(String kind, String title) {
    return new Builder(kind, title);
  }

  /** A thing of which nothing is known but what is wrong with it. */
  static Inspection problem(String title, Exception problem) {
    return of("problem", title).property("problem", problem.getMessage()).build();
  }
}
