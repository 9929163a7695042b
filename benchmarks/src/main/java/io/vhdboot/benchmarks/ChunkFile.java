package io.vhdboot.benchmarks;

import io.vhdboot.compression.Compressor;
import io.vhdboot.compression.MalformedChunkException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Encoded chunks, as {@code libwim-codec.c} writes them, all numbers little-endian:
 *
 * <pre>
 * 0  4  codec: 1 XPRESS, 2 LZX, 3 LZMS
 * 4  4  chunk size
 * 8     for each chunk: 4 bytes decoded length, 4 bytes length, the encoded bytes
 * </pre>
 *
 * @param codec the codec
 * @param chunkSize the chunk size
 * @param chunks the chunks
 */
record ChunkFile(Codec codec, int chunkSize, List<Chunk> chunks) {

  private static final int DEFAULT_CHUNK_SIZE = 32768;
  private static final int GENERATED_CHUNKS = 256;

  /**
   * An encoded chunk.
   *
   * @param encoded its bytes
   * @param decodedLength what they decode to
   */
  record Chunk(byte[] encoded, int decodedLength) {}

  /** Reads a file. */
  static ChunkFile read(Path file) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      Codec codec = Codec.of(Integer.reverseBytes(in.readInt()));
      int chunkSize = Integer.reverseBytes(in.readInt());
      List<Chunk> chunks = new ArrayList<>();
      byte[] header = new byte[4];
      while (in.readNBytes(header, 0, 4) == 4) {
        int decodedLength = number(header);
        byte[] encoded = new byte[Integer.reverseBytes(in.readInt())];
        in.readFully(encoded);
        chunks.add(new Chunk(encoded, decodedLength));
      }
      return new ChunkFile(codec, chunkSize, chunks);
    }
  }

  /**
   * Chunks without a file: random words and repetitions from a fixed seed, encoded by ourselves.
   */
  static ChunkFile generated(Codec codec) {
    SplittableRandom random = new SplittableRandom(1);
    Compressor compressor = codec.compressor(DEFAULT_CHUNK_SIZE);
    List<Chunk> chunks = new ArrayList<>();
    byte[] chunk = new byte[DEFAULT_CHUNK_SIZE];
    byte[] encoded = new byte[DEFAULT_CHUNK_SIZE];
    for (int i = 0; i < GENERATED_CHUNKS; i++) {
      generate(chunk, random);
      int length = compressor.compress(chunk, 0, chunk.length, encoded, 0, chunk.length - 1);
      chunks.add(new Chunk(Arrays.copyOf(encoded, length), chunk.length));
    }
    return new ChunkFile(codec, DEFAULT_CHUNK_SIZE, chunks);
  }

  /** About as compressible as programs are, with a literal or two between the matches. */
  private static void generate(byte[] chunk, SplittableRandom random) {
    int at = 0;
    while (at < chunk.length) {
      int most = chunk.length - at;
      if (at > 0 && random.nextInt(3) != 0) {
        int distance = 1 + random.nextInt(1 + random.nextInt(at));
        int length = Math.min(most, 3 + random.nextInt(1 + random.nextInt(30)));
        for (int end = at + length; at < end; at++) {
          chunk[at] = chunk[at - distance];
        }
      } else {
        int length = Math.min(most, 1 + random.nextInt(4));
        for (int end = at + length; at < end; at++) {
          // The smaller bytes are the more frequent ones.
          chunk[at] = (byte) random.nextInt(1 + random.nextInt(256));
        }
      }
    }
  }

  /** The decoded chunks. */
  List<byte[]> decoded() {
    var decompressor = codec.decompressor(chunkSize);
    return chunks.stream()
        .map(
            chunk -> {
              byte[] decoded = new byte[chunk.decodedLength()];
              try {
                decompressor.decompress(
                    chunk.encoded(), 0, chunk.encoded().length, decoded, 0, decoded.length);
              } catch (MalformedChunkException e) {
                throw new UncheckedIOException(e);
              }
              return decoded;
            })
        .toList();
  }

  /** What all chunks decode to, in bytes. */
  long decodedLength() {
    return chunks.stream().mapToLong(Chunk::decodedLength).sum();
  }

  /** What all chunks take, in bytes. */
  long encodedLength() {
    return chunks.stream().mapToLong(chunk -> chunk.encoded().length).sum();
  }

  private static int number(byte[] bytes) {
    return bytes[0] & 0xFF | (bytes[1] & 0xFF) << 8 | (bytes[2] & 0xFF) << 16 | bytes[3] << 24;
  }
}
