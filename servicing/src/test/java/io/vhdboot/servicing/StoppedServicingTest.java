package io.vhdboot.servicing;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.hive.Hive;
import io.vhdboot.hive.HiveDiff;
import io.vhdboot.ntfs.NtfsCheckReport;
import io.vhdboot.ntfs.NtfsChecker;
import io.vhdboot.ntfs.NtfsEditOptions;
import io.vhdboot.ntfs.NtfsFinding;
import io.vhdboot.ntfs.NtfsFormat;
import io.vhdboot.ntfs.NtfsFormatOptions;
import io.vhdboot.ntfs.NtfsRepair;
import io.vhdboot.ntfs.nio.NtfsFileSystem;
import io.vhdboot.ntfs.nio.NtfsFileSystemOptions;
import io.vhdboot.ntfs.nio.NtfsFileSystems;
import io.vhdboot.servicing.Change.Outcome;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.Seed;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Services a Windows on an NTFS volume, and stops it after every so many writes: what is there then
 * is serviced again, or undone, to the same end.
 */
class StoppedServicingTest {

  private static final int SIZE = 24 << 20;

  private static final String HIVE = "/Windows/System32/config/SYSTEM";

  @TempDir Path root;

  private static NtfsFileSystem open(BlockDevice device) throws IOException {
    return NtfsFileSystems.newFileSystem(
        device,
        NtfsFileSystemOptions.defaults()
            .withEditOptions(NtfsEditOptions.defaults().withClock(() -> TestWindows.TIME)));
  }

  private byte[] volumeOfSeven() throws IOException {
    TestWindows windows = TestWindows.seven(root);
    MemoryDevice device = MemoryDevice.wrap("volume", new byte[SIZE]);
    NtfsFormat.format(device, NtfsFormatOptions.ofSize(SIZE).build());
    try (NtfsFileSystem volume = open(device);
        Stream<Path> files = Files.walk(windows.folder())) {
      for (Path file : files.toList()) {
        Files.copy(file, volume.getPath("/Windows/" + windows.folder().relativize(file)));
      }
      Files.setAttribute(volume.getPath(HIVE), "ntfs:sddl", "O:SYG:SYD:P(A;;FA;;;SY)");
      Files.setAttribute(volume.getPath(HIVE), "dos:archive", true);
    }
    return device.toByteArray();
  }

  private static Servicing servicing() throws IOException {
    return Servicing.at(TestWindows.TIME)
        .usbBoot()
        .portable()
        .unattend(
            "u.xml",
            "<unattend xmlns=\"urn:schemas-microsoft-com:unattend\"/>"
                .getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aVolumeIsServicedInPlaceAndUndone() throws IOException {
    byte[] before = volumeOfSeven();
    MemoryDevice device = MemoryDevice.wrap("volume", before.clone());
    String protection;
    try (NtfsFileSystem volume = open(device)) {
      Path hive = volume.getPath(HIVE);
      Object id = Files.getAttribute(hive, "ntfs:fileId");
      protection = (String) Files.getAttribute(hive, "ntfs:sddl");
      ServicingReport report = servicing().apply(volume.getPath("/Windows"));
      assertThat(report.count(Outcome.CHANGED)).isGreaterThan(20);
      assertThat(Files.getAttribute(hive, "ntfs:fileId")).isEqualTo(id);
      assertThat(Files.getAttribute(hive, "ntfs:sddl")).isEqualTo(protection);
      assertThat(Files.exists(volume.getPath(HIVE + ".LOG1"))).isFalse();
    }
    assertSound(device);
    judge(device);
    try (NtfsFileSystem volume = open(device)) {
      servicing().undo(volume.getPath("/Windows"));
      assertThat(Files.exists(volume.getPath("/Windows/vhdboot"))).isFalse();
      assertThat(Files.exists(volume.getPath("/Windows/Panther"))).isFalse();
    }
    assertSound(device);
    assertThat(difference(before, device.toByteArray())).isEmpty();
  }

  @Test
  void theSameInputGivesTheSameBytes() throws IOException {
    byte[] before = volumeOfSeven();
    byte[] one = serviced(before);
    assertThat(serviced(before)).isEqualTo(one);
  }

  private static byte[] serviced(byte[] before) throws IOException {
    MemoryDevice device = MemoryDevice.wrap("volume", before.clone());
    try (NtfsFileSystem volume = open(device)) {
      servicing().apply(volume.getPath("/Windows"));
    }
    return device.toByteArray();
  }

  @Test
  void afterAStopItIsServicedAgainOrUndone() throws IOException {
    byte[] before = volumeOfSeven();
    int writes = countWrites(before);
    SplittableRandom random = Seed.random("StoppedServicingTest");
    int cases = Seed.cases(writes, 6);
    for (int i = 0; i < cases; i++) {
      int stop = cases == writes ? i : random.nextInt(writes);
      byte[] stopped = stopped(before, stop);
      assertGoesOn(before, stopped, stop);
    }
  }

  private static int countWrites(byte[] before) throws IOException {
    StoppingDevice device = new StoppingDevice(before.clone(), Integer.MAX_VALUE);
    try (NtfsFileSystem volume = open(device)) {
      servicing().apply(volume.getPath("/Windows"));
    }
    return device.writes;
  }

  private static byte[] stopped(byte[] before, int stop) throws IOException {
    StoppingDevice device = new StoppingDevice(before.clone(), stop);
    try (NtfsFileSystem volume = open(device)) {
      servicing().apply(volume.getPath("/Windows"));
    } catch (Stop e) {
      return device.content;
    }
    return device.content;
  }

  private static void assertGoesOn(byte[] before, byte[] stopped, int stop) throws IOException {
    MemoryDevice again = MemoryDevice.wrap("again", stopped.clone());
    repair(again);
    try (NtfsFileSystem volume = open(again)) {
      servicing().apply(volume.getPath("/Windows"));
      assertThat(servicing().apply(volume.getPath("/Windows")).count(Outcome.CHANGED)).isZero();
      servicing().undo(volume.getPath("/Windows"));
    }
    assertThat(difference(before, again.toByteArray())).as("stop after write %d", stop).isEmpty();

    MemoryDevice undone = MemoryDevice.wrap("undone", stopped.clone());
    repair(undone);
    try (NtfsFileSystem volume = open(undone)) {
      servicing().undo(volume.getPath("/Windows"));
    }
    assertThat(difference(before, undone.toByteArray())).as("stop after write %d", stop).isEmpty();
  }

  private static void repair(BlockDevice device) throws IOException {
    NtfsRepair.run(device);
  }

  private static List<HiveDiff.Difference> difference(byte[] before, byte[] after)
      throws IOException {
    return HiveDiff.of(hive(before).root(), hive(after).root());
  }

  private static Hive hive(byte[] content) throws IOException {
    try (NtfsFileSystem volume = open(MemoryDevice.wrap("volume", content.clone()))) {
      return StoredHive.find(WindowsFolder.at(volume.getPath("/Windows")), WindowsHive.SYSTEM)
          .orElseThrow()
          .read(TestWindows.TIME, false);
    }
  }

  private static void assertSound(BlockDevice device) throws IOException {
    NtfsCheckReport report = NtfsChecker.check(device);
    assertThat(report.findings()).extracting(NtfsFinding::toString).isEmpty();
  }

  private void judge(MemoryDevice device) throws IOException {
    Path image = root.resolve("volume.img");
    Files.write(image, device.toByteArray());
    ExternalTool.script("python3", SharedData.tool("ntfscheck.py")).run(image).expectSuccess();
  }

  /** Thrown where everything stops. */
  private static final class Stop extends IOException {
    private static final long serialVersionUID = 1L;
  }

  /** A device to which nothing is written any more after so many writes. */
  private static final class StoppingDevice implements BlockDevice {
    private final byte[] content;
    private final int limit;
    private int writes;

    StoppingDevice(byte[] content, int limit) {
      this.content = content;
      this.limit = limit;
    }

    @Override
    public String name() {
      return "volume";
    }

    @Override
    public long size() {
      return content.length;
    }

    @Override
    public void read(long position, ByteBuffer target) {
      target.put(content, (int) position, target.remaining());
    }

    @Override
    public void write(long position, ByteBuffer source) throws IOException {
      if (writes >= limit) {
        throw new Stop();
      }
      writes++;
      source.get(content, (int) position, source.remaining());
    }

    @Override
    public void zero(long position, long length) throws IOException {
      if (writes >= limit) {
        throw new Stop();
      }
      writes++;
      Arrays.fill(content, (int) position, (int) (position + length), (byte) 0);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
