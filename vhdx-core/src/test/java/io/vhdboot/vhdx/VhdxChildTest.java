package io.vhdboot.vhdx;

import static io.vhdboot.vhdx.VhdxTesting.IDS;
import static io.vhdboot.vhdx.VhdxTesting.MIB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.MappedExtent;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.disk.ProgressListener;
import io.vhdboot.disk.ResizableBlockDevice;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.Seed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Differencing disks and their parents. */
class VhdxChildTest {

  @TempDir Path folder;

  private static VhdxAccess writing() {
    return VhdxAccess.writing(IDS);
  }

  private static VhdxAccess reading() {
    return VhdxAccess.readOnly();
  }

  /** Writes at random places, now and then whole blocks, to a disk and its model. */
  private static void scribble(Vhdx disk, byte[] model, SplittableRandom random, int times)
      throws IOException {
    int blockSize = (int) disk.blockSize();
    for (int i = 0; i < times; i++) {
      int at = random.nextInt(model.length);
      int length = Math.min(1 + random.nextInt(30_000), model.length - at);
      if (random.nextInt(5) == 0) {
        at = at / blockSize * blockSize;
        length = Math.min(blockSize, model.length - at);
      }
      byte[] bytes = new byte[length];
      if (random.nextInt(3) == 0) {
        disk.zero(at, length);
      } else {
        random.nextBytes(bytes);
        disk.write(at, ByteBuffer.wrap(bytes));
      }
      System.arraycopy(bytes, 0, model, at, length);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 512", "2, 512", "4, 512", "1, 4096", "2, 4096"})
  void chainsReadAsTheirModels(int blockMib, int sector) throws IOException {
    SplittableRandom random = Seed.random("chainsReadAsTheirModels");
    byte[] model = new byte[9 * MIB + 3 * 4096];
    Path base = folder.resolve("base.vhdx");
    VhdxOptions options =
        VhdxTesting.options(model.length)
            .withBlockSize(blockMib * MIB)
            .withSectorSizes(sector, 4096);
    try (Vhdx disk = Vhdx.createDynamic(base, options, IDS)) {
      scribble(disk, model, random, 20);
    }
    Path parent = base;
    for (int generation = 1; generation <= 3; generation++) {
      Path child = folder.resolve("child" + generation + ".vhdx");
      Vhdx.createDifferencing(child, parent, IDS).close();
      for (int session = 0; session < 2; session++) {
        try (Vhdx disk = Vhdx.open(child, writing())) {
          assertThat(disk.sectorSize()).isEqualTo(sector);
          scribble(disk, model, random, 12);
          assertThat(Arrays.equals(disk.read(0, model.length), model)).isTrue();
        }
        try (Vhdx disk = Vhdx.open(child, reading())) {
          assertThat(Arrays.equals(disk.read(0, model.length), model)).isTrue();
          expectMapFits(disk, model);
          assertThat(VhdxMaintenance.check(FileDevice.openReadOnly(child)).isClean()).isTrue();
        }
      }
      parent = child;
    }
  }

  /** 7-Zip is the one judge here that follows chains; QEMU refuses them. */
  @ParameterizedTest
  @CsvSource({"1, 512", "2, 4096"})
  void chainIsReadAsBySevenZip(int blockMib, int sector) throws IOException {
    ExternalTool sevenZip = ExternalTool.named("7zz");
    SplittableRandom random = Seed.random("chainIsReadAsBySevenZip");
    byte[] model = new byte[9 * MIB];
    VhdxOptions options =
        VhdxTesting.options(model.length)
            .withBlockSize(blockMib * MIB)
            .withSectorSizes(sector, 4096);
    Path youngest = folder.resolve("base.vhdx");
    try (Vhdx disk = Vhdx.createDynamic(youngest, options, IDS)) {
      scribble(disk, model, random, 20);
    }
    for (int generation = 1; generation <= 3; generation++) {
      Path child = folder.resolve("child" + generation + ".vhdx");
      try (Vhdx disk = Vhdx.createDifferencing(child, youngest, IDS)) {
        scribble(disk, model, random, 20);
      }
      Path target = folder.resolve("out" + generation);
      sevenZip.output("x", "-y", "-tvhdx", "-o" + target, child);
      assertThat(
              Arrays.equals(
                  Files.readAllBytes(target.resolve("child" + generation + ".img")), model))
          .isTrue();
      youngest = child;
    }
  }

  private static void expectMapFits(Vhdx disk, byte[] model) throws IOException {
    for (long at = 0; at < disk.size(); at = disk.map(at).end()) {
      MappedExtent extent = disk.map(at);
      for (long i = at; extent.kind() == MappedExtent.Kind.ZERO && i < extent.end(); i++) {
        assertThat(model[(int) i]).isZero();
      }
    }
    for (long at = 0; at < disk.size(); at = disk.mapOwn(at).end()) {
      MappedExtent extent = disk.mapOwn(at);
      if (extent.kind() == MappedExtent.Kind.PARENT) {
        Vhdx parent = disk.parent().orElseThrow();
        int count = (int) extent.length();
        assertThat(Arrays.equals(parent.read(at, count), disk.read(at, count))).isTrue();
      }
    }
  }

  @Test
  void aChildOnlyTakesWhatIsWrittenToIt() throws IOException {
    Path base = folder.resolve("base.vhdx");
    try (Vhdx disk = Vhdx.createFixed(base, VhdxTesting.options(40 * MIB), IDS)) {
      VhdxTesting.write(disk, 5, (byte) 1, (byte) 2);
    }
    Path child = folder.resolve("child.vhdx");
    try (Vhdx disk = Vhdx.createDifferencing(child, base, IDS)) {
      assertThat(disk.type()).isEqualTo(VhdxType.DIFFERENCING);
      assertThat(disk.info().diskId()).isEqualTo(disk.parent().orElseThrow().info().diskId());
      VhdxTesting.write(disk, 6, (byte) 3);
      assertThat(disk.read(4, 4)).containsExactly(0, 1, 3, 0);
      assertThat(disk.mapOwn(0)).isEqualTo(new MappedExtent(0, 512, MappedExtent.Kind.DATA));
      assertThat(disk.mapOwn(512).kind()).isEqualTo(MappedExtent.Kind.PARENT);
      disk.zero(4 * MIB, 2 * MIB);
      assertThat(disk.presentBlockCount()).isEqualTo(1);
    }
    // Headers, log, metadata and table, a sector bitmap and a block of 2 MiB.
    assertThat(Files.size(child)).isEqualTo(7 * MIB);
  }

  @Test
  void aParentThatChangedOrIsMissingIsRefusedPlainly() throws IOException {
    Path base = folder.resolve("base.vhdx");
    Path child = folder.resolve("child.vhdx");
    Vhdx.createDynamic(base, VhdxTesting.options(4 * MIB), IDS).close();
    Vhdx.createDifferencing(child, base, IDS).close();
    try (Vhdx disk = Vhdx.open(base, writing())) {
      VhdxTesting.write(disk, 0, (byte) 1);
    }
    assertThatThrownBy(() -> Vhdx.open(child, reading()))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("its parent " + base + " was changed after this child was made");
    Files.delete(base);
    assertThatThrownBy(() -> Vhdx.open(child, reading()))
        .isInstanceOf(MissingParentException.class)
        .hasMessageContaining("is not found at \".\\base.vhdx\"");
    try (FileDevice file = FileDevice.openReadOnly(child)) {
      assertThat(Vhdx.identify(file).orElseThrow().parent().orElseThrow().paths())
          .containsExactly(".\\base.vhdx");
    }
  }

  @Test
  void aParentBesideIsFoundWhateverTheCaseOfItsName() throws IOException {
    Path base = folder.resolve("base.vhdx");
    Path child = folder.resolve("child.vhdx");
    Vhdx.createDynamic(base, VhdxTesting.options(4 * MIB), IDS).close();
    Vhdx.createDifferencing(child, base, IDS).close();
    Files.move(base, folder.resolve("Base.VHDX"));
    try (Vhdx disk = Vhdx.open(child, reading())) {
      assertThat(disk.parent()).isPresent();
    }
  }

  @Test
  void compactingAParentKeepsItsChildren() throws IOException {
    Path base = folder.resolve("base.vhdx");
    Path child = folder.resolve("child.vhdx");
    try (Vhdx disk = Vhdx.createDynamic(base, VhdxTesting.options(4 * MIB), IDS)) {
      disk.write(0, ByteBuffer.allocate(MIB));
      VhdxTesting.write(disk, MIB, (byte) 9);
    }
    Vhdx.createDifferencing(child, base, IDS).close();
    try (Vhdx disk = Vhdx.open(base, writing())) {
      VhdxCompaction done = VhdxMaintenance.compact(disk, UnusedRanges.NONE, ProgressListener.NONE);
      assertThat(done).isEqualTo(new VhdxCompaction(6L * MIB, 5L * MIB, 1, 1));
    }
    try (Vhdx disk = Vhdx.open(child, reading())) {
      assertThat(disk.read(MIB, 1)).containsExactly(9);
    }
  }

  @Test
  void loopsAreRefused() throws IOException {
    MemoryDevice a = MemoryDevice.ofSize("a", 0);
    MemoryDevice b = MemoryDevice.ofSize("b", 0);
    Vhdx.createDynamic(a, VhdxTesting.options(MIB), IDS).close();
    VhdxAccess access =
        writing().withParents(VhdxTesting.among(Map.<String, BlockDevice>of("a", a, "b", b)));
    ParentLocator toA =
        ParentLocator.relative(Vhdx.identify(a).orElseThrow().dataWriteId(), ".\\a");
    Vhdx.createDifferencing(b, a, toA, MIB, access).close();
    // A file that says it is its own grandparent.
    ParentLocator toB =
        ParentLocator.relative(Vhdx.identify(b).orElseThrow().dataWriteId(), ".\\b");
    MemoryDevice loop = MemoryDevice.ofSize("a", 0);
    VhdxAccess toLoop =
        writing().withParents(VhdxTesting.among(Map.<String, BlockDevice>of("a", a, "b", b)));
    Vhdx.createDifferencing(loop, b, toB, MIB, toLoop).close();
    byte[] forged = loop.toByteArray();
    for (long offset : HeaderPair.OFFSETS) {
      byte[] bytes = Arrays.copyOfRange(forged, (int) offset, (int) offset + VhdxHeader.SIZE);
      byte[] changed =
          VhdxHeader.get(bytes)
              .orElseThrow()
              .withDataWriteId(Vhdx.identify(a).orElseThrow().dataWriteId())
              .toBytes();
      System.arraycopy(changed, 0, forged, (int) offset, changed.length);
    }
    a.setSize(0);
    a.setSize(forged.length);
    a.write(0, ByteBuffer.wrap(forged));
    assertThatThrownBy(() -> Vhdx.open(b, access))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("among its own children");
  }

  /** A child over a base, both with content, and what the child reads as. */
  private record Family(MemoryDevice base, MemoryDevice child, byte[] model, VhdxAccess access) {}

  private static Family family(SplittableRandom random) throws IOException {
    MemoryDevice base = MemoryDevice.ofSize("base", 0);
    byte[] model = new byte[5 * MIB + 4096];
    try (Vhdx disk = Vhdx.createDynamic(base, VhdxTesting.options(model.length), IDS)) {
      scribble(disk, model, random, 10);
    }
    MemoryDevice child = MemoryDevice.ofSize("child", 0);
    VhdxAccess access =
        writing().withParents(VhdxTesting.among(Map.<String, BlockDevice>of("base.vhdx", base)));
    try (Vhdx disk = Vhdx.createDifferencing(child, base, locator(base, "base"), MIB, access)) {
      scribble(disk, model, random, 10);
    }
    return new Family(base, child, model, access);
  }

  private static ParentLocator locator(BlockDevice file, String name) throws IOException {
    return ParentLocator.relative(
        Vhdx.identify(file).orElseThrow().dataWriteId(), ".\\" + name + ".vhdx");
  }

  private static void expectReads(BlockDevice file, VhdxAccess access, byte[] model)
      throws IOException {
    assertThat(VhdxMaintenance.check(file).problems()).isEmpty();
    try (Vhdx disk = Vhdx.open(file, access)) {
      assertThat(disk.size()).isEqualTo(model.length);
      assertThat(Arrays.mismatch(disk.read(0, model.length), model)).isEqualTo(-1);
    }
  }

  @Test
  void mergedParentReadsAsTheChild() throws IOException {
    SplittableRandom random = Seed.random("mergedParentReadsAsTheChild");
    for (int i = 0; i < Seed.cases(60, 4); i++) {
      Family family = family(random);
      byte[] model = family.model;
      if (i % 2 == 1) {
        // The child has another size than its parent.
        int size = model.length + (i % 4 == 1 ? 3 * MIB : -MIB);
        try (Vhdx disk = Vhdx.open(family.child, family.access)) {
          VhdxMaintenance.resize(disk, size, true);
        }
        model = Arrays.copyOf(model, size);
      }
      VhdxMaintenance.mergeIntoParent(family.child, family.access, ProgressListener.NONE);
      expectReads(family.base, writing(), model);
      expectReads(family.child, family.access, model);
    }
  }

  @Test
  void rebasedChildReadsAsBefore() throws IOException {
    SplittableRandom random = Seed.random("rebasedChildReadsAsBefore");
    for (int i = 0; i < Seed.cases(60, 3); i++) {
      Family family = family(random);
      MemoryDevice other = MemoryDevice.ofSize("other", 0);
      byte[] otherModel = new byte[family.model.length + (i % 3 - 1) * MIB];
      try (Vhdx disk = Vhdx.createDynamic(other, VhdxTesting.options(otherModel.length), IDS)) {
        scribble(disk, otherModel, random, 10);
      }
      Map<String, BlockDevice> both = new LinkedHashMap<>();
      both.put("base.vhdx", family.base);
      both.put("other.vhdx", other);
      VhdxAccess access = writing().withParents(VhdxTesting.among(both));
      VhdxMaintenance.rebase(
          family.child, other, locator(other, "other"), false, access, ProgressListener.NONE);
      both.remove("base.vhdx");
      VhdxAccess onlyOther = writing().withParents(VhdxTesting.among(both));
      expectReads(family.child, onlyOther, family.model);
      // The parent moved: nothing need be copied.
      VhdxAccess moved =
          writing().withParents(VhdxTesting.among(Map.<String, BlockDevice>of("new.vhdx", other)));
      int present = Vhdx.identify(family.child).orElseThrow().presentBlockCount();
      VhdxMaintenance.rebase(
          family.child, other, locator(other, "new"), false, moved, ProgressListener.NONE);
      expectReads(family.child, moved, family.model);
      assertThat(Vhdx.identify(family.child).orElseThrow().presentBlockCount()).isEqualTo(present);
    }
  }

  @Test
  void resizedDisksHaveZerosAtTheirEnd() throws IOException {
    SplittableRandom random = Seed.random("resizedDisksHaveZerosAtTheirEnd");
    for (int i = 0; i < Seed.cases(100, 6); i++) {
      Family family = family(random);
      boolean child = i % 2 == 0;
      ResizableBlockDevice file = child ? family.child : family.base;
      byte[] model;
      try (Vhdx disk = Vhdx.open(file, family.access)) {
        model = disk.read(0, (int) disk.size());
      }
      for (int step = 0; step < 4; step++) {
        int size = 512 * (1 + random.nextInt(8 * MIB / 512));
        try (Vhdx disk = Vhdx.open(file, family.access)) {
          VhdxMaintenance.resize(disk, size, true);
          model = Arrays.copyOf(model, size);
          scribble(disk, model, random, 2);
        }
        expectReads(file, family.access, model);
      }
    }
  }
}
