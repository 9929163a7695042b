package io.vhdboot.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.FileDevice;
import io.vhdboot.disk.ResizableBlockDevice;
import io.vhdboot.fat.FatEditor;
import io.vhdboot.fat.FatFile;
import io.vhdboot.fat.FatFormat;
import io.vhdboot.fat.FatFormatOptions;
import io.vhdboot.hive.Hive;
import io.vhdboot.hive.HiveState;
import io.vhdboot.hive.HiveValue;
import io.vhdboot.testing.ExternalTool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HiveFileTest {

  private static final int SIZE = 64 << 20;
  private static final byte[] SECURITY = HexFormat.of().parseHex("0100048000000000");

  @TempDir Path folder;

  private static Hive hive() throws IOException {
    Hive hive = Hive.create("root", SECURITY, Instant.parse("2026-01-01T00:00:00Z"));
    hive.root().createSubkey("key").setValue(HiveValue.dword("number", 1));
    return hive;
  }

  private static void edit(String path) throws IOException {
    try (HiveFile file = HiveFile.edit(path)) {
      file.hive().root().createSubkey("key").setValue(HiveValue.dword("number", 2));
      for (int i = 0; i < 100; i++) {
        file.hive().root().createPath("made\\key " + i);
      }
      file.save();
    }
  }

  private static void checkEdited(String path) throws IOException {
    try (HiveFile file = HiveFile.open(path)) {
      assertThat(file.hive().state()).isEqualTo(HiveState.CLEAN);
      assertThat(file.hive().root().subkey("key").orElseThrow().value("number"))
          .contains(HiveValue.dword("number", 2));
      assertThat(file.hive().root().subkey("made").orElseThrow().subkeys()).hasSize(100);
    }
  }

  @Test
  void linkToAHiveStaysALink() throws IOException {
    Path target = folder.resolve("target");
    hive().write(target);
    Files.write(folder.resolve("target.LOG1"), new byte[512]);
    Path link = Files.createSymbolicLink(folder.resolve("link"), target);
    edit(link.toString());
    assertThat(Files.isSymbolicLink(link)).isTrue();
    checkEdited(target.toString());
    assertThat(Files.size(folder.resolve("target.LOG1"))).isZero();
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).hasSize(3);
    }
  }

  @Test
  void hiveOnAFatVolumeIsEdited() throws IOException {
    Path image = folder.resolve("esp.img");
    try (FileDevice device = FileDevice.create(image, SIZE)) {
      FatFormat.format(device, FatFormatOptions.ofSize(SIZE).build());
      byte[] bytes = hive().toBytes();
      try (FatEditor editor = FatEditor.open(device)) {
        FatFile at = editor.volume().root();
        for (String name : new String[] {"EFI", "Microsoft", "Boot"}) {
          at = editor.createDirectory(at, name);
        }
        FatFile file = editor.createFile(at, "BCD", 0);
        try (ResizableBlockDevice content = editor.content(file)) {
          content.setSize(bytes.length);
          content.write(0, ByteBuffer.wrap(bytes));
        }
      }
    }
    String path = image + "@/EFI/Microsoft/Boot/BCD";
    edit(path);
    checkEdited(path);
    ExternalTool.named("fsck.vfat").output("-n", image);
    assertThatThrownBy(() -> HiveFile.open(image + "@/EFI/Microsoft/Boot/BCD2"))
        .isInstanceOf(NoSuchFileException.class);
  }
}
