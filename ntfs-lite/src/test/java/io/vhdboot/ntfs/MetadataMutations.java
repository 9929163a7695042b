package io.vhdboot.ntfs;

import static io.vhdboot.disk.LittleEndian.i64;
import static io.vhdboot.disk.LittleEndian.put16;
import static io.vhdboot.disk.LittleEndian.put32;
import static io.vhdboot.disk.LittleEndian.put64;
import static io.vhdboot.disk.LittleEndian.u16;

import java.io.IOException;

/** Faults of the boot sector and of the files of the volume itself. */
final class MetadataMutations extends VolumeMutations {

  @Override
  void addAll() {
    boot();
    bitmaps();
    metadata();
    security();
    views();
  }

  private void boot() {
    add("total sectors", NtfsFindingKind.BOOT_SECTOR, i -> i.flip(0x28, 1));
    add("copy of the boot sector", NtfsFindingKind.BOOT_COPY, i -> i.flip(i.bootCopy() + 0x48, 1));
    add("name of the file system", NtfsFindingKind.BOOT_SECTOR, i -> i.flip(3, 1));
    add("a field of FAT", NtfsFindingKind.BOOT_SECTOR, i -> i.flip(0x16, 1));
    add("cluster size", NtfsFindingKind.BOOT_SECTOR, i -> i.flip(0x0D, 0x0F));
    add("cluster of $MFT", NtfsFindingKind.BOOT_COPY, i -> i.flip(0x30, 1));
    add("cluster of $MFTMirr", NtfsFindingKind.BOOT_FIELD, i -> i.flip(0x38, 1));
    add(
        "media byte in both",
        NtfsFindingKind.BOOT_FIELD,
        i -> {
          i.flip(0x15, 1);
          i.flip(i.bootCopy() + 0x15, 1);
        });
    add(
        "mark in both",
        NtfsFindingKind.BOOT_FIELD,
        i -> {
          i.flip(0x1FF, 1);
          i.flip(i.bootCopy() + 0x1FF, 1);
        });
    add(
        "jump in both",
        NtfsFindingKind.BOOT_FIELD,
        i -> {
          i.flip(0, 0x40);
          i.flip(i.bootCopy(), 0x40);
        });
    add("whole boot sector", NtfsFindingKind.BOOT_SECTOR, i -> i.put(0, new byte[512]));
  }

  private void bitmaps() {
    add(
        "used cluster marked free",
        NtfsFindingKind.CLUSTERS_UNMARKED,
        i -> i.clusterBit(i.cluster(MutationBase.ONE)));
    add(
        "free cluster marked used",
        NtfsFindingKind.CLUSTERS_LOST,
        i -> i.clusterBit(i.volume().clusterCount() - 1));
    add(
        "bits behind the last cluster",
        NtfsFindingKind.CLUSTER_BITMAP_UNUSUAL,
        i -> i.clusterBit((i.volume().clusterCount() + 63) / 64 * 64 - 1));
    add(
        "bitmap too small",
        NtfsFindingKind.CLUSTER_BITMAP,
        i -> i.attribute(6, DATA, b -> put64(b, 0x30, 8)));
    add(
        "used record marked free",
        NtfsFindingKind.RECORD_UNMARKED,
        i -> i.recordBit(i.record(MutationBase.SMALL)));
    add(
        "free record marked used",
        NtfsFindingKind.RECORD_MARKED,
        i -> i.recordBit(i.volume().recordCount() - 1));
    add(
        "bitmap of records lost",
        NtfsFindingKind.RECORD_BITMAP,
        i -> i.remove(0, AttributeType.BITMAP, ""));
  }

  private void metadata() {
    add("mirror", NtfsFindingKind.MFT_MIRROR, i -> i.flip(i.place(1, "", 2 * 1024 + 0x60), 1));
    add("dirty", NtfsFindingKind.VOLUME_DIRTY, i -> volumeFlags(i, 1));
    add(
        "no volume information",
        NtfsFindingKind.VOLUME_INFORMATION,
        i -> i.remove(3, AttributeType.VOLUME_INFORMATION, ""));
    add(
        "runs of the log",
        NtfsFindingKind.SYSTEM_FILE,
        i -> i.attribute(SystemFiles.LOG_FILE, DATA, b -> b[0x40] = 0));
    add("log", NtfsFindingKind.LOG, i -> i.flip(i.place(2, "", 40_000), 0x10));
    add("start of the log", NtfsFindingKind.LOG, i -> i.put(i.place(2, "", 0), new byte[8192]));
    add("capital of a", NtfsFindingKind.UPCASE, i -> i.flip(i.place(10, "", 2 * 97), 1));
    add(
        "capital of a far letter",
        NtfsFindingKind.UPCASE,
        i -> i.flip(i.place(10, "", 130_690), 1));
    add(
        "size of the capitals",
        NtfsFindingKind.UPCASE,
        i -> i.attribute(10, DATA, b -> put64(b, 0x30, 100)));
    add(
        "type in $AttrDef",
        NtfsFindingKind.ATTRIBUTE_DEFINITIONS,
        i -> i.flip(i.place(4, "", 160 + 0x80), 0x40));
    add(
        "size of $Bad",
        NtfsFindingKind.BAD_CLUSTERS,
        i -> i.attribute(8, DATA, "$Bad", b -> put64(b, 0x30, i64(b, 0x30) - i.clusterSize())));
    add(
        "stream of bad clusters lost",
        NtfsFindingKind.BAD_CLUSTERS,
        i -> i.remove(8, DATA, "$Bad"));
    add(
        "$Boot elsewhere",
        NtfsFindingKind.BOOT_FILE,
        i -> i.attribute(7, DATA, b -> b[u16(b, 0x20) + 2] = 1));
    add(
        "size of $MFT",
        NtfsFindingKind.STREAM_SIZE,
        i -> i.attribute(0, DATA, b -> put64(b, 0x30, i64(b, 0x30) + (1 << 20))));
  }

  private static void volumeFlags(MutableImage image, int flags) throws IOException {
    image.value(3, AttributeType.VOLUME_INFORMATION, b -> put16(b, 10, flags));
  }

  private void security() {
    add("hash of a descriptor", NtfsFindingKind.SECURITY_STREAM, i -> i.flip(sds(i, 0), 1));
    add(
        "descriptor in both places",
        NtfsFindingKind.SECURITY_STREAM,
        i -> {
          i.flip(sds(i, 24), 1);
          i.flip(sds(i, 0x40000 + 24), 1);
        });
    add(
        "revision of a descriptor in both places",
        NtfsFindingKind.SECURITY_STREAM,
        i -> {
          i.flip(sds(i, 20), 1);
          i.flip(sds(i, 0x40000 + 20), 1);
        });
    add(
        "length of the first descriptor in both places",
        NtfsFindingKind.SECURITY_STREAM,
        i -> {
          i.flip(sds(i, 16), 0xFF);
          i.flip(sds(i, 0x40000 + 16), 0xFF);
        },
        "");
    add(
        "copy of a descriptor",
        NtfsFindingKind.SECURITY_COPY,
        i -> i.flip(sds(i, 0x40000 + 40), 1));
    add("place in $SII", NtfsFindingKind.SECURITY_INDEX, i -> view(i, 9, "$SII", 32 + 0x1C));
    add("hash in $SDH", NtfsFindingKind.SECURITY_INDEX, i -> view(i, 9, "$SDH", 32 + 0x18));
    add("key of $SII", NtfsFindingKind.SECURITY_INDEX, i -> view(i, 9, "$SII", 32 + 0x10));
    add(
        "unknown security id",
        NtfsFindingKind.SECURITY_ID,
        i -> i.value(i.record(MutationBase.SMALL), SI, b -> put32(b, 0x34, 0x7777)),
        MutationBase.SMALL);
    add(
        "no descriptor",
        NtfsFindingKind.SECURITY_ID,
        i ->
            i.attribute(
                i.record(MutationBase.SMALL),
                SI,
                b -> put32(b, 0x10, StandardInformation.SHORT_SIZE)),
        MutationBase.SMALL);
    add("no $SDS", NtfsFindingKind.SECURITY_STREAM, i -> i.remove(9, DATA, "$SDS"), "");
    add("no $SII", NtfsFindingKind.INDEX_ROOT, i -> i.remove(9, ROOT, "$SII"));
  }

  private static long sds(MutableImage image, long offset) throws IOException {
    return image.place(9, "$SDS", offset);
  }

  private static void view(MutableImage image, long record, String name, int offset)
      throws IOException {
    image.value(record, ROOT, name, flip(offset, 0x10));
  }

  private void views() {
    add("an object id in $O", NtfsFindingKind.OBJECT_ID_INDEX, i -> view(i, 25, "$O", 32 + 0x10));
    add("a file in $O", NtfsFindingKind.OBJECT_ID_INDEX, i -> view(i, 25, "$O", 32 + 0x20));
    add(
        "an object id twice",
        NtfsFindingKind.OBJECT_ID_INDEX,
        i -> i.value(i.record(MutationBase.OTHER_ID), AttributeType.OBJECT_ID, flip(0, 1)),
        MutationBase.OTHER_ID,
        MutationBase.IDENTIFIED);
    add("a file in $R", NtfsFindingKind.REPARSE_INDEX, i -> view(i, 26, "$R", 32 + 0x14));
    add("owner in $Q", NtfsFindingKind.QUOTA_INDEX, i -> view(i, 24, "$Q", 32 + 0x10));
    add("no $O of object ids", NtfsFindingKind.INDEX_ROOT, i -> i.remove(25, ROOT, "$O"));
    add("no $R", NtfsFindingKind.INDEX_ROOT, i -> i.remove(26, ROOT, "$R"));
    add("no $Q", NtfsFindingKind.INDEX_ROOT, i -> i.remove(24, ROOT, "$Q"));
    add(
        "flag of $Reparse in $Extend",
        NtfsFindingKind.RECORD_FLAGS,
        i -> i.record(26, flip(0x16, 4)));
    add("view flag of $ObjId", NtfsFindingKind.RECORD_FLAGS, i -> i.record(25, flip(0x16, 8)));
    add(
        "$Extend's name of $ObjId",
        NtfsFindingKind.SYSTEM_FILE,
        i -> i.value(25, FN, flip(0x44, 1)),
        "$Extend");
  }
}
