package io.vhdboot.ntfs.nio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.ntfs.NtfsLink;
import io.vhdboot.ntfs.NtfsLinks;
import io.vhdboot.ntfs.security.SecurityDescriptor;
import io.vhdboot.testing.Seed;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.ProviderNotFoundException;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.AclEntry;
import java.nio.file.attribute.AclEntryFlag;
import java.nio.file.attribute.AclEntryPermission;
import java.nio.file.attribute.AclEntryType;
import java.nio.file.attribute.AclFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.DosFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Java sees of a volume with every kind of file, which ntfs-3g made. */
class NtfsFeaturesTest {

  @TempDir static Path folder;

  private static MemoryDevice device;
  private static NtfsFileSystem fileSystem;
  private static NtfsFileSystem ofWindows;

  @BeforeAll
  static void open() throws IOException {
    device = Volumes.features(folder);
    fileSystem = NtfsFileSystems.newFileSystem(device, NtfsFileSystemOptions.readOnly());
    ofWindows =
        NtfsFileSystems.newFileSystem(
            device, NtfsFileSystemOptions.readOnly().withDriveLetters(Set.of('c')));
  }

  @AfterAll
  static void close() throws IOException {
    // Nothing was opened where the volume is not at hand.
    if (fileSystem != null) {
      fileSystem.close();
      ofWindows.close();
    }
  }

  private static Path path(String path) {
    return fileSystem.getPath(path);
  }

  @Test
  void linksWithinTheVolumeAreFollowed() throws IOException {
    byte[] content = Files.readAllBytes(path("/rp/target/f.txt"));
    assertThat(content).hasSize(11);
    for (String link : List.of("symlink-rel", "symlinkd-rel/f.txt", "symlinkd-rooted/f.txt")) {
      assertThat(Files.readAllBytes(path("/rp").resolve(link))).isEqualTo(content);
      assertThat(path("/RP").resolve(link).toRealPath()).hasToString("/rp/target/f.txt");
    }
    assertThat(Files.isDirectory(path("/rp/symlinkd-rel"))).isTrue();
    assertThat(Files.isDirectory(path("/rp/symlinkd-rel"), LinkOption.NOFOLLOW_LINKS)).isFalse();
    assertThat(Files.isSymbolicLink(path("/rp/symlinkd-rel"))).isTrue();
    assertThat(path("/rp/symlinkd-rel").toRealPath(LinkOption.NOFOLLOW_LINKS))
        .hasToString("/rp/symlinkd-rel");
    assertThat(path("/rp/symlinkd-rooted/../target/f.txt").toRealPath())
        .hasToString("/rp/target/f.txt");
  }

  @ParameterizedTest
  @CsvSource({
    "junction, C:\\rp\\target",
    "symlink-abs, C:\\rp\\target\\f.txt",
    "symlink-unc, \\\\srv\\share\\x",
    "volume-mount, Volume{01234567-89ab-cdef-0123-456789abcdef}\\",
  })
  void linkThatLeadsElsewhereIsToldByItsTarget(String link, String target) throws IOException {
    assertThatThrownBy(() -> Files.newByteChannel(path("/rp").resolve(link)))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(
            "/rp/"
                + link
                + ": a link on the way leads to "
                + target
                + ", which is not on this volume");
    assertThat(Files.exists(path("/rp").resolve(link))).isFalse();
    assertThat(Files.isSymbolicLink(path("/rp").resolve(link))).isTrue();
    assertThat(Files.readSymbolicLink(path("/rp").resolve(link)))
        .isEqualTo(path(target.replace("\\\\", "\\")));
  }

  @Test
  void driveLettersOfTheVolumeAreFollowedWhenTheyAreKnown() throws IOException {
    assertThat(ofWindows.getPath("/rp/junction/f.txt").toRealPath())
        .hasToString("/rp/target/f.txt");
    assertThat(Files.size(ofWindows.getPath("/rp/symlink-abs"))).isEqualTo(11);
    assertThat(Files.exists(ofWindows.getPath("/rp/symlink-unc"))).isFalse();
    assertThat(Files.exists(ofWindows.getPath("/rp/volume-mount"))).isFalse();
    NtfsLinks links = NtfsLinks.of(fileSystem.volume(), Set.of('C'));
    assertThat(links.find(List.of("rp", "junction", "F.TXT"), false).path())
        .isEqualTo("rp/target/f.txt");
  }

  @Test
  void linksOfLinuxAreLinks() throws IOException {
    assertThat(Files.readSymbolicLink(path("/rp/lx-symlink"))).hasToString("../some/linux/target");
    assertThatThrownBy(() -> Files.size(path("/rp/lx-symlink")))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> Files.readSymbolicLink(path("/rp/appexec")))
        .isInstanceOf(NotLinkException.class);
  }

  @Test
  void linksAreBuiltAsTheyAreRead() throws IOException {
    for (String name : List.of("symlink-rel", "symlink-abs", "symlinkd-rooted", "symlink-unc")) {
      NtfsLink link = NtfsLink.of(fileSystem.volume().file("rp/" + name)).orElseThrow();
      NtfsLink again = name.equals("symlink-unc") ? link : NtfsLink.symbolic(link.printName());
      assertThat(again).isEqualTo(link);
    }
    NtfsLink junction = NtfsLink.of(fileSystem.volume().file("rp/junction")).orElseThrow();
    assertThat(NtfsLink.junction("C:\\rp\\target")).isEqualTo(junction);
    byte[] value = fileSystem.volume().file("rp/junction").reparseData().orElseThrow();
    assertThat(junction.toData()).isEqualTo(Arrays.copyOfRange(value, 8, value.length));
  }

  @Test
  void pointsThatAreNoLinksAreFilesOrSomethingElse() throws IOException {
    assertThat(Files.isRegularFile(path("/rp/wof-xpress4k.dll"))).isTrue();
    assertThat(Files.size(path("/rp/wof-xpress4k.dll"))).isEqualTo(205326);
    assertThat(Files.readAllBytes(path("/rp/wof-xpress4k.dll"))).startsWith('M', 'Z');
    assertThat(Files.isRegularFile(path("/rp/nonms"))).isTrue();
    assertThat(Files.isRegularFile(path("/rp/appexec"))).isTrue();
  }

  @Test
  void namedStreamsAreFilesAndUserAttributes() throws IOException {
    Path file = path("/ads/plain.txt");
    assertThat(Files.size(path("/ads/plain.txt:alpha"))).isEqualTo(12);
    assertThat(Files.isRegularFile(path("/ads/PLAIN.txt:ALPHA:$data"))).isTrue();
    assertThat(path("/ads/PLAIN.txt:ALPHA").toRealPath()).hasToString("/ads/plain.txt:alpha");
    assertThat(Files.readAllBytes(path("/ads/plain.txt::$DATA")))
        .isEqualTo(Files.readAllBytes(file));
    assertThat(Files.size(path("/ads/dir:dirstream"))).isEqualTo(23);
    assertThat(Files.exists(path("/ads/plain.txt:none"))).isFalse();
    UserDefinedFileAttributeView user =
        Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
    assertThat(user.list())
        .containsExactlyInAnyOrder(
            "alpha", "big", "empty", "same-as-main", "Zone.Identifier", "ümläut 💾");
    assertThat(user.size("big")).isEqualTo(75000);
    ByteBuffer buffer = ByteBuffer.allocate(80000);
    assertThat(user.read("big", buffer)).isEqualTo(75000);
    assertThat(Files.getAttribute(file, "user:big"))
        .isEqualTo(Files.readAllBytes(path("/ads/plain.txt:big")));
    assertThat(Files.readAttributes(file, "user:*")).hasSize(6);
    assertThat(user.read("empty", ByteBuffer.allocate(0))).isZero();
    assertThatThrownBy(() -> user.size("none")).isInstanceOf(FileSystemException.class);
    assertThatThrownBy(() -> user.read("big", ByteBuffer.allocate(10)))
        .isInstanceOf(FileSystemException.class);
  }

  @Test
  void attributesAreReadByTheirNames() throws IOException {
    Path file = path("/attr/ro-hid-sys.txt");
    Map<String, Object> dos = Files.readAttributes(file, "dos:*");
    assertThat(dos)
        .containsEntry("readonly", true)
        .containsEntry("hidden", true)
        .containsEntry("system", true)
        .containsEntry("archive", true)
        .containsEntry("size", 10L)
        .containsEntry("isRegularFile", true);
    assertThat(Files.readAttributes(file, "size,creationTime").keySet())
        .containsExactly("size", "creationTime");
    assertThat(Files.isHidden(path("/attr/hiddendir"))).isTrue();
    assertThat(Files.isHidden(path("/attr/readonly.txt"))).isFalse();
    DosFileAttributes attributes = Files.readAttributes(file, DosFileAttributes.class);
    assertThat(attributes.isReadOnly()).isTrue();
    Map<String, Object> ntfs = Files.readAttributes(path("/hl/sub/third.txt"), "ntfs:*");
    assertThat(ntfs).containsEntry("linkCount", 3).containsEntry("reparseTag", 0);
    assertThat((List<?>) ntfs.get("names"))
        .hasToString("[/hl/first.txt, /hl/second.txt, /hl/sub/third.txt]");
    assertThat((byte[]) ntfs.get("securityDescriptor")).hasSize(80);
    assertThat(Files.getAttribute(path("/hl/Long Name With Short.txt"), "ntfs:shortName"))
        .isEqualTo("LONGNA~1.TXT");
    assertThat(path("/HL/longna~1.txt").toRealPath()).hasToString("/hl/Long Name With Short.txt");
    assertThat((byte[]) Files.getAttribute(path("/oid/oid64.txt"), "ntfs:objectId")).hasSize(16);
    assertThat((List<?>) Files.getAttribute(path("/ea/lx.txt"), "ntfs:eas")).hasSize(3);
    assertThat(Files.getAttribute(path("/"), "ntfs:names")).isEqualTo(List.of("/"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"dos:nothing", "basic:hidden", "dos:", "ntfs:*,nothing"})
  void unknownAttributeIsRefused(String attributes) {
    assertThatThrownBy(() -> Files.readAttributes(path("/attr"), attributes))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void unknownViewIsRefused() {
    assertThatThrownBy(() -> Files.readAttributes(path("/"), "posix:*"))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> Files.readAttributes(path("/"), PosixFileAttributes.class))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(Files.getFileAttributeView(path("/"), PosixFileAttributeView.class)).isNull();
    assertThat(fileSystem.supportedFileAttributeViews())
        .containsExactlyInAnyOrder("basic", "dos", "owner", "acl", "user", "ntfs");
  }

  @Test
  void accessControlListsAreRead() throws IOException {
    AclFileAttributeView deny =
        Files.getFileAttributeView(path("/sd/deny.txt"), AclFileAttributeView.class);
    assertThat(deny.getOwner()).hasToString("BUILTIN\\Administrators");
    assertThat(deny.getAcl()).hasSize(2);
    AclEntry first = deny.getAcl().get(0);
    assertThat(first.type()).isEqualTo(AclEntryType.DENY);
    assertThat(first.principal()).hasToString("Everyone");
    assertThat(first.permissions()).containsExactly(AclEntryPermission.DELETE);
    assertThat(deny.getAcl().get(1).permissions()).hasSize(AclEntryPermission.values().length);
    assertThat(acl("/sd/empty-dacl.txt")).isEmpty();
    assertThat(acl("/sd/null-dacl.txt"))
        .singleElement()
        .satisfies(entry -> assertThat(entry.principal()).hasToString("Everyone"));
    assertThat(acl("/sd/inherit-dir.txt"))
        .anySatisfy(entry -> assertThat(entry.flags()).contains(AclEntryFlag.FILE_INHERIT));
    assertThat(acl("/sd/big.txt")).hasSize(60);
    assertThat(Files.getOwner(path("/sd/trustedinstaller.txt")))
        .hasToString("NT SERVICE\\TrustedInstaller")
        .isEqualTo(
            fileSystem.getUserPrincipalLookupService().lookupPrincipalByName("trustedinstaller"));
  }

  private static List<AclEntry> acl(String path) throws IOException {
    return Files.getFileAttributeView(path(path), AclFileAttributeView.class).getAcl();
  }

  @ParameterizedTest
  @CsvSource({
    "S-1-5-18, NT AUTHORITY\\SYSTEM",
    "system, NT AUTHORITY\\SYSTEM",
    "builtin\\users, BUILTIN\\Users",
    "S-1-5-21-1-2-4294967295-500, S-1-5-21-1-2-4294967295-500",
    "s-1-0x123456789abc-7, S-1-0x123456789abc-7",
  })
  void principalsAreFoundBySidOrName(String text, String name) throws IOException {
    var service = fileSystem.getUserPrincipalLookupService();
    assertThat(service.lookupPrincipalByName(text)).hasToString(name);
    assertThat(service.lookupPrincipalByGroupName(text)).hasToString(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"nobody", "S-1-5-4294967296", "S-2-5-1", "S-1-281474976710656-1", ""})
  void unknownPrincipalIsToldSo(String text) {
    assertThatThrownBy(() -> fileSystem.getUserPrincipalLookupService().lookupPrincipalByName(text))
        .isInstanceOf(UserPrincipalNotFoundException.class);
  }

  @Test
  void descriptorsComeBackWhenTheyAreBuiltAnew() throws IOException {
    try (Stream<Path> files = Files.list(path("/sd"))) {
      for (Path file : files.toList()) {
        byte[] bytes = (byte[]) Files.getAttribute(file, "ntfs:securityDescriptor");
        SecurityDescriptor read = SecurityDescriptor.get(bytes, "read");
        List<AclEntry> entries = AclEntries.of(read);
        SecurityDescriptor again = again(AclEntries.put(read, entries));
        assertThat(AclEntries.of(again)).isEqualTo(entries);
        assertThat(again.owner()).isEqualTo(read.owner());
        byte[] built = read.toBytes("read");
        assertThat(built).hasSizeLessThanOrEqualTo(bytes.length);
        assertThat(again(read).toBytes("again")).isEqualTo(built);
      }
    }
  }

  private static SecurityDescriptor again(SecurityDescriptor descriptor)
      throws DiskFormatException {
    return SecurityDescriptor.get(descriptor.toBytes("built"), "built");
  }

  @Test
  void damagedDescriptorIsRefusedByName() throws IOException {
    SplittableRandom random = Seed.random("NtfsFeaturesTest.descriptors");
    byte[] sound = (byte[]) Files.getAttribute(path("/sd/deny.txt"), "ntfs:securityDescriptor");
    int refused = 0;
    for (int i = 0; i < Seed.cases(1_000_000, 20_000); i++) {
      byte[] bytes = Arrays.copyOf(sound, random.nextInt(sound.length + 1));
      for (int flips = random.nextInt(4); flips > 0 && bytes.length > 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      try {
        SecurityDescriptor descriptor = SecurityDescriptor.get(bytes, "damaged");
        List<AclEntry> entries = AclEntries.of(descriptor);
        SecurityDescriptor again = again(AclEntries.put(descriptor, entries));
        assertThat(AclEntries.of(again)).isEqualTo(entries);
      } catch (CorruptFormatException e) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  @Test
  void directoriesAreListed() throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> many = Files.newDirectoryStream(path("many"), "*[05] WITH*.TXT")) {
      many.forEach(file -> names.add(file.toString()));
    }
    assertThat(names).isNotEmpty().allMatch(name -> name.matches("many/.*[05] with.*\\.txt"));
    try (Stream<Path> root = Files.list(path("/"))) {
      assertThat(root.map(Path::toString))
          .contains("/rp")
          .noneMatch(name -> name.startsWith("/$M"));
    }
    assertThat(Files.size(path("/$mft"))).isPositive();
    assertThatThrownBy(() -> Files.list(path("/ads/plain.txt")))
        .isInstanceOf(NotDirectoryException.class);
    assertThatThrownBy(() -> Files.list(path("/none"))).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> Files.size(path("/ads/plain.txt/x")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void directoryStreamGivesOneIteratorUntilItIsClosed() throws IOException {
    DirectoryStream<Path> stream = Files.newDirectoryStream(path("/many"));
    Iterator<Path> iterator = stream.iterator();
    assertThatThrownBy(stream::iterator).isInstanceOf(IllegalStateException.class);
    iterator.next();
    assertThatThrownBy(iterator::remove).isInstanceOf(UnsupportedOperationException.class);
    stream.close();
    while (iterator.hasNext()) {
      iterator.next();
    }
    assertThatThrownBy(iterator::next).isInstanceOf(NoSuchElementException.class);
    stream.close();
    assertThatThrownBy(stream::iterator).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void channelReadsAnywhere() throws IOException {
    Path file = path("/attr/compresseddir/compressible.txt");
    byte[] whole = Files.readAllBytes(file);
    assertThat(whole).hasSize(132000);
    try (FileChannel channel = FileChannel.open(file)) {
      assertThat(channel.size()).isEqualTo(132000);
      ByteBuffer two = ByteBuffer.allocate(2);
      assertThat(channel.read(two, 100_000)).isEqualTo(2);
      assertThat(two.array()).containsExactly(whole[100_000], whole[100_001]);
      assertThat(channel.position()).isZero();
      assertThat(channel.position(131_999).read(two.clear())).isEqualTo(1);
      assertThat(channel.read(two)).isEqualTo(-1);
      assertThat(channel.read(two, 1L << 40)).isEqualTo(-1);
      assertThat(channel.read(ByteBuffer.allocate(0), 1L << 40)).isZero();
      ByteBuffer[] parts = {ByteBuffer.allocate(3), ByteBuffer.allocate(5)};
      assertThat(channel.position(0).read(parts)).isEqualTo(8);
      assertThatThrownBy(() -> channel.read(two, -1)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> channel.write(two)).isInstanceOf(NonWritableChannelException.class);
      assertThatThrownBy(() -> channel.truncate(0)).isInstanceOf(NonWritableChannelException.class);
      assertThatThrownBy(() -> channel.map(FileChannel.MapMode.READ_ONLY, 0, 1))
          .isInstanceOf(UnsupportedOperationException.class);
      Path copy = folder.resolve("copy");
      try (FileChannel out =
          FileChannel.open(copy, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        assertThat(channel.transferTo(0, Long.MAX_VALUE, out)).isEqualTo(132000);
      }
      assertThat(copy).hasBinaryContent(whole);
    }
    assertThatThrownBy(() -> Files.newByteChannel(path("/attr")))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("is a directory");
    assertThatThrownBy(
            () -> Files.newByteChannel(path("/rp/symlink-rel"), LinkOption.NOFOLLOW_LINKS))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("is a link");
  }

  @Test
  void readOnlyVolumeSaysWhy() throws IOException {
    assertThat(fileSystem.isReadOnly()).isTrue();
    assertThat(fileSystem.readOnlyReason()).contains("it was opened for reading only");
    Path file = path("/attr/readonly.txt");
    assertThatThrownBy(() -> Files.write(file, new byte[1]))
        .isInstanceOf(ReadOnlyFileSystemException.class)
        .hasMessageContaining("features is not written: it was opened for reading only");
    assertThatThrownBy(() -> Files.delete(file)).isInstanceOf(ReadOnlyFileSystemException.class);
    assertThatThrownBy(() -> Files.createDirectory(path("/new")))
        .isInstanceOf(ReadOnlyFileSystemException.class);
    assertThatThrownBy(() -> Files.move(file, path("/new")))
        .isInstanceOf(ReadOnlyFileSystemException.class);
    assertThatThrownBy(() -> Files.copy(file, path("/new")))
        .isInstanceOf(ReadOnlyFileSystemException.class);
    assertThatThrownBy(() -> Files.setAttribute(file, "dos:hidden", true))
        .isInstanceOf(ReadOnlyFileSystemException.class);
    assertThat(Files.isReadable(file)).isTrue();
    assertThat(Files.isWritable(file)).isFalse();
    assertThatThrownBy(() -> file.getFileSystem().provider().checkAccess(file, AccessMode.WRITE))
        .isInstanceOf(AccessDeniedException.class);
  }

  @Test
  void storeIsTheVolume() throws IOException {
    FileStore store = Files.getFileStore(path("/attr"));
    assertThat(store.type()).isEqualTo("NTFS");
    assertThat(store.getTotalSpace()).isBetween(23L << 20, 24L << 20);
    assertThat(store.getUnallocatedSpace()).isPositive().isLessThan(store.getTotalSpace());
    assertThat(store.getUsableSpace()).isZero();
    assertThat(store.getAttribute("ntfs:version")).isEqualTo("3.1");
    assertThat(store.supportsFileAttributeView("acl")).isTrue();
    assertThat(store.supportsFileAttributeView(PosixFileAttributeView.class)).isFalse();
    assertThatThrownBy(() -> store.getAttribute("zfs:x"))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void hardLinksAreTheSameFile() throws IOException {
    assertThat(Files.isSameFile(path("/hl/first.txt"), path("/hl/sub/THIRD.txt"))).isTrue();
    assertThat(Files.isSameFile(path("/hl/first.txt"), path("/hl/empty.txt"))).isFalse();
    assertThat(Files.isSameFile(path("/rp/symlink-rel"), path("/rp/target/f.txt"))).isTrue();
    assertThat(Files.isSameFile(path("/none"), path("/NONE"))).isTrue();
    Object key = Files.readAttributes(path("/hl/first.txt"), BasicFileAttributes.class).fileKey();
    assertThat(Files.readAttributes(path("/hl/second.txt"), BasicFileAttributes.class).fileKey())
        .isEqualTo(key)
        .hasSameHashCodeAs(key);
  }

  @Test
  void closedFileSystemIsClosedForAll() throws IOException {
    NtfsFileSystem closing =
        NtfsFileSystems.newFileSystem(device, NtfsFileSystemOptions.readOnly());
    Path file = closing.getPath("/attr/readonly.txt");
    SeekableByteChannel channel = Files.newByteChannel(file);
    DirectoryStream<Path> stream = Files.newDirectoryStream(closing.getPath("/many"));
    Iterator<Path> iterator = stream.iterator();
    closing.close();
    closing.close();
    assertThat(closing.isOpen()).isFalse();
    assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1)))
        .isInstanceOf(ClosedChannelException.class);
    assertThat(iterator.hasNext()).isFalse();
    assertThatThrownBy(() -> Files.size(file)).isInstanceOf(ClosedFileSystemException.class);
    assertThatThrownBy(() -> Files.list(file)).isInstanceOf(ClosedFileSystemException.class);
    assertThatThrownBy(() -> closing.getPath("/")).isInstanceOf(ClosedFileSystemException.class);
    assertThatThrownBy(() -> Path.of(file.toUri())).isInstanceOf(FileSystemNotFoundException.class);
  }

  @Test
  void volumeInAFileIsFoundByJava() throws IOException {
    Path image = folder.resolve("found.img");
    Files.write(image, device.toByteArray());
    try (var found = FileSystems.newFileSystem(image)) {
      assertThat(Files.size(found.getPath("/rp/target/f.txt"))).isEqualTo(11);
      assertThat(found.provider().getScheme()).isEqualTo("ntfs");
      assertThat(Path.of(found.getPath("/rp").toUri())).isEqualTo(found.getPath("/rp"));
    }
    URI uri = URI.create("ntfs:" + image.toUri());
    try (var found = FileSystems.newFileSystem(uri, Map.of("driveLetters", "C"))) {
      assertThat(FileSystems.getFileSystem(uri)).isSameAs(found);
      assertThat(Path.of(URI.create(uri + "!/RP/junction/f.txt")).toRealPath())
          .hasToString("/rp/target/f.txt");
      assertThatThrownBy(() -> FileSystems.newFileSystem(uri, Map.of()))
          .isInstanceOf(FileSystemAlreadyExistsException.class);
    }
    assertThatThrownBy(() -> FileSystems.getFileSystem(uri))
        .isInstanceOf(FileSystemNotFoundException.class);
    assertThatThrownBy(() -> FileSystems.newFileSystem(uri, Map.of("colour", "red")))
        .isInstanceOf(IllegalArgumentException.class);
    Path text = Files.writeString(folder.resolve("text"), "no volume");
    assertThatThrownBy(() -> FileSystems.newFileSystem(text))
        .isInstanceOf(ProviderNotFoundException.class);
  }
}
