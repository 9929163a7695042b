package io.vhdboot.ntfs;

import java.io.IOException;

/**
 * Where the nodes of an index lie that is edited: the root in a file record, the blocks in
 * clusters. Blocks are exchanged without update sequences, which are the store's affair, and known
 * by their VCNs in index units.
 *
 * <p>Arrays that are handed in or out belong to both sides. Nobody changes the entries of one once
 * it was handed over: what has the same array has the same entries. Between the calls of one edit
 * the index need not be a sound tree: a store that writes by itself waits until the edit is
 * through.
 */
interface IndexStore {

  /** What exceptions call the index. */
  String source();

  /** The value of $INDEX_ROOT, not to be changed. */
  byte[] root() throws IOException;

  /**
   * Bytes that the value of $INDEX_ROOT may have now, considering what cannot be moved out of its
   * record; at least {@link IndexEditor#LEAST_ROOT}.
   */
  int rootLimit() throws IOException;

  /** Replaces the value of $INDEX_ROOT, which is within {@link #rootLimit}. */
  void setRoot(byte[] value) throws IOException;

  /**
   * A block in use, not to be changed.
   *
   * @throws io.vhdboot.disk.CorruptFormatException when the index has no block there, or it is torn
   *     or another one
   */
  byte[] block(long vcn) throws IOException;

  /** Replaces a block. */
  void putBlock(long vcn, byte[] block) throws IOException;

  /**
   * Takes a block into use, a free one or a new one, whose content is undefined until it is put.
   *
   * @return its VCN
   * @throws io.vhdboot.disk.NoSpaceException when there is none; nothing has changed then
   */
  long addBlock() throws IOException;

  /** Gives a block back. */
  void freeBlock(long vcn) throws IOException;
}
