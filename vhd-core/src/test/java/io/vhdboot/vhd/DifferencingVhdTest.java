package io.vhdboot.vhd;

import static io.vhdboot.vhd.VhdTesting.options;
import static io.vhdboot.vhd.VhdTesting.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.MappedExtent;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.testing.Seed;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DifferencingVhdTest {

  private static final int BLOCK = VhdOptions.MIN_BLOCK_SIZE;

  @TempDir Path folder;

  private static UUID id(int number) {
    return new UUID(0x1234_0000_4000L, number);
  }

  private Path base(long size, byte... content) throws IOException {
    Path base = folder.resolve("base.vhd");
    try (Vhd vhd = Vhd.createDynamic(base, options(size).withBlockSize(BLOCK))) {
      write(vhd, 0, content);
    }
    return base;
  }

  @ParameterizedTest
  @ValueSource(ints = {512 << 10, 2 << 20})
  void chainOfChildrenIsReadAsLibvhdiReadsIt(int blockSize) throws IOException {
    SplittableRandom random = Seed.random("chainOfChildrenIsReadAsLibvhdiReadsIt " + blockSize);
    int size = 5 * blockSize + 512 * random.nextInt(blockSize / 512);
    byte[] model = new byte[size];
    Path file = folder.resolve("generation0.vhd");
    Vhd.createDynamic(file, options(size).withBlockSize(blockSize)).close();
    for (int generation = 0; generation < 5; generation++) {
      if (generation > 0) {
        Path child = folder.resolve("generation" + generation + ".vhd");
        Vhd.createDifferencing(child, file, id(generation), VhdTesting.TIME).close();
        file = child;
      }
      try (Vhd vhd = Vhd.open(file, false)) {
        assertThat(vhd.findings()).isEmpty();
        assertThat(vhd.blockSize()).isEqualTo(blockSize);
        for (int i = 0; i < 25; i++) {
          int at = random.nextInt(size);
          int length = Math.min(1 + random.nextInt(i % 5 == 0 ? blockSize : 3000), size - at);
          byte[] bytes = new byte[length];
          if (random.nextInt(4) == 0) {
            vhd.zero(at, length);
          } else {
            random.nextBytes(bytes);
            vhd.write(at, ByteBuffer.wrap(bytes));
          }
          System.arraycopy(bytes, 0, model, at, length);
          if (i % 8 == 0) {
            vhd.flush();
          }
        }
        assertThat(Arrays.mismatch(vhd.read(0, size), model)).isEqualTo(-1);
      }
    }
    Path raw;
    try (Vhd vhd = Vhd.open(file, true)) {
      raw = VhdTesting.rawCopy(vhd, folder.resolve("raw"));
    }
    assertThat(Arrays.mismatch(Files.readAllBytes(raw), model)).isEqualTo(-1);
    VhdTesting.expectLibvhdiReads(file, raw, folder);
  }

  @Test
  void onlyWrittenSectorsAreTheChildsOwn() throws IOException {
    Path base = base(3L * BLOCK, (byte) 1, (byte) 2, (byte) 3);
    Path child = folder.resolve("child.vhd");
    try (Vhd vhd = Vhd.createDifferencing(child, base, id(1), VhdTesting.TIME)) {
      assertThat(vhd.read(0, 4)).containsExactly(1, 2, 3, 0);
      write(vhd, 1, (byte) 9);
      write(vhd, BLOCK - 1, (byte) 7, (byte) 8);
      assertThat(vhd.read(0, 4)).containsExactly(1, 9, 3, 0);
    }
    try (Vhd vhd = Vhd.open(child, true)) {
      assertThat(vhd.read(0, 4)).containsExactly(1, 9, 3, 0);
      assertThat(vhd.read(BLOCK - 2, 4)).containsExactly(0, 7, 8, 0);
      assertThat(vhd.mapOwn(0)).isEqualTo(new MappedExtent(0, 4096, MappedExtent.Kind.DATA));
      assertThat(vhd.mapOwn(4096))
          .isEqualTo(new MappedExtent(4096, BLOCK - 8192, MappedExtent.Kind.PARENT));
      assertThat(vhd.map(4096))
          .isEqualTo(new MappedExtent(4096, BLOCK - 8192, MappedExtent.Kind.DATA));
      assertThat(vhd.map(2L * BLOCK))
          .isEqualTo(new MappedExtent(2L * BLOCK, BLOCK, MappedExtent.Kind.ZERO));
      assertThat(vhd.presentBlockCount()).isEqualTo(2);
    }
    try (Vhd vhd = Vhd.open(base, true)) {
      assertThat(vhd.read(0, 4)).containsExactly(1, 2, 3, 0);
      assertThat(vhd.presentBlockCount()).isEqualTo(1);
    }
  }

  @Test
  void zeroHidesTheParentAndTakesNothingWhereItIsZero() throws IOException {
    Path base = base(3L * BLOCK, (byte) 1, (byte) 2, (byte) 3);
    Path child = folder.resolve("child.vhd");
    try (Vhd vhd = Vhd.createDifferencing(child, base, id(1), VhdTesting.TIME)) {
      vhd.zero(BLOCK, 2L * BLOCK);
      assertThat(vhd.presentBlockCount()).isZero();
      vhd.zero(1, 2L * BLOCK);
      assertThat(vhd.presentBlockCount()).isEqualTo(1);
      assertThat(vhd.read(0, 4)).containsExactly(1, 0, 0, 0);
    }
  }

  @ParameterizedTest
  @EnumSource(ParentPath.Form.class)
  void parentIsFoundThroughEveryKindOfPath(ParentPath.Form form) throws IOException {
    Path other = Files.createDirectory(folder.resolve("Other folder ü"));
    Path base = base(BLOCK, (byte) 5);
    Path moved = Files.move(base, other.resolve("Base.VHD"));
    String windows = moved.toString().replace('/', '\\');
    String path =
        switch (form) {
          case W2RU, WI2R -> "..\\other FOLDER ü\\base.vhd";
          case W2KU, WI2K -> windows;
          case MACX -> moved.toUri().toString().replace("file:///", "file://localhost/");
          case NAME -> "Base.VHD";
        };
    if (form == ParentPath.Form.MACX) {
      assertThat(URI.create(path).getHost()).isEqualTo("localhost");
    }
    Path childFolder =
        form == ParentPath.Form.NAME ? other : Files.createDirectory(folder.resolve("children"));
    Path child = childFolder.resolve("child.vhd");
    ParentReference reference =
        new ParentReference(VhdTesting.ID, Optional.empty(), List.of(new ParentPath(form, path)));
    try (FileDevice file = FileDevice.create(child, 0);
        Vhd vhd =
            Vhd.createDifferencing(
                file,
                VhdOptions.of(BLOCK, id(1), VhdTesting.TIME),
                reference,
                ParentResolver.beside(child))) {
      assertThat(vhd.read(0, 1)).containsExactly(5);
      assertThat(vhd.parentReference().orElseThrow().paths().get(0))
          .isEqualTo(new ParentPath(form, path));
    }
  }

  @Test
  void relativePathIsTriedFirstAndTheRightOneTaken() throws IOException {
    Path base = base(BLOCK, (byte) 5);
    Path decoy = folder.resolve("decoy.vhd");
    Vhd.createDynamic(decoy, VhdOptions.of(BLOCK, id(77), VhdTesting.TIME)).close();
    ParentReference reference =
        new ParentReference(
            VhdTesting.ID,
            Optional.empty(),
            List.of(
                new ParentPath(ParentPath.Form.W2KU, base.toString().replace('/', '\\')),
                new ParentPath(ParentPath.Form.W2RU, ".\\decoy.vhd")));
    Path child = folder.resolve("child.vhd");
    try (FileDevice file = FileDevice.create(child, 0)) {
      Vhd.createDifferencing(
              file,
              VhdOptions.of(BLOCK, id(1), VhdTesting.TIME),
              reference,
              ParentResolver.beside(child))
          .close();
    }
    try (Vhd vhd = Vhd.open(child, true)) {
      assertThat(vhd.parentReference().orElseThrow().paths())
          .extracting(ParentPath::path)
          .startsWith(".\\decoy.vhd");
      assertThat(vhd.parent().orElseThrow().name()).isEqualTo(base + "[disk]");
    }
    Files.delete(base);
    assertThatThrownBy(() -> Vhd.open(child, true))
        .isInstanceOf(MissingParentException.class)
        .hasMessageContaining("whose parent with the unique id " + VhdTesting.ID + " is not at")
        .hasMessageContaining(
            decoy + " is another disk or was made anew: its unique id is " + id(77));
  }

  @Test
  void parentThatWasChangedIsTold() throws IOException {
    Path base = base(BLOCK, (byte) 5);
    Instant then = Instant.parse("2024-02-03T04:05:06Z");
    Files.setLastModifiedTime(base, FileTime.from(then));
    Path child = folder.resolve("child.vhd");
    Vhd.createDifferencing(child, base, id(1), VhdTesting.TIME).close();
    try (Vhd vhd = Vhd.open(child, true)) {
      assertThat(vhd.findings()).isEmpty();
      assertThat(vhd.parentReference().orElseThrow().modified()).contains(then);
    }
    Files.setLastModifiedTime(base, FileTime.from(then.plusSeconds(60)));
    try (Vhd vhd = Vhd.open(child, true)) {
      assertThat(vhd.findings()).hasSize(1);
      assertThat(vhd.findings().get(0))
          .contains("was last changed at 2024-02-03T04:06:06Z and not")
          .contains("at 2024-02-03T04:05:06Z");
    }
  }

  @Test
  void chainThatLeadsBackToItselfIsRefused() throws IOException {
    Path base = base(BLOCK, (byte) 5);
    Path first = folder.resolve("first.vhd");
    Path second = folder.resolve("second.vhd");
    Vhd.createDifferencing(first, base, id(1), VhdTesting.TIME).close();
    Vhd.createDifferencing(second, first, id(2), VhdTesting.TIME).close();
    // The first one's parent becomes the second.
    ParentReference loop = ParentReference.relative(id(2), Optional.empty(), ".\\second.vhd");
    MemoryDevice made = MemoryDevice.ofSize("made", 0);
    ParentResolver none = path -> ParentResolver.beside(second).find(path);
    Vhd.createDifferencing(made, VhdOptions.of(BLOCK, id(3), VhdTesting.TIME), loop, none).close();
    byte[] bytes = made.toByteArray();
    byte[] footer =
        VhdFooter.of(VhdOptions.of(BLOCK, id(1), VhdTesting.TIME), VhdType.DIFFERENCING).toBytes();
    System.arraycopy(footer, 0, bytes, 0, 512);
    System.arraycopy(footer, 0, bytes, bytes.length - 512, 512);
    Files.write(first, bytes);
    for (Path path : List.of(first, second)) {
      assertThatThrownBy(() -> Vhd.open(path, true))
          .isInstanceOf(CorruptFormatException.class)
          .hasMessageContaining("its chain of parents leads back to itself");
    }
  }

  @Test
  void longChainIsReadAndOneTooLongRefused() throws IOException {
    byte[] base;
    MemoryDevice device = MemoryDevice.ofSize("base", 0);
    try (Vhd vhd = Vhd.createFixed(device, VhdOptions.of(4096, id(0), VhdTesting.TIME))) {
      write(vhd, 0, (byte) 42);
    }
    base = device.toByteArray();
    MemoryDevice[] files = new MemoryDevice[VhdOpening.MAX_CHAIN + 2];
    files[0] = MemoryDevice.wrap("0", base);
    for (int i = 1; i < files.length; i++) {
      files[i] = MemoryDevice.ofSize(String.valueOf(i), 0);
      ParentReference parent =
          ParentReference.relative(id(i - 1), Optional.empty(), ".\\" + (i - 1));
      DynamicVhdLayout layout =
          DynamicVhdLayout.ofChild(VhdOptions.of(4096, id(i), VhdTesting.TIME), parent);
      files[i].setSize(layout.fileSize());
      layout.create(files[i]).close();
    }
    ParentResolver resolver =
        new ParentResolver() {
          @Override
          public Optional<Found> find(ParentPath path) {
            int number = Integer.parseInt(path.fileName());
            return Optional.of(new Found(files[number], Optional.empty(), this));
          }
        };
    try (Vhd vhd = Vhd.open(files[VhdOpening.MAX_CHAIN], true, resolver)) {
      assertThat(vhd.read(0, 2)).containsExactly(42, 0);
      assertThat(vhd.map(0).kind()).isEqualTo(MappedExtent.Kind.DATA);
    }
    assertThatThrownBy(() -> Vhd.open(files[VhdOpening.MAX_CHAIN + 1], true, resolver))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("more than 1024 parents");
  }

  @Test
  void smallerParentIsZeroBehindItsEnd() throws IOException {
    Path base = base(BLOCK, (byte) 5);
    Path child = folder.resolve("child.vhd");
    try (FileDevice file = FileDevice.create(child, 0);
        Vhd vhd =
            Vhd.createDifferencing(
                file,
                VhdOptions.of(2L * BLOCK, id(1), VhdTesting.TIME),
                ParentReference.relative(VhdTesting.ID, Optional.empty(), ".\\base.vhd"),
                ParentResolver.beside(child))) {
      assertThat(vhd.read(0, 2)).containsExactly(5, 0);
      assertThat(vhd.read(BLOCK - 5, 10)).containsOnly(0);
      write(vhd, BLOCK + 3, (byte) 4);
      assertThat(vhd.read(BLOCK, 5)).containsExactly(0, 0, 0, 4, 0);
      assertThat(vhd.map(BLOCK + 4096).kind()).isEqualTo(MappedExtent.Kind.ZERO);
      assertThat(vhd.findings())
          .containsExactly("its parent's disk has 524288 bytes, its own 1048576");
    }
    assertThat(base).exists();
  }
}
