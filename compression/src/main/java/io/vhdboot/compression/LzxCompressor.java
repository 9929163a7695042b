package io.vhdboot.compression;

import java.util.Arrays;
import java.util.Objects;

/**
 * Encodes LZX as WIM files hold it. The format stands at {@code LzxFormat}. A chunk is encoded in
 * sections of up to 32 KiB. A draft of each shows where its content changes, so that it becomes
 * several blocks, and what symbols would cost; with these prices the cheapest division of each
 * block into literals and matches is found.
 */
public final class LzxCompressor implements Compressor {

  private final int windowSize;
  private final byte[] chunk;
  private final LzxParser parser;
  private final LzxCodes codes;
  private final LzxCosts prices;
  private final LzxSplitter splitter;
  private final LzxBlockWriter writer;
  private final int[] draft = new int[LzxParser.LARGEST_SECTION];
  private final int[] items = new int[LzxParser.LARGEST_SECTION];

  /**
   * Creates an encoder.
   *
   * @param windowSize the chunk size of the file, which the codes depend on even where a chunk is
   *     shorter: a power of two from 32 KiB to 2 MiB
   */
  public LzxCompressor(int windowSize) {
    this.windowSize = LzxFormat.checkWindow(windowSize);
    chunk = new byte[windowSize + HashLadder.PADDING];
    parser = new LzxParser(windowSize);
    codes = new LzxCodes(windowSize);
    prices = new LzxCosts(windowSize);
    splitter = new LzxSplitter(windowSize);
    writer = new LzxBlockWriter(windowSize);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException when the chunk is longer than the window
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
    if (inputLength > windowSize) {
      throw new IllegalArgumentException(
          "inputLength (" + inputLength + ") must be at most the window's " + windowSize);
    }
    if (inputLength == 0) {
      return DOES_NOT_FIT;
    }
    System.arraycopy(input, inputOffset, chunk, 0, inputLength);
    Arrays.fill(chunk, inputLength, inputLength + HashLadder.PADDING, (byte) 0);
    E8Filter.apply(chunk, 0, inputLength);
    LzxBitWriter bits = new LzxBitWriter(output, outputOffset, outputOffset + outputLimit);
    writer.begin(bits);
    parser.begin(chunk, inputLength);
    for (int at = 0; at < inputLength && !bits.isFull(); at += LzxParser.LARGEST_SECTION) {
      encodeSection(at, Math.min(LzxParser.LARGEST_SECTION, inputLength - at));
    }
    int end = bits.end();
    return bits.isFull() ? DOES_NOT_FIT : end - outputOffset;
  }

  private void encodeSection(int start, int length) {
    parser.findMatches(start, length);
    int draftCount = parser.draft(draft);
    int blocks = splitter.split(draft, draftCount, length);
    for (int block = 0; block < blocks; block++) {
      codes.clear();
      codes.count(draft, splitter.firstItem(block), splitter.firstItem(block + 1));
      int from = splitter.position(block);
      int to = splitter.position(block + 1);
      int itemCount = parser.cheapest(price(), from, to, items);
      codes.clear();
      codes.count(items, 0, itemCount);
      codes.build();
      writer.write(codes, items, itemCount, to - from);
    }
    parser.carryOver();
  }

  private LzxCosts price() {
    codes.build();
    prices.take(codes);
    return prices;
  }
}
