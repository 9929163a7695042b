package io.vhdboot.provisioning;

import io.vhdboot.bcd.BootFirmware;
import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.ProgressListener;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;

/** A file with a disk with a Windows on it, which a stick shall get besides what it has. */
interface AddedDisk extends Closeable {

  /** What speaks against it. */
  List<PlanProblem> problems();

  /** Bytes of the file. */
  long fileSize();

  /** Bytes of the file when Windows has expanded it. */
  long expandedSize();

  /** What its name must end with, the point included. */
  String extension();

  /** What its name may be without that, the first time or another time. */
  String baseName(int number);

  /** What Windows it is, for people. */
  String title();

  /** Its architecture as Windows numbers it. */
  int architecture();

  /** The firmware that it has loaders for. */
  Set<BootFirmware> firmware();

  /** The number of the partition with the Windows. */
  int partition();

  /** The Windows folder on it, without a separator at its beginning. */
  String folder();

  /** Fills the file, which reads as zeros. */
  void write(BlockDevice file, Executor executor, int threads, ProgressListener progress)
      throws IOException;
}
