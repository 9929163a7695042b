package io.vhdboot.ntfs;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.Utf16;
import io.vhdboot.ntfs.security.Sid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * A tree of files with all that files can have, told to a builder and, as lines like those of
 * {@link VolumeFacts}, to whoever reads the volume.
 */
final class RandomTree {

  /** Bits that are no file's own choice are to be ignored. */
  private static final int ANY_ATTRIBUTES = -1 & ~FileAttributes.NORMAL;

  private static final HexFormat HEX = HexFormat.of();
  private static final String[] ALPHABETS = {
    "abcdefghijklmnopqrstuvwxyz0123456789_-",
    "ABCDEFabcdef .+,;=[]",
    "äöüßéÿŸабвгд中文日本",
    "ab:*?\"<>|\\c",
    "a\uD83D\uDE00\uD800\uDC00b:*?\"<>|\\",
  };

  /** Letters of one case: the checker orders streams by ASCII capitals only. */
  private static final String[] STREAM_ALPHABETS = {
    "abcdefghijklmnopqrstuvwxyz0123456789_-", "ABCDEFabcdef .+,;=[]", "日本語中文한글"
  };

  private final SplittableRandom random;
  private final NtfsImageBuilder builder;
  private final TreeSet<String> facts = new TreeSet<>();
  private final List<Content> contents = new ArrayList<>();
  private final List<Folder> folders = new ArrayList<>();
  private final List<Node> files = new ArrayList<>();
  private final Map<Integer, byte[]> descriptors = new HashMap<>();
  private final List<Integer> descriptorIds = new ArrayList<>();
  private final int clusterSize;
  private final boolean anything;

  private record Folder(NodeHandle node, String path, Set<String> taken) {}

  private record Content(StreamHandle stream, long seed) {}

  /** A node with what is known of it, apart from its names. */
  private static final class Node {
    private final NodeHandle handle;
    private final List<String> paths = new ArrayList<>();
    private final List<String> facts = new ArrayList<>();
    private String shortName;

    private Node(NodeHandle handle) {
      this.handle = handle;
    }

    /** Adds a bit to the attributes, which are the first fact. */
    private void addAttribute(int bit) {
      long attributes = Long.parseLong(facts.get(0).substring(11), 16);
      facts.set(0, String.format("attributes %08x", attributes | bit));
    }
  }

  RandomTree(NtfsImageBuilder builder, SplittableRandom random) {
    this(builder, random, true);
  }

  /**
   * Begins a tree.
   *
   * @param anything whether names may have lone surrogates, on which ntfs-3g and libfsntfs give up,
   *     names of streams anything but ASCII, on which libfsntfs does, and extended attributes and
   *     reparse data more than 128 bytes, which ntfs-3g does not show to Python, and files the
   *     attribute for system files, with which an empty one is a pipe to ntfs-3g
   */
  RandomTree(NtfsImageBuilder builder, SplittableRandom random, boolean anything) {
    this.builder = builder;
    this.anything = anything;
    this.random = random;
    this.clusterSize = builder.options().clusterSize();
    folders.add(new Folder(builder.root(), "", new HashSet<>()));
    for (int i = 0; i < 5; i++) {
      addDescriptor();
    }
  }

  /** Adds so many files and directories. */
  RandomTree grow(int count) {
    for (int i = 0; i < count; i++) {
      Folder parent = folders.get(random.nextInt(folders.size()));
      switch (random.nextInt(12)) {
        case 0, 1 -> addFolder(parent);
        case 2 -> addLink(parent);
        case 3 -> addDescriptor();
        default -> addFile(parent);
      }
    }
    return this;
  }

  /** What a reader must find, without record numbers. */
  TreeSet<String> facts() {
    TreeSet<String> all = new TreeSet<>(facts);
    for (Node file : files) {
      for (String path : file.paths) {
        String head = VolumeFacts.quoted(path) + " ";
        file.facts.forEach(fact -> all.add(head + fact));
        if (file.shortName != null && file.paths.size() == 1) {
          all.add(head + "short " + VolumeFacts.quoted(file.shortName));
        }
      }
    }
    return all;
  }

  /** Writes all content, streams in random order and in pieces of random size. */
  void write(NtfsImageWriter writer) throws IOException {
    List<Content> order = new ArrayList<>(contents);
    while (!order.isEmpty()) {
      Content content = order.remove(random.nextInt(order.size()));
      byte[] bytes = content(content.seed, (int) content.stream.size());
      int at = 0;
      while (at < bytes.length) {
        int count = Math.min(bytes.length - at, 1 + random.nextInt(100_000));
        writer.write(content.stream, at, ByteBuffer.wrap(bytes, at, count));
        at += count;
      }
    }
    writer.finish();
  }

  /** The facts of a volume that a tree tells too. */
  static TreeSet<String> comparable(Iterable<String> facts) {
    TreeSet<String> all = new TreeSet<>();
    for (String fact : facts) {
      if (!fact.startsWith("\"$") && !fact.contains("\" record ")) {
        all.add(fact);
      }
    }
    return all;
  }

  static TreeSet<String> read(BlockDevice device) throws IOException {
    return comparable(VolumeFacts.byPath(NtfsVolume.open(device)));
  }

  void addFolder(Folder parent) {
    String name = name(parent);
    FileMetadata metadata = metadata();
    NodeHandle handle = builder.addDirectory(parent.node, name, metadata);
    Node node = node(handle, metadata, path(parent, name));
    files.add(node);
    boolean reparse = random.nextInt(8) == 0;
    if (reparse) {
      // A mount point needs data that its filter understands; others take any.
      setReparsePoint(node, 0xA000_0003, junction());
    } else {
      folders.add(new Folder(handle, path(parent, name), new HashSet<>()));
      addStreams(node, false);
    }
    addExtras(node, parent, !reparse);
  }

  void addFile(Folder parent) {
    String name = name(parent);
    FileMetadata metadata = metadata();
    NodeHandle handle = builder.addFile(parent.node, name, metadata);
    Node node = node(handle, metadata, path(parent, name));
    files.add(node);
    boolean reparse = random.nextInt(12) == 0;
    if (reparse) {
      int tag = random.nextBoolean() ? 0x9000_001A : 0x0000_0042;
      setReparsePoint(
          node, tag, bytes(random.nextLong(), 16 + random.nextInt(anything ? 900 : 100)));
    } else {
      addStreams(node, true);
    }
    addExtras(node, parent, !reparse);
  }

  void addLink(Folder parent) {
    if (files.isEmpty()) {
      return;
    }
    Node file = files.get(random.nextInt(files.size()));
    if (file.handle.isDirectory()) {
      return;
    }
    int count = random.nextInt(20) == 0 ? 40 : 1;
    for (int i = 0; i < count; i++) {
      String name = name(parent);
      builder.addLink(parent.node, name, file.handle);
      file.paths.add(path(parent, name));
    }
  }

  private Node node(NodeHandle handle, FileMetadata metadata, String path) {
    Node node = new Node(handle);
    node.paths.add(path);
    int attributes = metadata.attributes() & FileAttributes.SETTABLE;
    if (handle.isDirectory()) {
      attributes |= FileAttributes.DIRECTORY;
      if (clusterSize <= 4096) {
        attributes |= metadata.attributes() & FileAttributes.COMPRESSED;
      }
    }
    node.facts.add(String.format("attributes %08x", attributes));
    byte[] times = new byte[32];
    LittleEndian.put64(times, 0, metadata.created());
    LittleEndian.put64(times, 8, metadata.modified());
    LittleEndian.put64(times, 16, metadata.accessed());
    LittleEndian.put64(times, 24, metadata.changed());
    StringBuilder text = new StringBuilder("times");
    for (int i = 0; i < 32; i += 8) {
      text.append(' ').append(HEX.formatHex(times, i, i + 8));
    }
    node.facts.add(text.toString());
    node.facts.add("descriptor " + digest(descriptors.get(metadata.securityId())));
    return node;
  }

  private void addStreams(Node node, boolean unnamed) {
    if (unnamed) {
      addStream(node, "", size());
    }
    int named = random.nextInt(10) == 0 ? 1 + random.nextInt(12) : 0;
    Set<String> taken = new HashSet<>();
    for (int i = 0; i < named; i++) {
      String name =
          "s" + text(STREAM_ALPHABETS[random.nextInt(anything ? 3 : 2)], 1 + random.nextInt(40));
      if (taken.add(UpCaseTable.windows7().toUpperCase(name))) {
        addStream(node, name, Math.min(size(), 60_000));
      }
    }
  }

  private void addStream(Node node, String name, int size) {
    int form = random.nextInt(8);
    int key = random.nextInt(100);
    StreamHandle stream =
        switch (form) {
          case 0 -> builder.addSparseStream(node.handle, name, size, key);
          case 1 -> builder.addCompressedStream(node.handle, name, size, key);
          default -> builder.addStream(node.handle, name, size, key);
        };
    if (name.isEmpty() && stream.form != StreamForm.PLAIN) {
      node.addAttribute(
          stream.form == StreamForm.SPARSE ? FileAttributes.SPARSE : FileAttributes.COMPRESSED);
    }
    if (random.nextInt(20) == 0) {
      builder.demandNonResident(stream);
    }
    long seed = random.nextLong();
    contents.add(new Content(stream, seed));
    node.facts.add("stream " + VolumeFacts.quoted(name) + " " + digest(content(seed, size)));
  }

  private void addExtras(Node node, Folder parent, boolean mayHaveAttributes) {
    if (random.nextInt(6) == 0) {
      byte[] id = bytes(random.nextLong(), random.nextBoolean() ? 16 : 64);
      builder.setObjectId(node.handle, id);
      node.facts.add("id " + HEX.formatHex(id, 0, 16));
    }
    if (mayHaveAttributes && random.nextInt(12) == 0) {
      List<ExtendedAttribute> attributes = extendedAttributes();
      builder.setExtendedAttributes(node.handle, attributes);
      node.facts.add("ea " + digest(ExtendedAttribute.toBytes(attributes)));
    }
    if (random.nextInt(3) == 0) {
      String shortName = shortName(parent);
      if (builder.setShortName(node.handle.firstName(), shortName)) {
        parent.taken.add(shortName);
        node.shortName = shortName;
      }
    }
  }

  private void setReparsePoint(Node node, int tag, byte[] data) {
    builder.setReparsePoint(node.handle, tag, data);
    node.addAttribute(FileAttributes.REPARSE_POINT);
    node.facts.add("reparse " + digest(new ReparsePoint(tag, 0, data).toBytes()));
  }

  private void addDescriptor() {
    byte[] descriptor = descriptor(random.nextInt(4));
    int id = builder.securityDescriptor(descriptor);
    descriptors.put(id, descriptor);
    descriptorIds.add(id);
  }

  /** A descriptor with this many entries, each for a user of its own. */
  byte[] descriptor(int entries) {
    byte[] owner = Sid.ADMINISTRATORS.bytes();
    byte[] bytes = new byte[28 + entries * 36 + 2 * owner.length];
    bytes[0] = 1;
    LittleEndian.put16(bytes, 2, 0x8004);
    LittleEndian.put32(bytes, 4, 28 + entries * 36);
    LittleEndian.put32(bytes, 8, 28 + entries * 36 + owner.length);
    LittleEndian.put32(bytes, 16, 20);
    bytes[20] = 2;
    LittleEndian.put16(bytes, 22, 8 + entries * 36);
    LittleEndian.put16(bytes, 24, entries);
    for (int i = 0; i < entries; i++) {
      int ace = 28 + i * 36;
      LittleEndian.put16(bytes, ace + 2, 36);
      LittleEndian.put32(bytes, ace + 4, random.nextInt() & 0x001F_01FF);
      putSid(bytes, ace + 8);
    }
    // An owner that ntfs-3g knows: it shows no other descriptors.
    System.arraycopy(owner, 0, bytes, 28 + entries * 36, owner.length);
    System.arraycopy(owner, 0, bytes, 28 + entries * 36 + owner.length, owner.length);
    return bytes;
  }

  private void putSid(byte[] bytes, int offset) {
    bytes[offset] = 1;
    bytes[offset + 1] = 5;
    bytes[offset + 7] = 5;
    LittleEndian.put32(bytes, offset + 8, 21);
    for (int i = 0; i < 4; i++) {
      LittleEndian.put32(bytes, offset + 12 + 4 * i, random.nextInt() & 0x7FFF_FFFF);
    }
  }

  private byte[] junction() {
    String target = "C:\\" + text(ALPHABETS[0], 1 + random.nextInt(anything ? 60 : 20));
    String substitute = "\\??\\" + target;
    byte[] data = new byte[8 + 2 * (substitute.length() + 1 + target.length() + 1)];
    LittleEndian.put16(data, 2, 2 * substitute.length());
    LittleEndian.put16(data, 4, 2 * substitute.length() + 2);
    LittleEndian.put16(data, 6, 2 * target.length());
    Utf16.put(data, 8, substitute);
    Utf16.put(data, 8 + 2 * substitute.length() + 2, target);
    return data;
  }

  private List<ExtendedAttribute> extendedAttributes() {
    List<ExtendedAttribute> attributes = new ArrayList<>();
    int count = 1 + random.nextInt(anything ? 4 : 2);
    for (int i = 0; i < count; i++) {
      int most = anything && random.nextInt(6) == 0 ? 15_000 : 40;
      byte[] value = bytes(random.nextLong(), random.nextInt(most));
      int flags = random.nextInt(5) == 0 ? ExtendedAttribute.FLAG_NEED : 0;
      attributes.add(new ExtendedAttribute(flags, "EA" + i + "$NAME", value));
    }
    return attributes;
  }

  private FileMetadata metadata() {
    return new FileMetadata(
        time(),
        time(),
        time(),
        time(),
        random.nextInt() & (anything ? ANY_ATTRIBUTES : ANY_ATTRIBUTES & ~FileAttributes.SYSTEM),
        descriptorIds.get(random.nextInt(descriptorIds.size())));
  }

  private long time() {
    return random.nextLong() >>> 1 + random.nextInt(20);
  }

  private int size() {
    return switch (random.nextInt(8)) {
      case 0 -> 0;
      case 1 -> Math.max(0, Math.min(clusterSize, 70_000) - 2 + random.nextInt(5));
      case 2 -> random.nextInt(random.nextInt(4) == 0 ? 2_000_000 : 200_000);
      case 3, 4 -> 560 + random.nextInt(300);
      default -> random.nextInt(700);
    };
  }

  private String name(Folder parent) {
    while (true) {
      int length = random.nextInt(15) == 0 ? 255 : 1 + random.nextInt(30);
      String name = text(ALPHABETS[random.nextInt(ALPHABETS.length - (anything ? 0 : 1))], length);
      if (name.startsWith("$") || name.matches("\\.{1,2}") || tooLong(name)) {
        continue;
      }
      // Some twins that differ only in case.
      boolean twin = random.nextInt(40) == 0;
      String key = twin ? name : UpCaseTable.windows7().toUpperCase(name);
      boolean clashes =
          parent.taken.contains(UpCaseTable.windows7().toUpperCase(name))
              || parent.taken.contains(name);
      if (!clashes) {
        parent.taken.add(key);
        parent.taken.add(UpCaseTable.windows7().toUpperCase(name));
        return name;
      }
    }
  }

  /** Linux allows 255 bytes; what ntfs-3g cannot show there it cannot judge. */
  private static boolean tooLong(String name) {
    int bytes = 0;
    for (int i = 0; i < name.length(); i++) {
      bytes += name.charAt(i) < 0x80 ? 1 : name.charAt(i) < 0x800 ? 2 : 3;
    }
    return bytes > 255;
  }

  private String shortName(Folder parent) {
    while (true) {
      String name =
          text("ABCDEFGHIJ0123456789~_", 1 + random.nextInt(8))
              + (random.nextBoolean() ? "." + text("ABCXYZ", 1 + random.nextInt(3)) : "");
      if (!parent.taken.contains(name)) {
        return name.toUpperCase(Locale.ROOT);
      }
    }
  }

  private String text(String alphabet, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }

  private static String path(Folder parent, String name) {
    return parent.path.isEmpty() ? name : parent.path + "/" + name;
  }

  /** Bytes some parts of which are zeros, some easy to compress, and some not. */
  static byte[] content(long seed, int length) {
    byte[] bytes = bytes(seed, length);
    SplittableRandom random = new SplittableRandom(~seed);
    int at = 0;
    while (at < length) {
      int end = at + Math.min(length - at, 1 + random.nextInt(100_000));
      int kind = random.nextInt(4);
      for (int i = at; i < end && kind != 0; i++) {
        bytes[i] = kind == 1 ? 0 : (byte) (bytes[at] + (i & kind * 5));
      }
      at = end;
    }
    return bytes;
  }

  static byte[] bytes(long seed, int length) {
    byte[] bytes = new byte[length];
    new SplittableRandom(seed).nextBytes(bytes);
    return bytes;
  }

  static String digest(byte[] bytes) {
    try {
      return bytes.length + " " + HEX.formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
