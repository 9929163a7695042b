package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.ntfs.security.SecurityDescriptor;
import io.vhdboot.ntfs.security.Sid;
import java.util.Optional;

/**
 * Security descriptors as people write them, in the security descriptor definition language
 * (MS-DTYP 2.5.1): {@code O:BAG:SYD:(A;OICI;FA;;;BA)(A;;0x1200a9;;;BU)}.
 *
 * <p>The text says all of a descriptor but whether its parts were taken from a default, a resource
 * manager's byte, the revision of a list, and how the bytes are arranged. Conditions of callback
 * entries and the values of resource attributes are not supported; they are refused by name, never
 * dropped.
 */
public final class SecurityDescriptorText {

  private SecurityDescriptorText() {}

  /**
   * The text of a descriptor.
   *
   * @param selfRelative the descriptor in its self-relative form
   * @throws CorruptFormatException when its parts do not lie within it
   * @throws UnsupportedFormatException when an entry has a condition or a value, or a type that the
   *     language has no word for
   */
  public static String format(byte[] selfRelative)
      throws CorruptFormatException, UnsupportedFormatException {
    String source = "security descriptor";
    return SddlWriter.text(SecurityDescriptor.get(selfRelative, source), source);
  }

  /**
   * The descriptor that a text means, self-relative, SACL before DACL before owner and group.
   *
   * @param text the text; names that depend on a domain, such as {@code DA}, are refused
   * @throws SecurityDescriptorSyntaxException when it is none
   */
  public static byte[] parse(String text) {
    return new SddlReader(text, Optional.empty()).read();
  }

  /**
   * The descriptor that a text means in a domain.
   *
   * @param domain the SID of the domain, or of the machine, {@code S-1-5-21-} and three numbers
   * @throws IllegalArgumentException when it is no SID
   * @throws SecurityDescriptorSyntaxException when the text is no descriptor
   */
  public static byte[] parse(String text, String domain) {
    Sid sid = Sid.parse(domain);
    if (!sid.canHaveMembers()) {
      throw new IllegalArgumentException("domain (" + domain + ") must have room for a member");
    }
    return new SddlReader(text, Optional.of(sid)).read();
  }
}
