package io.vhdboot.ntfs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.MappedExtent;
import io.vhdboot.disk.NoSpaceException;
import io.vhdboot.disk.ResizableBlockDevice;
import io.vhdboot.disk.UnsupportedFormatException;
import io.vhdboot.testing.ExternalTool;
import io.vhdboot.testing.Seed;
import io.vhdboot.testing.SharedData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompressedStreamTest {

  private static final NewFileOptions PLAIN = NewFileOptions.defaults();
  private static final int MAX_SIZE = 600_000;

  @TempDir Path folder;

  private Path format(int clusterSize, int mebibytes) throws IOException {
    Path image = folder.resolve("volume.img");
    try (FileDevice device = FileDevice.create(image, (long) mebibytes << 20)) {
      NtfsFormat.format(
          device,
          NtfsFormatOptions.ofSize(device.size())
              .clusterSize(clusterSize)
              .time(NtfsFormatTest.TIME)
              .build());
    }
    return image;
  }

  private static NtfsEditor open(FileDevice device) throws IOException {
    return NtfsEditor.open(device);
  }

  private static NtfsFile compressedFile(NtfsEditor editor, String name) throws IOException {
    NtfsFile file = editor.createFile(editor.volume().root(), name, PLAIN);
    editor.setCompressed(file, "", true);
    return editor.volume().file(file.recordNumber());
  }

  /** Our reader, the checker and ntfs-3g agree about all files. */
  private static void judge(Path image) throws IOException {
    Judges.check(image);
    if (ExternalTool.isRoot()) {
      Path script = SharedData.projectRoot().resolve("ntfs-lite/src/test/python/mounted.py");
      Set<String> theirs =
          new TreeSet<>(
              Arrays.asList(ExternalTool.script("python3", script).output(image, 0).split("\n")));
      try (FileDevice device = FileDevice.open(image)) {
        assertThat(streams(theirs)).isEqualTo(streams(VolumeFacts.byPath(NtfsVolume.open(device))));
      }
    }
  }

  private static Set<String> streams(Set<String> facts) {
    Set<String> streams = new TreeSet<>(facts);
    streams.removeIf(fact -> !fact.contains(" stream ") || fact.startsWith("\"$"));
    return streams;
  }

  private static byte[] read(NtfsEditor editor, String path) throws IOException {
    NtfsStream stream = editor.volume().file(path).stream("");
    byte[] all = new byte[(int) stream.size()];
    stream.read(0, ByteBuffer.wrap(all));
    return all;
  }

  private static byte[] piece(SplittableRandom random, int length) {
    byte[] bytes = new byte[length];
    int kind = random.nextInt(4);
    for (int i = 0; i < length; i++) {
      bytes[i] =
          switch (kind) {
            case 0 -> (byte) random.nextInt(256);
            case 1 -> (byte) ("compress".charAt(i % 8) + random.nextInt(2));
            case 2 -> (byte) (i >> 9);
            default -> 0;
          };
    }
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 1024, 2048, 4096})
  void randomWritesReadBackAndSatisfyTheJudges(int clusterSize) throws IOException {
    SplittableRandom random = Seed.random("CompressedStreamTest " + clusterSize);
    Path image = format(clusterSize, 40);
    try (FileDevice device = FileDevice.open(image)) {
      byte[][] models = new byte[3][0];
      boolean[] compressed = {true, true, true};
      try (NtfsEditor editor = open(device)) {
        for (int i = 0; i < models.length; i++) {
          NtfsFile file = compressedFile(editor, "file" + i);
          if (i == 2) {
            editor.setSparse(file, "", true);
          }
        }
      }
      for (int session = 0; session < Seed.cases(20, 1); session++) {
        try (NtfsEditor editor = open(device)) {
          for (int step = 0; step < Seed.cases(100, 60); step++) {
            int i = random.nextInt(models.length);
            NtfsFile file = editor.volume().file("file" + i);
            if (random.nextInt(20) == 0) {
              compressed[i] = !compressed[i];
              editor.setCompressed(file, "", compressed[i]);
            } else {
              models[i] = change(editor.stream(file, ""), models[i], random);
            }
            if (random.nextInt(10) == 0) {
              editor.flush();
            }
            byte[] found = read(editor, "file" + i);
            assertThat(Arrays.mismatch(found, models[i]))
                .as("file%d, step %d.%d, compressed %s", i, session, step, compressed[i])
                .isEqualTo(-1);
          }
        }
        judge(image);
      }
      NtfsVolume volume = NtfsVolume.open(device);
      for (int i = 0; i < models.length; i++) {
        assertThat(volume.file("file" + i).attributes() & FileAttributes.COMPRESSED)
            .isEqualTo(compressed[i] ? FileAttributes.COMPRESSED : 0);
      }
    }
  }

  private static byte[] change(ResizableBlockDevice stream, byte[] model, SplittableRandom random)
      throws IOException {
    try (stream) {
      int size = model.length;
      switch (random.nextInt(6)) {
        case 0 -> {
          int newSize = random.nextInt(8) == 0 ? random.nextInt(400) : random.nextInt(MAX_SIZE);
          stream.setSize(newSize);
          return Arrays.copyOf(model, newSize);
        }
        case 1 -> {
          int from = size == 0 ? 0 : random.nextInt(size);
          int length = random.nextInt(size - from + 1);
          stream.zero(from, length);
          byte[] now = model.clone();
          Arrays.fill(now, from, from + length, (byte) 0);
          return now;
        }
        case 2 -> {
          // What lies between the old end and the piece was never written.
          byte[] piece = piece(random, 1 + random.nextInt(100_000));
          int from = Math.min(MAX_SIZE, size + random.nextInt(200_000));
          stream.setSize(from + piece.length);
          stream.write(from, ByteBuffer.wrap(piece));
          byte[] now = Arrays.copyOf(model, from + piece.length);
          System.arraycopy(piece, 0, now, from, piece.length);
          return now;
        }
        default -> {
          if (size == 0) {
            return model;
          }
          int from = random.nextInt(size);
          byte[] piece = piece(random, random.nextInt(Math.min(size - from, 150_000) + 1));
          stream.write(from, ByteBuffer.wrap(piece));
          byte[] now = model.clone();
          System.arraycopy(piece, 0, now, from, piece.length);
          byte[] readBack = new byte[size];
          stream.read(0, ByteBuffer.wrap(readBack));
          assertThat(Arrays.equals(readBack, now)).isTrue();
          return now;
        }
      }
    }
  }

  @Test
  void compressibleContentTakesFewClustersAndZerosNone() throws IOException {
    Path image = format(4096, 30);
    try (FileDevice device = FileDevice.open(image)) {
      byte[] text = new byte[1 << 20];
      for (int i = 0; i < text.length / 2; i++) {
        text[i] = (byte) ("All work and no play makes Jack a dull boy. ".charAt(i % 44));
      }
      try (NtfsEditor editor = open(device)) {
        NtfsFile file = compressedFile(editor, "file");
        try (ResizableBlockDevice stream = editor.stream(file, "")) {
          stream.setSize(text.length);
          stream.write(0, ByteBuffer.wrap(text));
          assertThat(stream.map(0).kind()).isEqualTo(MappedExtent.Kind.DATA);
          assertThat(stream.map(text.length - 1).kind()).isEqualTo(MappedExtent.Kind.ZERO);
        }
        NtfsStream stored = editor.volume().file("file").stream("");
        assertThat(stored.storedSize()).isEqualTo(8 * 2 * 4096);
        assertThat(Arrays.equals(read(editor, "file"), text)).isTrue();
      }
    }
    judge(image);
  }

  @Test
  void filesOfACompressedDirectoryAreCompressed() throws IOException {
    Path image = format(4096, 30);
    try (FileDevice device = FileDevice.open(image)) {
      try (NtfsEditor editor = open(device)) {
        NtfsFile directory = editor.createDirectory(editor.volume().root(), "compressed", PLAIN);
        editor.setCompressed(directory, "", true);
        NtfsFile file = editor.createFile(directory, "file", PLAIN);
        NtfsFile inner = editor.createDirectory(directory, "inner", PLAIN);
        NtfsFile deep = editor.createFile(inner, "file", PLAIN);
        for (NtfsFile each : new NtfsFile[] {file, deep}) {
          try (ResizableBlockDevice stream = editor.stream(each, "")) {
            stream.setSize(200_000);
            stream.write(100, ByteBuffer.wrap(new byte[] {1, 2, 3}));
          }
          NtfsStream stored = editor.volume().file(each.recordNumber()).stream("");
          assertThat(stored.isCompressed()).isTrue();
          assertThat(stored.storedSize()).isEqualTo(4096);
        }
        assertThat(inner.attributes() & FileAttributes.COMPRESSED).isNotZero();
        editor.setCompressed(directory, "", false);
        NtfsFile plain = editor.createFile(directory, "plain", PLAIN);
        assertThat(plain.stream("").isCompressed()).isFalse();
      }
    }
    judge(image);
  }

  @Test
  void largerClustersAreRefused() throws IOException {
    Path image = format(8192, 30);
    try (FileDevice device = FileDevice.open(image);
        NtfsEditor editor = open(device)) {
      NtfsFile file = editor.createFile(editor.volume().root(), "file", PLAIN);
      assertThatThrownBy(() -> editor.setCompressed(file, "", true))
          .isInstanceOf(UnsupportedFormatException.class)
          .hasMessageContaining("NTFS compresses with clusters up to 4096 bytes, not of 8192");
    }
  }

  @Test
  void whatWasCutOffIsGoneFromTheClusters() throws IOException {
    SplittableRandom random = Seed.random("whatWasCutOffIsGone");
    Path image = format(2048, 12);
    try (FileDevice device = FileDevice.open(image)) {
      byte[] noise = new byte[20_000];
      random.nextBytes(noise);
      try (NtfsEditor editor = open(device)) {
        written(editor, noise);
      }
      String cut = new String(noise, 1280, 20, ISO_8859_1);
      assertThat(firstCluster(device)).contains(cut);
      try (NtfsEditor editor = open(device)) {
        ResizableBlockDevice stream = editor.stream(editor.volume().file("file"), "");
        stream.setSize(1280);
        stream.setSize(2048);
      }
      assertThat(firstCluster(device)).doesNotContain(cut);
    }
    judge(image);
  }

  /** Where there is no room to store the cut unit anew, that is done when the stream grows. */
  @Test
  void whatWasCutOffOnAFullVolumeIsGoneWhenTheStreamGrows() throws IOException {
    SplittableRandom random = Seed.random("whatWasCutOffOnAFullVolume");
    Path image = format(2048, 12);
    try (FileDevice device = FileDevice.open(image)) {
      byte[] noise = new byte[20_000];
      random.nextBytes(noise);
      String cut = new String(noise, 1280, 20, ISO_8859_1);
      try (NtfsEditor editor = NtfsEditor.open(device, NtfsEditOptions.defaults().withReserve(0))) {
        ResizableBlockDevice stream = written(editor, noise);
        NtfsFile root = editor.volume().root();
        NtfsFile filler = editor.createFile(root, "filler", NewFileOptions.defaults());
        editor.flush();
        editor.stream(filler, "").setSize(editor.freeSpace());
        stream.setSize(1280);
        editor.flush();
        assertThat(firstCluster(device)).contains(cut);
        editor.unlink(root, "filler");
        stream.setSize(2048);
      }
      assertThat(firstCluster(device)).doesNotContain(cut);
    }
    judge(image);
  }

  /** A compressed stream with a content. */
  private static ResizableBlockDevice written(NtfsEditor editor, byte[] content)
      throws IOException {
    ResizableBlockDevice stream = editor.stream(compressedFile(editor, "file"), "");
    stream.setSize(content.length);
    stream.write(0, ByteBuffer.wrap(content));
    return stream;
  }

  @Test
  void onlyTheFirstExtentTellsTheUnit() {
    for (long vcn : new long[] {0, 32}) {
      AttributeHeader.NonResident header =
          AttributeHeader.NonResident.of(
              AttributeType.DATA,
              "",
              AttributeHeader.FLAG_COMPRESSED,
              1,
              vcn,
              63,
              4,
              0,
              0,
              0,
              0,
              8);
      assertThat(header.compressionUnit()).isEqualTo(vcn == 0 ? 4 : 0);
    }
  }

  private static String firstCluster(FileDevice device) throws IOException {
    NtfsVolume volume = NtfsVolume.open(device);
    NtfsExtent extent = volume.file("file").stream("").extents().get(0);
    byte[] stored = device.read(extent.lcn() * volume.clusterSize(), volume.clusterSize());
    return new String(stored, ISO_8859_1);
  }

  @Test
  void fullVolumeLeavesTheStreamAsItWas() throws IOException {
    SplittableRandom random = Seed.random("fullVolumeLeavesTheStreamAsItWas");
    Path image = format(4096, 12);
    try (FileDevice device = FileDevice.open(image)) {
      byte[] model = piece(random, 300_000);
      try (NtfsEditor editor = open(device)) {
        NtfsFile file = compressedFile(editor, "file");
        ResizableBlockDevice stream = editor.stream(file, "");
        stream.setSize(model.length);
        stream.write(0, ByteBuffer.wrap(model));
        byte[] noise = new byte[16 << 20];
        random.nextBytes(noise);
        stream.setSize(noise.length);
        assertThatThrownBy(() -> stream.write(0, ByteBuffer.wrap(noise)))
            .isInstanceOf(NoSpaceException.class);
        assertThat(read(editor, "file")).startsWith(model).hasSize(noise.length);
      }
    }
    judge(image);
  }

  @Test
  void damagedUnitIsRefusedWhereItIsRead() throws IOException {
    Path image = format(4096, 30);
    try (FileDevice device = FileDevice.open(image)) {
      try (NtfsEditor editor = open(device)) {
        NtfsFile file = compressedFile(editor, "file");
        ResizableBlockDevice stream = editor.stream(file, "");
        byte[] content = new byte[100_000];
        Arrays.fill(content, (byte) 7);
        stream.setSize(content.length);
        stream.write(0, ByteBuffer.wrap(content));
        stream.close();
        long position = editor.volume().file("file").stream("").extents().get(0).lcn() * 4096;
        device.write(position, ByteBuffer.wrap(new byte[] {1, (byte) 0x9F}));
        assertThatThrownBy(() -> stream.write(50, ByteBuffer.wrap(new byte[1])))
            .isInstanceOf(CorruptFormatException.class)
            .hasMessageContaining("the compression unit at 0 is damaged");
        stream.write(70_000, ByteBuffer.wrap(new byte[] {9}));
      }
    }
  }
}
