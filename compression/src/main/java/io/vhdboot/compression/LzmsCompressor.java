package io.vhdboot.compression;

import java.util.Arrays;
import java.util.Objects;

/**
 * Encodes LZMS, the format of .esd files, in chunks of up to 1 GiB. The format stands at {@code
 * LzmsFormat}.
 *
 * <p>An instance for chunks of 64 MiB or more takes a copy of the chunk and about 150 MiB of
 * tables, however long the chunk; one for 128 KiB takes 6 MiB in all.
 */
public final class LzmsCompressor implements Compressor {

  private final byte[] chunk;
  private final LzmsX86Filter filter = new LzmsX86Filter();
  private final LzmsPrices prices = new LzmsPrices();
  private final LzmsItemWriter writer = new LzmsItemWriter(prices);
  private final LzmsParser parser;

  /**
   * Creates an encoder.
   *
   * @param largestChunk the most bytes that a chunk may have: from 1 to 1 GiB
   */
  public LzmsCompressor(int largestChunk) {
    if (largestChunk < 1 || largestChunk > LzmsFormat.LARGEST_CHUNK) {
      throw new IllegalArgumentException(
          "largestChunk (" + largestChunk + ") must be from 1 to " + LzmsFormat.LARGEST_CHUNK);
    }
    chunk = new byte[largestChunk + HashLadder.PADDING];
    parser = new LzmsParser(largestChunk, prices, writer);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException when the chunk is longer than the largest
   */
  @Override
  public int compress(
      byte[] input,
      int inputOffset,
      int inputLength,
      byte[] output,
      int outputOffset,
      int outputLimit) {
    Objects.checkFromIndexSize(inputOffset, inputLength, input.length);
    Objects.checkFromIndexSize(outputOffset, outputLimit, output.length);
    int largest = chunk.length - HashLadder.PADDING;
    if (inputLength > largest) {
      throw new IllegalArgumentException(
          "inputLength (" + inputLength + ") must be at most the largest chunk's " + largest);
    }
    if (inputLength == 0) {
      return DOES_NOT_FIT;
    }
    System.arraycopy(input, inputOffset, chunk, 0, inputLength);
    Arrays.fill(chunk, inputLength, inputLength + HashLadder.PADDING, (byte) 0);
    filter.apply(chunk, 0, inputLength);
    LzmsOutput units = new LzmsOutput(output, outputOffset, outputLimit);
    prices.begin(inputLength);
    writer.begin(units);
    parser.write(chunk, inputLength);
    int length = writer.end();
    return units.isFull() ? DOES_NOT_FIT : length;
  }
}
