package io.vhdboot.wim;

import java.util.ArrayList;
import java.util.List;

/**
 * The streams of one file, told apart. An entry does not say what an unnamed hash stands for:
 *
 * <ul>
 *   <li>Of an encrypted file, the one unnamed hash that is not zero is its exported form.
 *   <li>Otherwise the main hash and then the unnamed stream entries are taken in turn. Of a reparse
 *       point the first is its reparse data and the second its data; of anything else the first is
 *       its data. A main hash of zero is passed over as long as there are others.
 * </ul>
 *
 * <p>So both layouts are read: one stream in the main hash, or all of them in stream entries.
 *
 * @param data the data, or null
 * @param reparse the reparse data, or null
 * @param encrypted the encrypted form, or null
 * @param named the named streams
 */
record FileStreams(WimStream data, WimStream reparse, WimStream encrypted, List<WimStream> named) {

  private static final FileStreams NONE = new FileStreams(null, null, null, List.of());

  static FileStreams of(Dentry dentry, BlobTable table) {
    if ((dentry.attributes & WimInode.ATTRIBUTE_ENCRYPTED) != 0) {
      return ofEncrypted(dentry, table);
    }
    boolean isReparse = (dentry.attributes & WimInode.ATTRIBUTE_REPARSE_POINT) != 0;
    if (dentry.streams.isEmpty()) {
      WimStream main = stream(dentry.mainSha1, table);
      if (main == null) {
        return NONE;
      }
      return isReparse
          ? new FileStreams(null, main, null, List.of())
          : new FileStreams(main, null, null, List.of());
    }
    List<Sha1> unnamed = new ArrayList<>(dentry.streams.size() + 1);
    List<WimStream> named = new ArrayList<>(dentry.streams.size());
    if (!dentry.mainSha1.isZero()) {
      unnamed.add(dentry.mainSha1);
    }
    for (StreamEntry entry : dentry.streams) {
      if (entry.name().isEmpty()) {
        unnamed.add(entry.sha1());
      } else {
        named.add(new WimStream(entry.name(), entry.sha1(), table.get(entry.sha1())));
      }
    }
    int dataIndex = isReparse ? 1 : 0;
    return new FileStreams(
        unnamed.size() > dataIndex ? stream(unnamed.get(dataIndex), table) : null,
        isReparse && !unnamed.isEmpty() ? stream(unnamed.get(0), table) : null,
        null,
        List.copyOf(named));
  }

  private static FileStreams ofEncrypted(Dentry dentry, BlobTable table) {
    WimStream encrypted = stream(dentry.mainSha1, table);
    for (StreamEntry entry : dentry.streams) {
      if (encrypted == null && entry.name().isEmpty()) {
        encrypted = stream(entry.sha1(), table);
      }
    }
    return new FileStreams(null, null, encrypted, List.of());
  }

  /** An unnamed stream, or null when it has no bytes. */
  private static WimStream stream(Sha1 sha1, BlobTable table) {
    return sha1.isOfNothing() ? null : new WimStream("", sha1, table.get(sha1));
  }

  /** All streams that have bytes. */
  List<WimStream> all() {
    List<WimStream> all = new ArrayList<>(named.size() + 2);
    if (data != null) {
      all.add(data);
    }
    if (reparse != null) {
      all.add(reparse);
    }
    if (encrypted != null) {
      all.add(encrypted);
    }
    for (WimStream stream : named) {
      if (!stream.isEmpty()) {
        all.add(stream);
      }
    }
    return all;
  }
}
