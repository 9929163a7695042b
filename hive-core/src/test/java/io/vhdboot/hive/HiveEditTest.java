package io.vhdboot.hive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.Seed;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HiveEditTest {

  static final byte[] SECURITY = new byte[] {1, 0, 4, (byte) 0x80, 0, 0, 0, 0, 0, 0, 0, 0};
  static final Instant TIME = Instant.parse("2026-01-02T03:04:05Z");

  @TempDir Path folder;

  @Test
  void newHiveIsEmptyAndSmall() throws IOException {
    Hive hive = Hive.create("root", SECURITY, TIME);
    byte[] bytes = hive.toBytes();
    assertThat(bytes).hasSize(8192);
    Hive again = Hive.read("new", bytes);
    assertThat(again.state()).isEqualTo(HiveState.CLEAN);
    assertThat(again.root().name()).isEqualTo("root");
    assertThat(again.root().subkeys()).isEmpty();
    assertThat(again.root().values()).isEmpty();
    assertThat(again.root().lastWritten()).isEqualTo(TIME);
    assertThat(again.root().securityDescriptor()).isEqualTo(SECURITY);
    assertThat(again.lastWritten()).isEqualTo(TIME);
  }

  @Test
  void namesAreFoundInAnyLetterCaseAndKeepTheirOwn() throws IOException {
    Hive hive = Hive.create("root", SECURITY, TIME);
    HiveKey made = hive.root().createPath("Élan\\Ключ");
    made.setValue(HiveValue.dword("Größe", 7));
    assertThat(hive.root().find("éLAN\\кЛЮЧ").orElseThrow().path()).isEqualTo("Élan\\Ключ");
    assertThat(hive.root().createSubkey("ÉLAN").name()).isEqualTo("Élan");
    made.setValue(HiveValue.dword("GRÖßE", 8));
    assertThat(made.values()).containsExactly(HiveValue.dword("Größe", 8));
    HiveInvariants.check(hive);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4, 5, 6})
  void dataOfEverySizeComesBack(int minor) throws IOException {
    Hive hive = Hive.create("root", SECURITY, TIME, minor);
    int[] sizes = {0, 1, 3, 4, 5, 8, 4063, 16343, 16344, 16345, 32688, 32689, 100_000};
    List<HiveValue> values = new ArrayList<>();
    for (int size : sizes) {
      byte[] data = new byte[size];
      new Random(size).nextBytes(data);
      HiveValue value = HiveValue.binary("size " + size, data);
      values.add(value);
      hive.root().setValue(value);
    }
    HiveInvariants.check(hive);
    assertThat(hive.root().values()).isEqualTo(values);
    Path file = folder.resolve("hive");
    hive.write(file);
    HiveDump.assertSame(HiveDump.ours(Hive.read(file)), HiveDump.hivex(file));
    // Each value takes the place of one of another size, then all go.
    for (int i = 0; i < sizes.length; i++) {
      HiveValue other =
          HiveValue.binary(values.get(i).name(), values.get(sizes.length - 1 - i).data());
      hive.root().setValue(other);
      assertThat(hive.root().value(other.name())).contains(other);
    }
    HiveInvariants.check(hive);
    for (HiveValue value : values) {
      assertThat(hive.root().deleteValue(value.name())).isTrue();
    }
    assertThat(hive.root().values()).isEmpty();
    HiveInvariants.check(hive);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 5})
  void thousandsOfSubkeysStaySortedAndLeaveNothingBehind(int minor) throws IOException {
    Hive hive = Hive.create("root", SECURITY, TIME, minor);
    hive.cells().findFreeCells();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      names.add((i % 3 == 0 ? "key " : i % 3 == 1 ? "KEY_" : "клю ") + i);
    }
    Collections.shuffle(names, new Random(7));
    for (String name : names) {
      hive.root().createSubkey(name).setValue(HiveValue.string("", name));
    }
    HiveInvariants.check(hive);
    assertThat(hive.root().subkeys()).hasSize(3000);
    Path file = folder.resolve("hive");
    hive.write(file);
    HiveDump.assertSame(HiveDump.ours(Hive.read(file)), HiveDump.hivex(file));
    Collections.shuffle(names, new Random(8));
    for (String name : names.subList(0, 2900)) {
      assertThat(hive.root().deleteSubkey(name)).isTrue();
    }
    HiveInvariants.check(hive);
    assertThat(hive.root().subkeys()).hasSize(100);
    for (String name : names.subList(2900, 3000)) {
      assertThat(hive.root().subkey(name)).isPresent();
      assertThat(hive.root().deleteSubkey(name)).isTrue();
    }
    HiveInvariants.check(hive);
    assertThat(hive.root().subkeys()).isEmpty();
  }

  @Test
  void securityDescriptorsAreSharedAndGoWithTheirLastKey() throws IOException {
    Hive hive = Hive.create("root", SECURITY, TIME);
    byte[] other = {1, 0, 4, (byte) 0x80, 9, 9, 9, 9};
    HiveKey a = hive.root().createSubkey("a");
    HiveKey b = hive.root().createSubkey("b");
    a.setSecurityDescriptor(other);
    b.setSecurityDescriptor(other);
    assertThat(a.node().security()).isEqualTo(b.node().security());
    assertThat(b.createSubkey("c").securityDescriptor()).isEqualTo(other);
    HiveInvariants.check(hive);
    hive.root().deleteSubkey("b");
    HiveInvariants.check(hive);
    a.setSecurityDescriptor(SECURITY);
    HiveInvariants.check(hive);
    assertThat(a.securityDescriptor()).isEqualTo(SECURITY);
  }

  @Test
  void classNamesAreKeptSharedOutAndTakenAway() throws IOException {
    Hive hive = Hive.create("root", SECURITY, TIME);
    HiveKey key = hive.root().createPath("a\\b");
    key.setClassName("first class");
    key.setClassName("Klasse №2");
    hive.root().subkey("a").orElseThrow().setClassName("x");
    HiveInvariants.check(hive);
    HiveKey again = Hive.read("again", hive.toBytes()).root().find("a\\b").orElseThrow();
    assertThat(again.className()).isEqualTo("Klasse №2");
    assertThat(again.parent().orElseThrow().node().bounds()[1]).isGreaterThanOrEqualTo(18);
    key.setClassName("");
    assertThat(key.className()).isEmpty();
    HiveInvariants.check(hive);
  }

  @Test
  void deletedKeyIsNoLongerUsed() throws IOException {
    Hive hive = Hive.create("root", SECURITY, TIME);
    HiveKey below = hive.root().createPath("a\\b");
    hive.root().deleteSubkey("a");
    hive.root().createPath("a\\b");
    assertThatThrownBy(below::values)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("was deleted");
  }

  @Test
  void callersMistakesAreNamed() throws IOException {
    HiveKey root = Hive.create("root", SECURITY, TIME).root();
    assertThatThrownBy(() -> root.createSubkey("a\\b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no backslash");
    assertThatThrownBy(() -> root.createSubkey("x".repeat(256)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> HiveValue.multiString("m", List.of("a", "")))
        .isInstanceOf(IllegalArgumentException.class);
    HiveKey deep = root;
    for (int i = 0; i < HiveKey.MAX_DEPTH; i++) {
      deep = deep.createSubkey("d");
    }
    HiveKey deepest = deep;
    assertThatThrownBy(() -> deepest.createSubkey("d"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("512 levels");
  }

  @Test
  void sameEditsGiveTheSameBytes() throws IOException {
    byte[] first = randomHive(11).toBytes();
    assertThat(randomHive(11).toBytes()).isEqualTo(first);
  }

  @Test
  void savingReplacesTheFileAndLeavesNothingBeside() throws IOException {
    Path file = folder.resolve("BCD");
    Files.writeString(file, "old");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    Hive.create("root", SECURITY, TIME).write(file);
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
    assertThat(Hive.read(file).root().name()).isEqualTo("root");
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 5})
  void randomEditsAreReadByHivexAsByUs(int minor) throws IOException {
    SplittableRandom random = Seed.random("randomEditsAreReadByHivexAsByUs");
    Hive hive = Hive.create("root", SECURITY, TIME, minor);
    edit(hive, random, Seed.cases(10_000, 2_000));
    HiveInvariants.check(hive);
    Path file = folder.resolve("hive");
    hive.write(file);
    HiveDump.assertSame(HiveDump.ours(Hive.read(file)), HiveDump.hivex(file));
  }

  @Test
  void randomEditsOfARealSystemHiveAreReadByHivexAsByUs() throws IOException {
    SplittableRandom random = Seed.random("randomEditsOfARealSystemHive");
    Path file = SharedData.unpacked("hives/SYSTEM.xz", folder);
    Hive hive = Hive.read(file);
    edit(hive, random, Seed.cases(10_000, 500));
    HiveInvariants.checkReferences(hive);
    assertThat(hive.root().deleteSubkey("ControlSet001")).isTrue();
    HiveInvariants.checkReferences(hive);
    Path edited = folder.resolve("edited");
    hive.write(edited);
    HiveDump.assertSame(HiveDump.ours(Hive.read(edited)), HiveDump.hivex(edited));
  }

  /** hivex takes its turn with a hive that we edited: keys and values, at random places. */
  @Test
  void randomEditsOfHivexAreReadByUs() throws IOException {
    SplittableRandom random = Seed.random("randomEditsOfHivexAreReadByUs");
    Path file = SharedData.unpacked("hives/SYSTEM.xz", folder);
    Hive hive = Hive.read(file);
    edit(hive, random, Seed.cases(10_000, 300));
    hive.root().createSubkey("turn of hivex");
    Path edited = folder.resolve("edited");
    hive.write(edited);

    List<String> keys = new ArrayList<>(List.of("\\turn of hivex"));
    StringBuilder script = new StringBuilder();
    for (int step = 0; step < Seed.cases(10_000, 300); step++) {
      String key = keys.get(random.nextInt(keys.size()));
      script.append("cd ").append(key).append('\n');
      int kind = random.nextInt(10);
      if (kind < 5) {
        String name = "key " + step;
        script.append("add ").append(name).append('\n');
        keys.add(key + "\\" + name);
      } else if (kind < 9 || keys.size() < 2 || key.equals(keys.get(0))) {
        script.append("setval 3\n@\nstring:text ").append(step).append('\n');
        script.append("number\ndword:0x").append(Integer.toHexString(step)).append('\n');
        script.append("bytes\nhex:3:").append("aa,".repeat(random.nextInt(1, 2000)));
        script.append("bb\n");
      } else {
        script.append("del\n");
        keys.removeIf(one -> one.equals(key) || one.startsWith(key + "\\"));
      }
    }
    script.append("commit\n");
    ExternalTool.named("hivexsh")
        .output("-w", "-f", Files.writeString(folder.resolve("script"), script), edited);

    Hive after = Hive.read(edited);
    HiveDump.assertSame(HiveDump.ours(after), HiveDump.hivex(edited));
    for (String key : keys) {
      assertThat(after.root().find(key.substring(1))).as(key).isPresent();
    }
    edit(after, random, Seed.cases(10_000, 300));
    after.write(edited);
    HiveDump.assertSame(HiveDump.ours(Hive.read(edited)), HiveDump.hivex(edited));
  }

  @Test
  void hivexEditsOursAndWeReadItBack() throws IOException {
    Path file = folder.resolve("hive");
    randomHive(5).write(file);
    Path script = folder.resolve("script");
    Files.writeString(
        script,
        "add Added\ncd Added\nsetval 2\n@\nstring:text\nnumber\ndword:0x2a\nadd Below\ncommit\n");
    ExternalTool.named("hivexsh").output("-w", "-f", script, file);
    Hive hive = Hive.read(file);
    HiveKey added = hive.root().find("added").orElseThrow();
    assertThat(added.value("").orElseThrow().asString()).isEqualTo("text");
    assertThat(added.value("number").orElseThrow().asDword()).isEqualTo(42);
    assertThat(added.subkey("below")).isPresent();
    assertThat(hive.root().deleteSubkey("Added")).isTrue();
    hive.write(file);
    HiveDump.assertSame(HiveDump.ours(Hive.read(file)), HiveDump.hivex(file));
  }

  @Test
  void reglookupReadsOurHive() throws IOException {
    Path file = folder.resolve("hive");
    Hive hive = Hive.create("root", SECURITY, TIME);
    hive.root().createPath("a\\b").setValue(HiveValue.string("name", "some text"));
    hive.write(file);
    assertThat(ExternalTool.named("reglookup").output(file)).contains("/a/b/name,SZ,some text,");
  }

  static Hive randomHive(long seed) throws IOException {
    Hive hive = Hive.create("root", SECURITY, TIME);
    edit(hive, new SplittableRandom(seed), 300);
    return hive;
  }

  /** Random edits of a few keys that are made where they are missing. */
  static void edit(Hive hive, SplittableRandom random, int steps) throws IOException {
    HiveKey top = hive.root().createSubkey("random");
    for (int i = 0; i < steps; i++) {
      HiveKey at = top;
      for (int depth = random.nextInt(3); depth > 0; depth--) {
        at = at.createSubkey(name(random));
      }
      switch (random.nextInt(10)) {
        case 0 -> at.deleteSubkey(name(random));
        case 1, 2 -> at.deleteValue(name(random));
        case 3 -> at.setSecurityDescriptor(new byte[] {1, 0, 4, (byte) random.nextInt(4)});
        case 4 -> at.createSubkey(name(random)).setClassName(random.nextInt(3) == 0 ? "c" : "");
        default -> {
          byte[] data = new byte[random.nextInt(random.nextInt(20) == 0 ? 40_000 : 60)];
          random.nextBytes(data);
          at.setValue(HiveValue.binary(name(random), data));
        }
      }
    }
  }

  private static String name(SplittableRandom random) {
    String[] stems = {"k", "Name", "väl", "Имя", "zz"};
    return stems[random.nextInt(stems.length)] + random.nextInt(40);
  }
}
