package io.vhdboot.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.FileTime100ns;
import io.vhdboot.disk.Mbr;
import io.vhdboot.disk.MbrEntry;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.ntfs.FileMetadata;
import io.vhdboot.ntfs.NodeHandle;
import io.vhdboot.ntfs.NtfsFormatOptions;
import io.vhdboot.ntfs.NtfsImageBuilder;
import io.vhdboot.ntfs.NtfsImageWriter;
import io.vhdboot.ntfs.StreamHandle;
import io.vhdboot.testing.Seed;
import io.vhdboot.vhd.Vhd;
import io.vhdboot.vhd.VhdOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Looks into a stick that is damaged in a thousand ways. */
class DamagedStickTest {

  private static final int MIB = 1 << 20;
  private static final Instant TIME = Instant.parse("2026-01-02T03:04:05Z");

  private static byte[] stick;

  @BeforeAll
  static void makeStick() throws IOException {
    MemoryDevice vhdFile = MemoryDevice.ofSize("vhd", 0);
    try (Vhd vhd = Vhd.createDynamic(vhdFile, VhdOptions.of(16 * MIB, new UUID(1, 2), TIME))) {
      partition(vhd, "hello.txt", "hello".getBytes(StandardCharsets.UTF_8));
    }
    MemoryDevice disk = MemoryDevice.ofSize("stick", 32 * MIB);
    partition(disk, "windows.vhd", vhdFile.toByteArray());
    stick = disk.toByteArray();
  }

  @Test
  void soundStickShowsTheDiskInItsVhd() throws IOException {
    Inspection found = DiskInspector.inspect(MemoryDevice.wrap("stick", stick));
    Inspection volume = found.contents().get(0).contents().get(0);
    assertThat(volume.kind()).isEqualTo("ntfs");
    Inspection vhd = volume.contents().get(0);
    assertThat(vhd.title()).startsWith("\\windows.vhd: dynamic VHD");
    assertThat(vhd.contents().get(0).contents().get(0).contents().get(0).kind()).isEqualTo("ntfs");
  }

  @Test
  void damageIsToldAndNothingElseHappens() {
    SplittableRandom random = Seed.random("DamagedStickTest");
    for (int i = 0; i < Seed.cases(20_000, 300); i++) {
      byte[] bytes = stick.clone();
      for (int flips = random.nextInt(1, 6); flips > 0; flips--) {
        bytes[interestingPlace(random)] = (byte) random.nextInt();
      }
      Assertions.assertTimeoutPreemptively(
          Duration.ofSeconds(30), () -> inspectDamaged(bytes), "case " + i);
    }
  }

  private static void inspectDamaged(byte[] bytes) {
    try {
      DiskInspector.inspect(MemoryDevice.wrap("stick", bytes));
    } catch (IOException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  /** Most bytes of a stick are zero and mean nothing; damage what is there. */
  private static int interestingPlace(SplittableRandom random) {
    int place;
    do {
      place = random.nextInt(stick.length);
    } while (stick[place] == 0 && random.nextInt(1000) != 0);
    return place;
  }

  private static void partition(BlockDevice disk, String name, byte[] content) throws IOException {
    long sectors = disk.size() / 512 - 2048;
    Mbr mbr =
        new Mbr(
            new byte[0], 0x12345678, List.of(MbrEntry.of(true, MbrEntry.TYPE_NTFS, 2048, sectors)));
    mbr.write(disk);
    BlockDevice target = mbr.partitions(512).get(0).open(disk);
    long time = FileTime100ns.of(TIME);
    NtfsImageBuilder volume =
        NtfsImageBuilder.create(
            NtfsFormatOptions.ofSize(target.size()).hiddenSectors(2048).time(time).build());
    NodeHandle file = volume.addFile(volume.root(), name, FileMetadata.of(time, 0x20, 0));
    StreamHandle stream = volume.addStream(file, "", content.length, 0);
    NtfsImageWriter writer = volume.plan().writer(target, true);
    writer.write(stream, 0, ByteBuffer.wrap(content));
    writer.finish();
  }
}
