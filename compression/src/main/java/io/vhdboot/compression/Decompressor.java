package io.vhdboot.compression;

/**
 * Decodes chunks, each on its own. An instance keeps its tables from chunk to chunk and hence must
 * not be used by two threads at the same time.
 */
public interface Decompressor {

  /**
   * Decodes one chunk, whose decoded length is known.
   *
   * @param input holds the encoded chunk
   * @param inputOffset where the encoded chunk begins
   * @param inputLength its length in bytes
   * @param output receives the decoded chunk; nothing outside the given range is touched
   * @param outputOffset where the decoded chunk shall begin
   * @param outputLength the decoded length in bytes
   * @throws MalformedChunkException when the chunk is not of this format; the output range then
   *     holds anything
   * @throws IndexOutOfBoundsException when a range is not within its array
   */
  void decompress(
      byte[] input,
      int inputOffset,
      int inputLength,
      byte[] output,
      int outputOffset,
      int outputLength)
      throws MalformedChunkException;
}
