package io.vhdboot.compression;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;

/** Encodes into the middle of an array whose other bytes must stay as they are. */
final class Encoding {

  private static final byte GUARD = (byte) 0x5A;

  private Encoding() {}

  /** The encoded chunk, or null where it does not shrink. */
  static byte[] of(Compressor compressor, byte[] chunk) {
    return of(compressor, chunk, chunk.length - 1);
  }

  /** The encoded chunk, or null where it takes more than the limit. */
  static byte[] of(Compressor compressor, byte[] chunk, int limit) {
    int inputOffset = 3 + (chunk.length & 7);
    byte[] input = new byte[inputOffset + chunk.length + 5];
    // What stands beside the chunk looks like it, so that a match beyond the border is tempting.
    Arrays.fill(input, chunk[chunk.length - 1]);
    System.arraycopy(chunk, 0, input, inputOffset, chunk.length);
    byte[] inputBefore = input.clone();
    byte[] output = new byte[limit + 24];
    Arrays.fill(output, GUARD);
    int length = compressor.compress(input, inputOffset, chunk.length, output, 11, limit);
    assertThat(input).isEqualTo(inputBefore);
    for (int i = 0; i < output.length; i++) {
      if (i < 11 || i >= 11 + limit) {
        assertThat(output[i]).as("byte %d outside of the output's range", i).isEqualTo(GUARD);
      }
    }
    if (length == Compressor.DOES_NOT_FIT) {
      return null;
    }
    assertThat(length).isPositive().isLessThanOrEqualTo(limit);
    return Arrays.copyOfRange(output, 11, 11 + length);
  }

  /**
   * Encodes all chunks, checks that our decoder and libwim both give them back, and that what fits
   * exactly is refused with a byte less.
   *
   * @return the length of what shrank, as encoded by us and by libwim
   */
  static long[] roundTrip(
      Compressor compressor,
      Decompressor decompressor,
      Libwim judge,
      int chunkSize,
      List<byte[]> chunks)
      throws MalformedChunkException {
    List<byte[]> encoded = chunks.stream().map(chunk -> of(compressor, chunk)).toList();
    List<byte[]> shrunk = encoded.stream().filter(chunk -> chunk != null).toList();
    List<byte[]> originals =
        java.util.stream.IntStream.range(0, chunks.size())
            .filter(i -> encoded.get(i) != null)
            .mapToObj(chunks::get)
            .toList();
    assertThat(shrunk).hasSizeGreaterThan(60);
    for (int i = 0; i < shrunk.size(); i++) {
      byte[] original = originals.get(i);
      assertThat(Decoding.of(decompressor, shrunk.get(i), original.length)).isEqualTo(original);
      if (i % 8 == 0) {
        int length = shrunk.get(i).length;
        assertThat(of(compressor, original, length)).isEqualTo(shrunk.get(i));
        assertThat(of(compressor, original, length - 1)).isNull();
      }
    }
    List<byte[]> judged = judge.decompress(chunkSize, shrunk, originals);
    for (int i = 0; i < shrunk.size(); i++) {
      assertThat(judged.get(i)).isEqualTo(originals.get(i));
    }
    List<byte[]> theirs = judge.compress(chunkSize, chunks);
    long[] sums = new long[2];
    for (int i = 0; i < chunks.size(); i++) {
      sums[0] += encoded.get(i) == null ? chunks.get(i).length : encoded.get(i).length;
      sums[1] += theirs.get(i) == null ? chunks.get(i).length : theirs.get(i).length;
    }
    return sums;
  }
}
