package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.ntfs.security.SecurityDescriptor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Holds $Secure against itself, and the security ids of files against it. */
final class SecurityCheck {

  static final String STREAM = "$SDS";
  static final String BY_ID = "$SII";
  static final String BY_HASH = "$SDH";

  private static final int PAIR = 2 * SecurityDescriptorEntry.HALF;

  /** Bytes of the smallest entry. */
  private static final int LEAST_GAP = 48;

  /** What Windows puts behind the data of an entry of $SDH, or 0. */
  private static final int PADDING = 0x0049_0049;

  private final CheckedVolume volume;
  private final CheckLog log;
  private final Map<Integer, SecurityDescriptorEntry> entries = new LinkedHashMap<>();

  private SecurityCheck(CheckedVolume volume) {
    this.volume = volume;
    this.log = volume.log();
  }

  static void check(CheckedVolume volume) throws IOException {
    new SecurityCheck(volume).run();
  }

  /** The sound entries of $SDS by id, in the order of the stream; without reporting. */
  static Map<Integer, SecurityDescriptorEntry> entries(CheckedVolume volume, CheckedFile file)
      throws IOException {
    SecurityCheck check = new SecurityCheck(volume);
    boolean muted = volume.log().mute(true);
    try {
      check.readStream(file.find(AttributeType.DATA, STREAM));
    } finally {
      volume.log().mute(muted);
    }
    return check.entries;
  }

  private void report(NtfsFindingKind kind, String message) {
    log.add(kind, SystemFiles.SECURE, message);
  }

  private void run() throws IOException {
    CheckedFile file = volume.readAgain(SystemFiles.SECURE);
    CheckedStream stream = file == null ? null : file.find(AttributeType.DATA, STREAM);
    if (stream == null) {
      report(NtfsFindingKind.SECURITY_STREAM, "there is no $Secure:$SDS");
      volume.needs().add(RepairNeeds.Part.SECURITY_STREAM);
      return;
    }
    readStream(stream);
    index(file, BY_ID);
    index(file, BY_HASH);
    for (int id : entries.keySet()) {
      if (id >= 0 && id < SecurityDescriptorEntry.FIRST_ID) {
        report(NtfsFindingKind.SECURITY_STREAM, "the security id " + id + " is below 256");
      }
    }
    FileTable files = volume.files();
    for (long number = 0; number < files.end(); number++) {
      int id = files.state(number) == CheckedRecord.State.BASE ? files.securityId(number) : 0;
      if (id != 0 && !entries.containsKey(id)) {
        log.add(
            NtfsFindingKind.SECURITY_ID,
            number,
            "there is no descriptor of the security id " + Integer.toUnsignedString(id));
        volume.needs().unknownSecurity().set((int) number);
      }
    }
  }

  /** Reads all entries, each from its copy where it is damaged. */
  private void readStream(CheckedStream stream) throws IOException {
    if (stream == null) {
      return;
    }
    StreamContent content = stream.content(volume.clusters());
    byte[] head = new byte[SecurityDescriptorEntry.HEADER_SIZE];
    long at = 0;
    while (at <= stream.size() - head.length) {
      if (at % PAIR >= SecurityDescriptorEntry.HALF) {
        at = at / PAIR * PAIR + PAIR;
        continue;
      }
      byte[] own = entry(content, at, at);
      byte[] copy = entry(content, at + SecurityDescriptorEntry.HALF, at);
      if (own == null && copy == null) {
        at = skip(content, at);
        continue;
      }
      // The first entry that is sound tells where the next one begins.
      byte[] sound = problem(own) == null ? own : problem(copy) == null ? copy : own;
      if (sound == null) {
        sound = copy;
      }
      SecurityDescriptorEntry entry = SecurityDescriptorEntry.get(sound, 0, sound.length, STREAM);
      String what =
          "the descriptor of id " + Integer.toUnsignedString(entry.securityId()) + " at " + at;
      if (own == null || problem(own) != null) {
        report(
            NtfsFindingKind.SECURITY_STREAM,
            what + ": " + (own == null ? "its header is damaged" : problem(own)));
        volume.needs().add(RepairNeeds.Part.SECURITY_STREAM);
      } else if (!Arrays.equals(own, copy)) {
        report(NtfsFindingKind.SECURITY_COPY, what + " is not equal to its copy");
        volume.needs().add(RepairNeeds.Part.SECURITY_STREAM);
      }
      if (problem(sound) == null && entries.putIfAbsent(entry.securityId(), entry) != null) {
        report(NtfsFindingKind.SECURITY_STREAM, what + " repeats the id");
        volume.needs().add(RepairNeeds.Part.SECURITY_STREAM);
      }
      at =
          at
              + (entry.length() + SecurityDescriptorEntry.ALIGNMENT - 1
                  & -SecurityDescriptorEntry.ALIGNMENT);
    }
  }

  /** Where to go on where there is no entry: to the next pair, or over a damaged header. */
  private long skip(StreamContent content, long at) throws IOException {
    long next = nextSound(content, at);
    if (next < 0) {
      return at / PAIR * PAIR + PAIR;
    }
    report(
        NtfsFindingKind.SECURITY_STREAM,
        "no entry at " + at + ", though another one follows at " + next);
    volume.needs().add(RepairNeeds.Part.SECURITY_STREAM);
    return next;
  }

  /** The place of the next sound entry of the same half behind one that is none, or -1. */
  static long nextSound(StreamContent content, long at) throws IOException {
    long end = Math.min(at / PAIR * PAIR + SecurityDescriptorEntry.HALF, content.size());
    // A gap must have room for an entry, by which it can be closed.
    long begin = at + LEAST_GAP;
    byte[] rest = new byte[(int) Math.max(0, end - begin)];
    content.read(begin, ByteBuffer.wrap(rest));
    for (int i = 0;
        i <= rest.length - SecurityDescriptorEntry.HEADER_SIZE;
        i += SecurityDescriptorEntry.ALIGNMENT) {
      // Windows leaves old bytes behind the last entry; only a whole entry counts.
      long next = begin + i;
      if (LittleEndian.i64(rest, i + 8) == next && problem(entry(content, next, next)) == null) {
        return next;
      }
    }
    return -1;
  }

  /** The bytes of an entry that says it stands at {@code own}, or null. */
  static byte[] entry(StreamContent content, long position, long own) throws IOException {
    if (position > content.size() - SecurityDescriptorEntry.HEADER_SIZE) {
      return null;
    }
    byte[] head = new byte[SecurityDescriptorEntry.HEADER_SIZE];
    content.read(position, ByteBuffer.wrap(head));
    SecurityDescriptorEntry entry = SecurityDescriptorEntry.get(head, 0, head.length, STREAM);
    int length = entry.length();
    boolean fits =
        entry.position() == own
            && length >= 2 * SecurityDescriptorEntry.HEADER_SIZE
            && length <= SecurityDescriptorEntry.HALF - own % PAIR
            && position <= content.size() - length;
    if (!fits) {
      return null;
    }
    byte[] bytes = new byte[length];
    content.read(position, ByteBuffer.wrap(bytes));
    return bytes;
  }

  /** What is wrong with an entry, or null. */
  static String problem(byte[] bytes) {
    if (bytes == null) {
      return "it is not there";
    }
    byte[] descriptor =
        Arrays.copyOfRange(bytes, SecurityDescriptorEntry.HEADER_SIZE, bytes.length);
    int hash = SecurityDescriptorEntry.hash(descriptor);
    if (LittleEndian.i32(bytes, 0) != hash) {
      return String.format(
          "the hash is %08x, its bytes give %08x", LittleEndian.i32(bytes, 0), hash);
    }
    return SecurityDescriptor.problem(descriptor);
  }

  private void index(CheckedFile file, String name) throws IOException {
    Map<Integer, SecurityDescriptorEntry> found = new HashMap<>();
    long errors = log.errors();
    IndexCheck.walk(volume, file, name, (node, entry) -> take(name, node, entry, found));
    for (Map.Entry<Integer, SecurityDescriptorEntry> known : entries.entrySet()) {
      SecurityDescriptorEntry indexed = found.get(known.getKey());
      if (!known.getValue().equals(indexed)) {
        report(
            NtfsFindingKind.SECURITY_INDEX,
            name
                + (indexed == null ? " lacks " : " is wrong about ")
                + "the id "
                + Integer.toUnsignedString(known.getKey()));
      }
    }
    for (int id : found.keySet()) {
      if (!entries.containsKey(id)) {
        report(
            NtfsFindingKind.SECURITY_INDEX,
            name + " has the id " + Integer.toUnsignedString(id) + ", which $SDS lacks");
      }
    }
    if (log.errors() > errors) {
      volume.needs().add(RepairNeeds.Part.SECURITY_INDEXES);
    }
  }

  private void take(
      String name, byte[] node, IndexEntry entry, Map<Integer, SecurityDescriptorEntry> found)
      throws CorruptFormatException {
    int keyLength = name.equals(BY_ID) ? 4 : 8;
    int data = IndexEntry.HEADER_SIZE + keyLength;
    if (entry.keyLength() != keyLength
        || entry.dataOffset() != data
        || entry.dataLength() != SecurityDescriptorEntry.HEADER_SIZE
        || entry.length() < data + SecurityDescriptorEntry.HEADER_SIZE) {
      report(
          NtfsFindingKind.SECURITY_INDEX,
          name + " has an entry with a key of " + entry.keyLength() + " bytes");
      return;
    }
    int at = entry.position() + data;
    SecurityDescriptorEntry value =
        SecurityDescriptorEntry.get(node, at, at + SecurityDescriptorEntry.HEADER_SIZE, name);
    int key = entry.keyPosition();
    boolean agrees =
        keyLength == 4
            ? LittleEndian.i32(node, key) == value.securityId()
            : LittleEndian.i32(node, key) == value.hash()
                && LittleEndian.i32(node, key + 4) == value.securityId();
    if (!agrees) {
      report(
          NtfsFindingKind.SECURITY_INDEX,
          name + ": the key is not that of id " + Integer.toUnsignedString(value.securityId()));
    }
    int body = entry.length() - (entry.hasChild() ? IndexEntry.CHILD_SIZE : 0);
    int padding = keyLength == 4 ? 0 : 4;
    int wanted = IndexEntry.size(keyLength + SecurityDescriptorEntry.HEADER_SIZE + padding);
    if (body != wanted) {
      report(NtfsFindingKind.SECURITY_INDEX, name + " has an entry of " + body + " bytes");
    } else if (padding != 0) {
      int found0 = LittleEndian.i32(node, at + SecurityDescriptorEntry.HEADER_SIZE);
      if (found0 != 0 && found0 != PADDING) {
        report(
            NtfsFindingKind.SECURITY_UNUSUAL,
            String.format("an entry of $SDH is padded with %08xh", found0));
      }
    }
    found.put(value.securityId(), value);
  }
}
