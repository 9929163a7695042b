package io.vhdboot.vhd;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Which present blocks are known to have all bits of their bitmaps set, so that the bitmap need not
 * be looked at again. Safe for several threads.
 */
final class CompleteBlocks {

  private final AtomicIntegerArray words;

  CompleteBlocks(int count) {
    this.words = new AtomicIntegerArray((count + Integer.SIZE - 1) / Integer.SIZE);
  }

  boolean contains(int block) {
    return (words.getAcquire(block / Integer.SIZE) & 1 << block) != 0;
  }

  void add(int block) {
    words.getAndUpdate(block / Integer.SIZE, word -> word | 1 << block);
  }
}
