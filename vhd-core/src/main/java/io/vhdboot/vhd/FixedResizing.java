package io.vhdboot.vhd;

import io.vhdboot.disk.ResizableBlockDevice;
import io.vhdboot.disk.UnsupportedFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Changes the size of the disk in a fixed VHD, which has no copy of its footer. A file that has
 * grown and whose new last sector is not written yet would be without one; hence it grows by powers
 * of two sectors only, and {@link FooterSearch} finds the former footer by looking that far back.
 *
 * <p>Until all of the new room is there and cleared of former footers, the footer at the end of the
 * file says the old size.
 */
final class FixedResizing {

  private final ResizableBlockDevice file;

  FixedResizing(ResizableBlockDevice file) {
    this.file = file;
  }

  void resize(long newSize) throws IOException {
    FooterSearch search = FooterSearch.in(file);
    VhdFooter footer = search.footer();
    if (search.end() % BlockFormat.SECTOR_SIZE != 0) {
      throw new UnsupportedFormatException(
          file.name(), search.end(), "a footer within a sector; convert the disk instead");
    }
    byte[] old = search.bytes();
    byte[] resized = footer.withDiskSize(newSize).toBytes(old);
    long oldSize = footer.currentSize() & -BlockFormat.SECTOR_SIZE;
    if (newSize == oldSize
        && search.state() == FooterSearch.State.SOUND
        && file.size() == newSize + VhdFooter.SIZE) {
      return;
    }
    // What an earlier stop left, and a footer of 511 bytes.
    putFooterAtEnd(search, old);
    if (newSize > oldSize) {
      grow(oldSize, newSize, old);
    } else {
      file.write(file.size() - VhdFooter.SIZE, ByteBuffer.wrap(resized));
      file.flush();
    }
    file.write(newSize, ByteBuffer.wrap(resized));
    file.flush();
    file.setSize(newSize + VhdFooter.SIZE);
    file.flush();
  }

  private void putFooterAtEnd(FooterSearch search, byte[] footer) throws IOException {
    long size = search.end() + VhdFooter.SIZE;
    if (search.state() != FooterSearch.State.SOUND || size != file.size()) {
      file.setSize(size);
      file.write(search.end(), ByteBuffer.wrap(footer));
      file.flush();
    }
  }

  private void grow(long oldSize, long newSize, byte[] footer) throws IOException {
    List<Long> formerFooters = new ArrayList<>();
    long slackEnd = file.size() - VhdFooter.SIZE;
    long sectors = (newSize - slackEnd) / BlockFormat.SECTOR_SIZE;
    while (sectors > 0) {
      formerFooters.add(file.size() - VhdFooter.SIZE);
      long step = Long.highestOneBit(sectors);
      file.setSize(file.size() + step * BlockFormat.SECTOR_SIZE);
      file.write(file.size() - VhdFooter.SIZE, ByteBuffer.wrap(footer));
      file.flush();
      sectors -= step;
    }
    file.zero(oldSize, Math.min(slackEnd, newSize) - oldSize);
    for (long position : formerFooters) {
      file.zero(position, VhdFooter.SIZE);
    }
    file.flush();
  }
}
