package io.vhdboot.ntfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.LittleEndian;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileRecordTest {

  private static final int TYPE_DATA = 0x80;

  @ParameterizedTest
  @ValueSource(ints = {1024, 4096})
  void readsWhatItPut(int recordSize) throws IOException {
    byte[] bytes = new byte[recordSize];
    AttributeHeader.Resident label =
        AttributeHeader.Resident.of(TYPE_DATA, "str\uD800", 3, 5, false);
    AttributeHeader.NonResident data =
        AttributeHeader.NonResident.of(
            TYPE_DATA, "x", AttributeHeader.FLAG_SPARSE, 4, 0, 15, 4, 65536, 60000, 59999, 4096, 3);
    int first = FileRecord.firstAttribute(recordSize);
    int used = first + label.length() + data.length() + FileRecord.END_SIZE;
    FileRecord record =
        new FileRecord(7, 2, 1, FileRecord.FLAG_IN_USE, first, used, recordSize, 0, 5, 4711);
    record.put(bytes);
    label.put(bytes, first);
    data.put(bytes, first + label.length());
    FileRecord.putEnd(bytes, used - FileRecord.END_SIZE);

    FileRecord read = FileRecord.get(bytes, "test");
    assertThat(read).isEqualTo(record);
    assertThat(read.attributes(bytes, "test"))
        .satisfiesExactly(
            header ->
                assertThat(header)
                    .isInstanceOfSatisfying(
                        AttributeHeader.Resident.class,
                        resident -> {
                          assertThat(resident.name()).isEqualTo("str\uD800");
                          assertThat(resident.valueLength()).isEqualTo(5);
                          assertThat(resident.valueOffset() % 8).isZero();
                        }),
            header ->
                assertThat(header)
                    .isInstanceOfSatisfying(
                        AttributeHeader.NonResident.class,
                        nonResident -> {
                          assertThat(nonResident.highestVcn()).isEqualTo(15);
                          assertThat(nonResident.dataSize()).isEqualTo(60000);
                          assertThat(nonResident.initialisedSize()).isEqualTo(59999);
                          assertThat(nonResident.storedSize()).isEqualTo(4096);
                          assertThat(nonResident.isSparse()).isTrue();
                        }));
  }

  @Test
  void firstAttributeLiesWhereWindowsPutsIt() {
    assertThat(FileRecord.firstAttribute(1024)).isEqualTo(0x38);
    assertThat(FileRecord.firstAttribute(4096)).isEqualTo(0x48);
  }

  @Test
  void recordGivenUpByACheckerIsRefusedByName() {
    byte[] bytes = new byte[1024];
    LittleEndian.put32(bytes, 0, FileRecord.SIGNATURE_BAAD);
    assertThatThrownBy(() -> FileRecord.get(bytes, "disk: MFT record 9"))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageStartingWith("disk: MFT record 9: the record is marked BAAD");
  }

  @Test
  void attributeThatReachesOutOfTheRecordIsRefused() {
    byte[] bytes = new byte[1024];
    new FileRecord(0, 1, 1, 1, 0x38, 0x60, 1024, 0, 1, 1).put(bytes);
    LittleEndian.put32(bytes, 0x38, 0x10);
    LittleEndian.put32(bytes, 0x3C, 0x30);
    assertThatThrownBy(() -> FileRecord.get(bytes, "r").attributes(bytes, "r"))
        .isInstanceOf(CorruptFormatException.class)
        .hasMessageContaining("an attribute of 48 bytes cannot be where 40 are in use");
  }

  @Test
  void attributeListEntryReadsAsPut() throws IOException {
    AttributeListEntry entry = new AttributeListEntry(TYPE_DATA, "stream", 77, 0x3000000000123L, 6);
    byte[] bytes = new byte[entry.size()];
    entry.put(bytes, 0);
    assertThat(entry.size()).isEqualTo(0x28);
    assertThat(AttributeListEntry.storedLength(bytes, 0, bytes.length, "l")).isEqualTo(0x28);
    assertThat(AttributeListEntry.get(bytes, 0, bytes.length, "l")).isEqualTo(entry);
  }

  @Test
  void attributeListEntryPastTheEndIsRefused() {
    byte[] bytes = new byte[0x20];
    new AttributeListEntry(TYPE_DATA, "", 0, 5, 1).put(bytes, 0);
    assertThatThrownBy(() -> AttributeListEntry.get(bytes, 0, 0x18, "l"))
        .isInstanceOf(CorruptFormatException.class);
  }
}
