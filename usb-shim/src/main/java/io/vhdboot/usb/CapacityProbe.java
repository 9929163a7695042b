package io.vhdboot.usb;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Looks whether a disk has the room that it claims: writes different bytes to some 64 places all
 * over it, reads them back from the medium, and puts back what was there.
 *
 * <p>A disk whose upper part is not there loses what is written to it, or has it land further down.
 * The places lie so that wherever the addresses of such a disk are cut off, at a power of two or
 * one and a half of it, two of them are one. What this does not find, reading back all that was
 * written does.
 */
final class CapacityProbe {

  private static final int PROBE = 4096;
  private static final long BASE = 1 << 20;
  private static final int SPREAD = 24;

  private final PatientDevice device;
  private final long size;

  CapacityProbe(PatientDevice device) {
    this.device = device;
    this.size = device.device().size();
  }

  /**
   * Does it.
   *
   * @throws FakeCapacityException when a place does not keep what is written to it
   */
  void run() throws IOException {
    Map<Long, ByteBuffer> before = new TreeMap<>();
    for (long place : places()) {
      ByteBuffer content = ByteBuffer.allocateDirect(PROBE);
      device.readMedium(place, content);
      before.put(place, content);
    }
    try {
      requireKept(new SplittableRandom().nextLong(), before.keySet());
    } finally {
      for (Map.Entry<Long, ByteBuffer> content : before.entrySet()) {
        device.write(content.getKey(), content.getValue());
      }
      device.flush();
    }
  }

  private void requireKept(long seed, Iterable<Long> places) throws IOException {
    for (long place : places) {
      device.write(place, mark(seed, place));
    }
    device.flush();
    ByteBuffer found = ByteBuffer.allocateDirect(PROBE);
    for (long place : places) {
      device.readMedium(place, found);
      if (!found.equals(mark(seed, place))) {
        throw new FakeCapacityException(device.device().disk(), place);
      }
    }
  }

  /** Where to look, in ascending order, none overlapping another. */
  Iterable<Long> places() {
    TreeMap<Long, Boolean> places = new TreeMap<>();
    long last = (size - PROBE) / PROBE * PROBE;
    for (int i = 1; i <= SPREAD; i++) {
      places.put(last / PROBE * i / SPREAD * PROBE, true);
    }
    places.put(BASE, true);
    for (long reach = BASE; reach <= last; reach <<= 1) {
      places.put(BASE + reach, true);
      places.put(BASE + reach / 2 * 3, true);
    }
    return places.headMap(Math.max(last, 0), true).keySet();
  }

  private static ByteBuffer mark(long seed, long place) {
    byte[] bytes = new byte[PROBE];
    new SplittableRandom(seed ^ place).nextBytes(bytes);
    return ByteBuffer.wrap(bytes);
  }
}
