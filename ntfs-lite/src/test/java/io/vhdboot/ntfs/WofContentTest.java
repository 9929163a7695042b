package io.vhdboot.ntfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.testing.Seed;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WofContentTest {

  private static final int LZX = 1;
  private static final int BLOB_ENTRY_SIZE = 50;
  private static final int FLAG_COMPRESSED = 4;

  /** A blob of a WIM of 32 KiB chunks is stored as an overlay file is. */
  @Test
  void readsLzxAsWimFilesHoldIt() throws Exception {
    byte[] wim = Files.readAllBytes(SharedData.data("wim/ntfs-features.wim"));
    int table = (int) LittleEndian.i64(wim, 0x38);
    int end = table + (int) LittleEndian.i64(wim, 0x40);
    int read = 0;
    for (int at = table; at < end; at += BLOB_ENTRY_SIZE) {
      long sizeAndFlags = LittleEndian.i64(wim, at);
      int position = (int) LittleEndian.i64(wim, at + 8);
      int size = (int) LittleEndian.i64(wim, at + 16);
      if ((sizeAndFlags >>> 56 & FLAG_COMPRESSED) == 0 || (sizeAndFlags >>> 56 & 2) != 0) {
        continue;
      }
      int stored = (int) (sizeAndFlags & 0xFF_FFFF_FFFF_FFFFL);
      WofContent content =
          WofContent.of(data(LZX), new ResidentContent(wim, position, stored), size, "wim");
      byte[] whole = new byte[size];
      content.read(0, ByteBuffer.wrap(whole));
      assertThat(MessageDigest.getInstance("SHA-1").digest(whole))
          .isEqualTo(Arrays.copyOfRange(wim, at + 30, at + 50));
      read += size > 32768 ? 1 : 0;
    }
    assertThat(read).isGreaterThan(2);
  }

  @ParameterizedTest
  @CsvSource({"0, 4096", "1, 32768", "2, 8192", "3, 16384"})
  void chunksThatDoNotShrinkAreStoredPlain(int algorithm, int chunkSize) throws IOException {
    SplittableRandom random = Seed.random("WofContentTest.plain");
    for (int size : new int[] {0, 1, chunkSize - 1, chunkSize, chunkSize + 1, 5 * chunkSize + 7}) {
      byte[] bytes = new byte[size];
      random.nextBytes(bytes);
      WofContent content = WofContent.of(data(algorithm), plain(bytes, chunkSize), size, "file");
      assertThat(content.size()).isEqualTo(size);
      byte[] whole = new byte[size];
      content.read(0, ByteBuffer.wrap(whole));
      assertThat(whole).isEqualTo(bytes);
      if (size > 3) {
        ByteBuffer part = ByteBuffer.allocate(size - 3);
        content.read(2, part);
        assertThat(part.array()).isEqualTo(Arrays.copyOfRange(bytes, 2, size - 1));
      }
    }
  }

  /** From 4 GiB on the table's entries have 8 bytes; here each chunk holds its number. */
  @Test
  void filesOfMoreThanFourGigabytesHaveAWiderTable() throws IOException {
    long chunks = (1L << 20) + 5;
    long tableSize = (chunks - 1) * 8;
    StreamContent stored =
        new StreamContent() {
          @Override
          public long size() {
            return tableSize + chunks * 4096;
          }

          @Override
          public void read(long position, ByteBuffer target) {
            byte[] number = new byte[8];
            while (target.hasRemaining()) {
              boolean inTable = position < tableSize;
              long value = inTable ? (position / 8 + 1) * 4096 : (position - tableSize) / 4096;
              LittleEndian.put64(number, 0, value);
              target.put(number[(int) (position % 8)]);
              position++;
            }
          }
        };
    WofContent content = WofContent.of(data(0), stored, chunks * 4096, "large");
    for (long chunk : new long[] {0, 1, 1023, 1024, 1L << 20, chunks - 1}) {
      byte[] bytes = new byte[8];
      content.read(chunk * 4096 + 16, ByteBuffer.wrap(bytes));
      assertThat(LittleEndian.i64(bytes, 0)).isEqualTo(chunk);
    }
  }

  @Test
  void bytesInAWimFileAreRefusedByName() {
    byte[] data = data(0);
    data[4] = 1;
    assertThatThrownBy(() -> WofContent.of(data, null, 1, "v: MFT record 40"))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessage(
            "v: MFT record 40: the file's bytes lie in a WIM file that backs it (WIMBoot),"
                + " which is not read");
  }

  @Test
  void whatIsNotKnownIsRefusedByName() {
    StreamContent empty = new ResidentContent(new byte[0], 0, 0);
    assertThatThrownBy(() -> WofContent.of(data(4), empty, 1, "f"))
        .isInstanceOf(UnsupportedFormatException.class)
        .hasMessageContaining("overlay compression 4");
    assertThatThrownBy(() -> WofContent.of(new byte[15], empty, 1, "f"))
        .isInstanceOf(CorruptFormatException.class);
    assertThatThrownBy(() -> WofContent.of(data(0), null, 1, "f"))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("WofCompressedData is missing");
    assertThatThrownBy(() -> WofContent.of(data(0), empty, Long.MAX_VALUE, "f"))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("does not fit");
  }

  @Test
  void damagedTablesAndChunksAreToldByTypedExceptions() throws IOException {
    SplittableRandom random = Seed.random("WofContentTest.damaged");
    int damaged = 0;
    for (int i = 0; i < Seed.cases(20_000, 2_000); i++) {
      byte[] stored = new byte[random.nextInt(20_000)];
      random.nextBytes(stored);
      for (int j = 0; j < Math.min(stored.length / 4, 12); j++) {
        LittleEndian.put32(stored, 4 * j, (j + 1) * (1 + random.nextInt(4096)));
      }
      long size = random.nextInt(40_000);
      try {
        WofContent content =
            WofContent.of(
                data(random.nextInt(4)),
                new ResidentContent(stored, 0, stored.length),
                size,
                "damaged");
        content.read(0, ByteBuffer.allocate((int) size));
      } catch (DiskFormatException e) {
        damaged++;
      }
    }
    assertThat(damaged).isGreaterThan(1_000);
  }

  private static byte[] data(int algorithm) {
    byte[] data = new byte[16];
    LittleEndian.put32(data, 0, 1);
    LittleEndian.put32(data, 4, 2);
    LittleEndian.put32(data, 8, 1);
    LittleEndian.put32(data, 12, algorithm);
    return data;
  }

  private static StreamContent plain(byte[] bytes, int chunkSize) {
    int chunks = (bytes.length + chunkSize - 1) / chunkSize;
    int table = Math.max(chunks - 1, 0) * 4;
    byte[] stored = new byte[table + bytes.length];
    for (int i = 0; i < chunks - 1; i++) {
      LittleEndian.put32(stored, 4 * i, (i + 1) * chunkSize);
    }
    System.arraycopy(bytes, 0, stored, table, bytes.length);
    return new ResidentContent(stored, 0, stored.length);
  }
}
