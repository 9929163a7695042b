package io.vhdboot.hive;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What differs between two trees of keys: names in any letter case, types, data, class names and
 * security descriptors count; times and the order of values do not.
 */
public final class HiveDiff {

  private HiveDiff() {}

  /** What became of something. */
  public enum Kind {
    /** Only the second tree has the key; what is in it is not told. */
    KEY_ADDED,
    /** Only the first tree has the key; what is in it is not told. */
    KEY_REMOVED,
    /** Class names differ. */
    CLASS_CHANGED,
    /** Security descriptors differ. */
    SECURITY_CHANGED,
    /** Only the second tree has the value. */
    VALUE_ADDED,
    /** Only the first tree has the value. */
    VALUE_REMOVED,
    /** Type or data differ. */
    VALUE_CHANGED
  }

  /**
   * One difference.
   *
   * @param kind what it is
   * @param path the key's path below the two trees' roots
   * @param before the value in the first tree; empty where it has none, or a key is concerned
   * @param after the value in the second tree, likewise
   */
  public record Difference(
      Kind kind, String path, Optional<HiveValue> before, Optional<HiveValue> after) {}

  private record Pair(String path, HiveKey left, HiveKey right) {}

  /** The differences from one tree to another, by path. */
  public static List<Difference> of(HiveKey left, HiveKey right) throws IOException {
    List<Difference> found = new ArrayList<>();
    Deque<Pair> open = new ArrayDeque<>(List.of(new Pair("", left, right)));
    while (!open.isEmpty()) {
      Pair pair = open.pop();
      compareValues(pair, found);
      List<Pair> below = compareSubkeys(pair, found);
      for (int i = below.size() - 1; i >= 0; i--) {
        open.push(below.get(i));
      }
    }
    return List.copyOf(found);
  }

  private static void compareValues(Pair pair, List<Difference> found) throws IOException {
    if (!pair.left().className().equals(pair.right().className())) {
      found.add(ofKey(Kind.CLASS_CHANGED, pair.path()));
    }
    if (!Arrays.equals(pair.left().securityDescriptor(), pair.right().securityDescriptor())) {
      found.add(ofKey(Kind.SECURITY_CHANGED, pair.path()));
    }
    Map<String, HiveValue> left = values(pair.left());
    Map<String, HiveValue> right = values(pair.right());
    for (Map.Entry<String, HiveValue> each : left.entrySet()) {
      HiveValue other = right.remove(each.getKey());
      HiveValue value = each.getValue();
      if (other == null) {
        found.add(
            new Difference(Kind.VALUE_REMOVED, pair.path(), Optional.of(value), Optional.empty()));
      } else if (!value.type().equals(other.type()) || !Arrays.equals(value.data(), other.data())) {
        found.add(
            new Difference(
                Kind.VALUE_CHANGED, pair.path(), Optional.of(value), Optional.of(other)));
      }
    }
    for (HiveValue value : right.values()) {
      found.add(
          new Difference(Kind.VALUE_ADDED, pair.path(), Optional.empty(), Optional.of(value)));
    }
  }

  private static List<Pair> compareSubkeys(Pair pair, List<Difference> found) throws IOException {
    Map<String, HiveKey> left = subkeys(pair.left());
    Map<String, HiveKey> right = subkeys(pair.right());
    List<Pair> both = new ArrayList<>();
    for (Map.Entry<String, HiveKey> each : left.entrySet()) {
      HiveKey other = right.remove(each.getKey());
      String path = below(pair.path(), each.getValue().name());
      if (other == null) {
        found.add(ofKey(Kind.KEY_REMOVED, path));
      } else {
        both.add(new Pair(path, each.getValue(), other));
      }
    }
    for (HiveKey key : right.values()) {
      found.add(ofKey(Kind.KEY_ADDED, below(pair.path(), key.name())));
    }
    return both;
  }

  private static Map<String, HiveValue> values(HiveKey key) throws IOException {
    Map<String, HiveValue> values = new TreeMap<>(KeyNames::compare);
    for (HiveValue value : key.values()) {
      values.putIfAbsent(value.name(), value);
    }
    return values;
  }

  private static Map<String, HiveKey> subkeys(HiveKey key) throws IOException {
    Map<String, HiveKey> subkeys = new TreeMap<>(KeyNames::compare);
    for (HiveKey subkey : key.subkeys()) {
      subkeys.putIfAbsent(subkey.name(), subkey);
    }
    return subkeys;
  }

  private static Difference ofKey(Kind kind, String path) {
    return new Difference(kind, path, Optional.empty(), Optional.empty());
  }

  private static String below(String path, String name) {
    return path.isEmpty() ? name : path + "\\" + name;
  }
}
