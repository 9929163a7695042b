package io.vhdboot.ntfs;

import io.vhdboot.disk.LittleEndian;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Makes the indexes below $Extend anew. */
final class ViewRepair {

  private static final int BIRTH_SIZE = ViewIndex.ObjectIds.FULL_SIZE - ViewIndex.ObjectIds.ID_SIZE;

  private final CheckedVolume volume;
  private final RepairLog log;
  private final RepairSpace space;
  private final FileWriter writer;

  ViewRepair(CheckedVolume volume, RepairLog log, RepairSpace space, FileWriter writer) {
    this.volume = volume;
    this.log = log;
    this.space = space;
    this.writer = writer;
  }

  void run() throws IOException {
    Set<RepairNeeds.Part> parts = volume.needs().parts();
    boolean ids = parts.contains(RepairNeeds.Part.OBJECT_IDS);
    boolean points = parts.contains(RepairNeeds.Part.REPARSE_POINTS);
    if (ids || points) {
      List<byte[]> idEntries = new ArrayList<>();
      List<byte[]> pointEntries = new ArrayList<>();
      gather(idEntries, pointEntries);
      if (ids) {
        rebuildObjectIds(idEntries);
      }
      if (points) {
        rebuild("$Reparse", "$R", pointEntries);
      }
    }
    if (parts.contains(RepairNeeds.Part.QUOTA)) {
      rebuildQuota();
    }
  }

  private void gather(List<byte[]> ids, List<byte[]> points) throws IOException {
    BirthIds births = BirthIds.of(volume, ViewCheck.find(volume, "$ObjId"));
    for (long number = 0; number < volume.files().end(); number++) {
      if (volume.files().state(number) != CheckedRecord.State.BASE) {
        continue;
      }
      CheckedFile file = volume.readAgain(number);
      if (file == null) {
        continue;
      }
      CheckedStream id = file.find(AttributeType.OBJECT_ID);
      if (id != null) {
        byte[] value = id.value();
        byte[] key = Arrays.copyOf(value, ViewIndex.ObjectIds.ID_SIZE);
        byte[] data = new byte[8 + BIRTH_SIZE];
        LittleEndian.put64(data, 0, file.reference());
        if (value.length > key.length) {
          System.arraycopy(value, key.length, data, 8, value.length - key.length);
        } else {
          System.arraycopy(births.of(key, file.reference()), 0, data, 8, BIRTH_SIZE);
        }
        ids.add(
            IndexRebuild.entry(
                IndexEntry.viewData(IndexEntry.HEADER_SIZE + key.length, data.length), key, data));
      }
      if (file.has(AttributeType.REPARSE_POINT)) {
        byte[] key = new byte[12];
        LittleEndian.put32(key, 0, VolumeCheck.tag(volume, file));
        LittleEndian.put64(key, 4, file.reference());
        points.add(IndexRebuild.entry(0, key, new byte[0]));
      }
    }
  }

  /** The key of an entry. */
  private static byte[] key(byte[] entry) {
    int from = IndexEntry.HEADER_SIZE;
    return Arrays.copyOfRange(entry, from, from + LittleEndian.u16(entry, 0x0A));
  }

  private void rebuildObjectIds(List<byte[]> entries) throws IOException {
    KeyOrder order = KeyOrder.of(IndexRoot.COLLATION_U32_ARRAY, volume.collation());
    entries.sort((a, b) -> order.compare(key(a), key(b)));
    List<byte[]> single = new ArrayList<>();
    for (byte[] entry : entries) {
      byte[] last = single.isEmpty() ? null : single.get(single.size() - 1);
      if (last == null || order.compare(key(last), key(entry)) != 0) {
        single.add(entry);
        continue;
      }
      int data = IndexEntry.HEADER_SIZE + ViewIndex.ObjectIds.ID_SIZE;
      long number = FileReference.record(LittleEndian.i64(entry, data));
      CheckedFile file = volume.readAgain(number);
      file.removeIf(stream -> stream.type() == AttributeType.OBJECT_ID);
      writer.write(file);
      log.done(number, "its object id, which another file has too, is removed");
    }
    rebuild("$ObjId", "$O", single);
  }

  private void rebuild(String fileName, String name, List<byte[]> entries) throws IOException {
    CheckedFile file = ViewCheck.find(volume, fileName);
    if (file == null) {
      return;
    }
    IndexForm form = IndexForm.of(file, name);
    KeyOrder order = KeyOrder.of(form.collation(), volume.collation());
    entries.sort((a, b) -> order.compare(key(a), key(b)));
    new IndexRebuild(volume, space).rebuild(file, name, form, entries);
    file.setFlags(file.flags() | FileRecord.FLAG_IN_EXTEND | FileRecord.FLAG_VIEW_INDEX);
    boolean written = writer.write(file);
    log.done(
        file.number(),
        written
            ? "the index " + name + " is made anew with " + entries.size() + " entries"
            : "not repaired: there is no free record");
  }

  /** Quotas that were set are lost; those who use the volume are counted anew by Windows. */
  private void rebuildQuota() throws IOException {
    CheckedFile file = ViewCheck.find(volume, "$Quota");
    if (file == null) {
      return;
    }
    QuotaIndex quotas = new QuotaIndex(0);
    ViewIndex.QuotaOwners owners = new ViewIndex.QuotaOwners(0);
    rebuild("$Quota", "$Q", entries(quotas));
    // The form of $O depends on $Q being there.
    rebuild("$Quota", "$O", entries(owners));
  }

  private static List<byte[]> entries(IndexSource source) {
    List<byte[]> entries = new ArrayList<>();
    for (int i = 0; i < source.count(); i++) {
      byte[] entry = new byte[source.entrySize(i)];
      source.put(i, entry, 0, IndexEntry.NO_CHILD, null);
      entries.add(entry);
    }
    return entries;
  }
}
