package io.vhdboot.provisioning;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.disk.LittleEndian;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.udf.Disc;
import io.vhdboot.udf.DiscFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Discs as newer Windows comes on: of more than 5 GB, with an image that ISO 9660 cannot hold. */
@Tag("full")
class LargeDiscTest {

  private static final int HEADER_SIZE = 208;
  private static final int ENTRY_SIZE = 50;

  /** The headers of resources within the header: blob table, XML, boot metadata, integrity. */
  private static final int[] RESOURCES = {0x30, 0x48, 0x60, 0x7C};

  private static final long HOLE = 5_100_000_000L;

  @TempDir private Path folder;

  @Test
  void largeDiscGivesTheStickThatItsImageGives() throws IOException {
    Path sources = Files.createDirectories(folder.resolve("tree/sources"));
    writeWithHole(Sample.bytes(), sources.resolve("install.wim"));
    Files.writeString(sources.resolve("setup.exe"), "MZ");
    Path iso = folder.resolve("windows.iso");
    ExternalTool.named("genisoimage")
        .timeout(Duration.ofMinutes(20))
        .output(
            "-quiet",
            "-udf",
            "-allow-limited-size",
            "-V",
            "WINDOWS",
            "-o",
            iso,
            sources.getParent());
    Files.delete(sources.resolve("install.wim"));
    assertThat(Files.size(iso)).isGreaterThan(5_000_000_000L);
    try (Disc disc = Disc.open(iso)) {
      assertThat(disc.format()).isEqualTo(DiscFormat.UDF);
      assertThat(disc.file("sources/install.wim").size()).isGreaterThan(1L << 32);
    }
    Path expected = folder.resolve("expected.img");
    Sample.write(Sample.stick(expected).build());
    Path stick = folder.resolve("stick.img");
    Sample.write(
        FlashImage.builder()
            .image(iso)
            .output(stick)
            .vhdSize(Sample.VHD_SIZE)
            .seed(new byte[] {1, 2, 3})
            .build());
    assertThat(Files.mismatch(stick, expected)).isEqualTo(-1);
  }

  /** Writes a WIM with everything but its header far behind it, where no 32-bit offset reaches. */
  private static void writeWithHole(byte[] wim, Path target) throws IOException {
    byte[] moved = wim.clone();
    int table = (int) LittleEndian.i64(wim, RESOURCES[0] + 8);
    int tableSize = (int) LittleEndian.i64(wim, RESOURCES[0] + 16);
    for (int at = table; at < table + tableSize; at += ENTRY_SIZE) {
      move(moved, at);
    }
    for (int resource : RESOURCES) {
      if (LittleEndian.i64(wim, resource + 8) != 0) {
        move(moved, resource);
      }
    }
    try (FileChannel channel =
        FileChannel.open(
            target,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      channel.write(ByteBuffer.wrap(moved, 0, HEADER_SIZE), 0);
      channel.write(
          ByteBuffer.wrap(moved, HEADER_SIZE, moved.length - HEADER_SIZE), HEADER_SIZE + HOLE);
    }
  }

  private static void move(byte[] wim, int resource) {
    LittleEndian.put64(wim, resource + 8, LittleEndian.i64(wim, resource + 8) + HOLE);
  }
}
