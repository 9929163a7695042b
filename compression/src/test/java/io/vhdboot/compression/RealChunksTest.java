package io.vhdboot.compression;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Decodes every chunk of real WIM files and compares the blobs' hashes. */
class RealChunksTest {

  private static final int XPRESS = 0x20000;
  private static final int LZX = 0x40000;
  private static final int COMPRESSED = 4;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "BootLZX.wim",
        "LZX.wim",
        "XPRESS.wim",
        "MultiImage.wim",
        "ntfs-features.wim",
        "ntfs-features-xpress.wim"
      })
  void blobsHaveTheirHashes(String name) throws IOException, NoSuchAlgorithmException {
    ByteBuffer wim =
        ByteBuffer.wrap(Files.readAllBytes(SharedData.data("wim/" + name)))
            .order(ByteOrder.LITTLE_ENDIAN);
    int flags = wim.getInt(0x10);
    int chunkSize = wim.getInt(0x14);
    Decompressor decompressor =
        (flags & XPRESS) != 0 ? new XpressDecompressor() : new LzxDecompressor(chunkSize);
    assertThat(flags & (XPRESS | LZX)).isNotZero();
    int table = (int) wim.getLong(0x38);
    int tableSize = (int) wim.getLong(0x40);
    int compared = 0;
    for (int entry = table; entry < table + tableSize; entry += 50) {
      byte[] hash = Arrays.copyOfRange(wim.array(), entry + 30, entry + 50);
      if ((wim.get(entry + 7) & COMPRESSED) != 0 && !Arrays.equals(hash, new byte[20])) {
        byte[] blob = decode(wim, entry, chunkSize, decompressor);
        assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(blob)))
            .isEqualTo(HexFormat.of().formatHex(hash));
        compared++;
      }
    }
    assertThat(compared).isPositive();
  }

  private static byte[] decode(ByteBuffer wim, int entry, int chunkSize, Decompressor decompressor)
      throws IOException {
    long stored = wim.getLong(entry) & 0xFF_FFFF_FFFF_FFFFL;
    int position = (int) wim.getLong(entry + 8);
    byte[] blob = new byte[Math.toIntExact(wim.getLong(entry + 16))];
    int chunks = (blob.length + chunkSize - 1) / chunkSize;
    int first = position + 4 * (chunks - 1);
    for (int i = 0; i < chunks; i++) {
      int from = first + (i == 0 ? 0 : wim.getInt(position + 4 * (i - 1)));
      int to = i == chunks - 1 ? position + (int) stored : first + wim.getInt(position + 4 * i);
      int length = Math.min(chunkSize, blob.length - i * chunkSize);
      if (to - from == length) {
        System.arraycopy(wim.array(), from, blob, i * chunkSize, length);
      } else {
        decompressor.decompress(wim.array(), from, to - from, blob, i * chunkSize, length);
      }
    }
    return blob;
  }
}
