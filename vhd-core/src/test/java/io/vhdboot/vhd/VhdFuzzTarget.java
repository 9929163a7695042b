package io.vhdboot.vhd;

import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.NoSpaceException;
import io.vhdboot.disk.ProgressListener;
import io.vhdboot.disk.testing.RecordingDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What a fuzzer calls with bytes of its own: they are a VHD file, or its parent. Whatever they hold,
 * only typed exceptions may come of them, and an open that fails writes nothing.
 */
public final class VhdFuzzTarget {

  /** What is read, and what a file may grow to amid repairs. */
  private static final int SOME = 20_000;

  private VhdFuzzTarget() {}

  /** Opens, reads, checks, repairs, compacts and writes. */
  public static void fuzzerTestOneInput(byte[] data) {
    ParentResolver parents =
        path ->
            Optional.of(
                new ParentResolver.Found(
                    new RecordingDevice(data), Optional.empty(), ParentResolver.NONE));
    try {
      read(data, parents);
      maintain(data, parents);
    } catch (IOException e) {
      requireTyped(e);
    }
  }

  private static void read(byte[] data, ParentResolver parents) throws IOException {
    for (boolean readOnly : new boolean[] {true, false}) {
      RecordingDevice file = new RecordingDevice(data);
      try (Vhd vhd = Vhd.open(file, readOnly, parents)) {
        requireUntouched(file);
        readSome(vhd);
      } catch (IOException e) {
        requireTyped(e);
        requireUntouched(file);
      }
    }
    RecordingDevice file = new RecordingDevice(data);
    Vhd.parentReference(file);
    VhdMaintenance.check(file, parents);
    requireUntouched(file);
  }

  private static void readSome(Vhd vhd) throws IOException {
    byte[] some = new byte[(int) Math.min(vhd.size(), SOME)];
    for (long at : new long[] {0, vhd.size() / 3, vhd.size() - some.length}) {
      vhd.read(Math.min(at, vhd.size() - some.length), ByteBuffer.wrap(some));
      vhd.map(at);
      vhd.mapOwn(at);
    }
  }

  private static void maintain(byte[] data, ParentResolver parents) throws IOException {
    RecordingDevice file = new RecordingDevice(data);
    VhdMaintenance.repair(file, parents);
    VhdMaintenance.compact(file, parents, UnusedRanges.NONE, ProgressListener.NONE);
    long size;
    try (Vhd vhd = Vhd.open(file, false, parents)) {
      size = vhd.size();
      if (vhd.type() != VhdType.FIXED || size < SOME) {
        vhd.write(size / 2, ByteBuffer.wrap(new byte[] {1}));
      }
    }
    VhdMaintenance.resize(file, Math.max(512, size / 1024 * 512), true, parents);
    Vhd.open(file, true, parents).close();
  }

  private static void requireTyped(IOException e) {
    if (!(e instanceof DiskFormatException
        || e instanceof NoSpaceException
        || e instanceof MissingParentException)) {
      throw new AssertionError("not a typed exception", e);
    }
  }

  private static void requireUntouched(RecordingDevice file) {
    if (file.events().stream().anyMatch(event -> !(event instanceof RecordingDevice.Flush))) {
      throw new AssertionError("opening wrote to the file");
    }
  }
}
