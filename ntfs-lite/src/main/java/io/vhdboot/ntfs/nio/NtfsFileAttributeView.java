package io.vhdboot.ntfs.nio;

import io.vhdboot.ntfs.ExtendedAttribute;
import java.io.IOException;
import java.nio.file.attribute.DosFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;

/**
 * What NTFS knows of a file beyond what Java has views for. As view {@code ntfs} its attributes are
 * those of {@code dos} and the ones below; those marked with a star can be set.
 *
 * <pre>
 * attributes*         Integer                  the bits of FileAttributes
 * changeTime*         FileTime                 when the record was changed
 * fileId              Long                     the file reference
 * linkCount           Integer                  its names, but for short ones
 * names               List of String           paths of all its names
 * sparse*             Boolean                  whether the stream may have holes
 * compressed*         Boolean                  whether NTFS compresses it; new files in a directory
 * allocatedSize       Long                     bytes that the stream takes
 * shortName*          String                   empty for none
 * streams             List of String           the named streams
 * reparseTag          Integer                  0 for none
 * reparseData*        byte[]                   with its header; empty for none
 * securityDescriptor* byte[]                   self-relative; empty for none
 * sddl*               String                   the descriptor as text; not among "*"
 * objectId*           byte[]                   16 or 64 bytes; empty for none
 * eas*                List of ExtendedAttribute
 * </pre>
 */
public interface NtfsFileAttributeView extends DosFileAttributeView {

  /** The name of the view, {@code ntfs}. */
  @Override
  default String name() {
    return "ntfs";
  }

  @Override
  NtfsFileAttributes readAttributes() throws IOException;

  /** The 8.3 name beside the one in the path. */
  Optional<String> shortName() throws IOException;

  /** Sets the 8.3 name beside the one in the path; empty for none. */
  void setShortName(String shortName) throws IOException;

  /** The paths of all hard links. */
  List<String> names() throws IOException;

  /** The reparse point with its header of 8 bytes. */
  Optional<byte[]> reparseData() throws IOException;

  /** Sets the reparse point, with its header of 8 bytes; empty removes it. */
  void setReparseData(byte[] value) throws IOException;

  /** The security descriptor, self-relative. */
  Optional<byte[]> securityDescriptor() throws IOException;

  /** Sets the security descriptor, self-relative. */
  void setSecurityDescriptor(byte[] selfRelative) throws IOException;

  /** The object id: 16 bytes, or 64 with the ids of its birth. */
  Optional<byte[]> objectId() throws IOException;

  /** Sets the object id; empty removes it. */
  void setObjectId(byte[] id) throws IOException;

  /** The extended attributes. */
  List<ExtendedAttribute> extendedAttributes() throws IOException;

  /** Sets the extended attributes; an empty list removes them. */
  void setExtendedAttributes(List<ExtendedAttribute> attributes) throws IOException;

  /** Sets the bits of {@link io.vhdboot.ntfs.FileAttributes} that are a file's own choice. */
  void setAttributes(int attributes) throws IOException;

  /** Sets when the record was changed. */
  void setChangeTime(FileTime changed) throws IOException;

  /** Says whether the stream may have holes. */
  void setSparse(boolean sparse) throws IOException;

  /** Says whether NTFS compresses the stream, or new files in the directory. */
  void setCompressed(boolean compressed) throws IOException;
}
