package io.vhdboot.vhd;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.UnsupportedFormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Finds the footer to believe: the one at the end when it is sound, else the copy at the beginning,
 * else one whose only fault is its checksum, else that of a fixed VHD which was about to grow: a
 * power of two of sectors before the end, as {@link FixedResizing} leaves it.
 *
 * @param footer the footer
 * @param bytes its 512 bytes
 * @param state how it was found
 * @param end where the footer at the end of the file begins, sound or not; -1 when there is none
 * @param isCopyEqual whether the copy at the beginning is the same, or the type has none
 */
record FooterSearch(VhdFooter footer, byte[] bytes, State state, long end, boolean isCopyEqual) {

  /** How a footer was found. */
  enum State {
    /** At the end, as it should be. */
    SOUND,
    /** Another one, since the one at the end is missing or damaged. */
    RESCUED,
    /** With a checksum that is not right and nothing else against it. */
    UNSEALED
  }

  private static final byte[] VHDX_COOKIE = "vhdxfile".getBytes(StandardCharsets.US_ASCII);

  /** A place where a footer may be. */
  private record Candidate(byte[] bytes, long position) {

    boolean isSealed() {
      return VhdFooter.isChecksumRight(bytes);
    }

    VhdFooter parse(BlockDevice file) throws IOException {
      return VhdFooter.get(bytes, file, position);
    }
  }

  static boolean hasCookie(BlockDevice file) throws IOException {
    return atEnd(file).isPresent() || at(file, 0, VhdFooter.SIZE).isPresent();
  }

  /**
   * Searches a file.
   *
   * @throws UnsupportedFormatException for a VHDX, and for a version or type that is not known
   * @throws CorruptFormatException when there is no footer to believe
   */
  static FooterSearch in(BlockDevice file) throws IOException {
    Optional<Candidate> end = atEnd(file);
    Optional<Candidate> copy = at(file, 0, VhdFooter.SIZE);
    long endPosition = end.map(Candidate::position).orElse(-1L);
    if (end.isEmpty() && copy.isEmpty()) {
      Optional<Candidate> former = beforeGrowing(file);
      if (former.isPresent()) {
        return found(file, former.get(), copy, State.RESCUED, former.get().position);
      }
      throw noVhd(file);
    }
    if (end.isPresent() && end.get().isSealed()) {
      return found(file, end.get(), copy, State.SOUND, endPosition);
    }
    if (copy.isPresent() && copy.get().isSealed() && hasHeader(copy.get().parse(file))) {
      return found(file, copy.get(), copy, State.RESCUED, endPosition);
    }
    if (end.isPresent()) {
      // Whoever damages two copies damages them differently; equal ones were written like that.
      boolean copied = copy.isPresent() && Arrays.equals(copy.get().bytes, end.get().bytes);
      VhdFooter footer = end.get().parse(file);
      if (copied || !hasHeader(footer) && footer.currentSize() == endPosition) {
        return found(file, end.get(), copy, State.UNSEALED, endPosition);
      }
    }
    throw new CorruptFormatException(
        file.name(),
        end.or(() -> copy).get().position(),
        "the checksum of the VHD's footer is wrong and there is no sound copy of it");
  }

  private static boolean hasHeader(VhdFooter footer) {
    return footer.type() != VhdType.FIXED;
  }

  private static FooterSearch found(
      BlockDevice file,
      Candidate candidate,
      Optional<Candidate> copy,
      State state,
      long endPosition)
      throws IOException {
    VhdFooter footer = candidate.parse(file);
    boolean copied =
        !hasHeader(footer) || copy.isPresent() && Arrays.equals(copy.get().bytes, candidate.bytes);
    return new FooterSearch(footer, candidate.bytes, state, endPosition, copied);
  }

  private static Optional<Candidate> atEnd(BlockDevice file) throws IOException {
    Optional<Candidate> whole = at(file, file.size() - VhdFooter.SIZE, VhdFooter.SIZE);
    return whole.isPresent()
        ? whole
        : at(file, file.size() - VhdFooter.SHORT_SIZE, VhdFooter.SHORT_SIZE);
  }

  /** The footer of a fixed VHD whose file has grown and whose new footer is not written. */
  private static Optional<Candidate> beforeGrowing(BlockDevice file) throws IOException {
    long last = file.size() - VhdFooter.SIZE;
    for (long step = BlockFormat.SECTOR_SIZE; step <= last; step *= 2) {
      Optional<Candidate> found = at(file, last - step, VhdFooter.SIZE);
      if (found.isPresent() && found.get().isSealed()) {
        VhdFooter footer = found.get().parse(file);
        if (!hasHeader(footer) && footer.currentSize() <= last - step) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Candidate> at(BlockDevice file, long position, int length)
      throws IOException {
    if (position < 0 || position > file.size() - length) {
      return Optional.empty();
    }
    byte[] bytes = Arrays.copyOf(file.read(position, length), VhdFooter.SIZE);
    return VhdFooter.hasCookie(bytes)
        ? Optional.of(new Candidate(bytes, position))
        : Optional.empty();
  }

  private static DiskFormatException noVhd(BlockDevice file) throws IOException {
    int length = VHDX_COOKIE.length;
    if (file.size() >= length && Arrays.equals(file.read(0, length), VHDX_COOKIE)) {
      return new UnsupportedFormatException(file.name(), 0, "a VHDX, not a VHD");
    }
    return new CorruptFormatException(
        file.name(),
        DiskFormatException.NO_OFFSET,
        "no VHD: \"conectix\" is neither in its last sector nor in its first");
  }
}
