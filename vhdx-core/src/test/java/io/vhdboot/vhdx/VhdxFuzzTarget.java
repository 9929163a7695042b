package io.vhdboot.vhdx;

import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.disk.NoSpaceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Opens any bytes as a VHDX: it must be refused by a typed exception, with nothing written, or be a
 * disk that can be read, mapped, written to and opened again. Bytes are laid over a small VHDX, or
 * are the file when they are many; checksums are made right where the first byte says so.
 */
public final class VhdxFuzzTarget {

  private static final int SMALL = 4096;
  private static final byte[] BASE = base();

  private VhdxFuzzTarget() {}

  private static byte[] base() {
    try {
      MemoryDevice file = MemoryDevice.ofSize("base", 0);
      try (Vhdx vhdx =
          Vhdx.createDynamic(
              file, VhdxTesting.options(3L * VhdxTesting.MIB + 512), VhdxTesting.IDS)) {
        VhdxTesting.write(vhdx, VhdxTesting.MIB, new byte[] {1, 2, 3});
      }
      return file.toByteArray();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** The entry that fuzzers call. */
  public static void fuzzerTestOneInput(byte[] data) {
    byte[] bytes = data;
    if (data.length > 1 && data.length < SMALL) {
      bytes = BASE.clone();
      // Groups of 10 bytes: where to, in eight pages that matter, and what.
      int[] pages = {
        64 << 10, 128 << 10, 192 << 10, 256 << 10, 1 << 20, 2 << 20, 33 << 16, 3 << 20
      };
      for (int at = 1; at + 10 <= data.length; at += 10) {
        int offset = pages[data[at] & 7] + ((data[at] & 0xF8) << 4 | data[at + 1] & 0xFF) % SMALL;
        System.arraycopy(data, at + 2, bytes, offset & -4, 8);
      }
      if ((data[0] & 1) != 0) {
        reseal(bytes);
      }
    }
    try {
      probe(bytes);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Makes the checksums of headers and region tables right. */
  static void reseal(byte[] bytes) {
    for (long offset : HeaderPair.OFFSETS) {
      reseal(bytes, (int) offset, VhdxHeader.SIZE);
    }
    for (long offset : RegionTable.OFFSETS) {
      reseal(bytes, (int) offset, RegionTable.SIZE);
    }
  }

  private static void reseal(byte[] bytes, int at, int length) {
    if (bytes.length >= at + length) {
      byte[] structure = Arrays.copyOfRange(bytes, at, at + length);
      VhdxChecksum.seal(structure);
      System.arraycopy(structure, 0, bytes, at, length);
    }
  }

  /** Gives whether it was opened for writing. */
  static boolean probe(byte[] bytes) throws IOException {
    byte[] copy = bytes.clone();
    MemoryDevice file = MemoryDevice.wrap("fuzzed", copy);
    VhdxTesting.StaysOpen device = new VhdxTesting.StaysOpen(file);
    try {
      Vhdx.identify(device);
      VhdxMaintenance.check(device);
    } catch (DiskFormatException e) {
      expectName(e);
    }
    byte[] some = new byte[2000];
    try (Vhdx vhdx = Vhdx.open(device, VhdxAccess.readOnly().withParents(ParentResolver.none()))) {
      for (long at : new long[] {0, vhdx.size() / 2, vhdx.size() - 1}) {
        int count = (int) Math.min(some.length, vhdx.size() - at);
        vhdx.read(at, ByteBuffer.wrap(some, 0, count));
        if (vhdx.map(at).end() > vhdx.size() || vhdx.map(at).length() <= 0) {
          throw new AssertionError("map " + vhdx.map(at));
        }
      }
    } catch (DiskFormatException e) {
      expectName(e);
    } catch (MissingParentException e) {
      // A child of nobody.
    }
    if (file.size() != bytes.length || !Arrays.equals(copy, bytes)) {
      throw new AssertionError("reading wrote");
    }
    VhdxAccess writing = VhdxAccess.writing(VhdxTesting.IDS).withParents(ParentResolver.none());
    Vhdx vhdx;
    try {
      vhdx = Vhdx.open(device, writing);
    } catch (DiskFormatException | MissingParentException | NoSpaceException e) {
      if (file.size() != bytes.length || !Arrays.equals(copy, bytes)) {
        throw new AssertionError("a failed opening wrote", e);
      }
      return false;
    }
    long at = (vhdx.size() - 1) / 3;
    byte[] wanted = new byte[(int) Math.min(some.length, vhdx.size() - at)];
    Arrays.fill(wanted, (byte) 0x5C);
    try {
      vhdx.write(at, ByteBuffer.wrap(wanted));
      vhdx.close();
    } catch (DiskFormatException | NoSpaceException e) {
      return true;
    }
    byte[] again = new byte[wanted.length];
    try (Vhdx later = Vhdx.open(device, VhdxAccess.readOnly())) {
      later.read(at, ByteBuffer.wrap(again));
    }
    if (!Arrays.equals(again, wanted)) {
      throw new AssertionError("what was written is not read");
    }
    return true;
  }

  private static void expectName(DiskFormatException e) {
    if (!e.getMessage().startsWith("fuzzed: ")) {
      throw new AssertionError("without the file's name", e);
    }
  }
}
