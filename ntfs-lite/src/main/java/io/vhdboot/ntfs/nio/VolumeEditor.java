package io.vhdboot.ntfs.nio;

import io.vhdboot.disk.ResizableBlockDevice;
import io.vhdboot.ntfs.ExtendedAttribute;
import io.vhdboot.ntfs.NtfsFile;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Edits a volume. */
interface VolumeEditor extends Closeable {
  NtfsFile createFile(NtfsFile directory, String name) throws IOException;

  NtfsFile createDirectory(NtfsFile directory, String name) throws IOException;

  void link(NtfsFile file, NtfsFile directory, String name) throws IOException;

  void unlink(NtfsFile directory, String name) throws IOException;

  void rename(NtfsFile from, String name, NtfsFile to, String newName, boolean replace)
      throws IOException;

  ResizableBlockDevice stream(NtfsFile file, String stream) throws IOException;

  void createStream(NtfsFile file, String stream) throws IOException;

  void deleteStream(NtfsFile file, String stream) throws IOException;

  void renameStream(NtfsFile file, String stream, String newName) throws IOException;

  void setSparse(NtfsFile file, String stream, boolean sparse) throws IOException;

  void setCompressed(NtfsFile file, String stream, boolean compressed) throws IOException;

  void setTimes(
      NtfsFile file,
      OptionalLong created,
      OptionalLong modified,
      OptionalLong changed,
      OptionalLong accessed)
      throws IOException;

  void setAttributes(NtfsFile file, int attributes) throws IOException;

  void setSecurityDescriptor(NtfsFile file, byte[] selfRelative) throws IOException;

  void setShortName(NtfsFile directory, String name, Optional<String> shortName) throws IOException;

  void setReparsePoint(NtfsFile file, int tag, byte[] data) throws IOException;

  void removeReparsePoint(NtfsFile file) throws IOException;

  void setObjectId(NtfsFile file, byte[] id) throws IOException;

  void removeObjectId(NtfsFile file) throws IOException;

  void setExtendedAttributes(NtfsFile file, List<ExtendedAttribute> attributes) throws IOException;

  void flush() throws IOException;
}
