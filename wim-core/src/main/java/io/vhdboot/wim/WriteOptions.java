package io.vhdboot.wim;

import io.vhdboot.disk.ProgressListener;
import java.util.Objects;
import java.util.concurrent.Executor;

/** How resources are written, and by whom. */
final class WriteOptions {

  private WimCompression compression = WimCompression.NONE;
  private int chunkSize;
  private WimCompression solidCompression = WimCompression.NONE;
  private int solidChunkSize;
  private boolean recompressing;
  private Executor executor = Runnable::run;
  private int parallelism = 1;
  private ProgressListener listener = ProgressListener.NONE;

  void setCompression(WimCompression compression, int chunkSize) {
    checkChunkSize(compression, chunkSize);
    this.compression = compression;
    this.chunkSize = compression == WimCompression.NONE ? 0 : chunkSize;
  }

  void setSolid(WimCompression compression, int chunkSize) {
    checkChunkSize(compression, chunkSize);
    this.solidCompression = compression;
    this.solidChunkSize = chunkSize;
  }

  private static void checkChunkSize(WimCompression compression, int chunkSize) {
    if (compression != WimCompression.NONE && !compression.takesChunksOf(chunkSize)) {
      throw new IllegalArgumentException(
          "chunkSize (" + chunkSize + ") must be one that " + compression + " has");
    }
  }

  void setRecompressing(boolean wanted) {
    this.recompressing = wanted;
  }

  void setExecutor(Executor executor, int parallelism) {
    if (parallelism < 1) {
      throw new IllegalArgumentException("parallelism (" + parallelism + ") must be positive");
    }
    this.executor = Objects.requireNonNull(executor, "executor");
    this.parallelism = parallelism;
  }

  void setListener(ProgressListener listener) {
    this.listener = Objects.requireNonNull(listener, "listener");
  }

  /** How resources of one blob each are compressed. */
  WimCompression compression() {
    return compression;
  }

  int chunkSize() {
    return chunkSize;
  }

  /** Encoders for resources of one blob each, null when they are not compressed. */
  ChunkEncoder.Pool newEncoders() {
    return compression == WimCompression.NONE
        ? null
        : new ChunkEncoder.Pool(compression, chunkSize);
  }

  /** Whether blobs go into solid resources. */
  boolean isSolid() {
    return solidCompression != WimCompression.NONE;
  }

  /** How blobs in solid resources are compressed. */
  WimCompression solidCompression() {
    return solidCompression;
  }

  /** Bytes of a chunk of a solid resource. */
  int solidChunkSize() {
    return solidChunkSize;
  }

  /** Whether resources are encoded anew that could be copied. */
  boolean isRecompressing() {
    return recompressing;
  }

  Executor executor() {
    return executor;
  }

  int parallelism() {
    return parallelism;
  }

  ProgressListener listener() {
    return listener;
  }
}
