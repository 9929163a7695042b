package io.vhdboot.wim;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;

/** Trees to write: one with a file of each kind, and random ones. */
final class SampleTree {

  static final long TIME = 132_855_552_000_000_000L;
  static final int SYMLINK = 0xA000000C;
  static final int JUNCTION = 0xA0000003;

  /** Owner and group SYSTEM, one entry that allows it everything. */
  static final byte[] SYSTEM_ONLY =
      HexFormat.of()
          .parseHex(
              "01000480300000003c000000000000001400000002001c000100000000001400ff011f00"
                  + "010100000000000512000000010100000000000512000000010100000000000512000000");

  private SampleTree() {}

  static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static BlobSource source(String text) {
    return BlobSource.of(text(text));
  }

  /** Bytes that do not shrink. */
  static byte[] noise(int size, long seed) {
    byte[] bytes = new byte[size];
    new SplittableRandom(seed).nextBytes(bytes);
    return bytes;
  }

  /** Bytes that shrink, and differ by seed. */
  static byte[] words(int size, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    StringBuilder text = new StringBuilder(size + 16);
    while (text.length() < size) {
      text.append("word").append(random.nextInt(500)).append(random.nextInt(9) == 0 ? '\n' : ' ');
    }
    return text.substring(0, size).getBytes(StandardCharsets.ISO_8859_1);
  }

  /** A directory with a file of every kind that a WIM can hold. */
  static NewFile everything() {
    NewFile root = NewFile.directory().times(TIME).securityDescriptor(SYSTEM_ONLY);
    NewFile windows = root.add("Windows", NewFile.directory().times(TIME + 1, TIME + 2, TIME + 3));
    NewFile system =
        windows.add("System32", "SYSTEM~1", NewFile.directory().attributes(0x16).times(TIME));
    NewFile linked =
        system.add(
            "ntoskrnl.exe",
            NewFile.of(words(100_000, 1)).securityDescriptor(SYSTEM_ONLY).times(TIME));
    windows.add("Kernel copy.exe", "KERNEL~1.EXE", linked);
    NewFile files = root.add("files", NewFile.directory().times(TIME));
    files.add("empty", NewFile.of(new byte[0]).attributes(0x21).times(TIME));
    files.add("same bytes.txt", NewFile.of(text("same")).times(TIME));
    files.add("same bytes again.txt", NewFile.of(text("same")).times(TIME));
    files.add("noise", NewFile.of(noise(70_001, 2)).times(TIME));
    files.add("large", NewFile.of(words(3_300_000, 3)).times(TIME));
    files.add(
        "streams",
        NewFile.of(text("main")).stream("one", source("first")).stream(
                "leer", BlobSource.of(new byte[0]))
            .times(TIME));
    files.add("only a stream", NewFile.of(new byte[0]).stream("one", source("first")).times(TIME));
    root.add(
        "directory stream",
        NewFile.directory().stream("Zone", source("of a directory")).times(TIME));
    root.add(
        "symlink",
        NewFile.of(new byte[0])
            .reparse(SYMLINK, BlobSource.of(link("\\??\\C:\\Windows", 0)), true)
            .times(TIME));
    root.add(
        "junction",
        NewFile.directory()
            .reparse(JUNCTION, BlobSource.of(link("\\??\\C:\\Windows", -1)), false)
            .times(TIME));
    root.add(
        "deduplicated",
        NewFile.of(text("with data too")).reparse(0x80000013, source("opaque"), true).times(TIME));
    root.add(
        "identified",
        NewFile.of(text("id"))
            .objectId(noise(64, 4))
            .extendedAttributes(
                List.of(
                    new ExtendedAttribute("$KERNEL.PURGE.X", 0, noise(30, 5)),
                    new ExtendedAttribute("EMPTY", 0x80, new byte[0])))
            .times(TIME));
    NewFile names = root.add("names", NewFile.directory().times(TIME));
    names.add("Case", NewFile.of(text("upper")).times(0));
    names.add("case", NewFile.of(text("lower")).times(Long.MAX_VALUE & ~0xFF));
    names.add("\u00e4\u4e16 \ud83d\ude00", NewFile.of(text("text")).times(TIME));
    names.add("half \ud83d", NewFile.of(text("half a pair")).times(TIME));
    names.add("x".repeat(255), NewFile.of(text("long")).times(TIME));
    NewFile deep = root;
    for (int i = 0; i < 60; i++) {
      deep = deep.add("deep" + i, NewFile.directory().times(TIME));
    }
    deep.add("bottom", NewFile.of(text("bottom")).times(TIME));
    return root;
  }

  /**
   * A link's reparse data without the first 8 bytes; flags of -1 for a junction, which has none.
   */
  static byte[] link(String target, int flags) {
    byte[] path = target.getBytes(StandardCharsets.UTF_16LE);
    int header = flags < 0 ? 8 : 12;
    byte[] bytes = new byte[header + 2 * path.length + 4];
    bytes[2] = (byte) path.length;
    bytes[4] = (byte) (path.length + 2);
    bytes[6] = (byte) path.length;
    System.arraycopy(path, 0, bytes, header, path.length);
    System.arraycopy(path, 0, bytes, header + path.length + 2, path.length);
    return bytes;
  }

  /** A random tree; the contents are sometimes equal, mostly small. */
  static NewFile random(SplittableRandom random, int names) {
    List<NewFile> directories = new ArrayList<>();
    List<NewFile> files = new ArrayList<>();
    NewFile root = NewFile.directory().times(random.nextLong() >>> 8);
    directories.add(root);
    for (int i = 0; i < names; i++) {
      NewFile parent = directories.get(random.nextInt(directories.size()));
      String name =
          "n" + i + "\u00e9".repeat(random.nextInt(3)) + (random.nextBoolean() ? "" : "X");
      String shortName = random.nextInt(5) == 0 ? "N" + i + "~1" : "";
      int kind = random.nextInt(10);
      NewFile file;
      if (kind < 2) {
        file = NewFile.directory();
        directories.add(file);
      } else if (kind == 2 && !files.isEmpty()) {
        parent.add(name, files.get(random.nextInt(files.size())));
        continue;
      } else {
        file = NewFile.of(content(random));
        files.add(file);
      }
      file.attributes(random.nextInt(0x28))
          .times(random.nextLong() >>> 8, 0, random.nextLong() >>> 8);
      if (random.nextInt(3) == 0) {
        file.securityDescriptor(noise(8 + random.nextInt(40), random.nextInt(4)));
      }
      if (random.nextInt(6) == 0) {
        file.stream("s" + i, BlobSource.of(content(random)));
      }
      if (random.nextInt(8) == 0) {
        file.item(new TaggedItem(0x5000 + random.nextInt(3), noise(random.nextInt(30), i)));
      }
      parent.add(name, shortName, file);
    }
    return root;
  }

  private static byte[] content(SplittableRandom random) {
    int size =
        switch (random.nextInt(5)) {
          case 0 -> 0;
          case 1 -> random.nextInt(100_000);
          default -> random.nextInt(2_000);
        };
    long seed = random.nextInt(20);
    return random.nextBoolean() ? noise(size, seed) : words(size, seed);
  }
}
