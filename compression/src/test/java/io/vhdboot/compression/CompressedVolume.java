package io.vhdboot.compression;

import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.testing.ExternalTool;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A volume on which ntfs-3g compressed one file, and what each unit of the file takes there. */
final class CompressedVolume {

  static final int CLUSTER_SIZE = 4096;
  static final int UNIT_SIZE = 16 * CLUSTER_SIZE;

  private static final long SIZE = 64L << 20;
  private static final String FILE = "compressed/file";

  private final Path image;
  private final Path mountPoint;
  private final List<List<Long>> clusters = new ArrayList<>();
  private final List<byte[]> units = new ArrayList<>();

  private CompressedVolume(Path image, Path mountPoint) {
    this.image = image;
    this.mountPoint = mountPoint;
  }

  /** Makes a volume in a folder; skips the running test where the tools or root are missing. */
  static CompressedVolume make(Path folder, byte[] content) throws IOException {
    ExternalTool.requireRoot();
    ExternalTool ntfsinfo = ExternalTool.named("ntfsinfo");
    ExternalTool setfattr = ExternalTool.named("setfattr");
    Path image = folder.resolve("volume.img");
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(SIZE);
    }
    ExternalTool.named("mkntfs").output("-F", "-q", "-Q", "-c", CLUSTER_SIZE, image);
    CompressedVolume volume =
        new CompressedVolume(image, Files.createDirectory(folder.resolve("mounted")));
    ExternalTool.named("ntfs-3g").output("-o", "compression", image, volume.mountPoint);
    try {
      Path compressed = Files.createDirectory(volume.mountPoint.resolve("compressed"));
      setfattr.output("-h", "-v", "0x00080000", "-n", "system.ntfs_attrib", compressed);
      Files.write(volume.mountPoint.resolve(FILE), content);
    } finally {
      ExternalTool.named("umount").output(volume.mountPoint);
    }
    String info = ntfsinfo.output("-v", "-F", "/" + FILE, image);
    assertThat(info).contains("Attribute flags:\t 0x0001");
    volume.locate(info, (content.length + UNIT_SIZE - 1) / UNIT_SIZE);
    return volume;
  }

  /** Finds the file's runs as ntfsinfo lists them: VCN, LCN or a hole, length. */
  private void locate(String info, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      clusters.add(new ArrayList<>());
    }
    Matcher run = Pattern.compile("\t0x(\\w+)\\s+(?:0x(\\w+)|<HOLE>)\\s+0x(\\w+)").matcher(info);
    while (run.find()) {
      int vcn = Integer.parseInt(run.group(1), 16);
      for (int i = 0; run.group(2) != null && i < Integer.parseInt(run.group(3), 16); i++) {
        clusters
            .get((vcn + i) * CLUSTER_SIZE / UNIT_SIZE)
            .add(Long.parseLong(run.group(2), 16) + i);
      }
    }
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "r")) {
      for (List<Long> unit : clusters) {
        byte[] bytes = new byte[unit.size() * CLUSTER_SIZE];
        for (int i = 0; i < unit.size(); i++) {
          file.seek(unit.get(i) * CLUSTER_SIZE);
          file.readFully(bytes, i * CLUSTER_SIZE, CLUSTER_SIZE);
        }
        units.add(bytes);
      }
    }
  }

  /** What each unit takes: nothing, all its clusters, or fewer that hold LZNT1. */
  List<byte[]> units() {
    return units;
  }

  /** Puts other LZNT1 in the place of a unit's, followed by zeros as far as its clusters reach. */
  void replace(int unit, byte[] encoded) throws IOException {
    byte[] bytes = Arrays.copyOf(encoded, units.get(unit).length);
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      for (int i = 0; i < clusters.get(unit).size(); i++) {
        file.seek(clusters.get(unit).get(i) * CLUSTER_SIZE);
        file.write(bytes, i * CLUSTER_SIZE, CLUSTER_SIZE);
      }
    }
  }

  /** The file's content as ntfs-3g reads it. */
  byte[] readByNtfs3g() throws IOException {
    ExternalTool.named("ntfs-3g").output("-o", "ro", image, mountPoint);
    try {
      return Files.readAllBytes(mountPoint.resolve(FILE));
    } finally {
      ExternalTool.named("umount").output(mountPoint);
    }
  }
}
