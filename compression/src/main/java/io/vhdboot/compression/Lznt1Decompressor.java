package io.vhdboot.compression;

import java.util.Arrays;
import java.util.Objects;

/**
 * Decodes LZNT1, by which NTFS compresses files: a compression unit, as a rule of 16 clusters, is a
 * sequence of chunks that decode to 4096 bytes each. The unit may end before the decoded length is
 * reached; the rest is zero, and so is the rest of a chunk that is short.
 *
 * <pre>
 * 0  2  bits 0-11: size of the chunk with this header, less 3; bits 12-14: 3; bit 15: compressed.
 *       0 ends the unit
 * 2     the 4096 bytes, or groups of a byte and 8 items, one for each bit from the lowest up:
 *       0 a literal byte, 1 a match of 2 bytes
 * </pre>
 *
 * A match's bytes hold offset - 1 in the upper bits and length - 3 in the lower ones. The offset
 * takes as many bits as the position within the chunk needs, at least 4.
 *
 * <p>Source: [MS-XCA] 2.5.
 */
public final class Lznt1Decompressor implements Decompressor {

  /** The most bytes that a chunk decodes to. */
  static final int CHUNK_SIZE = 4096;

  static final int HEADER_SIZE = 2;
  private static final int SIZE_MASK = 0xFFF;
  private static final int SIGNATURE_MASK = 0x7000;
  static final int SIGNATURE = 0x3000;
  static final int COMPRESSED = 0x8000;
  static final int FEWEST_OFFSET_BITS = 4;
  static final int SHORTEST_MATCH = 3;

  /** Creates a decoder. */
  public Lznt1Decompressor() {}

  @Override
  public void decompress(
      byte[] input,
      int inputOffset,
      int inputLength,
      byte[] output,
      int outputOffset,
      int outputLength)
      throws MalformedChunkException {
    Objects.checkFromIndexSize(inputOffset, inputLength, input.length);
    Objects.checkFromIndexSize(outputOffset, outputLength, output.length);
    int next = inputOffset;
    int inputEnd = inputOffset + inputLength;
    int at = outputOffset;
    int outputEnd = outputOffset + outputLength;
    while (at < outputEnd && inputEnd - next >= HEADER_SIZE) {
      int header = u16(input, next);
      if (header == 0) {
        break;
      }
      if ((header & SIGNATURE_MASK) != SIGNATURE) {
        throw new MalformedChunkException(
            String.format("an LZNT1 chunk cannot begin with %04xh", header));
      }
      int chunkEnd = next + (header & SIZE_MASK) + HEADER_SIZE + 1;
      if (chunkEnd > inputEnd) {
        throw new MalformedChunkException("an LZNT1 chunk reaches behind its unit");
      }
      int limit = Math.min(outputEnd, at + CHUNK_SIZE);
      int reached =
          (header & COMPRESSED) != 0
              ? decodeChunk(input, next + HEADER_SIZE, chunkEnd, output, at, limit)
              : copyChunk(input, next + HEADER_SIZE, chunkEnd, output, at, limit);
      Arrays.fill(output, reached, limit, (byte) 0);
      at = limit;
      next = chunkEnd;
    }
    Arrays.fill(output, at, outputEnd, (byte) 0);
  }

  private static int copyChunk(
      byte[] input, int from, int inputEnd, byte[] output, int start, int end)
      throws MalformedChunkException {
    int length = inputEnd - from;
    if (length > end - start) {
      throw tooLong();
    }
    System.arraycopy(input, from, output, start, length);
    return start + length;
  }

  private static int decodeChunk(
      byte[] input, int from, int inputEnd, byte[] output, int start, int end)
      throws MalformedChunkException {
    int next = from;
    int at = start;
    int offsetBits = FEWEST_OFFSET_BITS;
    while (next < inputEnd) {
      // A 1 above the eight items tells when they are used up.
      int items = input[next++] & 0xFF | 0x100;
      for (; items > 1 && next < inputEnd; items >>= 1) {
        if ((items & 1) == 0) {
          if (at == end) {
            throw tooLong();
          }
          output[at++] = input[next++];
          continue;
        }
        if (inputEnd - next < 2) {
          throw new MalformedChunkException("an LZNT1 chunk ends within a match");
        }
        while (at - start > 1 << offsetBits) {
          offsetBits++;
        }
        int match = u16(input, next);
        next += 2;
        int lengthBits = 16 - offsetBits;
        int offset = (match >>> lengthBits) + 1;
        int length = (match & (1 << lengthBits) - 1) + SHORTEST_MATCH;
        if (offset > at - start) {
          throw new MalformedChunkException("an LZNT1 match reaches before its chunk");
        }
        if (length > end - at) {
          throw tooLong();
        }
        if (length < end - at - MatchCopy.SLACK) {
          MatchCopy.wide(output, at, offset, length);
        } else {
          MatchCopy.exact(output, at, offset, length);
        }
        at += length;
      }
    }
    return at;
  }

  private static int u16(byte[] bytes, int offset) {
    return bytes[offset] & 0xFF | (bytes[offset + 1] & 0xFF) << 8;
  }

  private static MalformedChunkException tooLong() {
    return new MalformedChunkException("an LZNT1 chunk decodes to more than there is room for");
  }
}
