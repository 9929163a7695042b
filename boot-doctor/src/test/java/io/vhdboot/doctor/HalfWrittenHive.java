package io.vhdboot.doctor;

import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.disk.ResizableBlockDevice;
import io.vhdboot.hive.Hive;
import io.vhdboot.hive.HiveState;
import io.vhdboot.hive.HiveValue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A hive as a machine leaves it that loses its power while Windows writes: the changes are in the
 * log, and not all of them in the file.
 *
 * @param file the hive
 * @param log its log
 */
record HalfWrittenHive(byte[] file, byte[] log) {

  /** Adds a value to a hive, and stops before it is all there. */
  static HalfWrittenHive of(byte[] hive, String key, HiveValue value) throws IOException {
    for (int writes = 1; writes < 10; writes++) {
      MemoryDevice file = MemoryDevice.wrap("SYSTEM", hive.clone());
      MemoryDevice log = MemoryDevice.ofSize("SYSTEM.LOG1", 0);
      Hive edited = Hive.read(file, List.of());
      edited.root().createPath(key).setValue(value);
      try {
        edited.writeInPlace(new Failing(file, writes), List.of(log));
      } catch (IOException e) {
        if (Hive.read(file, List.of()).state() == HiveState.DIRTY
            && Hive.read(file, List.of(log)).state() == HiveState.RECOVERED) {
          return new HalfWrittenHive(file.toByteArray(), log.toByteArray());
        }
      }
    }
    throw new AssertionError("no moment at which the log holds what the file lacks");
  }

  /** A file whose disk fails after some writes. */
  private static final class Failing implements ResizableBlockDevice {

    private final ResizableBlockDevice file;
    private int left;

    private Failing(ResizableBlockDevice file, int writes) {
      this.file = file;
      this.left = writes;
    }

    @Override
    public void write(long position, ByteBuffer source) throws IOException {
      if (left-- == 0) {
        throw new IOException("no power");
      }
      file.write(position, source);
    }

    @Override
    public void setSize(long size) throws IOException {
      file.setSize(size);
    }

    @Override
    public String name() {
      return file.name();
    }

    @Override
    public long size() {
      return file.size();
    }

    @Override
    public void read(long position, ByteBuffer target) throws IOException {
      file.read(position, target);
    }

    @Override
    public void flush() throws IOException {
      file.flush();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
