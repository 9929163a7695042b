package io.vhdboot.ntfs;

import io.vhdboot.disk.NoSpaceException;
import io.vhdboot.ntfs.security.StandardDescriptors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Makes records of metadata files anew that are lost, with content as far as it is known. */
final class SystemFileRepair {

  /** The log of a volume whose log was lost: what Windows gives to small ones. */
  private static final int LOG_SIZE = 2 << 20;

  /** The smallest log that Windows takes. */
  private static final int LEAST_LOG_SIZE = 256 << 10;

  private static final int HIDDEN_SYSTEM = FileAttributes.HIDDEN | FileAttributes.SYSTEM;
  private static final int MIRRORED = 4;

  private final CheckedVolume volume;
  private final RepairLog log;
  private final RepairSpace space;

  SystemFileRepair(CheckedVolume volume, RepairLog log, RepairSpace space) {
    this.volume = volume;
    this.log = log;
    this.space = space;
  }

  /** The name that a view of $Extend must have by its indexes, or null for any other file. */
  static String viewName(CheckedFile file) {
    if (!file.isView() || (file.flags() & FileRecord.FLAG_IN_EXTEND) == 0) {
      return null;
    }
    if (file.has(AttributeType.INDEX_ROOT, "$Q")) {
      return "$Quota";
    }
    if (file.has(AttributeType.INDEX_ROOT, "$R")) {
      return "$Reparse";
    }
    return file.has(AttributeType.INDEX_ROOT, "$O") ? "$ObjId" : null;
  }

  void run() throws IOException {
    for (int number : volume.needs().missingSystemFiles().stream().toArray()) {
      if (number != SystemFiles.MFT) {
        create(number);
      }
    }
    for (String name : volume.needs().missingViews()) {
      // The views' own folder comes first.
      if (!volume.needs().missingSystemFiles().get(SystemFiles.EXTEND)) {
        createView(name);
      }
    }
  }

  private void create(int number) throws IOException {
    List<CheckedAttribute> content = new ArrayList<>();
    int flags = 0;
    switch (number) {
      case SystemFiles.MFT_MIRROR -> {
        long size = (long) MIRRORED * volume.table().recordSize();
        long count = volume.clusters().clustersOf(size);
        content.add(plain("", List.of(new DataRun(volume.boot().mirrorCluster(), count)), size));
      }
      case SystemFiles.LOG_FILE -> {
        content.add(logFile());
      }
      case SystemFiles.VOLUME -> {
        byte[] information = new byte[VolumeInformation.SIZE];
        new VolumeInformation(3, 1, VolumeInformation.FLAG_DIRTY).put(information, 0);
        content.add(resident(AttributeType.VOLUME_NAME, "", new byte[0]));
        content.add(resident(AttributeType.VOLUME_INFORMATION, "", information));
        content.add(resident(AttributeType.DATA, "", new byte[0]));
      }
      case SystemFiles.ATTRIBUTE_DEFINITIONS -> content.add(stored(AttributeDefinitions.toBytes()));
      case SystemFiles.UP_CASE -> content.add(stored(UpCaseTable.windows7().toBytes()));
      case SystemFiles.ROOT, SystemFiles.EXTEND -> {
        flags = FileRecord.FLAG_DIRECTORY;
        content.add(
            resident(
                AttributeType.INDEX_ROOT,
                CheckedVolume.DIRECTORY_INDEX,
                IndexRebuild.emptyDirectory(volume.boot())));
      }
      case SystemFiles.BITMAP -> {
        long size = (volume.clusters().clusterCount() + Long.SIZE - 1) / Long.SIZE * Long.BYTES;
        content.add(plain("", space.takeClusters(volume.clusters().clustersOf(size)), size));
      }
      case SystemFiles.BOOT -> {
        long count = volume.clusters().clustersOf(NtfsBootSector.BOOT_FILE_SIZE);
        content.add(plain("", List.of(new DataRun(0, count)), NtfsBootSector.BOOT_FILE_SIZE));
      }
      case SystemFiles.BAD_CLUSTERS -> content.add(resident(AttributeType.DATA, "", new byte[0]));
      case SystemFiles.SECURE -> {
        // The stream and the indexes are made in the next round.
        flags = FileRecord.FLAG_VIEW_INDEX;
        content.add(
            resident(AttributeType.INDEX_ROOT, SecurityCheck.BY_HASH, emptyView("$SDH", 0x12)));
        content.add(
            resident(AttributeType.INDEX_ROOT, SecurityCheck.BY_ID, emptyView("$SII", 0x10)));
      }
      default -> {
        return;
      }
    }
    String name = CheckedVolume.SYSTEM_NAMES.get(number);
    write(
        number,
        number,
        flags,
        FileReference.of(MasterFileTable.ROOT, (int) MasterFileTable.ROOT),
        name,
        FileName.WIN32_AND_DOS,
        content);
    log.done(number, "the record of " + name + " is made anew");
  }

  /** A log that is as large as there is room for. */
  private CheckedAttribute logFile() throws IOException {
    for (int size = LOG_SIZE; ; size /= 2) {
      byte[] ones = new byte[size];
      Arrays.fill(ones, (byte) 0xFF);
      try {
        return plain("", space.store(ones), size);
      } catch (NoSpaceException e) {
        if (size <= LEAST_LOG_SIZE) {
          throw e;
        }
      }
    }
  }

  private void createView(String name) throws IOException {
    long number = space.takeRecord(false);
    if (number < 0) {
      log.done("not repaired: there is no free record for $Extend/" + name);
      return;
    }
    List<CheckedAttribute> content = new ArrayList<>();
    for (String index : name.equals("$Quota") ? List.of("$O", "$Q") : List.of(indexOf(name))) {
      int collation =
          switch (name) {
            case "$Quota" -> index.equals("$Q") ? IndexRoot.COLLATION_U32 : IndexRoot.COLLATION_SID;
            default -> IndexRoot.COLLATION_U32_ARRAY;
          };
      content.add(resident(AttributeType.INDEX_ROOT, index, emptyView(index, collation)));
    }
    write(
        number,
        space.sequence(number),
        FileRecord.FLAG_IN_EXTEND | FileRecord.FLAG_VIEW_INDEX,
        FileReference.of(SystemFiles.EXTEND, volume.files().sequence(SystemFiles.EXTEND)),
        name,
        FileName.POSIX,
        content);
    log.done(number, "$Extend/" + name + " is made anew");
  }

  private static String indexOf(String name) {
    return name.equals("$Reparse") ? "$R" : "$O";
  }

  private static CheckedAttribute resident(int type, String name, byte[] value) {
    return CheckedAttribute.resident(0, type, name, 0, value);
  }

  private CheckedAttribute plain(String name, List<DataRun> runs, long size) {
    return CheckedAttribute.plain(
        0, AttributeType.DATA, name, runs, size, volume.clusters().clusterSize());
  }

  private CheckedAttribute stored(byte[] bytes) throws IOException {
    return plain("", space.store(bytes), bytes.length);
  }

  /** The root of a view without entries. */
  private byte[] emptyView(String name, int collation) {
    byte[] root = IndexRebuild.emptyDirectory(volume.boot());
    int used = IndexHeader.SIZE + IndexEntry.HEADER_SIZE;
    int blockSize = volume.boot().indexBlockSize();
    new IndexRoot(
            0,
            collation,
            blockSize,
            blockSize / volume.boot().indexUnit(),
            new IndexHeader(IndexHeader.SIZE, used, used, false))
        .put(root, 0);
    return root;
  }

  private void write(
      long number,
      int sequence,
      int flags,
      long parent,
      String name,
      int namespace,
      List<CheckedAttribute> content)
      throws IOException {
    int marks =
        ((flags & FileRecord.FLAG_DIRECTORY) != 0 ? FileAttributes.NAME_DIRECTORY : 0)
            | ((flags & FileRecord.FLAG_VIEW_INDEX) != 0 ? FileAttributes.VIEW_INDEX : 0);
    StandardInformation information =
        new StandardInformation(
            0, 0, 0, 0, HIDDEN_SYSTEM | marks & FileAttributes.VIEW_INDEX, 0, 0, 0, 0, false);
    byte[] informationBytes = new byte[information.size()];
    information.put(informationBytes, 0);
    FileName fileName =
        new FileName(parent, 0, 0, 0, 0, 0, 0, HIDDEN_SYSTEM | marks, 0, namespace, name);
    byte[] nameBytes = new byte[fileName.size()];
    fileName.put(nameBytes, 0);
    List<CheckedAttribute> attributes = new ArrayList<>();
    attributes.add(resident(AttributeType.STANDARD_INFORMATION, "", informationBytes));
    attributes.add(resident(AttributeType.FILE_NAME, "", nameBytes));
    attributes.add(
        resident(
            AttributeType.SECURITY_DESCRIPTOR,
            "",
            number == MasterFileTable.ROOT
                ? StandardDescriptors.ROOT
                : StandardDescriptors.SYSTEM_WRITE));
    attributes.addAll(content);
    volume
        .table()
        .write(
            number,
            CheckedRecord.toBytes(
                volume.table().readRaw(number),
                number,
                sequence,
                1,
                FileRecord.FLAG_IN_USE | flags,
                0,
                0,
                CheckedRecord.renumber(attributes, number)));
  }
}
