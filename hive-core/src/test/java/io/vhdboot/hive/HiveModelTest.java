package io.vhdboot.hive;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.Seed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random edits of a hive and of a plain tree of maps beside it; hivex and reglookup must read from
 * the hive what the maps hold.
 */
class HiveModelTest {

  private static final String[] STEMS = {
    "k", "Name", "long name of a key", "v\u00e4l", "\u0418\u043c\u044f"
  };

  @TempDir Path folder;

  /** A key of the model; names are found in any case and keep the case they were made in. */
  private static final class Node {
    private final TreeMap<String, Node> children = new TreeMap<>(KeyNames::compare);
    private final Map<String, HiveValue> values = new LinkedHashMap<>();
    private final String name;

    Node(String name) {
      this.name = name;
    }

    Node child(String wanted) {
      return children.computeIfAbsent(wanted, Node::new);
    }

    void set(HiveValue value) {
      HiveValue before = values.get(KeyNames.upperCase(value.name()));
      String kept = before == null ? value.name() : before.name();
      values.put(KeyNames.upperCase(value.name()), new HiveValue(kept, value.type(), value.data()));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 5})
  void foreignReadersReadWhatTheModelHolds(int minor) throws IOException {
    SplittableRandom random = Seed.random("foreignReadersReadWhatTheModelHolds");
    Hive hive = Hive.create("root", HiveEditTest.SECURITY, HiveEditTest.TIME, minor);
    Node model = new Node("root");
    Path file = folder.resolve("hive");
    for (int sequence = 0; sequence < Seed.cases(20, 3); sequence++) {
      for (int step = 0; step < 500; step++) {
        edit(hive, model, random);
      }
      hive.write(file);
      HiveInvariants.check(hive);
      check(file, model);
      if (random.nextBoolean()) {
        hive = Hive.read(file);
      } else if (random.nextBoolean()) {
        hive = hive.compacted();
      }
    }
  }

  private static void edit(Hive hive, Node model, SplittableRandom random) throws IOException {
    HiveKey key = hive.root();
    Node node = model;
    for (int depth = random.nextInt(4); depth > 0; depth--) {
      String name = name(random);
      key = key.createSubkey(name);
      node = node.child(name);
    }
    String name = name(random);
    switch (random.nextInt(10)) {
      case 0 -> assertThat(key.deleteSubkey(name)).isEqualTo(node.children.remove(name) != null);
      case 1, 2 ->
          assertThat(key.deleteValue(name))
              .isEqualTo(node.values.remove(KeyNames.upperCase(name)) != null);
      case 3 -> {
        key.createSubkey(name).setClassName(random.nextBoolean() ? "class" : "");
        node.child(name);
      }
      default -> {
        byte[] data = new byte[random.nextInt(random.nextInt(30) == 0 ? 50_000 : 40)];
        random.nextBytes(data);
        HiveValue value = new HiveValue(name, new RegistryType(random.nextInt(12)), data);
        key.setValue(value);
        node.set(value);
      }
    }
  }

  private static String name(SplittableRandom random) {
    String name = STEMS[random.nextInt(STEMS.length)] + random.nextInt(12);
    return random.nextInt(4) == 0 ? KeyNames.upperCase(name) : name;
  }

  private static void check(Path file, Node model) {
    List<String> expected = new ArrayList<>();
    list(model, "", expected);
    List<String> theirs =
        HiveDump.hivex(file).stream()
            .map(line -> line.startsWith("K ") ? line.substring(0, line.lastIndexOf(' ')) : line)
            .toList();
    HiveDump.assertSame(expected, theirs);
    long keys = expected.stream().filter(line -> line.startsWith("K ")).count();
    ExternalTool.named("reglookup");
    // It warns, anywhere between, of data that is not of its type's shape.
    String reglookup =
        ExternalTool.named("sh").output("-c", "reglookup -H \"$0\" 2>/dev/null", file);
    assertThat(reglookup.lines().filter(line -> line.matches("[^,]*,KEY,.*")).count())
        .as("keys that reglookup reads")
        .isEqualTo(keys);
    assertThat(reglookup.lines().count())
        .as("keys and values that reglookup reads")
        .isEqualTo(expected.size());
  }

  private static void list(Node node, String path, List<String> lines) {
    lines.add("K " + path);
    for (HiveValue value : node.values.values()) {
      lines.add(
          String.join(
              " ",
              "V",
              path,
              HiveDump.escape(value.name()),
              Integer.toUnsignedString(value.type().code()),
              Integer.toString(value.size()),
              HiveDump.sha1(value.data())));
    }
    for (Node child : node.children.values()) {
      list(child, path + "\\" + HiveDump.escape(child.name), lines);
    }
  }
}
