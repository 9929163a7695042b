package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.NoSpaceException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** An index in memory, whose room can be cut. */
final class MemoryIndexStore implements IndexStore {

  final Map<Long, byte[]> blocks = new TreeMap<>();
  final int blockSize;
  final int unitsPerBlock;
  byte[] root;
  int rootLimit;

  /** Blocks that may still be added. */
  int blocksLeft = Integer.MAX_VALUE;

  MemoryIndexStore(int collation, int blockSize, int unitsPerBlock, int rootLimit) {
    this.blockSize = blockSize;
    this.unitsPerBlock = unitsPerBlock;
    this.rootLimit = rootLimit;
    root = new byte[IndexRoot.SIZE + IndexEntry.HEADER_SIZE];
    new IndexRoot(
            collation == IndexRoot.COLLATION_FILE_NAME ? AttributeType.FILE_NAME : 0,
            collation,
            blockSize,
            unitsPerBlock,
            new IndexHeader(IndexHeader.SIZE, root.length - 16, root.length - 16, false))
        .put(root, 0);
    IndexEntry.putEnd(root, IndexRoot.SIZE, IndexEntry.NO_CHILD);
  }

  @Override
  public String source() {
    return "test index";
  }

  @Override
  public byte[] root() {
    return root.clone();
  }

  @Override
  public int rootLimit() {
    return rootLimit;
  }

  @Override
  public void setRoot(byte[] value) {
    if (value.length > Math.max(rootLimit, root.length)) {
      throw new AssertionError("root of " + value.length + " where there is room for " + rootLimit);
    }
    root = value;
  }

  @Override
  public byte[] block(long vcn) throws CorruptFormatException {
    byte[] block = blocks.get(vcn);
    if (block == null) {
      throw new CorruptFormatException(source(), CorruptFormatException.NO_OFFSET, "no block");
    }
    return block;
  }

  @Override
  public void putBlock(long vcn, byte[] block) {
    if (!blocks.containsKey(vcn) || block.length != blockSize) {
      throw new AssertionError("no such block: " + vcn);
    }
    blocks.put(vcn, block);
  }

  @Override
  public long addBlock() throws NoSpaceException {
    if (blocksLeft == 0) {
      throw new NoSpaceException("the test index", blockSize, 0);
    }
    blocksLeft--;
    long vcn = 0;
    while (blocks.containsKey(vcn)) {
      vcn += unitsPerBlock;
    }
    byte[] garbage = new byte[blockSize];
    Arrays.fill(garbage, (byte) 0xEE);
    blocks.put(vcn, garbage);
    return vcn;
  }

  @Override
  public void freeBlock(long vcn) {
    if (blocks.remove(vcn) == null) {
      throw new AssertionError("freed twice: " + vcn);
    }
  }
}
