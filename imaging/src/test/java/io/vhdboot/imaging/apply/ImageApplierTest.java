package io.vhdboot.imaging.apply;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vhdboot.disk.MemoryDevice;
import io.vhdboot.ntfs.NtfsFile;
import io.vhdboot.ntfs.NtfsFormatOptions;
import io.vhdboot.ntfs.NtfsImageBuilder;
import io.vhdboot.ntfs.NtfsImageWriter;
import io.vhdboot.ntfs.NtfsVolume;
import io.vhdboot.ntfs.SecurityDescriptorText;
import io.vhdboot.ntfs.StreamHandle;
import io.vhdboot.ntfs.WofAlgorithm;
import io.vhdboot.wim.Blob;
import io.vhdboot.wim.BlobSource;
import io.vhdboot.wim.ExtendedAttribute;
import io.vhdboot.wim.NewFile;
import io.vhdboot.wim.WimFile;
import io.vhdboot.wim.WimImageInfo;
import io.vhdboot.wim.WimWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ImageApplierTest {

  private static final byte[] DESCRIPTOR =
      SecurityDescriptorText.parse("O:BAG:SYD:P(A;;FA;;;SY)(A;;0x1200a9;;;BU)");

  private static final long CREATED = 131_000_000_000_000_001L;
  private static final long ACCESSED = 131_000_000_000_000_002L;
  private static final long WRITTEN = 131_000_000_000_000_003L;

  @TempDir Path folder;

  private List<String> warnings;

  @Test
  void everyKindOfMetadataArrives() throws IOException {
    NewFile root = NewFile.directory();
    NewFile file =
        NewFile.of(new byte[] {1, 2, 3})
            .attributes(0x2021)
            .times(CREATED, ACCESSED, WRITTEN)
            .securityDescriptor(DESCRIPTOR)
            .objectId(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
            .extendedAttributes(List.of(new ExtendedAttribute("EA", 0x80, new byte[] {9})))
            .stream("stream", BlobSource.of(new byte[5000]));
    root.add("A long name.txt", "ALONGN~1.TXT", file);
    root.add("folder", NewFile.directory()).add("link", file);
    root.add(
        "junction", NewFile.directory().reparse(0xA0000003, BlobSource.of(new byte[8]), false));

    NtfsVolume volume = apply(root);
    NtfsFile applied = volume.file("folder/link");
    assertThat(applied.recordNumber()).isEqualTo(volume.file("ALONGN~1.TXT").recordNumber());
    assertThat(applied.attributes()).isEqualTo(0x2021);
    assertThat(applied.created()).isEqualTo(CREATED);
    assertThat(applied.accessed()).isEqualTo(ACCESSED);
    assertThat(applied.modified()).isEqualTo(WRITTEN);
    assertThat(applied.securityDescriptor()).contains(DESCRIPTOR);
    assertThat(applied.shortName()).contains("ALONGN~1.TXT");
    assertThat(applied.objectId().orElseThrow()).startsWith(1, 2, 3);
    assertThat(applied.extendedAttributes())
        .containsExactly(new io.vhdboot.ntfs.ExtendedAttribute(0x80, "EA", new byte[] {9}));
    assertThat(applied.stream("stream").size()).isEqualTo(5000);
    assertThat(applied.newInputStream().readAllBytes()).containsExactly(1, 2, 3);
    assertThat(volume.file("junction").reparseTag()).hasValue(0xA0000003);
    assertThat(warnings).isEmpty();
  }

  @Test
  void nameThatNtfsCannotHoldIsLeftOutAndTold() throws IOException {
    NewFile root = NewFile.directory();
    root.add("a/b", NewFile.of(new byte[1]));
    root.add("good", NewFile.of(new byte[1]));
    NtfsVolume volume = apply(root);
    assertThat(volume.find("good")).isPresent();
    assertThat(warnings).singleElement().asString().contains("a/b").contains("slash");
  }

  @Test
  void namesThatDifferInCaseOnlyStandSideBySide() throws IOException {
    NewFile root = NewFile.directory();
    root.add("readme", NewFile.of(new byte[1]));
    root.add("README", NewFile.of(new byte[2]));
    NtfsVolume volume = apply(root);
    assertThat(volume.file("readme").size()).isEqualTo(1);
    assertThat(volume.file("README").size()).isEqualTo(2);
  }

  @Test
  void secondFileWithAnObjectIdDoesWithoutIt() throws IOException {
    NewFile root = NewFile.directory();
    root.add("one", NewFile.of(new byte[1]).objectId(new byte[16]));
    root.add("two", NewFile.of(new byte[2]).objectId(new byte[16]));
    apply(root);
    assertThat(warnings).singleElement().asString().contains("object id");
  }

  @Test
  void filesKeepTheFormThatTheirAttributesTell() throws IOException {
    NewFile root = NewFile.directory();
    root.add("compressed", NewFile.of(text(100_000)).attributes(0x820));
    root.add("sparse", NewFile.of(new byte[300_000]).attributes(0x220));
    root.add("plain", NewFile.of(text(100_000)));
    NtfsVolume volume = apply(root);
    assertThat(volume.file("compressed").attributes()).isEqualTo(0x820);
    assertThat(volume.file("compressed").stream("").storedSize()).isLessThan(50_000);
    assertThat(volume.file("compressed").newInputStream().readAllBytes()).isEqualTo(text(100_000));
    assertThat(volume.file("sparse").attributes()).isEqualTo(0x220);
    assertThat(volume.file("sparse").stream("").storedSize()).isZero();
    assertThat(volume.file("sparse").newInputStream().readAllBytes()).isEqualTo(new byte[300_000]);
    assertThat(volume.file("plain").stream("").isCompressed()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(WofAlgorithm.class)
  void compactionLeavesOutWhatIsReadBeforeTheFilter(WofAlgorithm algorithm) throws IOException {
    NewFile root = NewFile.directory();
    NewFile windows = root.add("Windows", NewFile.directory());
    NewFile system32 = windows.add("System32", NewFile.directory());
    NewFile drivers = system32.add("drivers", NewFile.directory());
    List<String> plain =
        List.of("winload.exe", "NTOSKRNL.EXE", "hal.dll", "KernelBase.dll", "x.nls");
    plain.forEach(name -> system32.add(name, file(name)));
    drivers.add("disk.sys", file("disk.sys"));
    system32.add("config", NewFile.directory()).add("SYSTEM", file("SYSTEM"));
    windows
        .add("Boot", NewFile.directory())
        .add("PCAT", NewFile.directory())
        .add("bootmgr", file("b"));
    root.add("bootmgr", file("c"));
    system32.add("shell32.dll", file("shell32.dll"));
    system32.add("driver.sys", file("driver.sys"));
    drivers.add("notes.txt", file("notes.txt"));
    root.add("small", NewFile.of(text(4096)));
    NewFile linked = file("linked");
    root.add("linked", linked);
    drivers.add("linked.sys", linked);
    NtfsVolume volume = apply(root, Optional.of(Compaction.of(algorithm, "\\Windows")));
    for (String name : plain) {
      assertThat(volume.file("Windows/System32/" + name).stream("").isOverlay()).as(name).isFalse();
    }
    for (String path :
        List.of(
            "Windows/System32/drivers/disk.sys",
            "Windows/System32/config/SYSTEM",
            "Windows/Boot/PCAT/bootmgr",
            "bootmgr",
            "small",
            "linked")) {
      assertThat(volume.file(path).stream("").isOverlay()).as(path).isFalse();
    }
    for (String name : List.of("shell32.dll", "driver.sys", "drivers/notes.txt")) {
      NtfsFile file = volume.file("Windows/System32/" + name);
      assertThat(file.stream("").isOverlay()).as(name).isTrue();
      assertThat(file.reparseTag()).hasValue(0x80000017);
      assertThat(file.stream("WofCompressedData").size()).isLessThan(20_000);
      assertThat(file.newInputStream().readAllBytes())
          .startsWith(name.substring(name.indexOf('/') + 1).getBytes(UTF_8))
          .hasSize(40_000);
    }
    assertThat(warnings).isEmpty();
  }

  /** A file that begins with its name, so that no two have the same content. */
  private static NewFile file(String name) {
    byte[] bytes = text(40_000);
    System.arraycopy(name.getBytes(UTF_8), 0, bytes, 0, name.length());
    return NewFile.of(bytes);
  }

  private static byte[] text(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) ("the quick brown fox ".charAt(i % 20) + i / 999 % 3);
    }
    return bytes;
  }

  private NtfsVolume apply(NewFile root) throws IOException {
    return apply(root, Optional.empty());
  }

  private NtfsVolume apply(NewFile root, Optional<Compaction> compaction) throws IOException {
    Path path = folder.resolve("a.wim");
    try (WimWriter writer = WimWriter.to(path).open()) {
      writer.addImage(WimImageInfo.builder().name("a").build(), root);
      writer.finish();
    }
    MemoryDevice device = MemoryDevice.ofSize("volume", 16 << 20);
    NtfsImageBuilder builder =
        NtfsImageBuilder.create(NtfsFormatOptions.ofSize(device.size()).build());
    try (WimFile wim = WimFile.open(path)) {
      ImageApplier applier = ImageApplier.apply(wim, wim.image(1), builder, compaction);
      warnings = applier.warnings();
      NtfsImageWriter writer = builder.plan().writer(device, true);
      for (Blob blob : applier.targets().blobs()) {
        for (StreamHandle stream : applier.targets().of(blob)) {
          writer.write(stream, 0, ByteBuffer.wrap(wim.readFully(blob)));
        }
      }
      writer.finish();
    }
    return NtfsVolume.open(device);
  }
}
