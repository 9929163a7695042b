package io.vhdboot.benchmarks;

import io.vhdboot.compression.Compressor;
import io.vhdboot.compression.Decompressor;
import io.vhdboot.compression.MalformedChunkException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How fast chunks are decoded and encoded on one core. {@code -p chunks=FILE} takes the chunks of a
 * file that {@code codecs.sh} has made, instead of the generated ones.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class CodecBenchmark {

  /** The codec; a file of chunks has its own and goes before this. */
  @Param({"XPRESS", "LZX", "LZMS"})
  public Codec codec;

  /** A file of chunks, or nothing. */
  @Param("")
  public String chunks;

  private ChunkFile file;
  private List<byte[]> decoded;
  private Decompressor decompressor;
  private Compressor compressor;
  private byte[] buffer;
  private int next;

  /** Decoded megabytes, which the results are given in beside the chunks. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Volume {

    /** Decoded megabytes. */
    public double megabytes;

    /** Starts an iteration. */
    @Setup(Level.Iteration)
    public void clear() {
      megabytes = 0;
    }
  }

  /** Takes the chunks into memory. */
  @Setup
  public void prepare() throws IOException {
    file = chunks.isEmpty() ? ChunkFile.generated(codec) : ChunkFile.read(Path.of(chunks));
    decoded = file.decoded();
    decompressor = file.codec().decompressor(file.chunkSize());
    compressor = file.codec().compressor(file.chunkSize());
    buffer = new byte[file.chunkSize()];
  }

  /** Decodes a chunk. */
  @Benchmark
  public byte[] decode(Volume volume) throws MalformedChunkException {
    ChunkFile.Chunk chunk = file.chunks().get(nextChunk());
    int length = chunk.decodedLength();
    decompressor.decompress(chunk.encoded(), 0, chunk.encoded().length, buffer, 0, length);
    volume.megabytes += length / 1e6;
    return buffer;
  }

  /** Encodes a chunk. */
  @Benchmark
  public int encode(Volume volume) {
    byte[] chunk = decoded.get(nextChunk());
    volume.megabytes += chunk.length / 1e6;
    return compressor.compress(chunk, 0, chunk.length, buffer, 0, chunk.length - 1);
  }

  private int nextChunk() {
    int chunk = next;
    next = chunk + 1 == decoded.size() ? 0 : chunk + 1;
    return chunk;
  }
}
