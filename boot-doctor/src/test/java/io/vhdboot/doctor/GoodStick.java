package io.vhdboot.doctor;

import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.disk.ProgressListener;
import io.vhdboot.provisioning.FlashImage;
import io.vhdboot.provisioning.FlashPlan;
import io.vhdboot.provisioning.StickFirmware;
import io.vhdboot.provisioning.VhdAllocation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * A stick made from the sample once, of which copies are broken. Only what is not zero is kept, and
 * copies have holes for the rest.
 */
enum GoodStick {
  BIOS(StickFirmware.BIOS, stick -> stick),
  UEFI(StickFirmware.UEFI, stick -> stick),
  ALL(StickFirmware.ALL, stick -> stick),
  VHDX(StickFirmware.ALL, stick -> stick.vhdAllocation(VhdAllocation.VHDX_DYNAMIC)),
  FIXED(StickFirmware.BIOS, stick -> stick.vhdAllocation(VhdAllocation.FIXED)),
  CHILD(StickFirmware.BIOS, stick -> stick.vhdName("base.vhd").childName("today.vhd")),
  ROOMY(StickFirmware.BIOS, stick -> stick.vhdSize(96L << 20));

  private static final int BLOCK = 1 << 16;
  private static final long VHD_SIZE = 24L << 20;

  private final StickFirmware firmware;
  private final UnaryOperator<FlashImage.Builder> options;
  private final Map<Long, byte[]> blocks = new TreeMap<>();
  private long size;

  GoodStick(StickFirmware firmware, UnaryOperator<FlashImage.Builder> options) {
    this.firmware = firmware;
    this.options = options;
  }

  /** Writes a copy to a folder. */
  synchronized Path copyTo(Path folder) throws IOException {
    if (size == 0) {
      make();
    }
    Path copy = Files.createTempFile(folder, name().toLowerCase(), ".img");
    try (FileChannel out = FileChannel.open(copy, StandardOpenOption.WRITE)) {
      for (Map.Entry<Long, byte[]> block : blocks.entrySet()) {
        out.write(ByteBuffer.wrap(block.getValue()), block.getKey());
      }
      if (out.size() < size) {
        out.write(ByteBuffer.allocate(1), size - 1);
      }
    }
    return copy;
  }

  private void make() throws IOException {
    Path folder = Files.createTempDirectory("vhdboot-doctor");
    Path file = folder.resolve("stick.img");
    FlashImage.Builder stick =
        FlashImage.builder()
            .image(MemoryDevice.wrap("sample.wim", sample()))
            .output(file)
            .firmware(firmware)
            .vhdSize(VHD_SIZE)
            .seed(new byte[] {1, 2, 3});
    try (FlashPlan plan = options.apply(stick).build().plan()) {
      plan.write(Runnable::run, 1, ProgressListener.NONE);
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] block;
      for (long at = 0; (block = in.readNBytes(BLOCK)).length > 0; at += block.length) {
        if (!isZero(block)) {
          blocks.put(at, block);
        }
        size = at + block.length;
      }
    }
    Files.delete(file);
    Files.delete(folder);
  }

  private static boolean isZero(byte[] block) {
    for (byte each : block) {
      if (each != 0) {
        return false;
      }
    }
    return true;
  }

  private static byte[] sample() {
    try (InputStream in = ClassLoader.getSystemResourceAsStream("io/vhdboot/testdata/sample.wim")) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
