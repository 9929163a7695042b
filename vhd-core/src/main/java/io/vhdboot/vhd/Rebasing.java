package io.vhdboot.vhd;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.MappedExtent;
import io.vhdboot.disk.ProgressListener;
import io.vhdboot.disk.ResizableBlockDevice;
import io.vhdboot.disk.Zeros;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Gives a child another parent. What differs between the two parents and the child does not store
 * is copied into the child first, so that its disk stays the same. Then the header changes, which
 * has no copy and is two sectors: a new one is written behind everything and the footer pointed at
 * it, and then the same once more back to the old place.
 */
final class Rebasing {

  private static final int STEP = 64 << 10;
  private static final int UNIT = 4096;

  private Rebasing() {}

  static void rebase(
      ResizableBlockDevice file,
      ParentResolver oldParents,
      BlockDevice newParent,
      ParentReference reference,
      ProgressListener progress)
      throws IOException {
    try (Vhd child = Vhd.open(file, false, oldParents)) {
      requireChild(child.type(), file);
      if (child.footer().uniqueId().equals(reference.uniqueId())) {
        throw new IllegalArgumentException(
            "parent (" + newParent.name() + ") must not be the child itself");
      }
      progress.begin("Comparing", child.size());
      keepDifferences(child, newParent, progress);
    }
    relink(file, reference);
  }

  private static void requireChild(VhdType type, BlockDevice file) {
    if (type != VhdType.DIFFERENCING) {
      throw new IllegalArgumentException(
          "file (" + file.name() + ", " + type + ") must be a differencing VHD");
    }
  }

  private static void keepDifferences(Vhd child, BlockDevice newParent, ProgressListener progress)
      throws IOException {
    ByteBuffer old = ByteBuffer.allocate(STEP);
    ByteBuffer other = ByteBuffer.allocate(STEP);
    for (long at = 0; at < child.size(); ) {
      MappedExtent own = child.mapOwn(at);
      long end = own.end();
      if (own.kind() == MappedExtent.Kind.PARENT) {
        boolean nothing = child.map(at).kind() == MappedExtent.Kind.ZERO;
        end = Math.min(end, child.map(at).end());
        if (at >= newParent.size() || newParent.map(at).kind() == MappedExtent.Kind.ZERO) {
          end = at >= newParent.size() ? end : Math.min(end, newParent.map(at).end());
        } else {
          nothing = false;
          end = Math.min(end, newParent.map(at).end());
        }
        if (!nothing) {
          end = Math.min(end, (at / STEP + 1) * STEP);
          keepDifferences(child, newParent, at, (int) (end - at), old, other);
        }
      }
      progress.advance(end - at);
      at = end;
    }
    child.flush();
  }

  private static void keepDifferences(
      Vhd child, BlockDevice newParent, long position, int length, ByteBuffer old, ByteBuffer other)
      throws IOException {
    child.read(position, old.clear().limit(length));
    int there = (int) Math.max(0, Math.min(length, newParent.size() - position));
    other.clear().limit(there);
    if (there > 0) {
      newParent.read(position, other);
    }
    Zeros.fill(other.limit(length));
    for (int at = 0; at < length; at += UNIT) {
      int end = Math.min(length, at + UNIT);
      if (!Arrays.equals(old.array(), at, end, other.array(), at, end)) {
        child.write(position + at, ByteBuffer.wrap(old.array(), at, end - at));
      }
    }
  }

  /** Lets a child name another parent, whose disk is the same. */
  static void relink(ResizableBlockDevice file, ParentReference reference) throws IOException {
    SparseEditor editor = SparseEditor.open(file);
    requireChild(editor.structure().footer().type(), file);
    SparseStructure before = editor.structure();
    long behind = BlockFormat.alignUp(before.end(file), BlockFormat.ALIGNMENT);
    LocatorPlan tail = LocatorPlan.at(behind + BlockFormat.ALIGNMENT, reference);
    switchHeader(editor, behind, before.header().withParent(reference, tail.locators()), tail);
    // What the old header and its paths took is free now.
    LocatorPlan inPlace = tail.fittedInto(FileSpace.freeOfBlocks(before, file));
    switchHeader(
        editor,
        before.footer().dataOffset(),
        before.header().withParent(reference, inPlace.locators()),
        inPlace);
    editor.trim();
  }

  private static void switchHeader(
      SparseEditor editor, long position, DynamicHeader header, LocatorPlan plan)
      throws IOException {
    editor.growFile(Math.max(position + DynamicHeader.SIZE, plan.end()));
    for (int i = 0; i < plan.paths().size(); i++) {
      editor
          .file()
          .write(plan.locators().get(i).dataOffset(), ByteBuffer.wrap(plan.paths().get(i)));
    }
    byte[] bytes = header.toBytes(editor.structure().headerBytes());
    editor.file().write(position, ByteBuffer.wrap(bytes));
    editor.file().flush();
    editor.switchFooter(editor.structure().footer().withDataOffset(position));
  }
}
