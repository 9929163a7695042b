package io.vhdboot.ntfs;

import io.vhdboot.ntfs.security.StandardDescriptors;
import java.io.IOException;
import java.util.List;

/**
 * The folder that a repair puts files into to which nothing leads: {@code found.000} in the root,
 * or the next number that is not taken; directories become {@code dir0000.chk}, files {@code
 * file0000.chk} there, as chkdsk names them.
 */
final class FoundFolder {

  private static final String PREFIX = "found.";
  private static final int MAX_NUMBER = 999;

  private final long reference;
  private final String path;
  private int files;
  private int directories;

  private FoundFolder(long reference, String path) {
    this.reference = reference;
    this.path = path;
  }

  /** The number in the name of such a folder, or -1 in any other name. */
  static int number(String name) {
    boolean is =
        name.length() == PREFIX.length() + 3
            && name.regionMatches(true, 0, PREFIX, 0, PREFIX.length())
            && name.chars().skip(PREFIX.length()).allMatch(c -> c >= '0' && c <= '9');
    return is ? Integer.parseInt(name.substring(PREFIX.length())) : -1;
  }

  /** Writes the record of a folder, which no directory lists yet; null when there is none free. */
  static FoundFolder create(CheckedVolume volume, RepairSpace space, int number)
      throws IOException {
    long record = number > MAX_NUMBER ? -1 : space.takeRecord(false);
    if (record < 0) {
      return null;
    }
    String name = String.format("%s%03d", PREFIX, number);
    long root =
        FileReference.of(MasterFileTable.ROOT, volume.files().sequence(MasterFileTable.ROOT));
    int sequence = space.sequence(record);
    FileName fileName =
        new FileName(
            root,
            0,
            0,
            0,
            0,
            0,
            0,
            FileAttributes.HIDDEN | FileAttributes.SYSTEM | FileAttributes.NAME_DIRECTORY,
            0,
            FileName.WIN32_AND_DOS,
            name);
    byte[] nameBytes = new byte[fileName.size()];
    fileName.put(nameBytes, 0);
    StandardInformation information =
        new StandardInformation(
            0, 0, 0, 0, FileAttributes.HIDDEN | FileAttributes.SYSTEM, 0, 0, 0, 0, false);
    byte[] informationBytes = new byte[information.size()];
    information.put(informationBytes, 0);
    List<CheckedAttribute> attributes =
        List.of(
            CheckedAttribute.resident(
                record, AttributeType.STANDARD_INFORMATION, "", 0, informationBytes),
            CheckedAttribute.resident(record, AttributeType.FILE_NAME, "", 0, nameBytes),
            CheckedAttribute.resident(
                record, AttributeType.SECURITY_DESCRIPTOR, "", 0, StandardDescriptors.SYSTEM_WRITE),
            CheckedAttribute.resident(
                record,
                AttributeType.INDEX_ROOT,
                CheckedVolume.DIRECTORY_INDEX,
                0,
                IndexRebuild.emptyDirectory(volume.boot())));
    volume
        .table()
        .write(
            record,
            CheckedRecord.toBytes(
                volume.table().readRaw(record),
                record,
                sequence,
                1,
                FileRecord.FLAG_IN_USE | FileRecord.FLAG_DIRECTORY,
                0,
                0,
                CheckedRecord.renumber(attributes, record)));
    return new FoundFolder(FileReference.of(record, sequence), name);
  }

  long reference() {
    return reference;
  }

  /** The number of its record. */
  long number() {
    return FileReference.record(reference);
  }

  /** Its path from the root. */
  String path() {
    return path;
  }

  /** The name of the next file or directory. */
  String nextName(boolean isDirectory) {
    return isDirectory
        ? String.format("dir%04d.chk", directories++)
        : String.format("file%04d.chk", files++);
  }
}
