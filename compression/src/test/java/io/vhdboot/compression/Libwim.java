package io.vhdboot.compression;

import io.vhdboot.testing.ExternalTool;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The library of wimlib-imagex, which encodes and decodes chunks as our judge; skips or fails the
 * running test where it is missing. Called through the script {@code libwim.py}.
 */
enum Libwim {
  XPRESS(1),
  LZX(2),
  LZMS(3);

  private static final int REFUSED = -1;

  private final int type;

  Libwim(int type) {
    this.type = type;
  }

  /** The encoded chunks; null where one does not shrink. */
  List<byte[]> compress(int chunkSize, List<byte[]> chunks) {
    return run("compress", chunkSize, chunks, chunks);
  }

  /** The decoded chunks, each as long as its original; null where libwim refuses one. */
  List<byte[]> decompress(int chunkSize, List<byte[]> encoded, List<byte[]> originals) {
    return run("decompress", chunkSize, encoded, originals);
  }

  private List<byte[]> run(String verb, int chunkSize, List<byte[]> data, List<byte[]> originals) {
    ExternalTool.named("wimlib-imagex");
    Path folder = null;
    try {
      folder = Files.createTempDirectory("vhdboot-libwim");
      Path in = folder.resolve("in");
      Path out = folder.resolve("out");
      write(in, data, originals);
      Path script = Path.of(Libwim.class.getResource("/libwim.py").toURI());
      ExternalTool.script("python3", script).output(verb, type, chunkSize, in, out);
      return read(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    } finally {
      if (folder != null) {
        folder.resolve("in").toFile().delete();
        folder.resolve("out").toFile().delete();
        folder.toFile().delete();
      }
    }
  }

  private static void write(Path file, List<byte[]> data, List<byte[]> originals)
      throws IOException {
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      for (int i = 0; i < data.size(); i++) {
        out.writeInt(Integer.reverseBytes(originals.get(i).length));
        out.writeInt(Integer.reverseBytes(data.get(i).length));
        out.write(data.get(i));
      }
    }
  }

  private static List<byte[]> read(Path file) throws IOException {
    List<byte[]> chunks = new ArrayList<>();
    try (InputStream in = Files.newInputStream(file)) {
      ByteBuffer all = ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
      while (all.hasRemaining()) {
        int length = all.getInt();
        byte[] chunk = length == REFUSED ? null : new byte[length];
        if (chunk != null) {
          all.get(chunk);
        }
        chunks.add(chunk);
      }
    }
    return chunks;
  }
}
