package io.vhdboot.cli;

import io.vhdboot.disk.FileDevice;
import io.vhdboot.usb.DeviceBus;
import io.vhdboot.usb.DeviceHost;
import io.vhdboot.usb.DiskDevice;
import io.vhdboot.usb.DiskUse;
import io.vhdboot.usb.RawDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** A machine with a stick, whose content is a file, and the disk that the system is on. */
record FileHost(Path file) implements DeviceHost {

  static final String STICK = "/dev/sdy";
  static final String SYSTEM = "/dev/sdx";
  static final String SERIAL = "S3R1AL";

  @Override
  public List<DiskDevice> disks(Collection<Path> kept) throws IOException {
    long size;
    try (FileDevice device = FileDevice.openReadOnly(file)) {
      size = device.size();
    }
    return List.of(
        disk(
            SYSTEM,
            500_000_000_000L,
            DeviceBus.ATA,
            "D1SK",
            List.of(new DiskUse(DiskUse.Kind.SYSTEM, "/ of the running system is on it"))),
        disk(STICK, size, DeviceBus.USB, SERIAL, List.of()));
  }

  private static DiskDevice disk(
      String path, long size, DeviceBus bus, String serial, List<DiskUse> uses) {
    return new DiskDevice(
        path,
        size,
        512,
        bus,
        bus == DeviceBus.USB,
        false,
        "Maker",
        "Disk",
        serial,
        "1",
        Optional.empty(),
        List.of(),
        uses);
  }

  @Override
  public RawDevice open(DiskDevice disk, boolean forWriting) throws IOException {
    return new OpenFile(disk, forWriting ? FileDevice.open(file) : FileDevice.openReadOnly(file));
  }

  @Override
  public void unmount(DiskDevice disk) {}

  private record OpenFile(DiskDevice disk, FileDevice file) implements RawDevice {

    @Override
    public String name() {
      return disk.path();
    }

    @Override
    public long size() {
      return file.size();
    }

    @Override
    public void read(long position, ByteBuffer target) throws IOException {
      file.read(position, target);
    }

    @Override
    public void readMedium(long position, ByteBuffer target) throws IOException {
      file.read(position, target);
    }

    @Override
    public void write(long position, ByteBuffer source) throws IOException {
      file.write(position, source);
    }

    @Override
    public void flush() throws IOException {
      file.flush();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
