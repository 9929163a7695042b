package io.vhdboot.examples;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.FileTime100ns;
import io.vhdboot.disk.Mbr;
import io.vhdboot.disk.MbrEntry;
import io.vhdboot.ntfs.FileAttributes;
import io.vhdboot.ntfs.FileMetadata;
import io.vhdboot.ntfs.NodeHandle;
import io.vhdboot.ntfs.NtfsFormatOptions;
import io.vhdboot.ntfs.NtfsImageBuilder;
import io.vhdboot.ntfs.NtfsImageWriter;
import io.vhdboot.ntfs.StreamHandle;
import io.vhdboot.vhd.Vhd;
import io.vhdboot.vhd.VhdOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Makes a dynamic VHD with an NTFS volume and a file on it: vhd-core and ntfs-lite. */
public final class MakeNtfsVhd {

  private static final int SECTOR = 512;
  private static final long MIB = 1 << 20;

  private MakeNtfsVhd() {}

  /** Takes the name of the VHD to make. */
  public static void main(String[] arguments) throws IOException {
    Instant now = Instant.now();
    VhdOptions options = VhdOptions.of(1024 * MIB, UUID.randomUUID(), now);
    try (Vhd disk = Vhd.createDynamic(Path.of(arguments[0]), options)) {
      MbrEntry entry = MbrEntry.of(true, MbrEntry.TYPE_NTFS, MIB / SECTOR, 1022 * MIB / SECTOR);
      Mbr mbr = new Mbr(new byte[0], UUID.randomUUID().hashCode(), List.of(entry));
      mbr.write(disk);
      BlockDevice partition = mbr.partitions(SECTOR).get(0).open(disk);

      long time = FileTime100ns.of(now);
      NtfsImageBuilder volume =
          NtfsImageBuilder.create(
              NtfsFormatOptions.ofSize(partition.size())
                  .hiddenSectors(MIB / SECTOR)
                  .label("Made without Windows")
                  .time(time)
                  .build());
      NodeHandle file =
          volume.addFile(
              volume.root(), "hello.txt", FileMetadata.of(time, FileAttributes.ARCHIVE, 0));
      byte[] content = "Hello from Java.\r\n".getBytes(StandardCharsets.UTF_8);
      StreamHandle stream = volume.addStream(file, "", content.length, 0);

      NtfsImageWriter writer = volume.plan().writer(partition, true);
      writer.write(stream, 0, ByteBuffer.wrap(content));
      writer.finish();
    }
  }
}
