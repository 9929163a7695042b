package io.vhdboot.ntfs.security;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import java.util.Arrays;

/**
 * An entry of an access control list (MS-DTYP 2.4.4):
 *
 * <pre>
 * 0  1  type
 * 1  1  flags: 1 files inherit it, 2 directories do, 4 only children do, 8 it counts for heirs
 *       only, 10h inherited; 20h critical; 40h audits success, 80h audits failure
 * 2  2  size, a multiple of 4
 * 4  4  access mask
 * 8     in object types: flags (4; 1 has an object type, 2 has an inherited object type) and the
 *       GUIDs that they announce (16 each)
 *       SID, then in callback types a condition, in resource attributes their value
 * </pre>
 *
 * @param type the type
 * @param flags the flags
 * @param mask the access mask
 * @param objectTypes what stands between mask and SID in object types; empty in others
 * @param sid whom it concerns
 * @param extra what stands behind the SID
 */
public record AccessControlEntry(
    int type, int flags, int mask, byte[] objectTypes, Sid sid, byte[] extra) {

  public static final int OBJECT_INHERIT = 0x01;
  public static final int CONTAINER_INHERIT = 0x02;
  public static final int NO_PROPAGATE = 0x04;
  public static final int INHERIT_ONLY = 0x08;
  public static final int INHERITED = 0x10;

  public static final int TYPE_ALLOWED = 0x00;
  public static final int TYPE_DENIED = 0x01;
  public static final int TYPE_AUDIT = 0x02;
  public static final int TYPE_ALARM = 0x03;
  public static final int TYPE_OBJECT_ALLOWED = 0x05;
  public static final int TYPE_OBJECT_DENIED = 0x06;
  public static final int TYPE_OBJECT_AUDIT = 0x07;
  public static final int TYPE_OBJECT_ALARM = 0x08;
  public static final int TYPE_CALLBACK_ALLOWED = 0x09;
  public static final int TYPE_CALLBACK_DENIED = 0x0A;
  public static final int TYPE_CALLBACK_OBJECT_ALLOWED = 0x0B;
  public static final int TYPE_CALLBACK_OBJECT_DENIED = 0x0C;
  public static final int TYPE_CALLBACK_AUDIT = 0x0D;
  public static final int TYPE_CALLBACK_OBJECT_AUDIT = 0x0F;
  public static final int TYPE_CALLBACK_OBJECT_ALARM = 0x10;
  public static final int TYPE_MANDATORY_LABEL = 0x11;
  public static final int TYPE_RESOURCE_ATTRIBUTE = 0x12;
  public static final int TYPE_SCOPED_POLICY = 0x13;
  public static final int TYPE_TRUST_LABEL = 0x14;
  public static final int TYPE_ACCESS_FILTER = 0x15;

  /** In object types: the GUID of what the entry concerns stands first. */
  public static final int HAS_OBJECT_TYPE = 1;

  /** In object types: the GUID of which heirs take the entry. */
  public static final int HAS_INHERITED_OBJECT_TYPE = 2;

  public static final int HEADER_SIZE = 8;

  private static final int GUID_SIZE = 16;
  private static final byte[] NONE = {};

  /** An entry without object types and without anything behind the SID. */
  public static AccessControlEntry of(int type, int flags, int mask, Sid sid) {
    return new AccessControlEntry(type, flags, mask, NONE, sid, NONE);
  }

  /**
   * Reads the entry that lies between two offsets.
   *
   * @throws CorruptFormatException when its parts do not lie within it
   */
  public static AccessControlEntry get(byte[] bytes, int offset, int limit, String source)
      throws CorruptFormatException {
    if (limit - offset < HEADER_SIZE) {
      throw new CorruptFormatException(
          source, offset, "an access control entry of " + (limit - offset) + " bytes");
    }
    int type = LittleEndian.u8(bytes, offset);
    int sidOffset = offset + HEADER_SIZE;
    if (isObject(type)) {
      sidOffset += 4;
      long flags = sidOffset > limit ? 0 : LittleEndian.u32(bytes, offset + HEADER_SIZE);
      sidOffset += GUID_SIZE * Long.bitCount(flags & 3);
      if (sidOffset > limit) {
        throw new CorruptFormatException(
            source, offset, "an entry of " + (limit - offset) + " bytes lacks its object types");
      }
    }
    Sid sid = Sid.get(bytes, sidOffset, limit, source);
    return new AccessControlEntry(
        type,
        LittleEndian.u8(bytes, offset + 1),
        LittleEndian.i32(bytes, offset + 4),
        Arrays.copyOfRange(bytes, offset + HEADER_SIZE, sidOffset),
        sid,
        Arrays.copyOfRange(bytes, sidOffset + sid.size(), limit));
  }

  public static boolean isObject(int type) {
    return type >= TYPE_OBJECT_ALLOWED && type <= TYPE_OBJECT_ALARM
        || type == TYPE_CALLBACK_OBJECT_ALLOWED
        || type == TYPE_CALLBACK_OBJECT_DENIED
        || type == TYPE_CALLBACK_OBJECT_AUDIT
        || type == TYPE_CALLBACK_OBJECT_ALARM;
  }

  public boolean has(int flag) {
    return (flags & flag) != 0;
  }

  /** Whether only heirs of a certain kind take it, which files and directories never are. */
  public boolean hasInheritedObjectType() {
    return objectTypes.length > 0
        && (LittleEndian.i32(objectTypes, 0) & HAS_INHERITED_OBJECT_TYPE) != 0;
  }

  /** The same with other flags, mask and SID. */
  public AccessControlEntry with(int newFlags, int newMask, Sid newSid) {
    return new AccessControlEntry(type, newFlags, newMask, objectTypes, newSid, extra);
  }

  /** Bytes that it takes. */
  public int size() {
    return HEADER_SIZE + objectTypes.length + sid.size() + extra.length;
  }

  /** Puts the entry; gives the offset behind. */
  public int put(byte[] bytes, int offset) {
    LittleEndian.put8(bytes, offset, type);
    LittleEndian.put8(bytes, offset + 1, flags);
    LittleEndian.put16(bytes, offset + 2, size());
    LittleEndian.put32(bytes, offset + 4, mask);
    int at = offset + HEADER_SIZE;
    System.arraycopy(objectTypes, 0, bytes, at, objectTypes.length);
    at += objectTypes.length;
    sid.put(bytes, at);
    at += sid.size();
    System.arraycopy(extra, 0, bytes, at, extra.length);
    return at + extra.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AccessControlEntry entry
        && type == entry.type
        && flags == entry.flags
        && mask == entry.mask
        && sid.equals(entry.sid)
        && Arrays.equals(objectTypes, entry.objectTypes)
        && Arrays.equals(extra, entry.extra);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * type + flags) + mask + sid.hashCode();
  }

  @Override
  public String toString() {
    return String.format("%02x/%02x/%08x/%s", type, flags, mask, sid);
  }
}
