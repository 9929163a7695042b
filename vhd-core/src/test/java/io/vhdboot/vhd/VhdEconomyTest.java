package io.vhdboot.vhd;

import static io.vhdboot.vhd.VhdTesting.options;
import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.testing.CountingDevice;
import io.vhdboot.testing.Seed;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing is read that need not be. */
class VhdEconomyTest {

  @TempDir Path folder;

  @Test
  void openingADiskOf2040GiBReadsFooterHeaderAndTable() throws IOException {
    Path path = folder.resolve("huge.vhd");
    try (Vhd vhd = Vhd.createDynamic(path, options(VhdOptions.MAX_DISK_SIZE))) {
      vhd.write(1L << 40, ByteBuffer.wrap(new byte[] {1}));
    }
    try (CountingDevice file = new CountingDevice(FileDevice.openReadOnly(path));
        Vhd vhd = Vhd.open(file, true)) {
      long table = 4L * vhd.blockCount();
      assertThat(vhd.blockCount()).isEqualTo(1_044_480);
      // The footer and its copy are looked at, whichever is believed.
      assertThat(file.bytesRead()).isEqualTo(2 * 512 + 1024 + table);
      assertThat(vhd.read(1L << 40, 2)).containsExactly(1, 0);
      assertThat(file.bytesRead()).isEqualTo(2 * 512 + 1024 + table + 512 + 2);
    }
  }

  @Test
  void streamedVhdHoldsWhatTheSparseSourceHolds() throws IOException {
    SplittableRandom random = Seed.random("streamedVhdHoldsWhatTheSparseSourceHolds");
    long size = 50L * (2 << 20) + 512 * 17;
    Path path = folder.resolve("source.vhd");
    Path streamed = folder.resolve("streamed.vhd");
    try (Vhd vhd = Vhd.createDynamic(path, options(size).withBlockSize(512 << 10))) {
      for (int i = 0; i < 8; i++) {
        VhdTesting.write(vhd, random.nextLong(size - 9000), VhdTesting.bytes(random, 9000));
      }
      VhdTesting.write(vhd, size - 5, new byte[] {1, 2, 3, 4, 5});
    }
    Path raw;
    try (CountingDevice file = new CountingDevice(FileDevice.openReadOnly(path));
        Vhd vhd = Vhd.open(file, true);
        OutputStream out = Files.newOutputStream(streamed)) {
      VhdStreamWriter writer = new VhdStreamWriter(vhd, options(size + 512));
      long before = file.bytesRead();
      writer.write(out);
      // The blocks and their bitmaps, and nothing of the holes.
      long most = vhd.presentBlockCount() * ((512L << 10) + 512);
      assertThat(file.bytesRead() - before).isLessThanOrEqualTo(most);
      assertThat(Files.size(streamed)).isEqualTo(writer.fileSize());
      raw = VhdTesting.rawCopy(vhd, folder.resolve("raw"));
    }
    try (FileDevice model = FileDevice.open(raw)) {
      model.setSize(size + 512);
    }
    VhdTesting.expectQemuReads(streamed, raw);
  }
}
