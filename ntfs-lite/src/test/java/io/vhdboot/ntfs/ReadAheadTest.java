package io.vhdboot.ntfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.CorruptFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadAheadTest {

  private static final int PIECE = 4096;

  @Test
  void shortContentIsReadOnce() throws IOException {
    Recorded content = new Recorded(5 * PIECE, Long.MAX_VALUE);
    ReadAhead ahead = new ReadAhead(content);
    for (int i : new int[] {3, 0, 1, 4, 2, 3}) {
      assertPiece(ahead, i);
    }
    assertThat(content.reads).containsExactly("0+20480");
  }

  @Test
  void whatIsReadInOrderComesInLargerReads() throws IOException {
    Recorded content = new Recorded(20 * PIECE, Long.MAX_VALUE);
    ReadAhead ahead = new ReadAhead(content);
    for (int i = 0; i < 20; i++) {
      assertPiece(ahead, i);
    }
    assertThat(content.reads).containsExactly("0+32768", "32768+32768", "65536+16384");
  }

  @Test
  void whatIsReadHereAndThereIsReadAsItIsAskedFor() throws IOException {
    Recorded content = new Recorded(20 * PIECE, Long.MAX_VALUE);
    ReadAhead ahead = new ReadAhead(content);
    for (int i : new int[] {13, 3, 19, 5}) {
      assertPiece(ahead, i);
    }
    assertThat(content.reads)
        .containsExactly("53248+4096", "12288+4096", "77824+4096", "20480+4096");
  }

  @Test
  void whatStandsBeforeDamageIsRead() throws IOException {
    Recorded content = new Recorded(5 * PIECE, 3 * PIECE);
    ReadAhead ahead = new ReadAhead(content);
    assertPiece(ahead, 0);
    assertPiece(ahead, 2);
    assertThatThrownBy(() -> assertPiece(ahead, 3)).isInstanceOf(CorruptFormatException.class);
  }

  private static void assertPiece(ReadAhead ahead, int index) throws IOException {
    ByteBuffer piece = ByteBuffer.allocate(PIECE);
    ahead.read((long) index * PIECE, piece);
    assertThat(piece.hasRemaining()).isFalse();
    assertThat(piece.array()).containsOnly(index + 1);
  }

  /** Content whose every piece has bytes of its own, which cannot be read behind a position. */
  private static final class Recorded implements StreamContent {

    private final long size;
    private final long readable;
    private final List<String> reads = new ArrayList<>();

    Recorded(long size, long readable) {
      this.size = size;
      this.readable = readable;
    }

    @Override
    public long size() {
      return size;
    }

    @Override
    public void read(long position, ByteBuffer target) throws IOException {
      reads.add(position + "+" + target.remaining());
      if (position + target.remaining() > readable) {
        throw new CorruptFormatException("content", position, "cannot be read");
      }
      for (long at = position; target.hasRemaining(); at++) {
        target.put((byte) (at / PIECE + 1));
      }
    }
  }
}
