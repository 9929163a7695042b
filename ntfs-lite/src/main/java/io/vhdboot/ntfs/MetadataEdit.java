package io.vhdboot.ntfs;

import io.vhdboot.disk.UnsupportedFormatException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Changes of what a file is like besides its names and the bytes of its streams. */
final class MetadataEdit {

  private final FileEdit file;
  private final VolumeEdit volume;

  MetadataEdit(FileEdit file) {
    this.file = file;
    this.volume = file.volume();
  }

  void setTimes(
      OptionalLong created, OptionalLong modified, OptionalLong changed, OptionalLong accessed)
      throws IOException {
    StandardInformation now = file.standard();
    file.setStandard(
        now.withTimes(
            created.orElse(now.created()),
            modified.orElse(now.modified()),
            changed.orElse(now.changed()),
            accessed.orElse(now.accessed())));
    volume.settling().isStale(file);
  }

  void setAttributes(int attributes) throws IOException {
    StandardInformation now = file.standard();
    int others = now.attributes() & ~FileAttributes.SETTABLE;
    int wanted = others | attributes & FileAttributes.SETTABLE;
    // NORMAL means that there is no other one.
    int shown = wanted == FileAttributes.NORMAL ? wanted : wanted & ~FileAttributes.NORMAL;
    file.setStandard(now.withAttributes(shown));
    volume.settling().touch(file, false);
  }

  /** Sets or clears a bit that follows from what the file holds. */
  private void setBit(int bit, boolean value) throws IOException {
    StandardInformation now = file.standard();
    file.setStandard(now.withAttributes(value ? now.attributes() | bit : now.attributes() & ~bit));
  }

  // Streams.

  void createStream(String name) throws IOException {
    NameRules.checkStream(name);
    if (findStream(name).isPresent()) {
      throw new FileAlreadyExistsException(file.source() + ":" + name);
    }
    file.add(AttributeType.DATA, name, AttributeEdit.emptyValue());
    volume.settling().touch(file, false);
  }

  void deleteStream(String name) throws IOException {
    AttributeEdit stream = stream(name);
    if (stream.name().isEmpty()) {
      throw new IllegalArgumentException("stream () must have a name to be deleted");
    }
    OverlayEdit.checkOther(file, stream.name());
    file.remove(stream);
    volume.settling().touch(file, false);
  }

  void renameStream(String name, String newName) throws IOException {
    NameRules.checkStream(newName);
    AttributeEdit stream = stream(name);
    if (stream.name().isEmpty()) {
      throw new IllegalArgumentException("stream () must have a name to get another");
    }
    OverlayEdit.checkOther(file, stream.name());
    Optional<AttributeEdit> known = findStream(newName);
    if (known.isPresent() && known.get() != stream) {
      throw new FileAlreadyExistsException(file.source() + ":" + newName);
    }
    stream.rename(newName);
    volume.settling().touch(file, false);
  }

  /** A data stream by its name without regard to case. */
  AttributeEdit stream(String name) throws IOException {
    return findStream(name)
        .orElseThrow(
            () -> new NoSuchFileException(file.source() + (name.isEmpty() ? "" : ":" + name)));
  }

  /** A stream that is to be stored in another way, none of a file that CompactOS compressed. */
  private AttributeEdit plainStream(String name) throws IOException {
    OverlayEdit.checkOther(file, stream(name).name());
    if (name.isEmpty()) {
      OverlayEdit.store(file, Long.MAX_VALUE);
    }
    return stream(name);
  }

  private Optional<AttributeEdit> findStream(String name) {
    Optional<AttributeEdit> exact = file.find(AttributeType.DATA, name);
    if (exact.isPresent()) {
      return exact;
    }
    for (AttributeEdit stream : file.all(AttributeType.DATA)) {
      if (volume.collation().compareIgnoringCase(stream.name(), name) == 0) {
        return Optional.of(stream);
      }
    }
    return Optional.empty();
  }

  void setSparse(String name, boolean isSparse) throws IOException {
    AttributeEdit stream = plainStream(name);
    if (stream.isSparse() == isSparse) {
      return;
    }
    if (isSparse) {
      stream.setFlags(stream.flags() | AttributeHeader.FLAG_SPARSE, stream.compressionUnit());
    } else {
      if (!stream.isResident() && !stream.isCompressed()) {
        new StreamEdit(stream).fill();
      }
      int flags = stream.flags() & ~AttributeHeader.FLAG_SPARSE;
      stream.setFlags(flags, stream.isCompressed() ? stream.compressionUnit() : 0);
    }
    if (stream.name().isEmpty()) {
      setBit(FileAttributes.SPARSE, isSparse);
    }
    volume.settling().touch(file, false);
  }

  /** Compresses a stream or stores it plainly; a directory tells what new files shall be. */
  void setCompressed(String name, boolean isCompressed) throws IOException {
    if (file.isDirectory() && name.isEmpty()) {
      CompressedStreamEdit.checkClusters(file);
      setNewCompressed(isCompressed);
      volume.settling().touch(file, false);
      return;
    }
    AttributeEdit stream = plainStream(name);
    if (stream.isCompressed() == isCompressed) {
      return;
    }
    if (stream.isEncrypted()) {
      throw new UnsupportedFormatException(
          file.source(),
          UnsupportedFormatException.NO_OFFSET,
          "the stream is encrypted (EFS): it cannot be compressed too");
    }
    if (isCompressed) {
      CompressedStreamEdit.compress(stream);
    } else {
      new CompressedStreamEdit(stream).decompress();
    }
    if (stream.name().isEmpty()) {
      setBit(FileAttributes.COMPRESSED, isCompressed);
    }
    volume.settling().touch(file, false);
  }

  /** Takes over from a new file's directory whether it is to be compressed. */
  void inheritCompression(FileEdit directory) throws IOException {
    if ((directory.standard().attributes() & FileAttributes.COMPRESSED) != 0
        && file.clusterSize() <= CompressedStreamEdit.MAX_CLUSTER_SIZE) {
      setNewCompressed(true);
    }
  }

  /** Marks a directory, or a file without content, as compressed or not. */
  private void setNewCompressed(boolean isCompressed) throws IOException {
    AttributeEdit attribute =
        file.isDirectory()
            ? file.get(AttributeType.INDEX_ROOT, DirectoryEntries.INDEX)
            : file.get(AttributeType.DATA, "");
    int others = attribute.flags() & ~AttributeHeader.MASK_COMPRESSION;
    attribute.setFlags(isCompressed ? others | AttributeHeader.FLAG_COMPRESSED : others, 0);
    setBit(FileAttributes.COMPRESSED, isCompressed);
  }

  // Values beside the streams.

  void setSecurityDescriptor(byte[] descriptor) throws IOException {
    StandardInformation now = file.standard();
    if (!now.isLong() && file.find(AttributeType.SECURITY_DESCRIPTOR).isPresent()) {
      // Some files of the system have their own; they keep their form.
      file.put(AttributeType.SECURITY_DESCRIPTOR, "", descriptor);
    } else {
      file.setStandard(now.withSecurityId(volume.security().idOf(descriptor)));
    }
    volume.settling().touch(file, false);
  }

  /** Gives the file an object id, or another one. Those of its birth stand in the index alone. */
  void setObjectId(byte[] value) throws IOException {
    volume.extend().forgetObjectId(file);
    volume.extend().addObjectId(file, value);
    byte[] id = Arrays.copyOf(value, ViewIndex.ObjectIds.ID_SIZE);
    file.put(AttributeType.OBJECT_ID, "", id);
    volume.settling().touch(file, false);
  }

  void removeObjectId() throws IOException {
    Optional<AttributeEdit> id = file.find(AttributeType.OBJECT_ID);
    if (id.isPresent()) {
      volume.extend().forgetObjectId(file);
      file.remove(id.get());
      volume.settling().touch(file, false);
    }
  }

  void setExtendedAttributes(List<ExtendedAttribute> attributes) throws IOException {
    file.find(AttributeType.EA_INFORMATION).ifPresent(file::remove);
    file.find(AttributeType.EA).ifPresent(file::remove);
    if (!attributes.isEmpty()) {
      if (file.find(AttributeType.REPARSE_POINT).isPresent()) {
        throw new IllegalArgumentException(
            "attributes (" + attributes.size() + ") must be none where there is a reparse point");
      }
      byte[] value = ExtendedAttribute.toBytes(attributes);
      if (value.length > ExtendedAttribute.MAX_SIZE) {
        throw new IllegalArgumentException(
            "attributes ("
                + value.length
                + " bytes) must have at most "
                + ExtendedAttribute.MAX_SIZE);
      }
      file.add(AttributeType.EA_INFORMATION, "", ExtendedAttribute.information(attributes));
      file.add(AttributeType.EA, "", value);
    }
    volume.settling().touch(file, false);
  }

  void setReparsePoint(int tag, byte[] data) throws IOException {
    if (data.length < ReparsePoint.guidSize(tag)
        || data.length > ReparsePoint.MAX_SIZE - ReparsePoint.HEADER_SIZE) {
      throw new IllegalArgumentException(
          "data ("
              + data.length
              + " bytes) must be "
              + ReparsePoint.guidSize(tag)
              + " to "
              + (ReparsePoint.MAX_SIZE - ReparsePoint.HEADER_SIZE)
              + " bytes");
    }
    if (file.find(AttributeType.EA).isPresent()) {
      throw new IllegalArgumentException(
          String.format("tag (%08xh) must not be set where there are extended attributes", tag));
    }
    OverlayEdit.store(file, Long.MAX_VALUE);
    volume.extend().forgetReparsePoint(file);
    file.put(AttributeType.REPARSE_POINT, "", new ReparsePoint(tag, 0, data).toBytes());
    setBit(FileAttributes.REPARSE_POINT, true);
    volume.extend().addReparsePoint(file, tag);
    volume.settling().touch(file, false);
  }

  void removeReparsePoint() throws IOException {
    OverlayEdit.store(file, Long.MAX_VALUE);
    Optional<AttributeEdit> point = file.find(AttributeType.REPARSE_POINT);
    if (point.isPresent()) {
      volume.extend().forgetReparsePoint(file);
      file.remove(point.get());
      setBit(FileAttributes.REPARSE_POINT, false);
      volume.settling().touch(file, false);
    }
  }
}
