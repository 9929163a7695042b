package io.vhdboot.vhd;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.ResizableBlockDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * The disk in a VHD file, to read and to edit in place.
 *
 * <p>Reads and writes of disjoint ranges are safe from several threads. Whatever moment the program
 * stops, what was flushed is in the file and the file opens again. Opening writes nothing.
 *
 * <p>{@link #close()} flushes; it closes the file when it was opened by its path and leaves a
 * caller's device open.
 */
public sealed interface Vhd extends BlockDevice permits FixedVhd, DynamicVhd {

  /** How the disk is stored: fixed or dynamic. */
  VhdType type();

  /** The footer; after a rescue its copy. */
  VhdFooter footer();

  /** Bytes per block; the whole disk in a fixed VHD. */
  long blockSize();

  /** The number of blocks that the disk has, present or not. */
  int blockCount();

  /** The number of blocks that are present in the file. */
  int presentBlockCount();

  /**
   * What is wrong with the file and did not keep it from being opened, a sentence each, for people.
   */
  List<String> findings();

  /** What a disk in a file is called. */
  static String diskName(BlockDevice file) {
    return file.name() + "[disk]";
  }

  /** Whether a file ends as every VHD does, or begins as every dynamic or differencing one. */
  static boolean isVhd(BlockDevice file) throws IOException {
    return FooterSearch.hasCookie(file);
  }

  /**
   * Reads the footer of a VHD of any type, also one that {@link #open(BlockDevice, boolean)} would
   * refuse.
   *
   * @return empty when the file is no VHD
   * @throws io.vhdboot.disk.DiskFormatException when neither the footer nor its copy can be used
   */
  static Optional<VhdFooter> identify(BlockDevice file) throws IOException {
    return isVhd(file) ? Optional.of(FooterSearch.in(file).footer()) : Optional.empty();
  }

  /**
   * Opens the disk in a VHD file.
   *
   * @param file the file; must stay open, and must be resizable for blocks to be added
   * @param readOnly whether writes are to be refused, as they always are on a read-only device
   * @throws io.vhdboot.disk.CorruptFormatException when the file is damaged; a file whose only
   *     fault is a wrong checksum opens for reading
   * @throws io.vhdboot.disk.UnsupportedFormatException for a differencing VHD, a VHDX, and versions
   *     or types that the specification does not have
   */
  static Vhd open(BlockDevice file, boolean readOnly) throws IOException {
    return VhdOpening.open(file, readOnly, false);
  }

  /** Opens the disk in a VHD file, which {@link #close()} closes. */
  static Vhd open(Path path, boolean readOnly) throws IOException {
    FileDevice file = readOnly ? FileDevice.openReadOnly(path) : FileDevice.open(path);
    try {
      return VhdOpening.open(file, readOnly, true);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** Creates a fixed VHD on a device, whose former content is gone. */
  static Vhd createFixed(ResizableBlockDevice file, VhdOptions options) throws IOException {
    return VhdOpening.create(file, FixedVhdLayout.of(options), false);
  }

  /** Creates a file that is a fixed VHD, sparse where the host knows holes. */
  static Vhd createFixed(Path path, VhdOptions options) throws IOException {
    return create(path, FixedVhdLayout.of(options));
  }

  /** Creates a dynamic VHD without blocks on a device, whose former content is gone. */
  static Vhd createDynamic(ResizableBlockDevice file, VhdOptions options) throws IOException {
    return VhdOpening.create(file, DynamicVhdLayout.of(options, new BitSet()), false);
  }

  /** Creates a file that is a dynamic VHD without blocks. */
  static Vhd createDynamic(Path path, VhdOptions options) throws IOException {
    return create(path, DynamicVhdLayout.of(options, new BitSet()));
  }

  private static Vhd create(Path path, VhdLayout layout) throws IOException {
    FileDevice file = FileDevice.create(path, 0);
    try {
      return VhdOpening.create(file, layout, true);
    } catch (IOException | RuntimeException e) {
      file.close();
      Files.delete(path);
      throw e;
    }
  }
}
