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
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.FileSystemException;
import java.util.OptionalLong;

/**
 * Functions of the C library of a Linux, with the numbers of {@code asm-generic/fcntl.h} and {@code
 * linux/fs.h}. A block device opened with O_EXCL is claimed: it cannot be mounted, and neither
 * opened so again, until it is closed (open(2)).
 */
final class LinuxCalls implements NativeShim {

  private static final int O_RDONLY = 0;
  private static final int O_EXCL = 0x80;
  private static final int O_CLOEXEC = 0x80000;
  private static final int LOCK_EX_NB = 2 | 4;
  private static final long BLKGETSIZE64 = 0x80081272L;
  private static final long BLKRRPART = 0x125FL;
  private static final int EBUSY = 16;

  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private final MethodHandle open;
  private final MethodHandle close;
  private final MethodHandle ioctl;
  private final MethodHandle flock;
  private final MethodHandle umount;
  private final MethodHandle strerror;

  LinuxCalls() {
    Linker.Option errno = Linker.Option.captureCallState("errno");
    open =
        function(
            "open",
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
            errno,
            Linker.Option.firstVariadicArg(2));
    close =
        function("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT), errno);
    ioctl =
        function(
            "ioctl",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG,
                ValueLayout.ADDRESS),
            errno,
            Linker.Option.firstVariadicArg(2));
    flock =
        function(
            "flock",
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT),
            errno);
    umount =
        function(
            "umount2",
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
            errno);
    strerror =
        function("strerror", FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
  }

  @SuppressWarnings("restricted")
  private static MethodHandle function(
      String name, FunctionDescriptor descriptor, Linker.Option... options) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().find(name).orElseThrow(), descriptor, options);
  }

  @Override
  public String obstacle() {
    return "";
  }

  @Override
  public Closeable hold(String disk) throws IOException {
    int descriptor = open(disk, O_RDONLY | O_EXCL | O_CLOEXEC);
    try (Arena arena = Arena.ofConfined()) {
      // udev leaves disks alone that are locked so; where it does not, nothing is lost.
      int ignored = (int) flock.invokeExact(arena.allocate(STATE), descriptor, LOCK_EX_NB);
    } catch (Throwable e) {
      close(descriptor);
      throw unexpected(e);
    }
    return new Hold(descriptor);
  }

  /** Lets go once, however often it is closed. */
  private final class Hold implements Closeable {

    private int descriptor;

    private Hold(int descriptor) {
      this.descriptor = descriptor;
    }

    @Override
    public synchronized void close() throws IOException {
      if (descriptor >= 0) {
        int closed = descriptor;
        descriptor = -1;
        LinuxCalls.this.close(closed);
      }
    }
  }

  @Override
  public OptionalLong size(String disk) throws IOException {
    int descriptor = open(disk, O_RDONLY | O_CLOEXEC);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      MemorySegment size = arena.allocate(ValueLayout.JAVA_LONG);
      int result = (int) ioctl.invokeExact(state, descriptor, BLKGETSIZE64, size);
      check(result, state, disk);
      return OptionalLong.of(size.get(ValueLayout.JAVA_LONG, 0));
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw unexpected(e);
    } finally {
      close(descriptor);
    }
  }

  @Override
  public void rereadTable(String disk) throws IOException {
    int descriptor = open(disk, O_RDONLY | O_CLOEXEC);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      int result = (int) ioctl.invokeExact(state, descriptor, BLKRRPART, MemorySegment.NULL);
      check(result, state, disk);
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw unexpected(e);
    } finally {
      close(descriptor);
    }
  }

  @Override
  public void dismount(String place) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      int result = (int) umount.invokeExact(state, arena.allocateFrom(place), 0);
      check(result, state, place);
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private int open(String path, int flags) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      int descriptor = (int) open.invokeExact(state, arena.allocateFrom(path), flags);
      check(descriptor, state, path);
      return descriptor;
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private void close(int descriptor) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      int result = (int) close.invokeExact(state, descriptor);
      check(result, state, "file descriptor " + descriptor);
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private void check(int result, MemorySegment state, String what) throws IOException {
    if (result < 0) {
      int errno = (int) ERRNO.get(state, 0L);
      String message = errno == EBUSY ? "something else uses it" : text(errno);
      throw new FileSystemException(what, null, message);
    }
  }

  @SuppressWarnings("restricted")
  private String text(int errno) {
    try {
      MemorySegment text = (MemorySegment) strerror.invokeExact(errno);
      return text.reinterpret(256).getString(0);
    } catch (Throwable e) {
      return "error " + errno;
    }
  }

  private static IllegalStateException unexpected(Throwable e) {
    return new IllegalStateException("a native call could not be made", e);
  }
}
