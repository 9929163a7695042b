package io.vhdboot.vhd;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.MappedExtent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.List;

/** The disk in a fixed VHD: the file without its footer. */
final class FixedVhd implements Vhd {

  private final BlockDevice file;
  private final VhdFooter footer;
  private final long size;
  private final List<String> findings;
  private final boolean readOnly;
  private final boolean closesFile;

  FixedVhd(
      BlockDevice file,
      VhdFooter footer,
      long size,
      List<String> findings,
      boolean readOnly,
      boolean closesFile) {
    this.file = file;
    this.footer = footer;
    this.size = size;
    this.findings = List.copyOf(findings);
    this.readOnly = readOnly;
    this.closesFile = closesFile;
  }

  @Override
  public BlockDevice file() {
    return file;
  }

  @Override
  public VhdType type() {
    return VhdType.FIXED;
  }

  @Override
  public VhdFooter footer() {
    return footer;
  }

  @Override
  public long blockSize() {
    return size;
  }

  @Override
  public int blockCount() {
    return 1;
  }

  @Override
  public int presentBlockCount() {
    return 1;
  }

  @Override
  public List<String> findings() {
    return findings;
  }

  @Override
  public String name() {
    return Vhd.diskName(file);
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public boolean isReadOnly() {
    return readOnly;
  }

  @Override
  public void read(long position, ByteBuffer target) throws IOException {
    checkRange(position, target.remaining());
    file.read(position, target);
  }

  @Override
  public void write(long position, ByteBuffer source) throws IOException {
    checkWritable();
    checkRange(position, source.remaining());
    file.write(position, source);
  }

  @Override
  public void zero(long position, long length) throws IOException {
    checkWritable();
    checkRange(position, length);
    file.zero(position, length);
  }

  @Override
  public MappedExtent map(long position) throws IOException {
    checkRange(position, 1);
    MappedExtent extent = file.map(position);
    return new MappedExtent(position, Math.min(extent.length(), size - position), extent.kind());
  }

  @Override
  public void flush() throws IOException {
    if (!readOnly) {
      file.flush();
    }
  }

  @Override
  public void close() throws IOException {
    try {
      flush();
    } finally {
      if (closesFile) {
        file.close();
      }
    }
  }

  @Override
  public String toString() {
    return name();
  }

  private void checkWritable() {
    if (readOnly) {
      throw new ReadOnlyFileSystemException();
    }
  }
}
