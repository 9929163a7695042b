package io.vhdboot.ntfs;

import io.vhdboot.disk.LittleEndian;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.util.Optional;

/**
 * A file that the Windows overlay filter compressed ({@link WofContent}) and that is to be changed.
 * The filter reads only: Windows stores such a file plainly before the first write to it, without
 * the reparse point and the stream that held the chunks, and so do we.
 */
final class OverlayEdit {

  private static final int STEP = 1 << 20;

  private final FileEdit file;
  private final VolumeEdit volume;

  private OverlayEdit(FileEdit file) {
    this.file = file;
    this.volume = file.volume();
  }

  /** Whether the filter compressed a file. */
  static boolean isOverlay(FileEdit file) throws IOException {
    Optional<AttributeEdit> point = file.find(AttributeType.REPARSE_POINT);
    if (point.isEmpty() || file.isDirectory()) {
      return false;
    }
    byte[] value = point.get().wholeValue(ReparsePoint.MAX_SIZE);
    return value.length >= 4 && LittleEndian.i32(value, 0) == WofContent.TAG;
  }

  /**
   * Throws where a stream holds the chunks of such a file, which are lost when it is changed.
   *
   * @throws AccessDeniedException when it does
   */
  static void checkOther(FileEdit file, String stream) throws IOException {
    if (stream.equals(WofContent.STREAM) && isOverlay(file)) {
      throw new AccessDeniedException(
          file.source() + ":" + stream,
          null,
          "it holds the bytes of a file that CompactOS compressed, and cannot be changed alone");
    }
  }

  /**
   * Stores a file plainly if the filter compressed it. To be called within an edit, before the file
   * is changed.
   *
   * @param keep how many bytes of it are still wanted
   * @throws io.vhdboot.disk.UnsupportedFormatException when its bytes lie in a WIM file
   */
  static void store(FileEdit file, long keep) throws IOException {
    if (isOverlay(file)) {
      new OverlayEdit(file).store(keep);
    }
  }

  private void store(long keep) throws IOException {
    NtfsStream packed = volume.volume().file(file.number()).stream("");
    long size = Math.min(keep, packed.size());
    byte[] step = new byte[(int) Math.min(STEP, size)];
    // Read before anything is changed, so that what cannot be read stays as it is.
    packed.read(0, ByteBuffer.wrap(step));
    AttributeEdit data = file.get(AttributeType.DATA, "");
    file.put(AttributeType.DATA, "", AttributeEdit.emptyValue());
    int plain = ~(AttributeHeader.MASK_COMPRESSION | AttributeHeader.FLAG_SPARSE);
    data.setFlags(data.flags() & plain, 0);
    volume.extend().forgetReparsePoint(file);
    file.remove(file.get(AttributeType.REPARSE_POINT, ""));
    StandardInformation standard = file.standard();
    int bits = FileAttributes.REPARSE_POINT | FileAttributes.SPARSE | FileAttributes.COMPRESSED;
    file.setStandard(standard.withAttributes(standard.attributes() & ~bits));
    StreamEdit stream = new StreamEdit(data);
    stream.setSize(size);
    for (long at = 0; at < size; at += step.length) {
      int count = (int) Math.min(step.length, size - at);
      if (at > 0) {
        packed.read(at, ByteBuffer.wrap(step, 0, count));
      }
      stream.write(at, ByteBuffer.wrap(step, 0, count));
    }
    file.find(AttributeType.DATA, WofContent.STREAM).ifPresent(file::remove);
    volume.settling().touch(file, false);
  }
}
