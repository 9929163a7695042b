package io.vhdboot.ntfs;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.FileTime100ns;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.ResizableBlockDevice;
import io.vhdboot.ntfs.security.AccessControlEntry;
import io.vhdboot.ntfs.security.AccessControlList;
import io.vhdboot.ntfs.security.SecurityDescriptor;
import io.vhdboot.ntfs.security.Sid;
import io.vhdboot.ntfs.security.StandardDescriptors;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.Seed;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** $Secure, $ObjId, $Reparse, $Quota and $UsnJrnl of volumes that are edited. */
class SystemIndexesTest {

  private static final Instant NOW = Instant.parse("2024-05-06T07:08:09Z");
  private static final NewFileOptions PLAIN = NewFileOptions.defaults();

  @TempDir Path folder;
  private Path image;

  @BeforeEach
  void format() throws IOException {
    image = folder.resolve("volume.img");
    try (FileDevice device = FileDevice.create(image, 32 << 20)) {
      NtfsFormat.format(
          device, NtfsFormatOptions.ofSize(device.size()).time(NtfsFormatTest.TIME).build());
    }
  }

  private static NtfsEditor edit(FileDevice device) throws IOException {
    return NtfsEditor.open(device, NtfsEditOptions.defaults().withClock(InstantSource.fixed(NOW)));
  }

  private static byte[] descriptor(SplittableRandom random, int entries) throws IOException {
    List<AccessControlEntry> aces = new ArrayList<>();
    for (int i = 0; i < entries; i++) {
      Sid sid = Sid.parse("S-1-5-21-1-2-3-" + random.nextInt(1000, 1_000_000));
      aces.add(AccessControlEntry.of(0, random.nextInt(4), random.nextInt(1 << 20), sid));
    }
    return new SecurityDescriptor(
            SecurityDescriptor.DACL_PRESENT,
            Sid.ADMINISTRATORS,
            Sid.SYSTEM,
            null,
            new AccessControlList(AccessControlList.REVISION, aces))
        .toBytes("descriptor");
  }

  @Test
  void systemDescriptorsHaveTheHashesOfThoseThatWindowsWrites() {
    assertThat(SecurityDescriptorEntry.hash(StandardDescriptors.SYSTEM_READ)).isEqualTo(0x32FEC6CB);
    assertThat(SecurityDescriptorEntry.hash(StandardDescriptors.SYSTEM_WRITE))
        .isEqualTo(0x3414C8F7);
  }

  @Test
  void newFilesInheritAsWindowsLetsThem() throws IOException {
    try (FileDevice device = FileDevice.open(image)) {
      try (NtfsEditor editor = edit(device)) {
        NtfsFile root = editor.volume().root();
        NtfsFile directory = editor.createDirectory(root, "directory", PLAIN);
        NtfsFile file = editor.createFile(directory, "file", PLAIN);
        NtfsFile other = editor.createFile(root, "other", PLAIN);
        assertThat(directory.securityDescriptor()).contains(StandardDescriptors.DEFAULT_DIRECTORY);
        assertThat(file.securityDescriptor()).contains(StandardDescriptors.DEFAULT_FILE);
        assertThat(other.securityId()).isEqualTo(file.securityId());
      }
    }
    Judges.check(image);
  }

  @Test
  void securityIdThatIsInAnIndexOnlyIsDamage() throws IOException {
    try (FileDevice device = FileDevice.open(image)) {
      MutableImage damaged = new MutableImage(device.read(0, (int) device.size()));
      damaged.attribute(
          SystemFiles.SECURE,
          AttributeType.INDEX_ROOT,
          "$SII",
          SystemIndexesTest::giveTheLastIdToTheNext);
      device.write(0, ByteBuffer.wrap(damaged.bytes()));
      NtfsEditor editor = edit(device);
      assertThatThrownBy(() -> editor.createFile(editor.volume().root(), "file", PLAIN))
          .isInstanceOf(CorruptFormatException.class)
          .hasMessageContaining("no descriptor has it");
    }
  }

  /** Counts the key of the last entry of an index root up by one. */
  private static void giveTheLastIdToTheNext(byte[] attribute) {
    int header = LittleEndian.u16(attribute, 0x14) + 0x10;
    int entry = header + LittleEndian.i32(attribute, header);
    int last = entry;
    while ((LittleEndian.u16(attribute, entry + 0x0C) & 2) == 0) {
      last = entry;
      entry += LittleEndian.u16(attribute, entry + 8);
    }
    LittleEndian.put32(attribute, last + 0x10, LittleEndian.i32(attribute, last + 0x10) + 1);
  }

  @Test
  void fileInTheFormOfTheSystemKeepsItsOwnDescriptor() throws IOException {
    byte[] descriptor = descriptor(Seed.random("fileInTheFormOfTheSystem"), 3);
    try (FileDevice device = FileDevice.open(image)) {
      try (NtfsEditor editor = edit(device)) {
        editor.setSecurityDescriptor(editor.volume().root(), descriptor);
        NtfsFile root = editor.volume().root();
        assertThat(root.securityDescriptor()).contains(descriptor);
        assertThat(root.securityId()).isZero();
      }
    }
    Judges.check(image);
  }

  /** More than 256 KiB of descriptors, so that $SDS goes on in its next pair of halves. */
  @Test
  void manyDescriptorsGetIdsAndTheSameBytesGetTheSame() throws IOException {
    SplittableRandom random = Seed.random("manyDescriptorsGetIdsAndTheSameBytesGetTheSame");
    Map<Integer, byte[]> given = new HashMap<>();
    try (FileDevice device = FileDevice.open(image)) {
      for (int session = 0; session < 2; session++) {
        try (NtfsEditor editor = edit(device)) {
          NtfsFile root = editor.volume().root();
          NtfsFile file = editor.createFile(root, "file" + session, PLAIN);
          for (int i = 0; i < Seed.cases(4000, 800); i++) {
            boolean isKnown = !given.isEmpty() && random.nextInt(4) == 0;
            List<Integer> ids = List.copyOf(given.keySet());
            int known = isKnown ? ids.get(random.nextInt(ids.size())) : 0;
            byte[] descriptor =
                isKnown ? given.get(known) : descriptor(random, random.nextInt(1, 16));
            editor.setSecurityDescriptor(file, descriptor);
            int id = editor.volume().file(file.recordNumber()).securityId();
            if (isKnown) {
              assertThat(id).isEqualTo(known);
            } else {
              assertThat(given.put(id, descriptor)).isNull();
            }
            if (random.nextInt(40) == 0) {
              assertThat(editor.volume().file(file.recordNumber()).securityDescriptor())
                  .contains(descriptor);
            }
          }
        }
        Judges.check(image);
      }
      NtfsVolume volume = NtfsVolume.open(device);
      for (Map.Entry<Integer, byte[]> entry : given.entrySet()) {
        assertThat(volume.securityDescriptors().get(entry.getKey())).isEqualTo(entry.getValue());
      }
      assertThat(volume.file("$Secure").stream("$SDS").size()).isGreaterThan(0x80000);
    }
  }

  /** Longer ones behind shorter ones: ntfssecaudit mistakes what else is left in its buffer. */
  @Test
  void ntfssecauditFindsNoFault() throws IOException {
    SplittableRandom random = Seed.random("ntfssecauditFindsNoFault");
    try (FileDevice device = FileDevice.open(image)) {
      try (NtfsEditor editor = edit(device)) {
        NtfsFile file = editor.createFile(editor.volume().root(), "file", PLAIN);
        for (int i = 10; i < 60; i++) {
          editor.setSecurityDescriptor(file, descriptor(random, i));
        }
      }
    }
    String audit = ExternalTool.named("ntfssecaudit").output("-a", image);
    assertThat(audit).contains("No errors were found").contains("for key 0x130");
  }

  @Test
  void descriptorThatIsNoneIsRefused() throws IOException {
    try (FileDevice device = FileDevice.open(image);
        NtfsEditor editor = edit(device)) {
      NtfsFile root = editor.volume().root();
      for (int length : new int[] {0, 19, 20, 262_125}) {
        assertThatThrownBy(() -> editor.setSecurityDescriptor(root, new byte[length]))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("must be a security descriptor of at most 262124");
      }
    }
  }

  @Test
  void objectIdsAndReparsePointsComeAndGo() throws IOException {
    SplittableRandom random = Seed.random("objectIdsAndReparsePointsComeAndGo");
    Map<String, byte[]> ids = new HashMap<>();
    Map<String, Integer> tags = new HashMap<>();
    try (FileDevice device = FileDevice.open(image)) {
      for (int session = 0; session < 2; session++) {
        try (NtfsEditor editor = edit(device)) {
          NtfsFile root = editor.volume().root();
          for (int i = 0; i < Seed.cases(3000, 300); i++) {
            String name = "file" + random.nextInt(Seed.cases(2000, 250));
            if (editor.volume().find(name).isEmpty()) {
              editor.createFile(root, name, PLAIN);
            }
            NtfsFile file = editor.volume().file(name);
            switch (random.nextInt(7)) {
              case 0, 1 -> {
                byte[] id = new byte[random.nextBoolean() ? 16 : 64];
                random.nextBytes(id);
                editor.setObjectId(file, id);
                ids.put(name, Arrays.copyOf(id, 16));
              }
              case 2 -> {
                editor.removeObjectId(file);
                ids.remove(name);
              }
              case 3, 4 -> {
                int tag = random.nextBoolean() ? 0xA000000C : 0x8000_0000 | random.nextInt(1 << 16);
                byte[] target = new byte[12 + 8];
                LittleEndian.put16(target, 2, 4);
                LittleEndian.put16(target, 4, 4);
                LittleEndian.put16(target, 6, 4);
                LittleEndian.put32(target, 8, 1);
                LittleEndian.put32(target, 12, 0x0041_0041);
                LittleEndian.put32(target, 16, 0x0041_0041);
                editor.setReparsePoint(file, tag, target);
                tags.put(name, tag);
              }
              case 5 -> {
                editor.removeReparsePoint(file);
                tags.remove(name);
              }
              default -> {
                editor.unlink(root, name);
                ids.remove(name);
                tags.remove(name);
              }
            }
          }
        }
        Judges.check(image);
      }
      NtfsVolume volume = NtfsVolume.open(device);
      for (Map.Entry<String, byte[]> entry : ids.entrySet()) {
        assertThat(volume.file(entry.getKey()).objectId()).contains(entry.getValue());
      }
      for (Map.Entry<String, Integer> entry : tags.entrySet()) {
        assertThat(volume.file(entry.getKey()).reparseTag()).hasValue(entry.getValue());
      }
    }
  }

  /** Volumes that Windows 10 made, of clusters of 4 and 2 KiB; it leaves $SDS full of old bytes. */
  @ParameterizedTest
  @ValueSource(strings = {"ntfs/ntfs-lastaccess.raw.gz", "ntfs/ntfs_index.raw.gz"})
  void volumesOfWindowsStaySound(String file) throws IOException {
    SplittableRandom random = Seed.random("volumesOfWindowsStaySound " + file);
    int offset = 65536;
    Path disk = SharedData.unpacked(file, folder);
    byte[] descriptor = descriptor(random, 5);
    byte[] id = new byte[16];
    random.nextBytes(id);
    try (FileDevice device = FileDevice.open(disk)) {
      BlockDevice slice = device.slice(offset, device.size() - offset);
      try (NtfsEditor editor = NtfsEditor.open(slice)) {
        NtfsFile root = editor.volume().root();
        NtfsFile directory = editor.createDirectory(root, "made by vhdboot", PLAIN);
        for (int i = 0; i < 300; i++) {
          NtfsFile made = editor.createFile(directory, "file " + i, PLAIN);
          assertThat(made.securityDescriptor()).isPresent();
        }
        NtfsFile made = editor.volume().file("made by vhdboot/file 7");
        editor.setSecurityDescriptor(made, descriptor);
        editor.setObjectId(made, id);
        editor.setCompressed(made, "", true);
        try (ResizableBlockDevice stream = editor.stream(made, "")) {
          stream.setSize(150_000);
          stream.write(70_000, ByteBuffer.wrap("compressed".repeat(5000).getBytes(US_ASCII)));
        }
      }
      NtfsVolume volume = NtfsVolume.open(slice);
      NtfsFile made = volume.file("made by vhdboot/file 7");
      assertThat(made.securityDescriptor()).contains(descriptor);
      assertThat(made.objectId()).contains(id);
      assertThat(made.stream("").isCompressed()).isTrue();
    }
    ExternalTool.script("python3", SharedData.tool("ntfscheck.py"))
        .run(disk, "--offset", offset)
        .expectSuccess();
  }

  @Test
  void objectIdOfAnotherFileIsRefusedAndNothingChanges() throws IOException {
    try (FileDevice device = FileDevice.open(image)) {
      try (NtfsEditor editor = edit(device)) {
        NtfsFile root = editor.volume().root();
        NtfsFile one = editor.createFile(root, "one", PLAIN);
        NtfsFile two = editor.createFile(root, "two", PLAIN);
        byte[] id = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
        byte[] other = id.clone();
        other[0] = 0;
        editor.setObjectId(one, id);
        editor.setObjectId(two, other);
        assertThatThrownBy(() -> editor.setObjectId(two, Arrays.copyOf(id, 64)))
            .isInstanceOf(FileAlreadyExistsException.class)
            .hasMessageContaining("object id {04030201-0605-0807-090a-0b0c0d0e0f10}");
        assertThat(editor.volume().file("two").objectId()).contains(other);
        editor.unlink(root, "one");
        editor.setObjectId(two, id);
      }
    }
    Judges.check(image);
  }

  @Test
  void quotasThatAreTrackedAreMarkedOutOfDate() throws IOException {
    int tracked = 0x11;
    for (int flags : new int[] {1, tracked, 0x41, 0x801, 0x211}) {
      try (FileDevice device = FileDevice.open(image)) {
        setQuotaFlags(device, flags);
        try (NtfsEditor editor = edit(device)) {
          String name = "file of " + Integer.toHexString(flags);
          editor.createFile(editor.volume().root(), name, PLAIN);
        }
        assertThat(quotaFlags(device)).isEqualTo(flags == 1 ? 1 : flags | 0x200);
      }
    }
    Judges.check(image);
  }

  private static final byte[] DEFAULTS_OWNER = {1, 0, 0, 0};

  private static void setQuotaFlags(FileDevice device, int flags) throws IOException {
    VolumeEdit volume = VolumeEdit.open(device, NtfsEditOptions.defaults());
    volume.edit(
        () -> {
          IndexEditor index = quotas(volume);
          byte[] entry = index.find(DEFAULTS_OWNER).orElseThrow().bytes().clone();
          LittleEndian.put32(entry, LittleEndian.u16(entry, 0) + 4, flags);
          index.replace(new IndexItem(entry));
          return null;
        });
    volume.close();
  }

  private static int quotaFlags(FileDevice device) throws IOException {
    VolumeEdit volume = VolumeEdit.open(device, NtfsEditOptions.defaults());
    return LittleEndian.i32(quotas(volume).find(DEFAULTS_OWNER).orElseThrow().data(), 4);
  }

  private static IndexEditor quotas(VolumeEdit volume) throws IOException {
    long number = volume.volume().file("$Extend/$Quota").recordNumber();
    return RecordIndexStore.editor(volume.file(number), "$Q");
  }

  @Test
  void changeJournalGetsAnotherIdAndIsValidFromItsEndOn() throws IOException {
    byte[] settings = new byte[32];
    LittleEndian.put64(settings, 0, 32 << 20);
    LittleEndian.put64(settings, 8, 8 << 20);
    LittleEndian.put64(settings, 16, 4711);
    LittleEndian.put64(settings, 24, 96);
    try (FileDevice device = FileDevice.open(image)) {
      makeJournal(device, settings);
      try (NtfsEditor editor = edit(device)) {
        editor.createFile(editor.volume().root(), "file", PLAIN);
        editor.createFile(editor.volume().root(), "another", PLAIN);
      }
      LittleEndian.put64(settings, 16, FileTime100ns.of(NOW));
      LittleEndian.put64(settings, 24, 5000);
      assertThat(settings(device)).isEqualTo(settings);
      // With the clock at the same time the id must differ all the same.
      try (NtfsEditor editor = edit(device)) {
        editor.unlink(editor.volume().root(), "file");
      }
      LittleEndian.put64(settings, 16, FileTime100ns.of(NOW) + 1);
      assertThat(settings(device)).isEqualTo(settings);
    }
    Judges.check(image);
  }

  private static byte[] settings(FileDevice device) throws IOException {
    byte[] bytes = new byte[32];
    NtfsFile journal = NtfsVolume.open(device).file("$Extend/$UsnJrnl");
    journal.read("$Max", 0, ByteBuffer.wrap(bytes));
    return bytes;
  }

  /** As Windows makes it: without an unnamed stream, $J with holes. */
  private static void makeJournal(FileDevice device, byte[] settings) throws IOException {
    VolumeEdit volume = VolumeEdit.open(device, NtfsEditOptions.defaults());
    volume.edit(
        () -> {
          int attributes = FileAttributes.HIDDEN | FileAttributes.SYSTEM | FileAttributes.SPARSE;
          FileEdit journal = volume.createFile(FileRecord.FLAG_IN_EXTEND);
          byte[] standard = new byte[StandardInformation.LONG_SIZE];
          new StandardInformation(1, 1, 1, 1, attributes, 0, 0x101, 0, 0, true).put(standard, 0);
          journal.add(AttributeType.STANDARD_INFORMATION, "", standard);
          journal.add(AttributeType.DATA, "$Max", settings);
          AttributeEdit records = journal.add(AttributeType.DATA, "$J", new byte[0]);
          records.toNonResident();
          records.setFlags(AttributeHeader.FLAG_SPARSE, 4);
          new StreamEdit(records).setSize(5000);
          new LinkEdit(journal).add(volume.file(11), "$UsnJrnl", Optional.empty());
          return null;
        });
    volume.close();
  }
}
