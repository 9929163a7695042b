package io.vhdboot.compression;

/**
 * Encodes chunks, each on its own. An instance keeps its tables from chunk to chunk and hence must
 * not be used by two threads at the same time. The same input always gives the same output.
 */
public interface Compressor {

  /** What {@link #compress} returns when the encoded chunk would not fit. */
  int DOES_NOT_FIT = -1;

  /**
   * Encodes one chunk.
   *
   * @param input holds the chunk
   * @param inputOffset where the chunk begins
   * @param inputLength its length in bytes
   * @param output receives the encoded chunk; nothing outside the given range is touched
   * @param outputOffset where the encoded chunk shall begin
   * @param outputLimit the most bytes that it may take; {@code inputLength - 1} where a chunk that
   *     does not shrink is stored as it is
   * @return the encoded length, or {@link #DOES_NOT_FIT}
   * @throws IndexOutOfBoundsException when a range is not within its array
   */
  int compress(
      byte[] input,
      int inputOffset,
      int inputLength,
      byte[] output,
      int outputOffset,
      int outputLimit);
}
