package io.vhdboot.driver;

import java.util.List;

/**
 * A line of a section: {@code key = value, value} or just {@code value, value}. Quotes, comments
 * and continuations are resolved, {@code %strkey%} tokens are not: see {@link
 * InfFile#expand(String)}.
 *
 * @param number the line in the file where it begins, from 1
 * @param key what stands before the equals sign; empty where there is none
 * @param values what the commas part; a value left out is an empty string
 */
public record InfLine(int number, String key, List<String> values) {

  public InfLine {
    values = List.copyOf(values);
  }

  /** The value of an index from 0; empty where the line has fewer. */
  public String value(int index) {
    return index < values.size() ? values.get(index) : "";
  }

  /** Whether the key is this one, in any letter case. */
  public boolean hasKey(String name) {
    return key.equalsIgnoreCase(name);
  }
}
