package io.vhdboot.ntfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.disk.testing.CountingDevice;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Indexes and directories that lead back to where they came from. */
class NtfsWalkTest {

  @TempDir Path folder;
  private byte[] image;
  private NtfsVolume volume;

  @BeforeEach
  void open() throws IOException {
    image = Files.readAllBytes(SharedData.unpacked("wim/ntfs-features.img.gz", folder));
    volume = NtfsVolume.open(MemoryDevice.wrap("image", image));
  }

  @Test
  void eachFolderAndManyRecordsComeWithOneRead() throws IOException {
    int folders = 40;
    int files = 30;
    MemoryDevice built = MemoryDevice.ofSize("built", 16 << 20);
    FileMetadata plain = FileMetadata.of(0, FileAttributes.ARCHIVE, 0);
    NtfsImageBuilder builder =
        NtfsImageBuilder.create(NtfsFormatOptions.ofSize(built.size()).build());
    for (int i = 0; i < folders; i++) {
      NodeHandle parent = builder.addDirectory(builder.root(), "folder " + i, plain);
      for (int j = 0; j < files; j++) {
        builder.addFile(parent, "a name that fills the index " + j, plain);
      }
    }
    builder.plan().writer(built, true).finish();
    CountingDevice counting = new CountingDevice(built);
    NtfsFile root = NtfsVolume.open(counting).root();
    long before = counting.reads();
    int[] found = {0};
    root.walk(
        (path, entry) -> {
          found[0]++;
          return !path.startsWith("$");
        });
    assertThat(found[0]).isGreaterThan(folders * (files + 1));
    long recordsInBytes = (long) folders * (files + 1) * 1024;
    assertThat(counting.reads() - before)
        .isGreaterThanOrEqualTo(folders)
        .isLessThan(folders + 10 + recordsInBytes / (128 << 10));
  }

  @Test
  void directoryThatIsItsOwnAncestorEndsTheWalk() throws IOException {
    NtfsFile deep = volume.file("names/deep");
    editIndexRoot(
        volume.file("names/deep/d00").recordNumber(),
        (record, entry) -> LittleEndian.put64(record, entry.position(), deep.reference()));
    NtfsFile looped = NtfsVolume.open(volume.device()).file("names/deep");
    assertThatThrownBy(() -> looped.walk((path, entry) -> true))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageStartingWith("image: deep: the directory is reached twice");
  }

  @Test
  void visitorMayGoOnBehindADirectoryThatIsBad() throws IOException {
    long root = volume.root().reference();
    editIndexRoot(
        volume.file("names/deep/d00").recordNumber(),
        (record, entry) -> LittleEndian.put64(record, entry.position(), root));
    List<String> paths = new ArrayList<>();
    List<String> failed = new ArrayList<>();
    NtfsVolume.open(volume.device())
        .root()
        .walk(
            new NtfsVisitor() {
              @Override
              public boolean visit(String path, NtfsDirectoryEntry entry) {
                return paths.add(path);
              }

              @Override
              public void failed(String path, IOException problem) {
                failed.add(path);
              }
            });
    assertThat(failed).containsExactly("names/deep/d00/d01");
    assertThat(paths).contains("rp/target/f.txt", "Windows", "names/deep/d00/d01");
  }

  @Test
  void indexThatLeadsTwiceToABlockIsRefused() throws IOException {
    NtfsFile many = volume.file("many");
    assertThat(many.list()).hasSize(1200);
    List<Long> children = new ArrayList<>();
    editIndexRoot(many.recordNumber(), (record, entry) -> children.add(entry.child()));
    long inner = children.get(0);
    RunList runs =
        AttributeSet.read(table(), many.recordNumber())
            .find(AttributeType.INDEX_ALLOCATION, DirectoryEntries.INDEX)
            .orElseThrow()
            .runs();
    int run = runs.find(inner);
    int block = (int) (runs.lcn(run) + inner - runs.vcn(run)) * volume.clusterSize();
    UpdateSequence.remove(image, block, IndexBlock.DEFAULT_SIZE, "block");
    int first = block + IndexBlock.firstEntry(IndexBlock.DEFAULT_SIZE);
    IndexEntry entry = IndexEntry.get(image, first, block + IndexBlock.DEFAULT_SIZE, "block");
    assertThat(entry.hasChild()).isTrue();
    LittleEndian.put64(image, first + entry.length() - IndexEntry.CHILD_SIZE, inner);
    UpdateSequence.apply(image, block, IndexBlock.DEFAULT_SIZE);
    NtfsFile looped = NtfsVolume.open(volume.device()).file("many");
    assertThatThrownBy(looped::list)
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("VCN " + inner + " twice");
    assertThatThrownBy(() -> looped.find("$"))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("VCN " + inner + " twice");
  }

  @Test
  void indexBlockThatDoesNotExistIsRefused() throws IOException {
    NtfsFile many = volume.file("many");
    for (long child : new long[] {-1, 1_000_000, Long.MAX_VALUE, Long.MAX_VALUE / 4096}) {
      editIndexRoot(
          many.recordNumber(),
          (record, entry) ->
              LittleEndian.put64(
                  record, entry.position() + entry.length() - IndexEntry.CHILD_SIZE, child));
      NtfsFile broken = NtfsVolume.open(volume.device()).file("many");
      assertThatThrownBy(broken::list)
          .isInstanceOf(CorruptFormatException.class)
          .hasMessageContaining("no index block at VCN " + child);
      assertThatThrownBy(() -> broken.find("x")).isInstanceOf(CorruptFormatException.class);
    }
  }

  private interface EntryEdit {
    void edit(byte[] record, IndexEntry entry);
  }

  /** Changes the entries in the root of a directory's index, in whatever record that lies. */
  private void editIndexRoot(long directory, EntryEdit edit) throws IOException {
    String source =
        AttributeSet.read(table(), directory)
            .find(AttributeType.INDEX_ROOT, DirectoryEntries.INDEX)
            .orElseThrow()
            .source();
    long number = Long.parseLong(source.substring(source.lastIndexOf(' ') + 1));
    int size = volume.recordSize();
    int position = recordPosition(number * size);
    byte[] record = Arrays.copyOfRange(image, position, position + size);
    UpdateSequence.remove(record, 0, size, "record");
    for (AttributeHeader header : FileRecord.get(record, "record").attributes(record, "record")) {
      if (header.type() == AttributeType.INDEX_ROOT
          && header instanceof AttributeHeader.Resident resident) {
        int value = resident.position() + resident.valueOffset();
        int limit = value + resident.valueLength();
        IndexHeader index = IndexRoot.get(record, value, limit, "record").header();
        int at = value + IndexRoot.HEADER_OFFSET + index.firstEntry();
        for (boolean end = false; !end; ) {
          IndexEntry entry = IndexEntry.get(record, at, limit, "record");
          end = entry.isEnd();
          if (!end || entry.hasChild()) {
            edit.edit(record, entry);
          }
          at += entry.length();
        }
      }
    }
    UpdateSequence.apply(record, 0, size);
    System.arraycopy(record, 0, image, position, size);
  }

  private MasterFileTable table() throws IOException {
    return MasterFileTable.open(
        volume.clusters(), NtfsBootSector.get(Arrays.copyOf(image, 512), "boot"));
  }

  private int recordPosition(long offset) throws IOException {
    int clusterSize = volume.clusterSize();
    for (NtfsExtent extent : volume.file(0).stream("").extents()) {
      long within = offset - extent.vcn() * clusterSize;
      if (within < extent.count() * clusterSize) {
        return Math.toIntExact(extent.lcn() * clusterSize + within);
      }
    }
    throw new AssertionError("no record at " + offset);
  }
}
