package io.vhdboot.bcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.Seed;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random edits of stores, read back by a judge; and edits of hivex, read back by us. */
class RandomStoreEditsTest {

  private static final int[] TYPES = {
    0x10200003, 0x10200004, 0x10400008, 0x20100000, 0x20200003, 0x30000000
  };

  @TempDir Path folder;

  @Test
  void judgeReadsWhatWasEdited() throws IOException {
    SplittableRandom random = Seed.random("judgeReadsWhatWasEdited");
    for (String name : List.of("win10-bios-mbr", "vhdiso-efi")) {
      Path file =
          Files.write(
              folder.resolve("BCD"), Files.readAllBytes(SharedData.data("bcd/" + name + ".bcd")));
      for (int i = 0; i < 2; i++) {
        BcdStore store = BcdStore.read(file);
        for (int step = 0; step < Seed.cases(10_000, 150); step++) {
          edit(store, random);
        }
        store.write(file);
        assertThat(BcdStore.read(file).hasSameContent(store)).isTrue();
        assertThat(BcdJudge.theirs(file)).isEqualTo(BcdJudge.ours(store));
      }
    }
  }

  private static void edit(BcdStore store, SplittableRandom random) throws IOException {
    List<BcdObject> objects = store.objects();
    BcdObject object = objects.get(random.nextInt(objects.size()));
    switch (random.nextInt(20)) {
      case 0 ->
          store.createObject(id(random), new BcdObjectType(TYPES[random.nextInt(TYPES.length)]));
      case 1 -> store.copyObject(object, id(random));
      case 2 -> {
        if (objects.size() > 10) {
          store.deleteObject(object.id());
          store.removeReferences(object.id());
        }
      }
      case 3, 4, 5 -> {
        List<Integer> elements = List.copyOf(object.elements().keySet());
        if (!elements.isEmpty()) {
          object.remove(elements.get(random.nextInt(elements.size())));
        }
      }
      default -> {
        int format = random.nextInt(1, 8);
        int element = 0x20000000 | format << 24 | random.nextInt(1, 12);
        object.set(element, value(format, object, random));
      }
    }
  }

  private static UUID id(SplittableRandom random) {
    return new UUID(random.nextLong(), random.nextLong());
  }

  private static BcdValue value(int format, BcdObject object, SplittableRandom random) {
    return switch (format) {
      case 1 -> device(object, random);
      case 2 -> BcdValue.of("text " + random.nextInt(1000));
      case 3 -> BcdValue.of(object.id());
      case 4 -> BcdValue.ofObjects(id(random), object.id());
      case 5 -> BcdValue.of(random.nextLong());
      case 6 -> BcdValue.of(random.nextBoolean());
      default -> BcdValue.ofNumbers(random.nextLong(1L << 62), 7L);
    };
  }

  private static BcdValue device(BcdObject object, SplittableRandom random) {
    BcdDevice partition =
        random.nextBoolean()
            ? BcdDevice.mbrPartition(random.nextInt(), random.nextLong(1L << 40) << 9)
            : BcdDevice.gptPartition(id(random), id(random));
    String path = "\\file " + random.nextInt(100) + ".vhd";
    return switch (random.nextInt(6)) {
      case 0 -> BcdValue.of(BcdDevice.BOOT);
      case 1 -> BcdValue.of(partition);
      case 2 -> BcdValue.of(BcdDevice.vhdOnPartition(partition, path, BcdElements.PATH));
      case 3 -> BcdValue.of(BcdDevice.vhdAnywhere(path, BcdElements.SYSTEM_ROOT));
      case 4 -> BcdValue.of(new BcdDevice.File(partition, path));
      default -> new BcdValue.Device(BcdDevice.ramDisk(partition, path), Optional.of(object.id()));
    };
  }

  /** hivex adds, sets and deletes elements at random; then it is our turn again. */
  @Test
  void editsOfHivexAreReadByUs() throws IOException {
    SplittableRandom random = Seed.random("editsOfHivexAreReadByUs");
    Path file =
        Files.write(
            folder.resolve("BCD"), Files.readAllBytes(SharedData.data("bcd/win10-bios-mbr.bcd")));
    String loader = "{" + BcdStore.read(file).defaultObject().orElseThrow() + "}";
    Map<Integer, String> expected = new TreeMap<>();
    StringBuilder script = new StringBuilder();
    for (int step = 0; step < Seed.cases(10_000, 300); step++) {
      int element = 0x12000100 + random.nextInt(200);
      String path = String.format("\\Objects\\%s\\Elements", loader);
      String name = String.format("%08x", element);
      if (!expected.containsKey(element)) {
        script.append("cd ").append(path).append("\nadd ").append(name).append('\n');
      }
      script.append("cd ").append(path).append('\\').append(name).append('\n');
      if (expected.containsKey(element) && random.nextInt(3) == 0) {
        script.append("del\n");
        expected.remove(element);
      } else {
        String text = "text " + random.nextInt(1_000_000) + "x".repeat(random.nextInt(60));
        script.append("setval 1\nElement\nstring:").append(text).append('\n');
        expected.put(element, text);
      }
    }
    script.append("commit\n");
    ExternalTool.named("hivexsh")
        .output("-w", "-f", Files.writeString(folder.resolve("script"), script), file);

    BcdStore store = BcdStore.read(file);
    BcdObject object = store.find("{default}").orElseThrow();
    Map<Integer, String> found = new TreeMap<>();
    for (int element : object.elements().keySet()) {
      if (element >= 0x12000100 && element < 0x12000100 + 200) {
        found.put(element, object.text(element).orElseThrow());
      }
    }
    assertThat(found).isEqualTo(expected);
    for (int step = 0; step < Seed.cases(10_000, 150); step++) {
      edit(store, random);
    }
    store.write(file);
    assertThat(BcdJudge.theirs(file)).isEqualTo(BcdJudge.ours(BcdStore.read(file)));
  }
}
