package io.vhdboot.authenticode;

import io.vhdboot.disk.LittleEndian;
import java.util.Optional;

/**
 * The secure version number of a boot manager, below whose floor machines refuse it.
 *
 * <p>The resource of raw data named {@code BOOTMGRSECURITYVERSIONNUMBER}: minor 2, major 2.
 *
 * @param major the number that floors are about, 0 to 65535
 * @param minor the rest, 0 to 65535
 */
public record SecureVersion(int major, int minor) {

  static final String RESOURCE = "BOOTMGRSECURITYVERSIONNUMBER";

  static Optional<SecureVersion> parse(byte[] resource) {
    return resource.length < 4
        ? Optional.empty()
        : Optional.of(
            new SecureVersion(LittleEndian.u16(resource, 2), LittleEndian.u16(resource, 0)));
  }

  @Override
  public String toString() {
    return major + "." + minor;
  }
}
