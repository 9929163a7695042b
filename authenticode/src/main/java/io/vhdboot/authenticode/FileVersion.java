package io.vhdboot.authenticode;

import io.vhdboot.disk.LittleEndian;
import java.util.Comparator;
import java.util.Optional;

/**
 * The version of a program as its resources state it, such as 10.0.26100.1. Each part is 0 to
 * 65535.
 *
 * <p>In the resource of type 16 and id 1: lengths and a type of 2 bytes each, the text {@code
 * VS_VERSION_INFO}, and from byte 40 on a fixed part, which begins with FEEF04BDh, has the upper
 * half of the file's version at 8 and its lower half at 12. Source: Microsoft's VS_FIXEDFILEINFO.
 *
 * @param major the version of Windows, for a part of it
 * @param minor the rest of it
 * @param build the build
 * @param revision the state of servicing
 */
public record FileVersion(int major, int minor, int build, int revision)
    implements Comparable<FileVersion> {

  private static final int FIXED_PART = 40;
  private static final long MAGIC = 0xFEEF04BDL;

  private static final Comparator<FileVersion> ORDER =
      Comparator.comparingInt(FileVersion::major)
          .thenComparingInt(FileVersion::minor)
          .thenComparingInt(FileVersion::build)
          .thenComparingInt(FileVersion::revision);

  static Optional<FileVersion> parse(byte[] resource) {
    if (resource.length < FIXED_PART + 16 || LittleEndian.u32(resource, FIXED_PART) != MAGIC) {
      return Optional.empty();
    }
    return Optional.of(
        new FileVersion(
            LittleEndian.u16(resource, FIXED_PART + 10),
            LittleEndian.u16(resource, FIXED_PART + 8),
            LittleEndian.u16(resource, FIXED_PART + 14),
            LittleEndian.u16(resource, FIXED_PART + 12)));
  }

  @Override
  public int compareTo(FileVersion other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return major + "." + minor + "." + build + "." + revision;
  }
}
