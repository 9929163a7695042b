package io.vhdboot.ntfs;

import io.vhdboot.disk.Utf16;
import io.vhdboot.ntfs.security.StandardDescriptors;
import java.util.List;

/**
 * The files that every volume has, as Windows makes them: records 0 to 11 in the root, 12 to 15
 * without names, 24 to 26 in $Extend. 16 to 23 stay free for $MFT's own extents.
 */
final class SystemFiles {

  static final int MFT = 0;
  static final int MFT_MIRROR = 1;
  static final int LOG_FILE = 2;
  static final int VOLUME = 3;
  static final int ATTRIBUTE_DEFINITIONS = 4;
  static final int ROOT = 5;
  static final int BITMAP = 6;
  static final int BOOT = 7;
  static final int BAD_CLUSTERS = 8;
  static final int SECURE = 9;
  static final int UP_CASE = 10;
  static final int EXTEND = 11;
  static final int FIRST_NAMELESS = 12;
  static final int LAST_NAMELESS = 15;
  static final int QUOTA = 24;
  static final int OBJECT_IDS = 25;
  static final int REPARSE_POINTS = 26;

  /**
   * The first record for other files. Those from 27 on are left to Windows, which puts more of its
   * own into $Extend when it first mounts a volume; ntfs-3g does likewise.
   */
  static final int FIRST_USER_RECORD = 64;

  private static final int HIDDEN_SYSTEM = FileAttributes.HIDDEN | FileAttributes.SYSTEM;

  private final NtfsImageBuilder builder;
  private final int streamCount;
  private final FileMetadata readable;
  private final FileMetadata writable;
  private final FileMetadata ownDescriptor;

  final NodeHandle root;
  final StreamHandle mft;
  final StreamHandle mftBitmap;
  final StreamHandle mftMirror;
  final StreamHandle logFile;
  final StreamHandle bitmap;
  final StreamHandle boot;
  final StreamHandle badClusters;
  final StreamHandle descriptors;
  final ViewIndex.ByHash descriptorsByHash;
  final ViewIndex.ObjectIds objectIds;
  final ViewIndex.ReparsePoints reparsePoints;

  /** Adds the files to a builder that has none yet. */
  SystemFiles(
      NtfsImageBuilder builder,
      NtfsFormatOptions options,
      SecurityTable security,
      List<ViewIndex.ObjectId> knownObjectIds,
      List<NodeHandle> reparseNodes) {
    this.builder = builder;
    boolean ten = options.windows() == NtfsFormatOptions.Windows.TEN;
    long time = options.time();
    readable = FileMetadata.of(time, HIDDEN_SYSTEM, security.add(StandardDescriptors.SYSTEM_READ));
    writable = FileMetadata.of(time, HIDDEN_SYSTEM, security.add(StandardDescriptors.SYSTEM_WRITE));
    ownDescriptor = FileMetadata.of(time, HIDDEN_SYSTEM, 0);

    root = node(ROOT, FileRecord.FLAG_DIRECTORY, ownDescriptor);
    root.indexes = new IndexSource[] {new DirectoryIndex(builder.nextIndex())};
    name(root, root, ".");
    descriptor(root, StandardDescriptors.ROOT);

    mft = stream(file(MFT, "$MFT", readable), "");
    mftBitmap = builder.newStream(mft.node, AttributeType.BITMAP, "", 0, 0);
    mftBitmap.nonResident = true;
    mftMirror = stream(file(MFT_MIRROR, "$MFTMirr", readable), "");
    logFile = stream(file(LOG_FILE, "$LogFile", readable), "");

    NodeHandle volume = file(VOLUME, "$Volume", ten ? writable : ownDescriptor);
    if (!ten) {
      descriptor(volume, StandardDescriptors.SYSTEM_WRITE);
    }
    byte[] label = new byte[2 * options.label().length()];
    Utf16.put(label, 0, options.label());
    builder.newStream(volume, AttributeType.VOLUME_NAME, "", label);
    byte[] information = new byte[VolumeInformation.SIZE];
    VolumeInformation.CLEAN.put(information, 0);
    builder.newStream(volume, AttributeType.VOLUME_INFORMATION, "", information);

    NodeHandle definitions =
        file(ATTRIBUTE_DEFINITIONS, "$AttrDef", ten ? readable : ownDescriptor);
    if (!ten) {
      descriptor(definitions, StandardDescriptors.SYSTEM_READ);
    }
    content(definitions, AttributeDefinitions.toBytes());
    bitmap = stream(file(BITMAP, "$Bitmap", readable), "");
    boot = stream(file(BOOT, "$Boot", ownDescriptor), "");
    boot.size = NtfsBootSector.BOOT_FILE_SIZE;
    descriptor(boot.node, StandardDescriptors.SYSTEM_READ);
    badClusters = stream(file(BAD_CLUSTERS, "$BadClus", readable), "$Bad");

    NodeHandle secure = view(SECURE, 0, writable);
    name(secure, root, "$Secure");
    descriptors = stream(secure, "$SDS");
    descriptorsByHash = new ViewIndex.ByHash(builder.nextIndex(), security);
    secure.indexes =
        new IndexSource[] {descriptorsByHash, new ViewIndex.ById(builder.nextIndex(), security)};

    NodeHandle upCase = file(UP_CASE, "$UpCase", readable);
    byte[] table = UpCaseTable.windows7().toBytes();
    content(upCase, table);
    if (ten) {
      builder.newStream(
          upCase, AttributeType.DATA, UpCaseInformation.NAME, UpCaseInformation.of(table));
    }

    NodeHandle extend = node(EXTEND, FileRecord.FLAG_DIRECTORY, writable);
    extend.indexes = new IndexSource[] {new DirectoryIndex(builder.nextIndex())};
    name(extend, root, "$Extend");
    for (int i = FIRST_NAMELESS; i <= LAST_NAMELESS; i++) {
      descriptor(node(i, 0, ownDescriptor), StandardDescriptors.SYSTEM_WRITE);
    }

    NodeHandle quota = view(QUOTA, FileRecord.FLAG_IN_EXTEND, writable);
    quota.indexes =
        new IndexSource[] {
          new ViewIndex.QuotaOwners(builder.nextIndex()), new QuotaIndex(builder.nextIndex())
        };
    NodeHandle ids = view(OBJECT_IDS, FileRecord.FLAG_IN_EXTEND, writable);
    objectIds = new ViewIndex.ObjectIds(builder.nextIndex(), knownObjectIds);
    ids.indexes = new IndexSource[] {objectIds};
    NodeHandle reparse = view(REPARSE_POINTS, FileRecord.FLAG_IN_EXTEND, writable);
    reparsePoints = new ViewIndex.ReparsePoints(builder.nextIndex(), reparseNodes);
    reparse.indexes = new IndexSource[] {reparsePoints};
    // Windows 10 makes no short names here, older versions mark these as their own.
    int namespace = ten ? FileName.POSIX : FileName.WIN32_AND_DOS;
    builder.newLink(quota, extend, "$Quota", namespace);
    builder.newLink(ids, extend, "$ObjId", namespace);
    builder.newLink(reparse, extend, "$Reparse", namespace);
    streamCount = builder.streams().size();
  }

  /** How many of the builder's streams, the first ones, are of these files. */
  int streamCount() {
    return streamCount;
  }

  private NodeHandle node(int record, int flags, FileMetadata metadata) {
    int sequence = record == MFT || record > LAST_NAMELESS ? 1 : record;
    return builder.newNode(record, sequence, FileRecord.FLAG_IN_USE | flags, metadata);
  }

  private NodeHandle file(int record, String name, FileMetadata metadata) {
    NodeHandle node = node(record, 0, metadata);
    name(node, root, name);
    return node;
  }

  private NodeHandle view(int record, int flags, FileMetadata metadata) {
    NodeHandle node = node(record, flags | FileRecord.FLAG_VIEW_INDEX, metadata);
    node.derivedAttributes = FileAttributes.VIEW_INDEX;
    return node;
  }

  private void name(NodeHandle node, NodeHandle parent, String name) {
    builder.newLink(node, parent, name, FileName.WIN32_AND_DOS);
  }

  private StreamHandle stream(NodeHandle node, String name) {
    StreamHandle stream = builder.newStream(node, AttributeType.DATA, name, 0, 0);
    stream.nonResident = true;
    return stream;
  }

  private void content(NodeHandle node, byte[] value) {
    builder.newStream(node, AttributeType.DATA, "", value).nonResident = true;
  }

  private void descriptor(NodeHandle node, byte[] value) {
    builder.newStream(node, AttributeType.SECURITY_DESCRIPTOR, "", value);
  }
}
