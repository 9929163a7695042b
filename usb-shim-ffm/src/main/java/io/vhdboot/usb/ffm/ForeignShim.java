package io.vhdboot.usb.ffm;

import io.vhdboot.usb.NativeShim;
import java.io.Closeable;
import java.io.IOException;
import java.util.Locale;
import java.util.OptionalLong;

/** Native calls of the system that this runs on: of Linux or Windows; others have none. */
public final class ForeignShim implements NativeShim {

  private final NativeShim calls;
  private final String obstacle;

  /** Finds the functions that it needs; where that fails, {@link #obstacle} says why. */
  public ForeignShim() {
    NativeShim found = null;
    String reason = "";
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    try {
      if (system.startsWith("linux")) {
        found = new LinuxCalls();
      } else if (system.startsWith("windows")) {
        found = new WindowsCalls();
      } else {
        reason = "there are no native calls for " + system;
      }
    } catch (IllegalCallerException e) {
      reason = "start java with --enable-native-access=ALL-UNNAMED or io.vhdboot.usb.ffm: " + e;
    } catch (RuntimeException | LinkageError e) {
      reason = "the system's functions were not found: " + e;
    }
    calls = found;
    obstacle = reason;
  }

  @Override
  public String obstacle() {
    return obstacle;
  }

  private NativeShim calls() throws IOException {
    if (calls == null) {
      throw new IOException(obstacle);
    }
    return calls;
  }

  @Override
  public Closeable hold(String disk) throws IOException {
    return calls().hold(disk);
  }

  @Override
  public void dismount(String place) throws IOException {
    calls().dismount(place);
  }

  @Override
  public OptionalLong size(String disk) throws IOException {
    return calls().size(disk);
  }

  @Override
  public void rereadTable(String disk) throws IOException {
    calls().rereadTable(disk);
  }
}
