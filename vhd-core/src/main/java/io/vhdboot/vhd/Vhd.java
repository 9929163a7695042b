package io.vhdboot.vhd;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.MappedExtent;
import io.vhdboot.disk.ResizableBlockDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The disk in a VHD file, to read and to edit in place.
 *
 * <p>Reads and writes of disjoint ranges are safe from several threads. Whatever moment the program
 * stops, what was flushed is in the file and the file opens again. Opening writes nothing.
 *
 * <p>{@link #close()} flushes; it closes the file when it was opened by its path and leaves a
 * caller's device open.
 */
public sealed interface Vhd extends BlockDevice permits FixedVhd, SparseVhd {

  /** The file in which the disk is. */
  BlockDevice file();

  /** How the disk is stored. */
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

  /** What a differencing VHD says of its parent; nothing of any other. */
  default Optional<ParentReference> parentReference() {
    return Optional.empty();
  }

  /** The parent of a differencing VHD, open for reading; it is closed with this. */
  default Optional<Vhd> parent() {
    return Optional.empty();
  }

  /**
   * Tells what this file itself holds, whatever its parents do: as {@link #map}, but {@link
   * MappedExtent.Kind#PARENT} where a sector is the parent's.
   */
  default MappedExtent mapOwn(long position) throws IOException {
    return map(position);
  }

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
   * Reads what a differencing VHD says of its parent, which need not be there.
   *
   * @return empty when the file is no differencing VHD
   */
  static Optional<ParentReference> parentReference(BlockDevice file) throws IOException {
    Optional<VhdFooter> footer = identify(file);
    if (footer.isEmpty() || footer.get().type() != VhdType.DIFFERENCING) {
      return Optional.empty();
    }
    byte[] header = DynamicHeader.read(file, footer.get());
    return Optional.of(
        ParentReference.read(file, DynamicHeader.get(header, file, footer.get().dataOffset())));
  }

  /**
   * Opens the disk in a VHD file that needs no parent.
   *
   * @throws MissingParentException for a differencing VHD
   * @see #open(BlockDevice, boolean, ParentResolver)
   */
  static Vhd open(BlockDevice file, boolean readOnly) throws IOException {
    return open(file, readOnly, ParentResolver.NONE);
  }

  /**
   * Opens the disk in a VHD file, a differencing one through its parents, which are only read.
   *
   * @param file the file; must stay open, and must be resizable for blocks to be added
   * @param readOnly whether writes are to be refused, as they always are on a read-only device
   * @param parents finds the files of parents
   * @throws io.vhdboot.disk.CorruptFormatException when the file or a parent is damaged, or the
   *     chain of parents leads back to itself; a file whose only fault is a wrong checksum opens
   *     for reading
   * @throws io.vhdboot.disk.UnsupportedFormatException for a VHDX, and versions or types that the
   *     specification does not have
   * @throws MissingParentException when a parent is not found
   */
  static Vhd open(BlockDevice file, boolean readOnly, ParentResolver parents) throws IOException {
    return VhdOpening.open(file, readOnly, false, parents);
  }

  /** Opens the disk in a VHD file, which {@link #close()} closes, with parents on the host. */
  static Vhd open(Path path, boolean readOnly) throws IOException {
    return open(path, readOnly, ParentResolver.beside(path));
  }

  /** Opens the disk in a VHD file, which {@link #close()} closes, with its parents. */
  static Vhd open(Path path, boolean readOnly, ParentResolver parents) throws IOException {
    FileDevice file = readOnly ? FileDevice.openReadOnly(path) : FileDevice.open(path);
    try {
      return VhdOpening.open(file, readOnly, true, parents);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** Creates a fixed VHD on a device, whose former content is gone. */
  static Vhd createFixed(ResizableBlockDevice file, VhdOptions options) throws IOException {
    return VhdOpening.create(file, FixedVhdLayout.of(options), false, ParentResolver.NONE);
  }

  /** Creates a file that is a fixed VHD, sparse where the host knows holes. */
  static Vhd createFixed(Path path, VhdOptions options) throws IOException {
    return create(path, FixedVhdLayout.of(options));
  }

  /** Creates a dynamic VHD without blocks on a device, whose former content is gone. */
  static Vhd createDynamic(ResizableBlockDevice file, VhdOptions options) throws IOException {
    return VhdOpening.create(
        file, DynamicVhdLayout.of(options, new BitSet()), false, ParentResolver.NONE);
  }

  /** Creates a file that is a dynamic VHD without blocks. */
  static Vhd createDynamic(Path path, VhdOptions options) throws IOException {
    return create(path, DynamicVhdLayout.of(options, new BitSet()));
  }

  /**
   * Creates a differencing VHD without blocks on a device, whose former content is gone.
   *
   * @param options what it shall be like; its disk has the parent's size
   * @param parent the parent, and where it is as seen from the child
   * @param parents finds the files of parents
   */
  static Vhd createDifferencing(
      ResizableBlockDevice file, VhdOptions options, ParentReference parent, ParentResolver parents)
      throws IOException {
    DynamicVhdLayout layout = DynamicVhdLayout.ofChild(options, parent);
    return VhdOpening.create(file, layout, false, parents);
  }

  /**
   * Creates a file that is a differencing VHD without blocks, a child of another file, whose place
   * it notes relative to its own and as it is.
   *
   * @param parent the parent's file
   * @param uniqueId the child's unique id
   * @param timestamp the time of creation
   */
  static Vhd createDifferencing(Path path, Path parent, UUID uniqueId, Instant timestamp)
      throws IOException {
    return ChildCreation.create(path, parent, uniqueId, timestamp);
  }

  /**
   * Creates a differencing VHD without blocks on a device, whose former content is gone and which
   * will be a file of the host.
   *
   * @param path the file that it will be
   * @param parent the parent's file
   * @see #createDifferencing(Path, Path, UUID, Instant)
   */
  static Vhd createDifferencing(
      ResizableBlockDevice file, Path path, Path parent, UUID uniqueId, Instant timestamp)
      throws IOException {
    return ChildCreation.create(file, path, parent, uniqueId, timestamp, false);
  }

  private static Vhd create(Path path, VhdLayout layout) throws IOException {
    FileDevice file = FileDevice.create(path, 0);
    try {
      return VhdOpening.create(file, layout, true, ParentResolver.NONE);
    } catch (IOException | RuntimeException e) {
      file.close();
      Files.delete(path);
      throw e;
    }
  }
}
