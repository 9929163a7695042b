package io.vhdboot.usb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.testing.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writes to a stick with which everything goes wrong that can. */
class DeviceWriterTest {

  private static final int MIB = 1 << 20;
  private static final int SIZE = 9 * MIB + 512;

  @TempDir Path folder;

  private final byte[] image = image(6 * MIB + 1536);
  private final FaultyDisk stick = used(new FaultyDisk(SIZE));

  /** Four MiB of noise with a MiB of zeros among it, and a little behind. */
  private static byte[] image(int length) {
    byte[] bytes = new byte[length];
    new SplittableRandom(1).nextBytes(bytes);
    Arrays.fill(bytes, 2 * MIB, 3 * MIB, (byte) 0);
    return bytes;
  }

  /** Somebody had data on it. */
  private static FaultyDisk used(FaultyDisk disk) {
    new SplittableRandom(2).nextBytes(disk.content);
    return disk;
  }

  private DeviceWriter.Builder writer(FaultyDisk disk, DeviceRules rules) {
    return DeviceWriter.builder(
            DeviceCatalog.of(disk), disk.disk, rules, MemoryDevice.wrap("image", image.clone()))
        .pause(duration -> {});
  }

  private DeviceWriter.Builder writer() {
    return writer(stick, DeviceRules.STRICT);
  }

  private void expectImage(FaultyDisk disk) {
    assertThat(Arrays.mismatch(Arrays.copyOf(disk.content, image.length), image)).isEqualTo(-1);
  }

  @Test
  void writesAndVerifiesAll() throws IOException {
    WriteReport report = writer().build().write();
    expectImage(stick);
    assertThat(report.written()).isEqualTo(image.length);
    assertThat(report.verified()).isEqualTo(image.length);
  }

  @Test
  void takesOldStructuresAtTheEndAway() throws IOException {
    writer().build().write();
    // A backup of an old GPT would be in the last sectors.
    byte[] tail = Arrays.copyOfRange(stick.content, SIZE - 64 * 1024, SIZE);
    assertThat(tail).containsOnly(0);
  }

  @Test
  void leavesZerosThatAreThere() throws IOException {
    FaultyDisk empty = new FaultyDisk(SIZE);
    WriteReport report = writer(empty, DeviceRules.STRICT).probe(false).build().write();
    expectImage(empty);
    assertThat(report.zero()).isEqualTo(MIB);
  }

  @Test
  void leavesWhatTheImageDoesNotUse() throws IOException {
    byte[] before = stick.content.clone();
    WriteReport report =
        writer()
            .unused(position -> position >= 3 * MIB ? Math.max(position, 5 * MIB + 100) : position)
            .build()
            .write();
    assertThat(report.unused()).isEqualTo(2 * MIB);
    assertThat(Arrays.equals(before, 3 * MIB, 5 * MIB, stick.content, 3 * MIB, 5 * MIB)).isTrue();
    assertThat(Arrays.mismatch(stick.content, 5 * MIB, image.length, image, 5 * MIB, image.length))
        .isEqualTo(-1);
  }

  @Test
  void firstMiBComesLast() throws IOException {
    stick.onFlush =
        () -> assertThat(stick.looksUsed() && stick.content[3 * MIB] != image[3 * MIB]).isFalse();
    stick.onWrite =
        () -> {
          if (stick.writtenBytes > 4 * MIB && stick.content[5 * MIB] != image[5 * MIB]) {
            assertThat(stick.looksUsed()).isFalse();
          }
        };
    writer().probe(false).build().write();
    expectImage(stick);
  }

  @Test
  void shortTransfersAreCompleted() throws IOException {
    stick.largestTransfer = 1000;
    writer().probe(false).build().write();
    expectImage(stick);
  }

  @Test
  void passingFaultsAreRetried() throws IOException {
    stick.failingWrites.put(3L * MIB + 77, 3);
    stick.failingReads.put(4L * MIB, 2);
    stick.failingFlushes = 2;
    writer().probe(false).build().write();
    expectImage(stick);
  }

  @Test
  void whatAFailedFlushLostIsWrittenAgain() throws IOException {
    FaultyDisk empty = new FaultyDisk(SIZE);
    AtomicBoolean failed = new AtomicBoolean();
    empty.onFlush =
        () -> {
          if (empty.writtenBytes > 4 * MIB && failed.compareAndSet(false, true)) {
            empty.failingFlushes = 1;
          }
        };
    // Not even reading back would be needed.
    writer(empty, DeviceRules.STRICT).probe(false).verify(false).build().write();
    assertThat(failed).isTrue();
    expectImage(empty);
  }

  @Test
  void aPlaceThatCannotBeWrittenIsNamed() {
    long place = 3L * MIB + 4096 * 5 + 9;
    stick.failingWrites.put(place, FaultyDisk.FOREVER);
    assertThatThrownBy(() -> writer().probe(false).build().write())
        .isInstanceOfSatisfying(
            DeviceFaultException.class,
            fault -> assertThat(fault.position()).isEqualTo(place / 4096 * 4096))
        .hasMessageContaining("cannot be written");
    assertThat(stick.looksUsed()).isFalse();
  }

  @Test
  void aPlaceThatCannotBeReadBackIsNamed() {
    long place = 5L * MIB + 4096 * 5;
    stick.failingReads.put(place, FaultyDisk.FOREVER);
    assertThatThrownBy(() -> writer().probe(false).build().write())
        .isInstanceOf(DeviceFaultException.class)
        .hasMessageContaining("offset " + place + ": cannot be read");
    assertThat(stick.looksUsed()).isFalse();
  }

  @Test
  void aByteThatTheStickLosesIsFound() {
    stick.lostAt = 4L * MIB + 12345;
    assertThatThrownBy(() -> writer().build().write())
        .isInstanceOf(DeviceFaultException.class)
        .hasMessageContaining("offset " + stick.lostAt + ": does not hold what was written");
    assertThat(stick.looksUsed()).isFalse();
  }

  @Test
  void aByteLostInThePartitionTableIsFoundToo() {
    stick.lostAt = 446;
    assertThatThrownBy(() -> writer().build().write())
        .isInstanceOf(DeviceFaultException.class)
        .hasMessageContaining("something else is there than was written");
    // It cannot even hold zeros there, but nothing else is left.
    assertThat(stick.content[0]).isZero();
    assertThat(stick.content[510]).isZero();
  }

  @Test
  void aStickThatIsFullIsNotRetried() {
    stick.fullAt = 5L * MIB;
    int[] attempts = {0};
    assertThatThrownBy(() -> writer().probe(false).pause(duration -> attempts[0]++).build().write())
        .hasMessageContaining("No space left on device");
    assertThat(attempts[0]).isZero();
    assertThat(stick.looksUsed()).isFalse();
  }

  @Test
  void aStickThatVanishesIsToldByName() {
    stick.operationsUntilGone = 12;
    assertThatThrownBy(() -> writer().probe(false).build().write())
        .isInstanceOf(DeviceChangedException.class)
        .hasMessageContaining("is not there any more");
  }

  @Test
  void anotherStickSinceItWasChosenIsNotTouched() {
    FaultyDisk other = used(new FaultyDisk(SIZE));
    byte[] before = other.content.clone();
    DeviceWriter.Builder writer = writer(other, DeviceRules.STRICT);
    other.disk = FaultyDisk.stick(SIZE, "0THER");
    assertThatThrownBy(() -> writer.build().write())
        .isInstanceOf(DeviceChangedException.class)
        .hasMessageContaining("in its place");
    assertThat(other.content).isEqualTo(before);
  }

  @Test
  void anotherStickPluggedInWhileOpeningIsNotTouched() {
    byte[] before = stick.content.clone();
    stick.onOpen = () -> stick.disk = FaultyDisk.stick(SIZE, "0THER");
    assertThatThrownBy(() -> writer().build().write())
        .isInstanceOf(DeviceChangedException.class)
        .hasMessageContaining("in its place");
    assertThat(stick.content).isEqualTo(before);
  }

  @Test
  void aStickThatIsMountedIsNotTouched() {
    byte[] before = stick.content.clone();
    stick.use(DiskUse.Kind.MOUNT, "it is mounted at /media/photos");
    assertThatThrownBy(() -> writer().build().write())
        .isInstanceOf(DeviceRefusedException.class)
        .hasMessageContaining("/media/photos")
        .hasMessageContaining("--unmount");
    assertThat(stick.content).isEqualTo(before);
  }

  @Test
  void aStickThatIsMountedIsUnmountedIfThatIsWanted() throws IOException {
    stick.use(DiskUse.Kind.MOUNT, "it is mounted at /media/photos");
    writer(stick, DeviceRules.STRICT.unmount(true)).build().write();
    assertThat(stick.unmounts).isEqualTo(1);
    expectImage(stick);
  }

  @Test
  void aStickThatIsMountedWhileOpeningIsNotTouched() {
    byte[] before = stick.content.clone();
    stick.onOpen = () -> stick.use(DiskUse.Kind.MOUNT, "it is mounted at /media/photos");
    assertThatThrownBy(() -> writer(stick, DeviceRules.STRICT.unmount(true)).build().write())
        .isInstanceOf(DeviceRefusedException.class);
    assertThat(stick.content).isEqualTo(before);
  }

  @Test
  void aStickThatIsMountedMeanwhileGetsNoPartitionTable() {
    stick.onFlush =
        () -> {
          if (stick.writtenBytes > 5 * MIB) {
            stick.use(DiskUse.Kind.MOUNT, "it is mounted at /media/photos");
          }
        };
    assertThatThrownBy(() -> writer().build().write()).isInstanceOf(DeviceRefusedException.class);
    assertThat(stick.looksUsed()).isFalse();
  }

  @Test
  void aStickThatIsTooSmallIsNotTouched() {
    FaultyDisk small = used(new FaultyDisk(6 * MIB));
    byte[] before = small.content.clone();
    assertThatThrownBy(() -> writer(small, DeviceRules.STRICT).build().write())
        .isInstanceOf(DeviceRefusedException.class)
        .hasMessageContaining("are needed");
    assertThat(small.content).isEqualTo(before);
  }

  @Test
  void aFakeThatWrapsIsFoundBeforeAnythingIsLost() {
    FaultyDisk fake = used(new FaultyDisk(4 * MIB, 64L * MIB));
    byte[] before = fake.content.clone();
    assertThatThrownBy(() -> writer(fake, DeviceRules.STRICT).build().write())
        .isInstanceOf(FakeCapacityException.class)
        .hasMessageContaining("less room than it claims");
    assertThat(fake.content).isEqualTo(before);
  }

  @Test
  void aFakeThatWrapsAnywhereIsFoundByReadingBack() {
    FaultyDisk fake = used(new FaultyDisk(5 * MIB + 512 * 77, 64L * MIB));
    assertThatThrownBy(() -> writer(fake, DeviceRules.STRICT).probe(false).build().write())
        .isInstanceOf(DeviceFaultException.class);
    assertThat(fake.looksUsed()).isFalse();
  }

  @Test
  void aFakeThatWrapsWhereTheImageIsZeroIsFoundByReadingBack() {
    Arrays.fill(image, 4 * MIB, image.length, (byte) 0);
    for (int real : new int[] {4 * MIB + 512, 5 * MIB, 5 * MIB + 7 * 512, image.length - 512}) {
      FaultyDisk fake = new FaultyDisk(real, 64L * MIB);
      assertThatThrownBy(() -> writer(fake, DeviceRules.STRICT).probe(false).build().write())
          .as("%d bytes", real)
          .isInstanceOf(DeviceFaultException.class);
      assertThat(fake.looksUsed()).isFalse();
    }
  }

  @Test
  void cancellingLeavesNoPartitionTable() {
    assertThatThrownBy(
            () ->
                writer().probe(false).cancelled(() -> stick.writtenBytes > 4 * MIB).build().write())
        .isInstanceOf(WriteCancelledException.class)
        .hasMessageContaining("cancelled at offset");
    assertThat(stick.looksUsed()).isFalse();
  }

  @Test
  void aStickThatDoesNotAnswerIsTold() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    stick.onFlush =
        () -> {
          begun.countDown();
          try {
            goOn.await();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
        };
    DeviceWriter writer = writer().probe(false).build();
    assertThat(writer.waiting(Duration.ZERO)).isEmpty();
    Thread thread = new Thread(() -> assertThatCode(writer::write).doesNotThrowAnyException());
    thread.start();
    begun.await();
    while (writer.waiting(Duration.ofSeconds(1)).isEmpty()) {
      Thread.sleep(20);
    }
    assertThat(writer.waiting(Duration.ofSeconds(1)).orElseThrow())
        .contains("/dev/sdz has not answered for");
    goOn.countDown();
    thread.join();
    expectImage(stick);
  }

  @Test
  void goesOnWhereItWasInterrupted() throws IOException {
    Path journal = folder.resolve("journal");
    AtomicBoolean stop = new AtomicBoolean();
    stick.onWrite = () -> stop.set(stick.writtenBytes > 5L * MIB);
    DeviceWriter.Builder writer =
        writer().journal(journal).probe(false).barrier(2 * MIB).cancelled(stop::get);
    assertThatThrownBy(() -> writer.build().write()).isInstanceOf(WriteCancelledException.class);
    stick.onWrite = () -> {};
    stop.set(false);
    assertThat(writer.build().resumable()).hasValue(5L * MIB);
    stick.writtenBytes = 0;
    WriteReport report = writer.resume(true).build().write();
    assertThat(report.resumed()).isEqualTo(4L * MIB);
    assertThat(report.verified()).isEqualTo(image.length);
    assertThat(stick.writtenBytes).isEqualTo(image.length - 4 * MIB);
    expectImage(stick);
    assertThat(journal).doesNotExist();
  }

  @Test
  void anotherImageOrStickIsNotResumed() throws IOException {
    Path journal = folder.resolve("journal");
    assertThatThrownBy(
            () ->
                writer()
                    .journal(journal)
                    .cancelled(() -> stick.writtenBytes > 4 * MIB)
                    .build()
                    .write())
        .isInstanceOf(WriteCancelledException.class);
    assertThat(writer().journal(journal).build().resumable()).isPresent();
    FaultyDisk other = new FaultyDisk(SIZE);
    other.disk = FaultyDisk.stick(SIZE, "0THER");
    assertThat(writer(other, DeviceRules.STRICT).journal(journal).build().resumable()).isEmpty();
    image[100] ^= 1;
    assertThat(writer().journal(journal).build().resumable()).isEmpty();
    Files.writeString(journal, "done=\\u00zz");
    assertThat(writer().journal(journal).build().resumable()).isEmpty();
  }

  @Test
  void whateverFailsIsNeverDone() throws IOException {
    SplittableRandom random = Seed.random("whateverFailsIsNeverDone");
    int done = 0;
    int failed = 0;
    for (int i = 0; i < Seed.cases(2000, 24); i++) {
      FaultyDisk disk = faulty(random);
      try {
        writer(disk, DeviceRules.STRICT).probe(random.nextBoolean()).build().write();
        expectImage(disk);
        done++;
      } catch (IOException e) {
        failed++;
        assertThat(disk.content[510] == image[510] && disk.content[3 * MIB] == image[3 * MIB])
            .as("%s", e)
            .isFalse();
      }
    }
    assertThat(done).isPositive();
    assertThat(failed).isPositive();
  }

  /** A stick with one or two faults at places and times of chance. */
  private FaultyDisk faulty(SplittableRandom random) {
    FaultyDisk disk =
        random.nextInt(5) == 0
            ? new FaultyDisk(random.nextInt(2, 16) * MIB / 2, 8L * MIB)
            : new FaultyDisk(8 * MIB);
    Arrays.fill(disk.content, (byte) 0x5A);
    for (int fault = random.nextInt(1, 3); fault > 0; fault--) {
      long place = random.nextLong(7L * MIB);
      int times = random.nextInt(3) == 0 ? FaultyDisk.FOREVER : random.nextInt(1, 4);
      switch (random.nextInt(8)) {
        case 0 -> disk.failingWrites.put(place, times);
        case 1 -> disk.failingReads.put(place, times);
        case 2 -> disk.lostAt = place;
        case 3 -> disk.fullAt = place;
        case 4 -> disk.operationsUntilGone = random.nextInt(1, 60);
        case 5 -> disk.largestTransfer = random.nextInt(700, 100_000);
        case 6 -> {
          int flush = random.nextInt(1, 5);
          int[] seen = {0};
          disk.onFlush =
              () -> {
                if (++seen[0] == flush) {
                  disk.failingFlushes = Math.min(times, 6);
                }
              };
        }
        default -> {
          int open = random.nextInt(2);
          disk.onOpen =
              () -> disk.disk = open == 0 ? FaultyDisk.stick(8L * MIB, "0THER") : disk.disk;
        }
      }
    }
    return disk;
  }
}
