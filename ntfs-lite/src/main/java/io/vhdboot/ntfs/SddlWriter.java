package io.vhdboot.ntfs;

import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.disk.WindowsGuid;
import io.vhdboot.ntfs.security.AccessControlEntry;
import io.vhdboot.ntfs.security.AccessControlList;
import io.vhdboot.ntfs.security.SecurityDescriptor;
import java.util.Map;
import java.util.Optional;

/** Writes a security descriptor in the security descriptor definition language. */
final class SddlWriter {

  private static final int GUID_FLAGS_SIZE = 4;

  private final StringBuilder text = new StringBuilder();
  private final String source;

  private SddlWriter(String source) {
    this.source = source;
  }

  /**
   * The text of a descriptor.
   *
   * @param source what exceptions call it
   * @throws UnsupportedFormatException when the language, or what is supported of it, has no words
   *     for it
   */
  static String text(SecurityDescriptor descriptor, String source)
      throws UnsupportedFormatException {
    SddlWriter writer = new SddlWriter(source);
    if (descriptor.owner() != null) {
      writer.text.append("O:").append(SddlNames.text(descriptor.owner()));
    }
    if (descriptor.group() != null) {
      writer.text.append("G:").append(SddlNames.text(descriptor.group()));
    }
    int control = descriptor.control();
    if ((control & SecurityDescriptor.DACL_PRESENT) != 0) {
      writer.text.append("D:");
      writer.flag(control, SecurityDescriptor.DACL_PROTECTED, "P");
      writer.flag(control, SecurityDescriptor.DACL_AUTO_INHERIT_REQUEST, "AR");
      writer.flag(control, SecurityDescriptor.DACL_AUTO_INHERITED, "AI");
      writer.list(descriptor.dacl());
    }
    if ((control & SecurityDescriptor.SACL_PRESENT) != 0) {
      writer.text.append("S:");
      writer.flag(control, SecurityDescriptor.SACL_PROTECTED, "P");
      writer.flag(control, SecurityDescriptor.SACL_AUTO_INHERIT_REQUEST, "AR");
      writer.flag(control, SecurityDescriptor.SACL_AUTO_INHERITED, "AI");
      writer.list(descriptor.sacl());
    }
    return writer.text.toString();
  }

  private void flag(int control, int bit, String word) {
    if ((control & bit) != 0) {
      text.append(word);
    }
  }

  private void list(AccessControlList list) throws UnsupportedFormatException {
    if (list == null) {
      text.append(SddlNames.NO_ACCESS_CONTROL);
      return;
    }
    for (AccessControlEntry entry : list.entries()) {
      entry(entry);
    }
  }

  private void entry(AccessControlEntry entry) throws UnsupportedFormatException {
    Optional<String> type = SddlNames.name(SddlNames.TYPES, entry.type());
    if (type.isEmpty()) {
      throw unsupported(
          String.format(
              "an access control entry of type %xh%s",
              entry.type(),
              SddlNames.name(SddlNames.TYPES_WITH_MORE, entry.type())
                  .map(name -> " (" + name + ")")
                  .orElse("")));
    }
    for (byte b : entry.extra()) {
      if (b != 0) {
        throw unsupported("an access control entry with data behind its SID");
      }
    }
    text.append('(').append(type.get()).append(';');
    int flags = entry.flags();
    for (Map.Entry<String, Integer> flag : SddlNames.FLAGS.entrySet()) {
      flag(flags, flag.getValue(), flag.getKey());
    }
    text.append(';').append(rights(entry)).append(';');
    byte[] objectTypes = entry.objectTypes();
    int has = objectTypes.length == 0 ? 0 : LittleEndian.i32(objectTypes, 0);
    int at = GUID_FLAGS_SIZE;
    if ((has & AccessControlEntry.HAS_OBJECT_TYPE) != 0) {
      text.append(WindowsGuid.get(objectTypes, at));
      at += WindowsGuid.SIZE;
    }
    text.append(';');
    if ((has & AccessControlEntry.HAS_INHERITED_OBJECT_TYPE) != 0) {
      text.append(WindowsGuid.get(objectTypes, at));
    }
    text.append(';').append(SddlNames.text(entry.sid())).append(')');
  }

  private static String rights(AccessControlEntry entry) {
    int mask = entry.mask();
    if (entry.type() == AccessControlEntry.TYPE_MANDATORY_LABEL) {
      return words(SddlNames.LABEL_RIGHTS, mask).orElse(number(mask));
    }
    Optional<String> whole = SddlNames.name(SddlNames.WHOLE_RIGHTS, mask);
    return whole.isPresent() ? whole.get() : words(SddlNames.RIGHTS, mask).orElse(number(mask));
  }

  /** The words for the bits of a mask, where all have words. */
  private static Optional<String> words(Map<String, Integer> names, int mask) {
    StringBuilder words = new StringBuilder();
    int left = mask;
    for (Map.Entry<String, Integer> entry : names.entrySet()) {
      if ((mask & entry.getValue()) != 0) {
        words.append(entry.getKey());
        left &= ~entry.getValue();
      }
    }
    return left == 0 ? Optional.of(words.toString()) : Optional.empty();
  }

  private static String number(int mask) {
    return "0x" + Integer.toHexString(mask);
  }

  private UnsupportedFormatException unsupported(String what) {
    return new UnsupportedFormatException(
        source, UnsupportedFormatException.NO_OFFSET, what + " has no text that is supported");
  }
}
