package io.vhdboot.ntfs;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.ResizableBlockDevice;
import io.vhdboot.ntfs.security.SecurityDescriptor;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Edits an existing volume in place, whoever made it. What is changed shows at once to who reads
 * through {@link #volume}, and is on disk after {@link #flush}: content goes there as it is
 * written, metadata in an order that leaves every file that was flushed before readable at every
 * moment. After a stop on the way the volume is marked dirty, and a check of it gives back what got
 * lost between two flushes.
 *
 * <p>Each call happens wholly or not at all. {@link NtfsFile} objects are snapshots: they lead to
 * their file as long as it exists, whatever its names, but tell what it was like when they were
 * made. Files in which NTFS keeps its own records are refused with {@link
 * java.nio.file.AccessDeniedException}, damage where it is met with {@link
 * io.vhdboot.disk.CorruptFormatException}.
 *
 * <p>One thread at a time may edit or read. The device remains the caller's, who closes it after
 * the editor.
 */
public final class NtfsEditor implements Closeable {

  private final VolumeEdit volume;
  private final TreeEdit tree;

  private NtfsEditor(VolumeEdit volume) {
    this.volume = volume;
    this.tree = new TreeEdit(volume);
  }

  /**
   * Opens a volume with {@link NtfsEditOptions#defaults}.
   *
   * @throws UncleanVolumeException when the volume was not dismounted or is marked dirty, and thus
   *     must not be edited as it stands
   */
  public static NtfsEditor open(BlockDevice device) throws IOException {
    return open(device, NtfsEditOptions.defaults());
  }

  /**
   * Opens a volume. Nothing is written before the first edit.
   *
   * @throws UncleanVolumeException when the volume was not dismounted or is marked dirty, and thus
   *     must not be edited as it stands
   */
  public static NtfsEditor open(BlockDevice device, NtfsEditOptions options) throws IOException {
    return new NtfsEditor(VolumeEdit.open(device, options));
  }

  /** The volume as it is now. */
  public NtfsVolume volume() {
    return volume.volume();
  }

  /**
   * Bytes that can be had, or can after the next flush; without those that are {@link
   * NtfsEditOptions#reserve kept} for deleting. Reads $Bitmap.
   */
  public long freeSpace() throws IOException {
    volume.checkOpen();
    return volume.allocator().countFree() * volume.clusters().clusterSize();
  }

  private long reference(NtfsFile file) {
    if (file.volume() != volume.volume()) {
      throw new IllegalArgumentException("file (" + file + ") must be one of this volume");
    }
    return file.reference();
  }

  /** A change that gives nothing back. */
  private interface Change {
    void make() throws IOException;
  }

  private void edit(Change change) throws IOException {
    volume.edit(
        () -> {
          change.make();
          return null;
        });
  }

  /** The same for what gives room back. */
  private void editWithReserve(Change change) throws IOException {
    volume.editWithReserve(
        () -> {
          change.make();
          return null;
        });
  }

  /** What of a file can be changed. */
  private MetadataEdit metadata(NtfsFile file) throws IOException {
    FileEdit edited = volume.file(reference(file), file);
    if (edited.number() != MasterFileTable.ROOT) {
      TreeEdit.checkOwn(edited);
    }
    return new MetadataEdit(edited);
  }

  // Names.

  /**
   * Creates an empty file.
   *
   * @return the new file
   * @throws FileAlreadyExistsException when the directory has the name, be it in another case
   * @throws io.vhdboot.disk.NoSpaceException when the volume is full
   */
  public NtfsFile createFile(NtfsFile directory, String name, NewFileOptions options)
      throws IOException {
    return create(directory, name, options, false);
  }

  /**
   * Creates an empty directory.
   *
   * @return the new directory
   * @throws FileAlreadyExistsException when the directory has the name, be it in another case
   * @throws io.vhdboot.disk.NoSpaceException when the volume is full
   */
  public NtfsFile createDirectory(NtfsFile directory, String name, NewFileOptions options)
      throws IOException {
    return create(directory, name, options, true);
  }

  private NtfsFile create(
      NtfsFile directory, String name, NewFileOptions options, boolean isDirectory)
      throws IOException {
    NameRules.checkFile(name, options.isPosix());
    long parent = reference(directory);
    long number = volume.edit(() -> tree.create(parent, name, options, isDirectory));
    return volume.volume().file(number);
  }

  /**
   * Gives a file another name, a hard link.
   *
   * @throws FileAlreadyExistsException when the directory has the name
   */
  public void link(NtfsFile file, NtfsFile directory, String name) throws IOException {
    link(file, directory, name, false);
  }

  /**
   * Gives a file another name, as {@link #link(NtfsFile, NtfsFile, String)} does.
   *
   * @param posix whether the name may be one that Windows cannot use or that differs from another
   *     only in its case, as with {@link NewFileOptions.Builder#posix}
   */
  public void link(NtfsFile file, NtfsFile directory, String name, boolean posix)
      throws IOException {
    NameRules.checkFile(name, posix);
    long reference = reference(file);
    long parent = reference(directory);
    edit(() -> tree.link(reference, parent, name, posix));
  }

  /**
   * Removes a name and, with the last one, the file.
   *
   * @param name the name, long or short, without regard to case where no other is exactly so
   * @throws NoSuchFileException when the directory has no such name
   * @throws DirectoryNotEmptyException when it is that of a directory that has files
   */
  public void unlink(NtfsFile directory, String name) throws IOException {
    long parent = reference(directory);
    editWithReserve(() -> tree.unlink(parent, name));
  }

  /**
   * Removes a name and, where it is that of a directory, all that is below it. Files that have
   * names elsewhere stay there. A stop on the way leaves a part.
   *
   * @throws NoSuchFileException when the directory has no such name
   */
  public void deleteTree(NtfsFile directory, String name) throws IOException {
    new TreeDeletion(volume, tree).run(reference(directory), name);
  }

  /**
   * Moves a name within a directory or to another one.
   *
   * @param replace whether a file of the new name, or an empty directory, is removed before
   * @throws NoSuchFileException when there is no such name
   * @throws FileAlreadyExistsException when the new one is taken
   * @throws DirectoryNotEmptyException when it is to be replaced but has files
   * @throws java.nio.file.FileSystemException when a directory would come to lie in itself
   */
  public void rename(NtfsFile from, String name, NtfsFile to, String newName, boolean replace)
      throws IOException {
    rename(from, name, to, newName, replace, false);
  }

  /**
   * Moves a name, as {@link #rename(NtfsFile, String, NtfsFile, String, boolean)} does.
   *
   * @param posix whether the new name may be one that Windows cannot use or that differs from
   *     another only in its case, as with {@link NewFileOptions.Builder#posix}
   */
  public void rename(
      NtfsFile from, String name, NtfsFile to, String newName, boolean replace, boolean posix)
      throws IOException {
    NameRules.checkFile(newName, posix);
    long fromReference = reference(from);
    long toReference = reference(to);
    edit(() -> tree.rename(fromReference, name, toReference, newName, replace, posix));
  }

  /**
   * Sets the 8.3 name beside a name, or removes it. A file has one at most.
   *
   * @param shortName the name itself where that shall be its own short name
   * @throws FileAlreadyExistsException when the directory has it already
   */
  public void setShortName(NtfsFile directory, String name, Optional<String> shortName)
      throws IOException {
    long parent = reference(directory);
    edit(() -> tree.setShortName(parent, name, shortName));
  }

  // Streams.

  /**
   * The content of a stream, to be read, written and resized. It is live: what one such device
   * writes another reads. Making a range zero makes holes in a stream that is sparse. Times and
   * what directories say of the size are brought up to date when the device is closed or the volume
   * flushed; its {@link ResizableBlockDevice#flush} flushes the volume.
   *
   * @param stream the name, empty for the unnamed stream
   * @throws NoSuchFileException when there is none of that name
   */
  public ResizableBlockDevice stream(NtfsFile file, String stream) throws IOException {
    String name = metadata(file).stream(stream).name();
    String label = file.label() + (name.isEmpty() ? "" : ":" + name);
    return new EditedStream(volume, reference(file), name, label);
  }

  /**
   * Adds an empty named stream.
   *
   * @throws FileAlreadyExistsException when there is one of that name
   */
  public void createStream(NtfsFile file, String stream) throws IOException {
    edit(() -> metadata(file).createStream(stream));
  }

  /** Removes a named stream. */
  public void deleteStream(NtfsFile file, String stream) throws IOException {
    editWithReserve(() -> metadata(file).deleteStream(stream));
  }

  /** Gives a named stream another name. */
  public void renameStream(NtfsFile file, String stream, String newName) throws IOException {
    edit(() -> metadata(file).renameStream(stream, newName));
  }

  /** Says whether a stream may have holes; those that it has are filled when it may not. */
  public void setSparse(NtfsFile file, String stream, boolean sparse) throws IOException {
    edit(() -> metadata(file).setSparse(stream, sparse));
  }

  /**
   * Compresses a stream by LZNT1, or stores it plainly again; of a directory, says whether new
   * files in it shall be compressed.
   *
   * @param stream the name, empty for the unnamed stream or for a directory
   * @throws io.vhdboot.disk.UnsupportedFormatException when the volume's clusters are larger than 4
   *     KiB, or the stream is encrypted
   */
  public void setCompressed(NtfsFile file, String stream, boolean compressed) throws IOException {
    edit(() -> metadata(file).setCompressed(stream, compressed));
  }

  // What a file is like.

  /** Sets times, 100 ns since 1601; those that are empty stay. */
  public void setTimes(
      NtfsFile file,
      OptionalLong created,
      OptionalLong modified,
      OptionalLong changed,
      OptionalLong accessed)
      throws IOException {
    volume.settling().settle(FileReference.record(reference(file)));
    edit(() -> metadata(file).setTimes(created, modified, changed, accessed));
  }

  /** Sets the bits of {@link FileAttributes#SETTABLE}; others stay as they are. */
  public void setAttributes(NtfsFile file, int attributes) throws IOException {
    volume.settling().settle(FileReference.record(reference(file)));
    edit(() -> metadata(file).setAttributes(attributes));
  }

  /**
   * Makes a file a reparse point: a link, or what a filter of Windows handles.
   *
   * @param tag the tag
   * @param data what follows the 8 bytes of header, with the GUID where bit 31 of the tag is clear
   */
  public void setReparsePoint(NtfsFile file, int tag, byte[] data) throws IOException {
    edit(() -> metadata(file).setReparsePoint(tag, data));
  }

  /** Makes a file one that is no reparse point. */
  public void removeReparsePoint(NtfsFile file) throws IOException {
    editWithReserve(() -> metadata(file).removeReparsePoint());
  }

  /**
   * Sets who may do what with a file.
   *
   * @param selfRelative a self-relative security descriptor
   */
  public void setSecurityDescriptor(NtfsFile file, byte[] selfRelative) throws IOException {
    String problem = SecurityDescriptor.problem(selfRelative);
    if (problem != null || selfRelative.length > SecurityEdit.MAX_LENGTH) {
      throw new IllegalArgumentException(
          "selfRelative ("
              + selfRelative.length
              + " bytes) must be a security descriptor of at most "
              + SecurityEdit.MAX_LENGTH
              + (problem == null ? "" : ": " + problem));
    }
    byte[] copy = selfRelative.clone();
    edit(() -> metadata(file).setSecurityDescriptor(copy));
  }

  /**
   * Gives a file an object id, by which it is found wherever it is moved.
   *
   * @param id the 16 bytes of the id, or 64 with those of its birth, which the volume's index
   *     keeps, as Windows does it, and {@link NtfsFile#objectId} does not tell
   * @throws FileAlreadyExistsException when another file of the volume has it
   */
  public void setObjectId(NtfsFile file, byte[] id) throws IOException {
    if (id.length != ViewIndex.ObjectIds.ID_SIZE && id.length != ViewIndex.ObjectIds.FULL_SIZE) {
      throw new IllegalArgumentException("id (" + id.length + " bytes) must have 16 or 64");
    }
    byte[] copy = id.clone();
    edit(() -> metadata(file).setObjectId(copy));
  }

  /** Takes a file's object id away. */
  public void removeObjectId(NtfsFile file) throws IOException {
    editWithReserve(() -> metadata(file).removeObjectId());
  }

  /** Sets all extended attributes; none removes them. */
  public void setExtendedAttributes(NtfsFile file, List<ExtendedAttribute> attributes)
      throws IOException {
    List<ExtendedAttribute> copy = new ArrayList<>(attributes);
    edit(() -> metadata(file).setExtendedAttributes(copy));
  }

  /**
   * Sets the label of the volume.
   *
   * @param label at most {@link NtfsFormatOptions#MAX_LABEL_LENGTH} units, empty for none
   */
  public void setLabel(String label) throws IOException {
    if (label.length() > NtfsFormatOptions.MAX_LABEL_LENGTH || label.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "label ("
              + label
              + ") must have at most "
              + NtfsFormatOptions.MAX_LABEL_LENGTH
              + " units and no NUL");
    }
    edit(() -> volume.setLabel(label));
    volume.volume().readInformation();
  }

  // Its end.

  /** Makes all edits durable. */
  public void flush() throws IOException {
    volume.flush();
  }

  /**
   * Makes all edits durable and says on the volume that it was dismounted. When this fails, the
   * volume remains marked dirty.
   */
  @Override
  public void close() throws IOException {
    volume.close();
  }

  @Override
  public String toString() {
    return "editor of " + volume.volume();
  }
}
