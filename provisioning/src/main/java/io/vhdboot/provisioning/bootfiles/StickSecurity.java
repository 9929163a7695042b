package io.vhdboot.provisioning.bootfiles;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The security descriptors of what vhdboot itself puts on a stick: what a file or folder inherits
 * there from the root of a volume that Windows formatted. Administrators and the system may do
 * anything, authenticated users may change, users may read.
 *
 * <p>Self-relative form (MS-DTYP 2.4.6): 20-byte head, DACL, owner, group.
 */
public final class StickSecurity {

  private static final int HEAD_SIZE = 20;
  private static final int ACL_HEAD_SIZE = 8;
  private static final int ACE_HEAD_SIZE = 8;

  /** DACL present, self-relative, inherited by Windows' own rules. */
  private static final int CONTROL = 0x8404;

  private static final int INHERITED = 0x10;

  /** On a folder's children and their children, but not on the folder itself. */
  private static final int INHERIT_ONLY = 0x0B;

  private static final byte[] ADMINISTRATORS = sid(5, 32, 544);
  private static final byte[] USERS = sid(5, 32, 545);
  private static final byte[] AUTHENTICATED_USERS = sid(5, 11);
  private static final byte[] SYSTEM = sid(5, 18);

  private static final Grant[] GRANTS = {
    new Grant(ADMINISTRATORS, 0x001F01FF, 0x10000000),
    new Grant(SYSTEM, 0x001F01FF, 0x10000000),
    new Grant(AUTHENTICATED_USERS, 0x001301BF, 0xE0010000),
    new Grant(USERS, 0x001200A9, 0xA0000000)
  };

  /** Who may do what: to the object itself, and as generic rights to what is made below it. */
  private record Grant(byte[] sid, int mask, int genericMask) {}

  private StickSecurity() {}

  /** The descriptor of a file. */
  public static byte[] file() {
    return descriptor(false);
  }

  /** The descriptor of a folder. */
  public static byte[] folder() {
    return descriptor(true);
  }

  private static byte[] descriptor(boolean folder) {
    int aclSize = ACL_HEAD_SIZE;
    for (Grant grant : GRANTS) {
      aclSize += (ACE_HEAD_SIZE + grant.sid.length) * (folder ? 2 : 1);
    }
    int owner = HEAD_SIZE + aclSize;
    int group = owner + ADMINISTRATORS.length;
    ByteBuffer bytes = ByteBuffer.allocate(group + SYSTEM.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put((byte) 1).put((byte) 0).putShort((short) CONTROL);
    bytes.putInt(owner).putInt(group).putInt(0).putInt(HEAD_SIZE);
    bytes.put((byte) 2).put((byte) 0).putShort((short) aclSize);
    bytes.putShort((short) (GRANTS.length * (folder ? 2 : 1))).putShort((short) 0);
    for (Grant grant : GRANTS) {
      putAce(bytes, INHERITED, grant.mask, grant.sid);
      if (folder) {
        putAce(bytes, INHERITED | INHERIT_ONLY, grant.genericMask, grant.sid);
      }
    }
    return bytes.put(ADMINISTRATORS).put(SYSTEM).array();
  }

  private static void putAce(ByteBuffer bytes, int flags, int mask, byte[] sid) {
    bytes.put((byte) 0).put((byte) flags).putShort((short) (ACE_HEAD_SIZE + sid.length));
    bytes.putInt(mask).put(sid);
  }

  private static byte[] sid(int authority, int... subAuthorities) {
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + 4 * subAuthorities.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put((byte) 1).put((byte) subAuthorities.length).put(new byte[5]).put((byte) authority);
    for (int subAuthority : subAuthorities) {
      bytes.putInt(subAuthority);
    }
    return bytes.array();
  }
}
