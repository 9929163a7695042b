package io.vhdboot.ntfs;

import io.vhdboot.disk.LittleEndian;
import io.vhdboot.ntfs.security.Sid;

/**
 * $Quota:$Q as every new volume has it, quotas by owner id. Key the owner id (4), data:
 *
 * <pre>
 * 00  4  version: 2
 * 04  4  flags: 1 default limits
 * 08  8  bytes used
 * 10  8  change time
 * 18  8  warning threshold, -1 for none
 * 20  8  limit, -1 for none
 * 28  8  time by which the limit has been exceeded
 * 30     SID of the owner; not in the defaults, which are those of owner 1
 * </pre>
 */
final class QuotaIndex extends IndexSource {

  private static final int DEFAULTS_OWNER = 1;
  private static final int DATA_OFFSET = 0x14;
  private static final int FIXED_SIZE = 0x30;
  private static final byte[] SID = Sid.ADMINISTRATORS.bytes();
  private static final int[] OWNERS = {DEFAULTS_OWNER, ViewIndex.QuotaOwners.ADMINISTRATORS};

  QuotaIndex(int ordinal) {
    super(ordinal, "$Q", IndexRoot.COLLATION_U32);
  }

  @Override
  int count() {
    return OWNERS.length;
  }

  @Override
  int entrySize(int i) {
    return IndexEntry.size(DATA_OFFSET - IndexEntry.HEADER_SIZE + dataLength(i));
  }

  @Override
  int put(int i, byte[] bytes, int offset, long child, ImageState state) {
    LittleEndian.put32(bytes, offset + IndexEntry.HEADER_SIZE, OWNERS[i]);
    int data = offset + DATA_OFFSET;
    LittleEndian.put32(bytes, data, 2);
    LittleEndian.put32(bytes, data + 0x04, 1);
    LittleEndian.put64(bytes, data + 0x08, 0);
    LittleEndian.put64(bytes, data + 0x10, 0);
    LittleEndian.put64(bytes, data + 0x18, -1);
    LittleEndian.put64(bytes, data + 0x20, -1);
    LittleEndian.put64(bytes, data + 0x28, 0);
    if (OWNERS[i] != DEFAULTS_OWNER) {
      System.arraycopy(SID, 0, bytes, data + FIXED_SIZE, SID.length);
    }
    return IndexEntry.put(
        bytes, offset, IndexEntry.viewData(DATA_OFFSET, dataLength(i)), entrySize(i), 4, child);
  }

  private static int dataLength(int i) {
    return FIXED_SIZE + (OWNERS[i] == DEFAULTS_OWNER ? 0 : SID.length);
  }
}
