package io.vhdboot.fat;

import io.vhdboot.disk.BlockDevice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.ReadOnlyFileSystemException;

/** The content of a file, for reading. */
final class FileContent implements BlockDevice {

  private final FatVolume volume;
  private final String name;
  private final ClusterChain chain;
  private final long size;

  FileContent(FatVolume volume, String name, ClusterChain chain, long size) {
    this.volume = volume;
    this.name = name;
    this.chain = chain;
    this.size = size;
  }

  /** Does something with a piece of the volume. */
  interface Transfer {
    void at(long position, ByteBuffer piece) throws IOException;
  }

  /** Goes through the pieces of the volume that a range of a file lies in. */
  static void transfer(
      FatVolume volume, ClusterChain chain, long position, ByteBuffer buffer, Transfer transfer)
      throws IOException {
    long clusterSize = volume.clusterSize();
    long at = position;
    int limit = buffer.limit();
    while (buffer.hasRemaining()) {
      long index = at / clusterSize;
      long offset = at % clusterSize;
      long length = Math.min(buffer.remaining(), chain.contiguous(index) * clusterSize - offset);
      buffer.limit(buffer.position() + (int) length);
      transfer.at(volume.clusterPosition(chain.cluster(index)) + offset, buffer);
      buffer.limit(limit);
      at += length;
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public boolean isReadOnly() {
    return true;
  }

  @Override
  public void read(long position, ByteBuffer target) throws IOException {
    checkRange(position, target.remaining());
    transfer(volume, chain, position, target, volume.device()::read);
  }

  @Override
  public void write(long position, ByteBuffer source) {
    throw new ReadOnlyFileSystemException();
  }

  @Override
  public void zero(long position, long length) {
    throw new ReadOnlyFileSystemException();
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}

  @Override
  public String toString() {
    return name;
  }
}
