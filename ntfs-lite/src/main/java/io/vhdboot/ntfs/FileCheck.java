package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.ntfs.security.SecurityDescriptor;
import io.vhdboot.ntfs.security.StandardDescriptors;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Looks at what the attributes of one file say, and makes the file sound in itself: what it is, its
 * times and attribute bits, its streams. Names are the business of {@link NameCheck}.
 */
final class FileCheck {

  private static final int DESCRIPTOR_LIMIT = 256 << 10;
  private static final int SPARSE_OR_COMPRESSED = FileAttributes.SPARSE | FileAttributes.COMPRESSED;

  private static final Set<String> VIEWS = Set.of("$ObjId", "$Quota", "$Reparse");

  private final CheckedVolume volume;
  private final CheckLog log;
  private final CheckedFile file;
  private final long number;
  private final boolean isSystem;

  private FileCheck(CheckedVolume volume, CheckedFile file) {
    this.volume = volume;
    this.log = volume.log();
    this.file = file;
    this.number = file.number();
    this.isSystem = number < CheckedTable.FIRST_ORDINARY;
  }

  /** Makes a file sound and reports what was not. */
  static void check(CheckedVolume volume, CheckedFile file) throws IOException {
    FileCheck check = new FileCheck(volume, file);
    check.attributeTypes();
    StreamCheck.check(volume, file);
    check.form();
    check.extendedAttributes();
    check.reparsePoint();
    check.objectId();
    check.standardInformation();
    NameCheck.check(volume, file);
    check.descriptor();
  }

  private void report(NtfsFindingKind kind, String message) {
    log.add(kind, number, message);
  }

  /** Which attributes there are. */
  private void attributeTypes() {
    Set<String> seen = new HashSet<>();
    for (CheckedStream stream : List.copyOf(file.streams())) {
      int type = stream.type();
      if (!isKnown(type)) {
        report(NtfsFindingKind.ATTRIBUTE_UNKNOWN, String.format("attribute %xh", type));
        file.remove(stream);
      } else if (isAlone(type) && !stream.name().isEmpty()) {
        report(NtfsFindingKind.ATTRIBUTE_MISPLACED, stream + " must have no name");
        file.remove(stream);
      } else if (type != AttributeType.FILE_NAME && !seen.add(type + ":" + stream.name())) {
        report(NtfsFindingKind.ATTRIBUTE_TWICE, stream + " is there twice");
        file.remove(stream);
      } else if ((type == AttributeType.VOLUME_NAME || type == AttributeType.VOLUME_INFORMATION)
          && number != SystemFiles.VOLUME) {
        report(NtfsFindingKind.ATTRIBUTE_MISPLACED, stream + " belongs to $Volume");
        file.remove(stream);
      } else if (isOfIndex(type) && !mayHaveIndex(stream.name())) {
        report(NtfsFindingKind.ATTRIBUTE_MISPLACED, stream + " is of no index that a file has");
        file.remove(stream);
      } else if (type == AttributeType.INDEX_ALLOCATION && stream.isResident()) {
        report(NtfsFindingKind.ATTRIBUTE_FORM, stream + " must not be resident");
        file.remove(stream);
      }
    }
  }

  private static boolean isKnown(int type) {
    return type == AttributeType.LOGGED_UTILITY_STREAM
        || type >= AttributeType.STANDARD_INFORMATION
            && type <= AttributeType.EA
            && (type & 0xF) == 0;
  }

  /** Whether a file has one attribute of a type at most, without a name. */
  private static boolean isAlone(int type) {
    return switch (type) {
      case AttributeType.STANDARD_INFORMATION,
          AttributeType.OBJECT_ID,
          AttributeType.SECURITY_DESCRIPTOR,
          AttributeType.VOLUME_NAME,
          AttributeType.VOLUME_INFORMATION,
          AttributeType.REPARSE_POINT,
          AttributeType.EA_INFORMATION,
          AttributeType.EA ->
          true;
      default -> false;
    };
  }

  private static boolean isOfIndex(int type) {
    return type == AttributeType.INDEX_ROOT
        || type == AttributeType.INDEX_ALLOCATION
        || type == AttributeType.BITMAP;
  }

  /** Whether the file may have an index of a name: only the views of the volume have others. */
  private boolean mayHaveIndex(String name) {
    return isSystem
        || isInExtend()
        || file.isView()
        || name.equals(CheckedVolume.DIRECTORY_INDEX)
        || isNamedView();
  }

  /** Whether it is a directory, a view or a file, by its flags and by what it holds. */
  private void form() {
    boolean hasIndex = file.has(AttributeType.INDEX_ROOT, CheckedVolume.DIRECTORY_INDEX);
    boolean hasOtherIndex =
        isInExtend() && isNamedView()
            || file.all(AttributeType.INDEX_ROOT).stream()
                .anyMatch(root -> !root.name().equals(CheckedVolume.DIRECTORY_INDEX));
    boolean hasData = file.has(AttributeType.DATA);
    if (file.isDirectory() && !hasIndex) {
      report(NtfsFindingKind.DIRECTORY_FORM, "a directory has no index $I30");
      if (hasData || hasOtherIndex) {
        file.setFlags(file.flags() & ~FileRecord.FLAG_DIRECTORY);
      } else {
        file.removeIf(stream -> stream.name().equals(CheckedVolume.DIRECTORY_INDEX));
        file.add(
            CheckedStream.resident(
                AttributeType.INDEX_ROOT,
                CheckedVolume.DIRECTORY_INDEX,
                IndexRebuild.emptyDirectory(volume.boot())),
            volume.table().check());
        volume.needs().rebuild(number, CheckedVolume.DIRECTORY_INDEX);
      }
    } else if (!file.isDirectory() && hasIndex) {
      report(NtfsFindingKind.DIRECTORY_FORM, "a file that is no directory has an index $I30");
      if (hasData) {
        file.removeIf(stream -> stream.name().equals(CheckedVolume.DIRECTORY_INDEX));
      } else {
        file.setFlags(file.flags() | FileRecord.FLAG_DIRECTORY);
      }
    } else if (file.isDirectory() && hasData) {
      CheckedStream data = file.find(AttributeType.DATA);
      report(
          NtfsFindingKind.DIRECTORY_FORM,
          "a directory has an unnamed stream, of " + data.size() + " bytes");
      file.remove(data);
    }
    if (file.isView() != hasOtherIndex && (isSystem || isInExtend() || !hasOtherIndex)) {
      boolean rooted = hasOtherIndex;
      report(
          NtfsFindingKind.RECORD_FLAGS,
          rooted ? "the flag of a view index is missing" : "the flag of a view index is set");
      file.setFlags(
          rooted
              ? file.flags() | FileRecord.FLAG_VIEW_INDEX
              : file.flags() & ~FileRecord.FLAG_VIEW_INDEX);
    }
    boolean wantsData =
        !file.isDirectory() && !file.isView() && !isInExtend() && number != SystemFiles.SECURE;
    if (wantsData && !file.has(AttributeType.DATA)) {
      report(NtfsFindingKind.NO_DATA, "the file has no unnamed stream");
      file.add(CheckedStream.resident(AttributeType.DATA, "", new byte[0]), volume.table().check());
    }
  }

  /** Whether it is one of the views of $Extend by its name; its index may be lost. */
  private boolean isNamedView() {
    return NameCheck.of(file).stream()
        .anyMatch(
            name ->
                FileReference.record(name.parent()) == SystemFiles.EXTEND
                    && VIEWS.contains(name.name()));
  }

  private boolean isInExtend() {
    return (file.flags() & FileRecord.FLAG_IN_EXTEND) != 0;
  }

  private void extendedAttributes() throws IOException {
    CheckedStream information = file.find(AttributeType.EA_INFORMATION);
    CheckedStream stream = file.find(AttributeType.EA);
    if (information == null && stream == null) {
      return;
    }
    byte[] bytes = null;
    String problem = null;
    if (stream == null) {
      problem = "$EA_INFORMATION without $EA";
    } else {
      try {
        bytes = stream.bytes(volume.clusters(), ExtendedAttribute.MAX_SIZE);
        problem = ExtendedAttributeCheck.problem(bytes);
      } catch (CorruptFormatException e) {
        problem = "$EA is damaged: " + e.getMessage();
      }
    }
    if (problem != null) {
      report(NtfsFindingKind.EXTENDED_ATTRIBUTES, problem);
      file.removeIf(a -> a.type() == AttributeType.EA || a.type() == AttributeType.EA_INFORMATION);
      return;
    }
    byte[] wanted = ExtendedAttributeCheck.information(bytes);
    byte[] found = information == null ? new byte[0] : information.value();
    if (found.length == wanted.length && ExtendedAttributeCheck.agree(found, wanted)) {
      if (LittleEndian.u16(found, 0) != LittleEndian.u16(wanted, 0)) {
        report(
            NtfsFindingKind.EXTENDED_ATTRIBUTES_UNUSUAL,
            "$EA_INFORMATION says that "
                + LittleEndian.u16(found, 0)
                + " bytes are packed, not "
                + LittleEndian.u16(wanted, 0));
      }
      return;
    }
    report(NtfsFindingKind.EXTENDED_ATTRIBUTES, "$EA_INFORMATION is not as $EA is");
    if (information != null) {
      file.remove(information);
    }
    file.add(
        CheckedStream.resident(AttributeType.EA_INFORMATION, "", wanted), volume.table().check());
  }

  private void reparsePoint() throws IOException {
    CheckedStream stream = file.find(AttributeType.REPARSE_POINT);
    if (stream == null) {
      return;
    }
    try {
      byte[] bytes = stream.bytes(volume.clusters(), ReparsePoint.MAX_SIZE);
      ReparsePoint point = ReparsePoint.get(bytes, 0, bytes.length, "$REPARSE_POINT");
      if (point.size() != bytes.length) {
        throw new CorruptFormatException(
            "$REPARSE_POINT", 4, bytes.length + " bytes for data of " + point.data().length);
      }
      if (point.tag() == WofContent.TAG) {
        overlay(point);
      }
    } catch (CorruptFormatException e) {
      report(NtfsFindingKind.REPARSE_POINT, "the reparse point is damaged: " + e.getMessage());
      file.remove(stream);
    }
  }

  /** The stream that holds what the Windows overlay filter compressed. */
  private void overlay(ReparsePoint point) throws IOException {
    CheckedStream stored = file.find(AttributeType.DATA, WofContent.STREAM);
    CheckedStream data = file.find(AttributeType.DATA);
    try {
      WofContent.of(
          point.data(),
          stored == null ? null : stored.content(volume.clusters()),
          data == null ? 0 : data.size(),
          "overlay");
    } catch (CorruptFormatException e) {
      report(NtfsFindingKind.OVERLAY, e.getMessage());
    } catch (UnsupportedFormatException e) {
      // Kept elsewhere or by a newer Windows: nothing to hold it against.
      return;
    }
  }

  private void objectId() {
    CheckedStream stream = file.find(AttributeType.OBJECT_ID);
    if (stream == null) {
      return;
    }
    long size = stream.size();
    if (size != ViewIndex.ObjectIds.ID_SIZE && size != ViewIndex.ObjectIds.FULL_SIZE) {
      report(NtfsFindingKind.OBJECT_ID, "the object id has " + size + " bytes, not 16 or 64");
      file.remove(stream);
    }
  }

  private void standardInformation() throws IOException {
    CheckedStream stream = file.find(AttributeType.STANDARD_INFORMATION);
    StandardInformation found = null;
    if (stream == null) {
      report(NtfsFindingKind.STANDARD_INFORMATION, "the file has no $STANDARD_INFORMATION");
    } else if (stream.size() != StandardInformation.SHORT_SIZE
        && stream.size() != StandardInformation.LONG_SIZE) {
      report(
          NtfsFindingKind.STANDARD_INFORMATION,
          "$STANDARD_INFORMATION has " + stream.size() + " bytes");
    } else {
      byte[] value = stream.value();
      found = StandardInformation.get(value, 0, value.length, "$STANDARD_INFORMATION");
    }
    StandardInformation wanted = bits(found == null ? fromName() : found);
    if (wanted.equals(found)) {
      return;
    }
    if (stream != null) {
      file.remove(stream);
    }
    byte[] value = new byte[wanted.size()];
    wanted.put(value, 0);
    file.add(
        CheckedStream.resident(AttributeType.STANDARD_INFORMATION, "", value),
        volume.table().check());
  }

  /** What a name tells of the times, for a file that has lost its own. */
  private StandardInformation fromName() {
    for (CheckedStream name : file.all(AttributeType.FILE_NAME)) {
      try {
        byte[] value = name.value();
        FileName known = FileName.get(value, 0, value.length, "$FILE_NAME");
        return new StandardInformation(
            known.created(),
            known.modified(),
            known.changed(),
            known.accessed(),
            known.attributes() & FileAttributes.SETTABLE,
            0,
            0,
            0,
            0,
            false);
      } catch (CorruptFormatException e) {
        continue;
      }
    }
    return new StandardInformation(0, 0, 0, 0, 0, 0, 0, 0, 0, false);
  }

  /** The attribute bits and times as they must be. */
  private StandardInformation bits(StandardInformation old) {
    int attributes = old.attributes();
    if ((attributes & FileAttributes.DIRECTORY) != 0) {
      report(NtfsFindingKind.FILE_ATTRIBUTES, "the bit of a directory is stored");
      attributes &= ~FileAttributes.DIRECTORY;
    }
    boolean isReparsePoint = file.has(AttributeType.REPARSE_POINT);
    if ((attributes & FileAttributes.REPARSE_POINT) != 0 != isReparsePoint) {
      report(
          NtfsFindingKind.REPARSE_POINT,
          isReparsePoint
              ? "the attribute bit of the reparse point is not set"
              : "the attribute bit of a reparse point is set, but there is none");
      attributes ^= FileAttributes.REPARSE_POINT;
    }
    CheckedStream data = file.find(AttributeType.DATA);
    if (data != null && !file.isDirectory()) {
      int wanted =
          (data.isSparse() ? FileAttributes.SPARSE : 0)
              | (data.isCompressed() ? FileAttributes.COMPRESSED : 0);
      if (!isReparsePoint) {
        attributes = asStreams(attributes, data);
      }
      // Filters show a file as it would be, not as its stream is.
      int mask = isReparsePoint ? FileAttributes.COMPRESSED : SPARSE_OR_COMPRESSED;
      if ((attributes & mask) != (wanted & mask)) {
        report(
            NtfsFindingKind.FILE_ATTRIBUTES_UNUSUAL,
            String.format(
                "the attributes %xh are not as the stream is: sparse %s, compressed %s",
                attributes, data.isSparse(), data.isCompressed()));
        if (volume.options().strict() || file.isChanged()) {
          attributes = attributes & ~mask | wanted & mask;
        }
      }
    }
    long[] times = {old.created(), old.modified(), old.changed(), old.accessed()};
    for (int i = 0; i < times.length; i++) {
      if (times[i] < 0) {
        report(NtfsFindingKind.STANDARD_INFORMATION, "a time is negative: " + times[i]);
        times[i] = 0;
      }
    }
    return new StandardInformation(
        times[0],
        times[1],
        times[2],
        times[3],
        attributes,
        old.ownerId(),
        old.securityId(),
        old.quotaCharged(),
        old.usn(),
        old.isLong());
  }

  /**
   * The attribute bits with those that ntfs-3g insists on, which else opens no such file, and
   * mounts no volume that has one among its own: that of a sparse stream, and that of an encrypted
   * one.
   */
  private int asStreams(int attributes, CheckedStream data) {
    int stream =
        (data.isSparse() ? FileAttributes.SPARSE : 0)
            | (data.isEncrypted() ? FileAttributes.ENCRYPTED : 0);
    boolean isEncrypted =
        file.all(AttributeType.DATA).stream().anyMatch(CheckedStream::isEncrypted);
    int wanted = (isEncrypted ? attributes : attributes & ~FileAttributes.ENCRYPTED) | stream;
    if (wanted != attributes) {
      report(
          NtfsFindingKind.FILE_ATTRIBUTES,
          String.format(
              "the attributes %xh are not as the stream is: sparse %s, encrypted %s",
              attributes, data.isSparse(), data.isEncrypted()));
    }
    return wanted;
  }

  /** Whether anything tells who may use the file. */
  private void descriptor() throws IOException {
    CheckedStream stream = file.find(AttributeType.STANDARD_INFORMATION);
    byte[] value = stream.value();
    StandardInformation information =
        StandardInformation.get(value, 0, value.length, "$STANDARD_INFORMATION");
    CheckedStream own = file.find(AttributeType.SECURITY_DESCRIPTOR);
    if (own != null) {
      String problem;
      try {
        problem = SecurityDescriptor.problem(own.bytes(volume.clusters(), DESCRIPTOR_LIMIT));
      } catch (CorruptFormatException e) {
        problem = e.getMessage();
      }
      if (problem != null) {
        report(NtfsFindingKind.SECURITY_ID, "the file's own descriptor is damaged: " + problem);
        file.remove(own);
        own = null;
      }
    }
    if (own != null) {
      return;
    }
    if (!information.isLong()) {
      report(NtfsFindingKind.SECURITY_ID, "the file has neither security id nor descriptor");
      addDescriptor();
    } else if (information.securityId() == 0 && !isSystem && !isInExtend()) {
      report(NtfsFindingKind.SECURITY_UNUSUAL, "the file has security id 0 and no descriptor");
    }
    volume.files().setSecurityId(number, information.isLong() ? information.securityId() : 0);
  }

  private void addDescriptor() {
    file.add(
        CheckedStream.resident(
            AttributeType.SECURITY_DESCRIPTOR, "", defaultDescriptor(file.isDirectory(), isSystem)),
        volume.table().check());
  }

  /** The descriptor of a file that has lost its own. */
  static byte[] defaultDescriptor(boolean isDirectory, boolean isSystem) {
    return isSystem
        ? StandardDescriptors.SYSTEM_WRITE
        : isDirectory ? StandardDescriptors.DEFAULT_DIRECTORY : StandardDescriptors.DEFAULT_FILE;
  }
}
