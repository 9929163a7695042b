package io.vhdboot.ntfs.nio;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.FileTime100ns;
import io.vhdboot.disk.Partition;
import io.vhdboot.disk.PartitionTable;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.ntfs.NtfsDirectoryEntry;
import io.vhdboot.ntfs.NtfsFile;
import io.vhdboot.ntfs.NtfsLink;
import io.vhdboot.ntfs.NtfsStream;
import io.vhdboot.ntfs.NtfsVolume;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real volumes read through Java's files are what they are when read directly. */
class ReadingVolumesTest {

  /** Longer ones are holes mostly. */
  private static final long MAX_HASHED = 1 << 26;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ntfs/ntfs_index.raw.gz",
        "ntfs/ntfs3_attrlist.raw.gz",
        "wim/ntfs-features.img.gz"
      })
  void filesAreWhatTheVolumeSays(String file) throws IOException {
    compare(SharedData.unpacked(file, folder));
  }

  @ParameterizedTest
  @Tag("full")
  @ValueSource(
      strings = {
        "ntfs/ntfs-2m.raw.gz",
        "ntfs/ntfs-lastaccess.raw.gz",
        "ntfs/ntfs-si-vs-fn.raw.gz",
        "ntfs/ntfs3.raw.gz",
        "ntfs/testfs1.gz"
      })
  void filesOfTheOthersAreWhatTheVolumeSays(String file) throws IOException {
    compare(SharedData.unpacked(file, folder));
  }

  @Test
  @Tag("full")
  void filesBesideShadowCopiesAreWhatTheVolumeSays() throws IOException {
    Path packed = SharedData.data("ntfs/vss_1_vol.tar.gz");
    ExternalTool.named("tar").in(folder).output("xzSf", packed);
    compare(folder.resolve("vss_1_vol.raw"));
  }

  private static void compare(Path image) throws IOException {
    try (FileDevice device = FileDevice.openReadOnly(image);
        NtfsFileSystem fileSystem =
            NtfsFileSystems.newFileSystem(
                window(device), NtfsFileSystemOptions.readOnly().withMetafiles(true))) {
      Map<String, String> expected = new TreeMap<>();
      NtfsVolume volume = fileSystem.volume();
      volume.root().walk((path, entry) -> add(expected, path, entry, volume.file(entry)));
      Map<String, String> found = new TreeMap<>();
      Files.walkFileTree(fileSystem.getPath("/"), new Collector(found));
      found.remove("");
      assertThat(found).isEqualTo(expected);
      assertThat(found.size()).isGreaterThan(10);
    }
  }

  private static BlockDevice window(FileDevice device) throws IOException {
    if (NtfsVolume.isPresent(device)) {
      return device;
    }
    for (Partition partition : PartitionTable.read(device).partitions()) {
      if (NtfsVolume.isPresent(partition.open(device))) {
        return partition.open(device);
      }
    }
    throw new AssertionError(device + " holds no volume");
  }

  private static boolean add(
      Map<String, String> facts, String path, NtfsDirectoryEntry entry, NtfsFile file)
      throws IOException {
    StringBuilder text = new StringBuilder();
    for (NtfsStream stream : file.streams()) {
      text.append(stream.name()).append('=');
      text.append(stream.size() > MAX_HASHED ? stream.size() : digest(stream)).append(' ');
    }
    facts.put(
        path,
        String.format(
            "%x %s %s %s %s %x %s %s %s %s %s",
            file.attributes(),
            time(file.created()),
            time(file.modified()),
            time(file.changed()),
            time(file.accessed()),
            file.reference(),
            file.names().size(),
            file.reparseTag(),
            file.isDirectory() && NtfsLink.of(file).isEmpty(),
            entry.shortName().map(String::toUpperCase),
            text));
    return NtfsLink.of(file).isEmpty();
  }

  private static FileTime time(long ticks) {
    return FileTime.from(FileTime100ns.toInstant(ticks));
  }

  /** Collects the same facts through Java's files. */
  private static final class Collector extends SimpleFileVisitor<Path> {

    private final Map<String, String> facts;

    Collector(Map<String, String> facts) {
      this.facts = facts;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes)
        throws IOException {
      return visitFile(path, attributes);
    }

    @Override
    public FileVisitResult visitFile(Path path, BasicFileAttributes basic) throws IOException {
      NtfsFileAttributeView view =
          Files.getFileAttributeView(path, NtfsFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
      NtfsFileAttributes attributes = view.readAttributes();
      assertThat(attributes.fileKey()).isEqualTo(basic.fileKey());
      StringBuilder text = new StringBuilder();
      List<String> streams = new ArrayList<>();
      if (!attributes.isDirectory() && hasContent(path, attributes)) {
        streams.add("");
      }
      streams.addAll(attributes.streams());
      for (String name : streams) {
        Path stream = name.isEmpty() ? path : path.resolveSibling(path.getFileName() + ":" + name);
        text.append(name).append('=');
        long size =
            Files.readAttributes(stream, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .size();
        text.append(size > MAX_HASHED ? size : digest(stream)).append(' ');
      }
      facts.put(
          path.toString().substring(1),
          String.format(
              "%x %s %s %s %s %x %s %s %s %s %s",
              attributes.attributes(),
              attributes.creationTime(),
              attributes.lastModifiedTime(),
              attributes.changeTime(),
              attributes.lastAccessTime(),
              attributes.fileId(),
              attributes.linkCount(),
              attributes.reparseTag(),
              attributes.isDirectory(),
              view.shortName().map(String::toUpperCase),
              text));
      return FileVisitResult.CONTINUE;
    }

    private static boolean hasContent(Path path, NtfsFileAttributes attributes) throws IOException {
      NtfsVolume volume = ((NtfsFileSystem) path.getFileSystem()).volume();
      return volume
          .find(attributes.fileId() & 0xFFFF_FFFF_FFFFL)
          .orElseThrow()
          .findStream("")
          .isPresent();
    }
  }

  private static String digest(NtfsStream stream) throws IOException {
    try {
      return digest(stream.newInputStream());
    } catch (UnsupportedFormatException e) {
      return "refused";
    }
  }

  private static String digest(Path path) throws IOException {
    try {
      return digest(Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS));
    } catch (UnsupportedFormatException e) {
      return "refused";
    } catch (FileSystemException e) {
      assertThat(e).hasMessageContaining("is a link");
      return digest(
          ((NtfsPath) path).getFileSystem().find((NtfsPath) path, false).file().stream(""));
    }
  }

  private static String digest(InputStream in) throws IOException {
    try (in) {
      MessageDigest digest = MessageDigest.getInstance("SHA-1");
      byte[] buffer = new byte[1 << 16];
      for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
        digest.update(buffer, 0, count);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
