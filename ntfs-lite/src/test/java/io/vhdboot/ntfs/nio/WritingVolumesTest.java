package io.vhdboot.ntfs.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.ntfs.ExtendedAttribute;
import io.vhdboot.ntfs.NtfsLink;
import io.vhdboot.ntfs.NtfsVolume;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.Seed;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.AclEntry;
import java.nio.file.attribute.AclEntryFlag;
import java.nio.file.attribute.AclEntryPermission;
import java.nio.file.attribute.AclEntryType;
import java.nio.file.attribute.AclFileAttributeView;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.DosFileAttributeView;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.commons.io.file.PathUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the documentation of Java's files promises, done to a volume that is then checked. */
class WritingVolumesTest {

  @TempDir Path folder;

  private MemoryDevice device;
  private NtfsFileSystem fileSystem;

  @BeforeEach
  void open() throws IOException {
    device = Volumes.empty(16 << 20);
    fileSystem = NtfsFileSystems.newFileSystem(device);
  }

  @AfterEach
  void check() throws IOException {
    fileSystem.close();
    assertThat(NtfsVolume.open(device).isDirty()).isFalse();
    Path image = Files.write(folder.resolve("checked.img"), device.toByteArray());
    ExternalTool.script("python3", SharedData.tool("ntfscheck.py"))
        .run(image, "--strict")
        .expectSuccess();
  }

  private Path path(String path) {
    return fileSystem.getPath(path);
  }

  private Path file(String name) throws IOException {
    return Files.writeString(path(name), "content of " + name);
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private void reopen() throws IOException {
    fileSystem.close();
    fileSystem = NtfsFileSystems.newFileSystem(device);
  }

  @Test
  void writtenFileIsReadBack() throws IOException {
    int[] sizes = {0, 1, 600, 700, 4095, 4096, 4097, 100_000, 3_000_000};
    for (int size : sizes) {
      Files.write(path("/file" + size), random(size));
      assertThat(Files.readAllBytes(path("/FILE" + size))).isEqualTo(random(size));
    }
    reopen();
    for (int size : sizes) {
      assertThat(Files.readAllBytes(path("/file" + size))).isEqualTo(random(size));
      assertThat(Files.size(path("/file" + size))).isEqualTo(size);
    }
  }

  @Test
  void createWithoutWriteCreatesNothing() {
    assertThatThrownBy(
            () ->
                Files.newByteChannel(
                    path("/f"), StandardOpenOption.CREATE, StandardOpenOption.READ))
        .isInstanceOf(NoSuchFileException.class);
    assertThat(Files.exists(path("/f"))).isFalse();
  }

  @Test
  void newFileMustNotBeThere() throws IOException {
    Path file = file("/f");
    assertThatThrownBy(
            () ->
                Files.newByteChannel(
                    path("/F"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessage("/F");
    assertThatThrownBy(() -> Files.createFile(file)).isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> Files.createFile(path("/none/f")))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> Files.createFile(path("/f/f")))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> Files.createDirectory(path("/")))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void contentIsTruncatedOrAppended() throws IOException {
    Path file = file("/f");
    Files.writeString(file, "short");
    assertThat(file).hasContent("short");
    Files.writeString(file, " and long", StandardOpenOption.APPEND);
    assertThat(file).hasContent("short and long");
    Files.writeString(file, "S", StandardOpenOption.WRITE);
    assertThat(file).hasContent("Short and long");
    try (FileChannel one = FileChannel.open(file, StandardOpenOption.APPEND);
        FileChannel other = FileChannel.open(file, StandardOpenOption.APPEND)) {
      one.position(0).write(ByteBuffer.wrap(new byte[] {'1'}));
      other.write(ByteBuffer.wrap(new byte[] {'2'}));
      one.write(ByteBuffer.wrap(new byte[] {'3'}));
      assertThat(one.position()).isEqualTo(one.size());
      assertThatThrownBy(() -> one.read(ByteBuffer.allocate(1)))
          .isInstanceOf(NonReadableChannelException.class);
    }
    assertThat(file).hasContent("Short and long123");
    for (Set<StandardOpenOption> wrong :
        List.of(
            Set.of(StandardOpenOption.APPEND, StandardOpenOption.READ),
            Set.of(StandardOpenOption.APPEND, StandardOpenOption.TRUNCATE_EXISTING))) {
      assertThatThrownBy(() -> Files.newByteChannel(file, wrong))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void channelWritesAnywhere() throws IOException {
    Path file = path("/f");
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.SYNC)) {
      channel.write(ByteBuffer.wrap(random(5000)), 100_000);
      assertThat(channel.position()).isZero();
      assertThat(channel.size()).isEqualTo(105_000);
      ByteBuffer gap = ByteBuffer.allocate(100_000);
      assertThat(channel.read(gap, 0)).isEqualTo(100_000);
      assertThat(gap.array()).containsOnly(0);
      channel.position(7).write(new ByteBuffer[] {bytes("one "), bytes("two")});
      assertThat(channel.position()).isEqualTo(14);
      channel.truncate(200_000);
      assertThat(channel.size()).isEqualTo(105_000);
      channel.position(90_000).truncate(11);
      assertThat(channel.position()).isEqualTo(11);
      channel.position(20).write(bytes("x"));
      assertThat(channel.transferFrom(Files.newByteChannel(file), 21, 5)).isEqualTo(5);
      assertThat(channel.transferFrom(Files.newByteChannel(file), 100, 5)).isZero();
      channel.force(true);
    }
    byte[] expected = new byte[26];
    System.arraycopy("one ".getBytes(StandardCharsets.UTF_8), 0, expected, 7, 4);
    expected[20] = 'x';
    assertThat(file).hasBinaryContent(expected);
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void channelsOfAFileSeeEachOther() throws IOException {
    try (SeekableByteChannel reading = Files.newByteChannel(file("/f"));
        OutputStream writing = Files.newOutputStream(path("/f"), StandardOpenOption.APPEND)) {
      writing.write(random(10_000));
      assertThat(reading.size()).isEqualTo(10_013);
      assertThatThrownBy(() -> Files.delete(path("/f")))
          .isInstanceOf(FileSystemException.class)
          .hasMessage("/f: is open");
    }
    Files.delete(path("/f"));
  }

  @Test
  void fileGoesWhenItsChannelIsClosed() throws IOException {
    Path file = path("/temporary");
    try (OutputStream out =
        Files.newOutputStream(
            file, StandardOpenOption.CREATE_NEW, StandardOpenOption.DELETE_ON_CLOSE)) {
      out.write(1);
      assertThat(Files.exists(file)).isTrue();
    }
    assertThat(Files.exists(file)).isFalse();
  }

  @Test
  void sparseFileHasHoles() throws IOException {
    Path file = path("/sparse");
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      channel.write(ByteBuffer.wrap(random(10)), 1L << 40);
    }
    NtfsFileAttributes attributes = Files.readAttributes(file, NtfsFileAttributes.class);
    assertThat(attributes.size()).isEqualTo((1L << 40) + 10);
    assertThat(attributes.allocatedSize()).isLessThan(200_000);
    Files.copy(file, path("/copy"));
    assertThat(Files.readAttributes(path("/copy"), NtfsFileAttributes.class).allocatedSize())
        .isLessThan(200_000);
    assertThat(Files.size(path("/copy"))).isEqualTo((1L << 40) + 10);
  }

  @Test
  void directoriesAreCreatedAndDeleted() throws IOException {
    Files.createDirectories(path("/a/b/c"));
    file("/a/b/c/f");
    Files.createDirectories(path("/A/B"));
    assertThatThrownBy(() -> Files.createDirectory(path("/A")))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> Files.delete(path("/a/b")))
        .isInstanceOf(DirectoryNotEmptyException.class)
        .hasMessage("/a/b");
    Files.delete(path("/a/b/c/f"));
    Files.delete(path("/a/b/c"));
    assertThatThrownBy(() -> Files.delete(path("/a/b/c"))).isInstanceOf(NoSuchFileException.class);
    assertThat(Files.deleteIfExists(path("/a/b/c"))).isFalse();
    assertThatThrownBy(() -> Files.delete(path("/"))).isInstanceOf(FileSystemException.class);
    Path temporary = Files.createTempDirectory(path("/a"), "t");
    assertThat(Files.createTempFile(temporary, "x", ".tmp")).exists();
  }

  @Test
  void nameThatWindowsCannotUseIsRefused() {
    for (String name : List.of("/CON", "/a*b", "/trailing.", "/trailing ", "/x:y:z:w", "/q?")) {
      assertThatThrownBy(() -> Files.createFile(path(name)))
          .isInstanceOf(FileSystemException.class)
          .hasMessageStartingWith(name);
    }
    assertThatThrownBy(() -> Files.createFile(path("/" + "n".repeat(256))))
        .isInstanceOf(FileSystemException.class);
  }

  @Test
  void nameThatWindowsCannotUseIsTakenWhenAskedFor() throws IOException {
    fileSystem.close();
    fileSystem =
        NtfsFileSystems.newFileSystem(
            device, NtfsFileSystemOptions.defaults().withPosixNames(true));
    file("/a*b ");
    assertThat(path("/a*b ")).hasContent("content of /a*b ");
  }

  @Test
  void filesAreMoved() throws IOException {
    Path file = file("/f");
    Files.createDirectory(path("/d"));
    Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    Files.move(file, path("/d/g"));
    assertThat(Files.readAttributes(path("/d/g"), BasicFileAttributes.class).fileKey())
        .isEqualTo(key);
    assertThat(file).doesNotExist();
    Files.move(path("/d/g"), path("/d/G"), StandardCopyOption.ATOMIC_MOVE);
    assertThat(path("/d/g").toRealPath()).hasToString("/d/G");
    Files.move(path("/d/G"), path("/d/g"), StandardCopyOption.REPLACE_EXISTING);
    assertThat(path("/d/G").toRealPath()).hasToString("/d/g");
    file("/h");
    assertThatThrownBy(() -> Files.move(path("/d/g"), path("/h")))
        .isInstanceOf(FileAlreadyExistsException.class);
    Files.move(path("/d/g"), path("/h"), StandardCopyOption.REPLACE_EXISTING);
    assertThat(path("/h")).hasContent("content of /f");
    Files.move(path("/d"), path("/e"));
    assertThatThrownBy(() -> Files.move(path("/e"), path("/e/x")))
        .isInstanceOf(FileSystemException.class);
    Files.move(path("/h"), path("/e"), StandardCopyOption.REPLACE_EXISTING);
    assertThat(path("/e")).hasContent("content of /f");
  }

  @Test
  void fullDirectoryIsNotReplaced() throws IOException {
    Files.createDirectory(path("/d"));
    file("/d/f");
    file("/g");
    StandardCopyOption replace = StandardCopyOption.REPLACE_EXISTING;
    assertThatThrownBy(() -> Files.move(path("/g"), path("/d"), replace))
        .isInstanceOf(DirectoryNotEmptyException.class);
    assertThatThrownBy(() -> Files.copy(path("/g"), path("/d"), replace))
        .isInstanceOf(DirectoryNotEmptyException.class);
    assertThat(path("/g")).exists();
  }

  @Test
  void copyHasStreamsAndOnRequestAttributes() throws IOException {
    Path file = file("/f");
    Files.writeString(path("/f:note"), "a note");
    Files.setAttribute(file, "dos:hidden", true);
    FileTime old = FileTime.fromMillis(1_000_000_000_000L);
    Files.setLastModifiedTime(file, old);
    Files.copy(file, path("/plain"));
    assertThat(path("/plain:note")).hasContent("a note");
    assertThat(Files.isHidden(path("/plain"))).isFalse();
    assertThat(Files.getLastModifiedTime(path("/plain"))).isGreaterThan(old);
    Files.copy(file, path("/whole"), StandardCopyOption.COPY_ATTRIBUTES);
    assertThat(Files.isHidden(path("/whole"))).isTrue();
    assertThat(Files.getLastModifiedTime(path("/whole"))).isEqualTo(old);
    assertThatThrownBy(() -> Files.copy(file, path("/whole")))
        .isInstanceOf(FileAlreadyExistsException.class);
    Files.copy(file, path("/F"));
    assertThatThrownBy(() -> Files.copy(file, path("/x"), StandardCopyOption.ATOMIC_MOVE))
        .isInstanceOf(UnsupportedOperationException.class);
    Files.createDirectory(path("/d"));
    file("/d/inner");
    Files.copy(path("/d"), path("/e"));
    assertThat(path("/e")).isEmptyDirectory();
  }

  @Test
  void filesGoFromVolumeToVolume() throws IOException {
    Path file = file("/f");
    Files.writeString(path("/f:note"), "a note");
    MemoryDevice second = Volumes.empty(16 << 20);
    try (NtfsFileSystem other = NtfsFileSystems.newFileSystem(second)) {
      assertThatThrownBy(
              () -> Files.move(file, other.getPath("/f"), StandardCopyOption.ATOMIC_MOVE))
          .isInstanceOf(AtomicMoveNotSupportedException.class);
      Files.move(file, other.getPath("/moved"));
      assertThat(other.getPath("/moved:note")).hasContent("a note");
      assertThat(file).doesNotExist();
      assertThatThrownBy(() -> Files.createLink(path("/l"), other.getPath("/moved")))
          .isInstanceOf(ProviderMismatchException.class);
      Path host = folder.resolve("host");
      Files.copy(other.getPath("/moved"), host);
      Files.move(host, path("/back"));
      assertThat(path("/back")).hasContent("content of /f");
    }
  }

  @Test
  void linksAreCreated() throws IOException {
    Path file = file("/f");
    Files.createLink(path("/hard"), file);
    assertThat(Files.isSameFile(file, path("/hard"))).isTrue();
    assertThat(Files.getAttribute(file, "ntfs:linkCount")).isEqualTo(2);
    Files.move(file, path("/hard"));
    assertThat(Files.getAttribute(file, "ntfs:linkCount")).isEqualTo(2);
    Files.delete(file);
    assertThat(path("/hard")).hasContent("content of /f");
    Files.createDirectory(path("/d"));
    assertThatThrownBy(() -> Files.createLink(path("/x"), path("/d")))
        .isInstanceOf(FileSystemException.class);
    Files.createSymbolicLink(path("/d/soft"), path("../hard"));
    Files.createSymbolicLink(path("/toD"), path("/d"));
    assertThat(path("/toD/soft")).hasContent("content of /f");
    assertThat(Files.readSymbolicLink(path("/d/soft"))).hasToString("../hard");
    assertThat(Files.readSymbolicLink(path("/toD"))).hasToString("/d");
    assertThatThrownBy(() -> Files.createSymbolicLink(path("/toD"), path("/d")))
        .isInstanceOf(FileAlreadyExistsException.class);
    Files.copy(path("/toD/soft"), path("/softCopy"), LinkOption.NOFOLLOW_LINKS);
    assertThat(Files.isSymbolicLink(path("/softCopy"))).isTrue();
    Files.writeString(path("/d/soft"), "through");
    assertThat(path("/hard")).hasContent("through");
    Files.delete(path("/toD"));
    assertThat(path("/d")).exists();
  }

  @Test
  void loopsOfLinksEnd() throws IOException {
    Files.createSymbolicLink(path("/a"), path("b"));
    Files.createSymbolicLink(path("/b"), path("a"));
    assertThatThrownBy(() -> Files.size(path("/a"))).isInstanceOf(FileSystemLoopException.class);
    assertThat(Files.exists(path("/a"))).isFalse();
    Files.createDirectory(path("/d"));
    Files.createSymbolicLink(path("/d/up"), path(".."));
    try (Stream<Path> walk = Files.walk(path("/d"))) {
      assertThat(walk).hasSize(2);
    }
    try (Stream<Path> walk = Files.walk(path("/d"), FileVisitOption.FOLLOW_LINKS)) {
      assertThatThrownBy(walk::toList).hasCauseInstanceOf(FileSystemLoopException.class);
    }
  }

  @Test
  void damagedLinkIsRefusedByName() throws IOException {
    SplittableRandom random = Seed.random("WritingVolumesTest.links");
    Path link = Files.createFile(path("/link"));
    byte[] data = NtfsLink.symbolic("target\\of it").toData();
    int refused = 0;
    for (int i = 0; i < Seed.cases(20_000, 500); i++) {
      byte[] value = new byte[8 + random.nextInt(data.length + 1)];
      System.arraycopy(data, 0, value, 8, value.length - 8);
      for (int flips = random.nextInt(4); flips > 0; flips--) {
        value[random.nextInt(value.length)] = (byte) random.nextInt();
      }
      int tag =
          List.of(NtfsLink.TAG_SYMBOLIC_LINK, NtfsLink.TAG_MOUNT_POINT, NtfsLink.TAG_LINUX_LINK)
              .get(random.nextInt(3));
      ByteBuffer.wrap(value)
          .order(ByteOrder.LITTLE_ENDIAN)
          .putInt(tag)
          .putShort((short) (value.length - 8));
      Files.setAttribute(link, "ntfs:reparseData", value, LinkOption.NOFOLLOW_LINKS);
      assertThat(Files.isSymbolicLink(link)).isTrue();
      try {
        Files.readSymbolicLink(link);
        Files.exists(link);
      } catch (CorruptFormatException e) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
    Files.delete(link);
  }

  @Test
  void attributesAreSet() throws IOException {
    Path file = file("/f");
    FileTime time = FileTime.from(Instant.parse("2001-02-03T04:05:06.1234567Z"));
    FileTime other = FileTime.fromMillis(0);
    Files.getFileAttributeView(file, BasicFileAttributeView.class).setTimes(time, other, null);
    Files.setAttribute(file, "creationTime", time);
    Files.setAttribute(file, "ntfs:changeTime", other);
    DosFileAttributeView dos = Files.getFileAttributeView(file, DosFileAttributeView.class);
    dos.setReadOnly(true);
    dos.setSystem(true);
    dos.setArchive(false);
    Files.setAttribute(file, "ntfs:shortName", "SHORT~1");
    reopen();
    Path again = path("/short~1");
    Map<String, Object> attributes = Files.readAttributes(again, "ntfs:*");
    assertThat(attributes)
        .containsEntry("lastModifiedTime", time)
        .containsEntry("creationTime", time)
        .containsEntry("lastAccessTime", other)
        .containsEntry("readonly", true)
        .containsEntry("system", true)
        .containsEntry("archive", false)
        .containsEntry("hidden", false)
        .containsEntry("shortName", "SHORT~1");
    assertThatThrownBy(() -> Files.setAttribute(again, "basic:size", 1L))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Files.setAttribute(again, "dos:hidden", "yes"))
        .isInstanceOf(ClassCastException.class);
    assertThatThrownBy(() -> Files.setAttribute(again, "dos:hidden", null))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> Files.setAttribute(again, "posix:permissions", Set.of()))
        .isInstanceOf(UnsupportedOperationException.class);
    Files.delete(again);
  }

  @Test
  void ownersAndListsAreSet() throws IOException {
    Path file = file("/f");
    var principals = fileSystem.getUserPrincipalLookupService();
    Files.setOwner(file, principals.lookupPrincipalByName("S-1-5-21-1-2-3-1000"));
    AclFileAttributeView view = Files.getFileAttributeView(file, AclFileAttributeView.class);
    List<AclEntry> acl = new ArrayList<>(view.getAcl());
    byte[] inherited = (byte[]) Files.getAttribute(file, "ntfs:securityDescriptor");
    view.setAcl(acl);
    assertThat((byte[]) Files.getAttribute(file, "ntfs:securityDescriptor"))
        .as("entries that stay are those they were, inherited ones as well")
        .hasSameSizeAs(inherited);
    AclEntry deny =
        AclEntry.newBuilder()
            .setType(AclEntryType.DENY)
            .setPrincipal(principals.lookupPrincipalByName("Guests"))
            .setPermissions(AclEntryPermission.WRITE_DATA, AclEntryPermission.DELETE)
            .setFlags(AclEntryFlag.FILE_INHERIT)
            .build();
    acl.add(0, deny);
    view.setAcl(acl);
    reopen();
    AclFileAttributeView again = Files.getFileAttributeView(path("/f"), AclFileAttributeView.class);
    assertThat(again.getAcl()).isEqualTo(acl);
    assertThat(again.getOwner()).hasToString("S-1-5-21-1-2-3-1000");
    Files.setAttribute(path("/f"), "ntfs:sddl", "O:SYG:SYD:(A;;FR;;;WD)");
    assertThat(Files.getAttribute(path("/f"), "ntfs:sddl")).isEqualTo("O:SYG:SYD:(A;;FR;;;WD)");
    assertThat(Files.readAttributes(path("/f"), "ntfs:*")).doesNotContainKey("sddl");
    assertThatThrownBy(() -> again.setOwner(() -> "nobody"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatOnlyNtfsHasIsSet() throws IOException {
    Path file = file("/f");
    byte[] id = Arrays.copyOf(random(16), 16);
    Files.setAttribute(file, "ntfs:objectId", id);
    List<ExtendedAttribute> eas = List.of(new ExtendedAttribute(0, "NAME", random(20)));
    Files.setAttribute(file, "ntfs:eas", eas);
    Files.setAttribute(file, "ntfs:compressed", true);
    Files.write(file, new byte[100_000]);
    reopen();
    assertThat((byte[]) Files.getAttribute(path("/f"), "ntfs:objectId")).startsWith(id);
    assertThat(Files.getAttribute(path("/f"), "ntfs:eas")).isEqualTo(eas);
    assertThat(Files.getAttribute(path("/f"), "ntfs:allocatedSize")).isEqualTo(0L);
    assertThat(path("/f")).hasBinaryContent(new byte[100_000]);
    Files.setAttribute(path("/f"), "ntfs:compressed", false);
    Files.setAttribute(path("/f"), "ntfs:objectId", new byte[0]);
    Files.setAttribute(path("/f"), "ntfs:eas", List.of());
    assertThat((byte[]) Files.getAttribute(path("/f"), "ntfs:objectId")).isEmpty();
    Files.createDirectory(path("/junction"));
    byte[] data = NtfsLink.junction("C:\\d").toData();
    byte[] value = new byte[8 + data.length];
    ByteBuffer.wrap(value)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(NtfsLink.TAG_MOUNT_POINT)
        .putShort((short) data.length)
        .putShort((short) 0)
        .put(data);
    Files.setAttribute(path("/junction"), "ntfs:reparseData", value, LinkOption.NOFOLLOW_LINKS);
    assertThat(Files.readSymbolicLink(path("/junction"))).hasToString("C:/d");
  }

  @Test
  void userAttributesAreStreams() throws IOException {
    UserDefinedFileAttributeView user =
        Files.getFileAttributeView(file("/f"), UserDefinedFileAttributeView.class);
    assertThat(user.write("tag", bytes("value"))).isEqualTo(5);
    user.write("tag", bytes("v"));
    Files.setAttribute(path("/f"), "user:other", bytes("x"));
    assertThat(user.list()).containsExactlyInAnyOrder("tag", "other");
    assertThat(path("/f:TAG")).hasContent("v");
    Files.writeString(path("/f:tag"), "longer", StandardOpenOption.APPEND);
    assertThat(user.size("tag")).isEqualTo(7);
    user.delete("other");
    assertThatThrownBy(() -> user.delete("other")).isInstanceOf(FileSystemException.class);
    Files.delete(path("/f:tag"));
    assertThat(user.list()).isEmpty();
    assertThat(path("/f")).hasContent("content of /f");
    Files.writeString(path("/new:stream"), "both are made");
    assertThat(Files.size(path("/new"))).isZero();
  }

  @Test
  void newFileHasTheAttributesThatAreAskedFor() throws IOException {
    Files.createFile(path("/f"), attribute("dos:hidden", true));
    assertThat(Files.isHidden(path("/f"))).isTrue();
    assertThatThrownBy(() -> Files.createFile(path("/g"), attribute("posix:permissions", Set.of())))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(path("/g")).doesNotExist();
  }

  private static FileAttribute<Object> attribute(String name, Object value) {
    return new FileAttribute<>() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Object value() {
        return value;
      }
    };
  }

  @Test
  void closedFileSystemHasWrittenAll() throws IOException {
    OutputStream out = Files.newOutputStream(path("/f"));
    out.write(random(100_000));
    fileSystem.close();
    assertThatThrownBy(() -> out.write(1)).isInstanceOf(ClosedChannelException.class);
    NtfsVolume volume = NtfsVolume.open(device);
    try (InputStream in = volume.file("f").newInputStream()) {
      assertThat(in.readAllBytes()).isEqualTo(random(100_000));
    }
  }

  @Test
  void dirtyVolumeIsReadAndSaysWhyItIsNotWritten() throws IOException {
    MemoryDevice second = Volumes.empty(16 << 20);
    NtfsFileSystem abandoned = NtfsFileSystems.newFileSystem(second);
    Files.writeString(abandoned.getPath("/f"), "x");
    byte[] dirty;
    try (FileChannel channel =
        FileChannel.open(abandoned.getPath("/f"), StandardOpenOption.WRITE)) {
      channel.force(true);
      dirty = second.toByteArray();
    }
    abandoned.close();
    try (NtfsFileSystem read = NtfsFileSystems.newFileSystem(MemoryDevice.wrap("dirty", dirty))) {
      assertThat(read.getPath("/f")).hasContent("x");
      assertThatThrownBy(() -> Files.delete(read.getPath("/f")))
          .isInstanceOf(ReadOnlyVolumeException.class)
          .hasMessageStartingWith("dirty is not written: the volume is marked dirty");
      assertThat(Files.getFileStore(read.getPath("/f")).getAttribute("ntfs:readOnlyReason"))
          .isEqualTo(read.readOnlyReason().orElseThrow());
    }
  }

  @Test
  void storeSaysWhatIsFree() throws IOException {
    long before = Files.getFileStore(path("/")).getUsableSpace();
    Files.write(path("/f"), random(1 << 20));
    assertThat(before - Files.getFileStore(path("/f")).getUsableSpace())
        .isBetween(1L << 20, (1L << 20) + (64 << 10));
  }

  @Test
  void commonsIoWorksOnIt() throws IOException {
    Path host = Files.createDirectories(folder.resolve("tree/sub/deep")).getParent().getParent();
    Files.write(host.resolve("a.bin"), random(70_000));
    Files.writeString(host.resolve("sub/deep/b.txt"), "b");
    PathUtils.copyDirectory(host, path("/tree"));
    assertThat(PathUtils.sizeOfDirectory(path("/tree"))).isEqualTo(70_001);
    PathUtils.copyDirectory(path("/tree"), folder.resolve("back"));
    assertThat(PathUtils.directoryAndFileContentEquals(host, folder.resolve("back"))).isTrue();
    PathUtils.copyDirectory(path("/tree"), path("/again"));
    assertThat(PathUtils.directoryAndFileContentEquals(path("/tree"), path("/again"))).isTrue();
    PathUtils.cleanDirectory(path("/again"));
    assertThat(PathUtils.countDirectory(path("/again")).getFileCounter().get()).isZero();
    PathUtils.deleteDirectory(path("/tree"));
    assertThat(path("/tree")).doesNotExist();
  }

  @Test
  void guavaWorksOnIt() throws IOException {
    MoreFiles.createParentDirectories(path("/a/b/c.txt"));
    MoreFiles.asCharSink(path("/a/b/c.txt"), StandardCharsets.UTF_8).write("text");
    assertThat(MoreFiles.asByteSource(path("/a/b/c.txt")).size()).isEqualTo(4);
    MoreFiles.touch(path("/a/touched"));
    assertThat(MoreFiles.equal(path("/a/b/c.txt"), path("/a/touched"))).isFalse();
    assertThat(MoreFiles.listFiles(path("/a"))).hasSize(2);
    assertThat(MoreFiles.fileTraverser().depthFirstPreOrder(path("/a"))).hasSize(4);
    MoreFiles.deleteRecursively(path("/a"), RecursiveDeleteOption.ALLOW_INSECURE);
    assertThat(path("/a")).doesNotExist();
  }

  @Test
  void zipFileSystemLivesInIt() throws IOException {
    Path archive = path("/archive.zip");
    try (FileSystem zip = FileSystems.newFileSystem(archive, Map.of("create", "true"))) {
      Files.write(zip.getPath("/inner.bin"), random(50_000));
      Files.createDirectory(zip.getPath("/d"));
    }
    try (FileSystem zip = FileSystems.newFileSystem(archive)) {
      Files.copy(zip.getPath("/inner.bin"), path("/outer.bin"));
    }
    assertThat(path("/outer.bin")).hasBinaryContent(random(50_000));
  }

  @Test
  void threadsShareIt() throws Exception {
    Thread[] threads = new Thread[4];
    Throwable[] problems = new Throwable[threads.length];
    for (int i = 0; i < threads.length; i++) {
      int number = i;
      threads[i] = new Thread(() -> problems[number] = work(path("/thread" + number)));
      threads[i].start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(problems).containsOnlyNulls();
  }

  private static Throwable work(Path directory) {
    try {
      Files.createDirectory(directory);
      for (int i = 0; i < 40; i++) {
        Path file = directory.resolve("file" + i);
        byte[] bytes = random(1000 * i);
        Files.write(file, bytes);
        if (!Arrays.equals(Files.readAllBytes(file), bytes)) {
          return new AssertionError(file);
        }
        if (i % 3 == 0) {
          Files.move(file, directory.resolve("moved" + i));
        }
        try (Stream<Path> list = Files.list(directory)) {
          if (list.count() != i + 1) {
            return new AssertionError(directory);
          }
        }
      }
      return null;
    } catch (Throwable e) {
      return e;
    }
  }
}
