package io.vhdboot.usb;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.MappedExtent;
import io.vhdboot.disk.Zeros;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * Reads an image in chunks, where that is wanted one ahead. Behind the image's end, up to a whole
 * sector, are zeros.
 */
final class ImageReader implements AutoCloseable {

  private final BlockDevice image;
  private final Optional<Executor> executor;
  private final long end;
  private ByteBuffer current = ByteBuffer.allocateDirect(DeviceWriter.CHUNK);
  private ByteBuffer next = ByteBuffer.allocateDirect(DeviceWriter.CHUNK);
  private long nextPosition = -1;
  private CompletableFuture<Void> reading = CompletableFuture.completedFuture(null);

  /**
   * A reader.
   *
   * @param executor reads ahead, if there is one
   * @param end where the image ends, in whole sectors
   */
  ImageReader(BlockDevice image, Optional<Executor> executor, long end) {
    this.image = image;
    this.executor = executor;
    this.end = end;
  }

  /** The chunk at a position; it stays as it is until the next call. */
  ByteBuffer chunk(long position) throws IOException {
    try {
      reading.join();
    } catch (CompletionException e) {
      nextPosition = -1; // It is read again, where its failure belongs.
    }
    if (nextPosition == position) {
      ByteBuffer swapped = current;
      current = next;
      next = swapped;
    } else {
      read(position, current);
    }
    nextPosition = executor.isPresent() ? position + DeviceWriter.CHUNK : -1;
    if (executor.isPresent() && nextPosition < end) {
      ByteBuffer target = next;
      long at = nextPosition;
      reading =
          CompletableFuture.runAsync(
              () -> {
                try {
                  read(at, target);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              },
              executor.get());
    }
    return current;
  }

  private void read(long position, ByteBuffer target) throws IOException {
    int length = (int) Math.min(DeviceWriter.CHUNK, end - position);
    target.clear().limit(length);
    MappedExtent extent = image.map(position);
    if (extent.kind() == MappedExtent.Kind.ZERO && extent.end() >= position + length) {
      Zeros.fill(target);
    } else {
      target.limit((int) Math.min(length, image.size() - position));
      image.read(position, target);
      target.limit(length);
      Zeros.fill(target);
    }
    target.flip();
  }

  @Override
  public void close() {
    // Nobody may go on reading an image that is about to be closed.
    reading.handle((done, failure) -> null).join();
  }
}
