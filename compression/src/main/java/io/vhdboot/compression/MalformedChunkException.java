package io.vhdboot.compression;

import java.io.IOException;

/** Says that a chunk is not of the format that it is to be decoded from. */
public class MalformedChunkException extends IOException {

  private static final long serialVersionUID = 1L;

  /** Creates an exception that says what was found and what was expected. */
  public MalformedChunkException(String problem) {
    super(problem);
  }
}
