package io.vhdboot.benchmarks;

import io.vhdboot.compression.Compressor;
import io.vhdboot.compression.Decompressor;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;

/**
 * One measurement of our codecs for {@code codecs.sh}, which runs libwim's on the same chunks
 * beside it. Prints megabytes per second of processor time, and for encoding the length.
 */
public final class CodecRun {

  /** Seconds of work before the measurement, for the compiler. */
  private static final double WARM_UP = 3;

  private CodecRun() {}

  /** Runs {@code decode FILE} or {@code encode FILE}. */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 2 || !arguments[0].matches("decode|encode")) {
      System.err.println("usage: CodecRun decode|encode FILE");
      System.exit(2);
    }
    ChunkFile file = ChunkFile.read(Path.of(arguments[1]));
    boolean isDecoding = arguments[0].equals("decode");
    List<byte[]> decoded = isDecoding ? List.of() : file.decoded();
    double begin = processorTime();
    while (processorTime() - begin < WARM_UP) {
      run(file, decoded);
    }
    begin = processorTime();
    long length = run(file, decoded);
    double seconds = processorTime() - begin;
    System.out.printf("%.1f %d%n", file.decodedLength() / 1e6 / seconds, length);
  }

  private static long run(ChunkFile file, List<byte[]> decoded) throws IOException {
    return decoded.isEmpty() ? decode(file) : encode(file, decoded);
  }

  private static long decode(ChunkFile file) throws IOException {
    Decompressor decompressor = file.codec().decompressor(file.chunkSize());
    byte[] output = new byte[file.chunkSize()];
    long length = 0;
    for (ChunkFile.Chunk chunk : file.chunks()) {
      byte[] encoded = chunk.encoded();
      decompressor.decompress(encoded, 0, encoded.length, output, 0, chunk.decodedLength());
      length += chunk.decodedLength();
    }
    return length;
  }

  private static long encode(ChunkFile file, List<byte[]> decoded) {
    Compressor compressor = file.codec().compressor(file.chunkSize());
    byte[] output = new byte[file.chunkSize()];
    long length = 0;
    for (byte[] chunk : decoded) {
      int encoded = compressor.compress(chunk, 0, chunk.length, output, 0, chunk.length - 1);
      length += encoded == Compressor.DOES_NOT_FIT ? chunk.length : encoded;
    }
    return length;
  }

  private static double processorTime() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1e9;
  }
}
