package io.vhdboot.usb.ffm;

import io.vhdboot.usb.NativeShim;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.util.OptionalLong;

/**
 * Functions of kernel32.dll, with the numbers of {@code winioctl.h}. Written after the
 * documentation; it has not been run yet.
 *
 * <p>A disk that is held stays open, shared with readers and writers, since we ourselves open it
 * again.
 */
final class WindowsCalls implements NativeShim {

  private static final int GENERIC_READ = 0x8000_0000;
  private static final int GENERIC_WRITE = 0x4000_0000;
  private static final int SHARE_READ_WRITE = 3;
  private static final int OPEN_EXISTING = 3;
  private static final int FSCTL_LOCK_VOLUME = 0x0009_0018;
  private static final int FSCTL_DISMOUNT_VOLUME = 0x0009_0020;
  private static final int IOCTL_DISK_GET_LENGTH_INFO = 0x0007_405C;
  private static final int IOCTL_DISK_UPDATE_PROPERTIES = 0x0007_0140;
  private static final int LOCK_ATTEMPTS = 6;
  private static final long FIRST_PAUSE_MILLIS = 100;

  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle LAST_ERROR =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("GetLastError"));

  private final MethodHandle createFile;
  private final MethodHandle deviceIoControl;
  private final MethodHandle closeHandle;

  WindowsCalls() {
    SymbolLookup kernel = kernel();
    createFile =
        function(
            kernel,
            "CreateFileW",
            FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS));
    deviceIoControl =
        function(
            kernel,
            "DeviceIoControl",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS));
    closeHandle =
        function(
            kernel,
            "CloseHandle",
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG));
  }

  @SuppressWarnings("restricted")
  private static SymbolLookup kernel() {
    return SymbolLookup.libraryLookup("kernel32", Arena.global());
  }

  @SuppressWarnings("restricted")
  private static MethodHandle function(
      SymbolLookup library, String name, FunctionDescriptor descriptor) {
    return Linker.nativeLinker()
        .downcallHandle(
            library.find(name).orElseThrow(),
            descriptor,
            Linker.Option.captureCallState("GetLastError"));
  }

  @Override
  public String obstacle() {
    return "";
  }

  @Override
  public Closeable hold(String disk) throws IOException {
    long handle = open(disk, GENERIC_READ);
    return () -> close(handle);
  }

  /** The volume stays dismounted as long as nobody uses it again. */
  @Override
  public void dismount(String place) throws IOException {
    String volume = "\\\\.\\" + place.replaceFirst("\\\\$", "");
    long handle = open(volume, GENERIC_READ | GENERIC_WRITE);
    try {
      lock(handle, volume);
      control(handle, FSCTL_DISMOUNT_VOLUME, 0, volume);
    } finally {
      close(handle);
    }
  }

  private void lock(long handle, String volume) throws IOException {
    for (int attempt = 0; ; attempt++) {
      try {
        control(handle, FSCTL_LOCK_VOLUME, 0, volume);
        return;
      } catch (FileSystemException e) {
        if (attempt == LOCK_ATTEMPTS) {
          throw e;
        }
        try {
          Thread.sleep(FIRST_PAUSE_MILLIS << attempt);
        } catch (InterruptedException interrupted) {
          Thread.currentThread().interrupt();
          throw e;
        }
      }
    }
  }

  @Override
  public OptionalLong size(String disk) throws IOException {
    long handle = open(disk, GENERIC_READ);
    try {
      return OptionalLong.of(control(handle, IOCTL_DISK_GET_LENGTH_INFO, Long.BYTES, disk));
    } finally {
      close(handle);
    }
  }

  @Override
  public void rereadTable(String disk) throws IOException {
    long handle = open(disk, GENERIC_READ | GENERIC_WRITE);
    try {
      control(handle, IOCTL_DISK_UPDATE_PROPERTIES, 0, disk);
    } finally {
      close(handle);
    }
  }

  private long open(String path, int access) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      MemorySegment name = arena.allocateFrom(path, StandardCharsets.UTF_16LE);
      long handle =
          (long)
              createFile.invokeExact(
                  state,
                  name,
                  access,
                  SHARE_READ_WRITE,
                  MemorySegment.NULL,
                  OPEN_EXISTING,
                  0,
                  MemorySegment.NULL);
      if (handle == -1) {
        throw failure(state, path);
      }
      return handle;
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Asks a driver for something; gives the number that it answers, if it answers one. */
  private long control(long handle, int code, int answerSize, String what) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      MemorySegment answer = arena.allocate(ValueLayout.JAVA_LONG);
      MemorySegment length = arena.allocate(ValueLayout.JAVA_INT);
      int done =
          (int)
              deviceIoControl.invokeExact(
                  state,
                  handle,
                  code,
                  MemorySegment.NULL,
                  0,
                  answer,
                  answerSize,
                  length,
                  MemorySegment.NULL);
      if (done == 0) {
        throw failure(state, what);
      }
      return answer.get(ValueLayout.JAVA_LONG, 0);
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private void close(long handle) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      int done = (int) closeHandle.invokeExact(state, handle);
      if (done == 0) {
        throw failure(state, "handle");
      }
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static FileSystemException failure(MemorySegment state, String what) {
    int error = (int) LAST_ERROR.get(state, 0L);
    return new FileSystemException(what, null, "Windows refuses it (error " + error + ")");
  }

  private static IllegalStateException unexpected(Throwable e) {
    return new IllegalStateException("a native call could not be made", e);
  }
}
