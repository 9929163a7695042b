package io.vhdboot.disk;

import java.io.IOException;

/** Says that a volume, disk or file has too little room for what shall be put there. */
public class NoSpaceException extends IOException {

  private static final long serialVersionUID = 1L;

  private final long needed;
  private final long available;

  /**
   * Creates an exception with both figures.
   *
   * @param what what has too little room
   * @param needed bytes that are needed at least
   * @param available bytes that there are
   */
  public NoSpaceException(String what, long needed, long available) {
    super(what + " needs " + needed + " bytes but has " + available);
    this.needed = needed;
    this.available = available;
  }

  /** Bytes needed at least. */
  public long needed() {
    return needed;
  }

  /** Bytes available. */
  public long available() {
    return available;
  }
}
