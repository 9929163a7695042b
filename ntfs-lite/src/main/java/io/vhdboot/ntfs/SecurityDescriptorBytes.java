package io.vhdboot.ntfs;

import io.vhdboot.disk.LittleEndian;

/**
 * A self-relative security descriptor (MS-DTYP 2.4.6):
 *
 * <pre>
 * 00  1  revision: 1
 * 01  1  0
 * 02  2  control bits; 8000h: self-relative
 * 04  4  offset of the owner's SID, 0 for none
 * 08  4  offset of the group's SID
 * 0C  4  offset of the SACL
 * 10  4  offset of the DACL
 * 14     the DACL, owner and group, as Windows arranges them in its own files
 * </pre>
 *
 * An ACL is {revision u8, 0, size u16, count u16, 0 u16} and its entries, {type u8, flags u8, size
 * u16, access mask u32, SID}; a SID is {1, count u8, authority 6 bytes big-endian, count times
 * u32}.
 */
final class SecurityDescriptorBytes {

  /** The descriptor of system files that administrators may read. */
  static final byte[] SYSTEM_READ = ofSystem(0x0012_0089);

  /** The descriptor of system files that administrators may write. */
  static final byte[] SYSTEM_WRITE = ofSystem(0x0012_019F);

  /** What Windows 7 and later give the root directory. */
  static final byte[] ROOT = of(0x8004, Sid.SYSTEM, Sid.SYSTEM, inherited(0x00, 0x0B));

  /** What a file inherits from such a root directory. */
  static final byte[] DEFAULT_FILE =
      of(0x8404, Sid.ADMINISTRATORS, Sid.SYSTEM, inherited(0x10, -1));

  /** What a directory inherits from such a root directory. */
  static final byte[] DEFAULT_DIRECTORY =
      of(0x8404, Sid.ADMINISTRATORS, Sid.SYSTEM, inherited(0x10, 0x1B));

  private static final int HEADER_SIZE = 20;
  private static final int ACL_HEADER_SIZE = 8;
  private static final int ACE_HEADER_SIZE = 8;
  private static final int SELF_RELATIVE = 0x8000;
  private static final int MAX_SUB_AUTHORITIES = 15;

  private SecurityDescriptorBytes() {}

  /** SIDs of S-1-5. */
  private enum Sid {
    AUTHENTICATED_USERS(11),
    SYSTEM(18),
    ADMINISTRATORS(32, 544),
    USERS(32, 545);

    private final byte[] bytes;

    Sid(int... subAuthorities) {
      bytes = new byte[8 + 4 * subAuthorities.length];
      bytes[0] = 1;
      bytes[1] = (byte) subAuthorities.length;
      bytes[7] = 5;
      for (int i = 0; i < subAuthorities.length; i++) {
        LittleEndian.put32(bytes, 8 + 4 * i, subAuthorities[i]);
      }
    }
  }

  private record Ace(int flags, int mask, Sid sid) {}

  /** The SID of the administrators' group. */
  static byte[] administratorsSid() {
    return Sid.ADMINISTRATORS.bytes.clone();
  }

  /** Tells what is wrong with a descriptor, or null: its parts must lie within it. */
  static String problem(byte[] bytes) {
    if (bytes.length < HEADER_SIZE || bytes[0] != 1) {
      return "revision 1 of a security descriptor takes at least 20 bytes";
    }
    if ((LittleEndian.u16(bytes, 2) & SELF_RELATIVE) == 0) {
      return "the descriptor is not self-relative";
    }
    for (int field = 0x04; field <= 0x08; field += 4) {
      long sid = LittleEndian.u32(bytes, field);
      if (sid != 0 && !isSid(bytes, sid, bytes.length)) {
        return "its SID at " + sid + " is not within its " + bytes.length + " bytes";
      }
    }
    for (int field = 0x0C; field <= 0x10; field += 4) {
      long acl = LittleEndian.u32(bytes, field);
      if (acl != 0 && !isAcl(bytes, acl)) {
        return "its ACL at " + acl + " is not within its " + bytes.length + " bytes";
      }
    }
    return null;
  }

  private static boolean isSid(byte[] bytes, long offset, int limit) {
    return offset + 8 <= limit
        && bytes[(int) offset] == 1
        && bytes[(int) offset + 1] >= 0
        && bytes[(int) offset + 1] <= MAX_SUB_AUTHORITIES
        && offset + 8 + 4 * bytes[(int) offset + 1] <= limit;
  }

  private static boolean isAcl(byte[] bytes, long offset) {
    if (offset + ACL_HEADER_SIZE > bytes.length) {
      return false;
    }
    int start = (int) offset;
    int size = LittleEndian.u16(bytes, start + 2);
    int count = LittleEndian.u16(bytes, start + 4);
    int end = start + size;
    if (size < ACL_HEADER_SIZE || size % 4 != 0 || end > bytes.length) {
      return false;
    }
    int ace = start + ACL_HEADER_SIZE;
    for (int i = 0; i < count; i++) {
      int length = ace + 4 > end ? 0 : LittleEndian.u16(bytes, ace + 2);
      if (length < ACE_HEADER_SIZE || length % 4 != 0 || ace + length > end) {
        return false;
      }
      ace += length;
    }
    return true;
  }

  private static byte[] ofSystem(int mask) {
    return of(
        0x8004,
        Sid.SYSTEM,
        Sid.ADMINISTRATORS,
        new Ace(0, mask, Sid.SYSTEM),
        new Ace(0, mask, Sid.ADMINISTRATORS));
  }

  /** Entries for the four kinds of users: on the object itself and, if wanted, for its children. */
  private static Ace[] inherited(int ownFlags, int childFlags) {
    Sid[] sids = {Sid.ADMINISTRATORS, Sid.SYSTEM, Sid.AUTHENTICATED_USERS, Sid.USERS};
    int[] own = {0x001F_01FF, 0x001F_01FF, 0x0013_01BF, 0x0012_00A9};
    int[] children = {0x1000_0000, 0x1000_0000, 0xE001_0000, 0xA000_0000};
    int each = childFlags < 0 ? 1 : 2;
    Ace[] aces = new Ace[each * sids.length];
    for (int i = 0; i < sids.length; i++) {
      aces[each * i] = new Ace(ownFlags, own[i], sids[i]);
      if (each == 2) {
        aces[each * i + 1] = new Ace(childFlags, children[i], sids[i]);
      }
    }
    return aces;
  }

  private static byte[] of(int control, Sid owner, Sid group, Ace... aces) {
    int aclSize = ACL_HEADER_SIZE;
    for (Ace ace : aces) {
      aclSize += ACE_HEADER_SIZE + ace.sid.bytes.length;
    }
    int ownerOffset = HEADER_SIZE + aclSize;
    int groupOffset = ownerOffset + owner.bytes.length;
    byte[] bytes = new byte[groupOffset + group.bytes.length];
    bytes[0] = 1;
    LittleEndian.put16(bytes, 0x02, control);
    LittleEndian.put32(bytes, 0x04, ownerOffset);
    LittleEndian.put32(bytes, 0x08, groupOffset);
    LittleEndian.put32(bytes, 0x10, HEADER_SIZE);
    bytes[HEADER_SIZE] = 2;
    LittleEndian.put16(bytes, HEADER_SIZE + 2, aclSize);
    LittleEndian.put16(bytes, HEADER_SIZE + 4, aces.length);
    int at = HEADER_SIZE + ACL_HEADER_SIZE;
    for (Ace ace : aces) {
      LittleEndian.put8(bytes, at + 1, ace.flags);
      LittleEndian.put16(bytes, at + 2, ACE_HEADER_SIZE + ace.sid.bytes.length);
      LittleEndian.put32(bytes, at + 4, ace.mask);
      System.arraycopy(ace.sid.bytes, 0, bytes, at + 8, ace.sid.bytes.length);
      at += ACE_HEADER_SIZE + ace.sid.bytes.length;
    }
    System.arraycopy(owner.bytes, 0, bytes, ownerOffset, owner.bytes.length);
    System.arraycopy(group.bytes, 0, bytes, groupOffset, group.bytes.length);
    return bytes;
  }
}
