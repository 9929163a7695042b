package io.vhdboot.ntfs;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.NoSpaceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A file that is edited: all its attributes, and the records in which they lie. What is changed
 * shows to others when {@link #store} has put it into the write-back; it then fits: values went out
 * of the base record, run lists were split over more records, an attribute list came or went.
 *
 * <p>Not for several threads. An edit that is undone makes the object useless.
 */
final class FileEdit {

  /** How often attributes are made to fit, when the place of their list takes room from them. */
  private static final int MAX_FITTINGS = 8;

  private final VolumeEdit volume;
  private final RecordEdit base;
  private final String source;
  private final List<RecordEdit> extensions = new ArrayList<>();
  private final List<AttributeEdit> attributes = new ArrayList<>();
  private int flags;
  private AttributeEdit list;
  private DirectoryEdit names;
  private boolean isDeleted;

  private FileEdit(VolumeEdit volume, RecordEdit base, int flags) {
    this.volume = volume;
    this.base = base;
    this.flags = flags;
    this.source = volume.table().source(base.number());
  }

  /** A new file without any attribute. */
  static FileEdit create(VolumeEdit volume, int flags) throws IOException {
    RecordEdit base = volume.records().allocate();
    base.changed();
    return new FileEdit(volume, base, FileRecord.FLAG_IN_USE | flags);
  }

  /**
   * Reads a file.
   *
   * @throws CorruptFormatException when one of its records is damaged or none of its own
   */
  static FileEdit load(VolumeEdit volume, long number) throws IOException {
    byte[] record = volume.table().view(number);
    String source = volume.table().source(number);
    FileRecord header = FileRecord.get(record, source);
    if (!header.isInUse() || header.isExtension()) {
      throw new CorruptFormatException(
          source, 0x16, "the record must be the base record of a file in use");
    }
    FileEdit file = new FileEdit(volume, recordEdit(number, header, record), header.flags());
    List<AttributeHeader> headers = header.attributes(record, source);
    AttributeHeader list = null;
    for (AttributeHeader attribute : headers) {
      if (attribute.type() == AttributeType.ATTRIBUTE_LIST) {
        list = attribute;
      }
    }
    if (list == null) {
      for (AttributeHeader attribute : headers) {
        file.loadPart(file.base, record, attribute);
      }
    } else {
      file.loadList(record, headers, list);
    }
    file.check();
    return file;
  }

  private static RecordEdit recordEdit(long number, FileRecord header, byte[] record) {
    RecordEdit edit = new RecordEdit(number, header.sequence());
    edit.countOnFrom(header.nextInstance(), UpdateSequence.number(record), header.logSequence());
    return edit;
  }

  /** A record that continues the file, with what is needed to find its attributes. */
  private record Loaded(RecordEdit edit, byte[] bytes, List<AttributeHeader> headers) {}

  private void loadList(byte[] record, List<AttributeHeader> headers, AttributeHeader listHeader)
      throws IOException {
    NtfsAttribute listAttribute =
        new NtfsAttribute(
            clusters(), List.of(new NtfsAttribute.Extent(record, listHeader, source)));
    Map<Long, Loaded> records = new HashMap<>();
    records.put(base.reference(), new Loaded(base, record, headers));
    for (AttributeListEntry entry : AttributeListEntry.all(listAttribute)) {
      Loaded holder = records.get(entry.reference());
      if (holder == null) {
        holder = loadExtension(entry.reference());
        records.put(entry.reference(), holder);
      }
      String holderSource = volume.table().source(holder.edit.number());
      loadPart(holder.edit, holder.bytes, entry.findIn(holder.headers, holderSource));
    }
    list = new AttributeEdit(this, listHeader, record);
    loadFirstPart(list, base, record, listHeader);
  }

  private Loaded loadExtension(long reference) throws IOException {
    long number = FileReference.record(reference);
    String extensionSource = volume.table().source(number);
    byte[] bytes = volume.table().view(number);
    FileRecord header = FileRecord.get(bytes, extensionSource);
    if (!header.isInUse()
        || header.sequence() != FileReference.sequence(reference)
        || header.baseReference() != base.reference()) {
      throw new CorruptFormatException(
          extensionSource,
          0x20,
          "the record must be a part of file " + FileReference.toString(base.reference()));
    }
    RecordEdit edit = recordEdit(number, header, bytes);
    extensions.add(edit);
    return new Loaded(edit, bytes, header.attributes(bytes, extensionSource));
  }

  private void loadPart(RecordEdit record, byte[] bytes, AttributeHeader header)
      throws IOException {
    if (header instanceof AttributeHeader.NonResident later && later.lowestVcn() > 0) {
      AttributeEdit last = attributes.isEmpty() ? null : attributes.get(attributes.size() - 1);
      if (last == null
          || last.type() != header.type()
          || !last.name().equals(header.name())
          || last.isResident()
          || last.end() != later.lowestVcn()) {
        throw new CorruptFormatException(
            source, header.position(), "an extent of " + header.type() + " does not continue one");
      }
      addPart(last, later.lowestVcn(), record, bytes, header);
      return;
    }
    AttributeEdit attribute = new AttributeEdit(this, header, bytes);
    attributes.add(attribute);
    loadFirstPart(attribute, record, bytes, header);
  }

  private void loadFirstPart(
      AttributeEdit attribute, RecordEdit record, byte[] bytes, AttributeHeader header)
      throws IOException {
    addPart(attribute, 0, record, bytes, header);
  }

  /** Checks what later arithmetic relies on. */
  private void check() throws CorruptFormatException {
    for (AttributeEdit attribute : attributes) {
      boolean mustBeResident =
          attribute.type() == AttributeType.STANDARD_INFORMATION
              || attribute.type() == AttributeType.FILE_NAME
              || attribute.type() == AttributeType.INDEX_ROOT;
      if (mustBeResident && !attribute.isResident()) {
        throw new CorruptFormatException(
            source, CorruptFormatException.NO_OFFSET, attribute + " must be resident");
      }
      if (!attribute.isResident() && clusters().clustersOf(attribute.size()) > attribute.end()) {
        throw new CorruptFormatException(
            source,
            CorruptFormatException.NO_OFFSET,
            attribute
                + " has "
                + attribute.size()
                + " bytes, but only "
                + attribute.end()
                + " clusters are mapped");
      }
    }
  }

  private void addPart(
      AttributeEdit attribute, long vcn, RecordEdit record, byte[] bytes, AttributeHeader header)
      throws IOException {
    AttributePart part = new AttributePart(attribute, vcn);
    if (header instanceof AttributeHeader.NonResident extent) {
      for (DataRun run :
          MappingPairs.get(
              bytes,
              extent.position() + extent.mappingPairsOffset(),
              extent.position() + extent.length(),
              clusters().clusterCount(),
              extent.highestVcn() - extent.lowestVcn() + 1,
              source)) {
        part.append(run);
      }
    }
    attribute.load(part);
    record.load(part, header.instance());
  }

  // What it is.

  long number() {
    return base.number();
  }

  /** Its file reference. */
  long reference() {
    return base.reference();
  }

  /** What exceptions call it. */
  String source() {
    return source;
  }

  VolumeEdit volume() {
    return volume;
  }

  ClusterSpace clusters() {
    return volume.clusters();
  }

  int clusterSize() {
    return volume.clusters().clusterSize();
  }

  boolean isDirectory() {
    return (flags & FileRecord.FLAG_DIRECTORY) != 0;
  }

  /** The flags of its records. */
  int flags() {
    return flags;
  }

  boolean isDeleted() {
    return isDeleted;
  }

  RecordEdit base() {
    return base;
  }

  /** The records beside the base. */
  List<RecordEdit> extensions() {
    return extensions;
  }

  /** Its attribute list, or null. */
  AttributeEdit list() {
    return list;
  }

  // Attributes.

  /** All attributes but the list. */
  List<AttributeEdit> attributes() {
    return attributes;
  }

  /** All attributes of a type. */
  List<AttributeEdit> all(int type) {
    List<AttributeEdit> all = new ArrayList<>();
    for (AttributeEdit attribute : attributes) {
      if (attribute.type() == type) {
        all.add(attribute);
      }
    }
    return all;
  }

  Optional<AttributeEdit> find(int type) {
    return find(type, "");
  }

  Optional<AttributeEdit> find(int type, String name) {
    for (AttributeEdit attribute : attributes) {
      if (attribute.type() == type && attribute.name().equals(name)) {
        return Optional.of(attribute);
      }
    }
    return Optional.empty();
  }

  /**
   * An attribute that must be there.
   *
   * @throws CorruptFormatException when it is not
   */
  AttributeEdit get(int type, String name) throws CorruptFormatException {
    return find(type, name)
        .orElseThrow(
            () ->
                new CorruptFormatException(
                    source,
                    CorruptFormatException.NO_OFFSET,
                    "the file has no " + AttributeType.toString(type)));
  }

  /** Adds an attribute with its value in the record, as long as that has room. */
  AttributeEdit add(int type, String name, byte[] value) {
    AttributeEdit attribute =
        new AttributeEdit(this, type, name, value, type == AttributeType.FILE_NAME);
    attributes.add(attribute);
    base.add(attribute.parts().get(0));
    return attribute;
  }

  /** Removes an attribute and gives its clusters back. */
  void remove(AttributeEdit attribute) {
    release(attribute);
    for (AttributePart part : attribute.parts()) {
      part.record().remove(part);
    }
    attributes.remove(attribute);
    base.changed();
  }

  /** Gives the clusters of an attribute back, and forgets what is held of them. */
  private void release(AttributeEdit attribute) {
    for (AttributePart part : attribute.parts()) {
      for (DataRun run : part.runs()) {
        volume.release(run, attribute.type());
      }
    }
  }

  /** Replaces the value of an attribute, resident or not; adds it where there is none. */
  AttributeEdit put(int type, String name, byte[] value) throws IOException {
    Optional<AttributeEdit> known = find(type, name);
    if (known.isEmpty()) {
      return add(type, name, value);
    }
    AttributeEdit attribute = known.get();
    if (attribute.isResident()) {
      attribute.setValue(value);
    } else {
      for (DataRun run : attribute.truncate(0)) {
        volume.release(run, type);
      }
      attribute.toResident(value);
    }
    return attribute;
  }

  /** Moves the value of a resident attribute to clusters. */
  void toClusters(AttributeEdit attribute) throws IOException {
    if (attribute.isCompressed()) {
      new CompressedStreamEdit(attribute).toUnits();
      return;
    }
    byte[] value = attribute.value();
    List<DataRun> runs =
        value.length == 0
            ? List.of()
            : volume.allocator().allocate(clusters().clustersOf(value.length), -1);
    attribute.toNonResident();
    attribute.append(runs);
    attribute.setSizes(value.length, value.length);
    attribute.write(0, ByteBuffer.wrap(value));
  }

  /**
   * The names in this directory.
   *
   * @throws CorruptFormatException when it has no index of names
   */
  DirectoryEdit names() throws IOException {
    if (names == null) {
      names = new DirectoryEdit(this);
    }
    return names;
  }

  StandardInformation standard() throws CorruptFormatException {
    byte[] value = get(AttributeType.STANDARD_INFORMATION, "").value();
    return StandardInformation.get(value, 0, value.length, source);
  }

  void setStandard(StandardInformation information) throws CorruptFormatException {
    byte[] value = new byte[information.size()];
    information.put(value, 0);
    get(AttributeType.STANDARD_INFORMATION, "").setValue(value);
  }

  FileName fileName(AttributeEdit attribute) throws CorruptFormatException {
    byte[] value = attribute.value();
    return FileName.get(value, 0, value.length, source);
  }

  // Storing.

  /**
   * Puts what changed into the write-back.
   *
   * @throws NoSpaceException when there is no room for what does not fit in the records it has; the
   *     edit must be undone then
   */
  void store() throws IOException {
    if (isDeleted || !isChanged()) {
      return;
    }
    fit();
    Comparator<AttributePart> order = this::compare;
    for (RecordEdit extension : extensions) {
      if (extension.mustBeWritten()) {
        WriteBack.State state =
            extension.isChanged() ? WriteBack.State.FRESH : WriteBack.State.CHANGED;
        volume
            .writeBack()
            .putRecord(
                extension.number(),
                extension.encode(
                    volume.recordSize(), 0, FileRecord.FLAG_IN_USE, base.reference(), order),
                state);
      }
    }
    volume
        .writeBack()
        .putRecord(
            base.number(),
            base.encode(volume.recordSize(), all(AttributeType.FILE_NAME).size(), flags, 0, order),
            volume.records().isFresh(number()) ? WriteBack.State.FRESH : WriteBack.State.CHANGED);
  }

  /** Brings all attributes into records, and the list of them into its place. */
  private void fit() throws IOException {
    int capacity = FileRecord.capacity(volume.recordSize());
    for (int i = 0; i < MAX_FITTINGS; i++) {
      new RecordFitting(this).run();
      replaceExtensions();
      putList();
      if (base.used() <= capacity) {
        return;
      }
      // The list's clusters lie in more pieces than those it had; on a full volume they do.
    }
    throw new NoSpaceException(source + ": the base record", base.used(), capacity);
  }

  private boolean isChanged() {
    for (RecordEdit extension : extensions) {
      if (extension.mustBeWritten()) {
        return true;
      }
    }
    return base.mustBeWritten();
  }

  /**
   * Gives new numbers to records that change and are referred to on disk. What is only refreshed
   * keeps its place: it is true with the base record as it was and as it will be, and a full volume
   * has no room for another.
   */
  private void replaceExtensions() throws IOException {
    for (int i = 0; i < extensions.size(); i++) {
      RecordEdit old = extensions.get(i);
      if (old.isChanged() && !volume.records().isFresh(old.number())) {
        RecordEdit replacement = newExtension();
        old.moveTo(replacement);
        extensions.set(i, replacement);
        volume.records().free(old, base.reference());
      }
    }
  }

  /** A new record that continues the file, which is not yet among its own. */
  RecordEdit newExtension() throws IOException {
    return number() == 0
        ? volume.records().allocateForTable(get(AttributeType.DATA, "").parts().get(0).end())
        : volume.records().allocate();
  }

  /** Gives a record back that holds nothing any more. */
  void dropExtension(RecordEdit extension) throws IOException {
    extensions.remove(extension);
    volume.records().free(extension, base.reference());
    base.changed();
  }

  /** Begins an attribute list, whose value comes with {@link #store}. */
  void addList() {
    list = new AttributeEdit(this, AttributeType.ATTRIBUTE_LIST, "", new byte[0], false);
    base.add(list.parts().get(0));
  }

  /** Removes the attribute list, with all attributes in the base record. */
  void dropList() {
    release(list);
    base.remove(list.parts().get(0));
    list = null;
  }

  /** Bytes of the attribute list as it must be now. */
  int listLength() {
    int length = 0;
    for (AttributeEdit attribute : attributes) {
      length += attribute.parts().size() * AttributeListEntry.size(attribute.name().length());
    }
    return length;
  }

  private void putList() throws IOException {
    if (list == null) {
      return;
    }
    byte[] value = listValue();
    if (list.isResident()) {
      list.setValue(value);
      return;
    }
    if (Arrays.equals(value, list.wholeValue(NtfsAttribute.MAX_LIST_SIZE))) {
      return;
    }
    // Never in place: the base record on disk still needs the old one.
    for (DataRun run : list.truncate(0)) {
      volume.release(run, AttributeType.ATTRIBUTE_LIST);
    }
    list.append(volume.allocator().allocate(clusters().clustersOf(value.length), -1));
    list.setSizes(value.length, value.length);
    list.write(0, ByteBuffer.wrap(value));
  }

  private byte[] listValue() throws IOException {
    int length = listLength();
    if (length > NtfsAttribute.MAX_LIST_SIZE) {
      throw new NoSpaceException(
          source + ": the attribute list", length, NtfsAttribute.MAX_LIST_SIZE);
    }
    List<AttributePart> parts = new ArrayList<>();
    for (AttributeEdit attribute : attributes) {
      parts.addAll(attribute.parts());
    }
    parts.sort(this::compare);
    byte[] value = new byte[length];
    int at = 0;
    for (AttributePart part : parts) {
      AttributeEdit attribute = part.attribute();
      AttributeListEntry entry =
          new AttributeListEntry(
              attribute.type(),
              attribute.name(),
              part.lowestVcn(),
              part.record().reference(),
              part.instance());
      entry.put(value, at);
      at += entry.size();
    }
    return value;
  }

  /** The order of attributes in a record and in the list; equal ones stay as they were. */
  private int compare(AttributePart a, AttributePart b) {
    int order = Integer.compareUnsigned(a.attribute().type(), b.attribute().type());
    if (order == 0 && !a.attribute().name().equals(b.attribute().name())) {
      order = volume.collation().compare(a.attribute().name(), b.attribute().name());
    }
    return order != 0 ? order : Long.compare(a.lowestVcn(), b.lowestVcn());
  }

  /** Gives back all records and clusters of a file that has no name any more. */
  void delete() throws IOException {
    for (AttributeEdit attribute : attributes) {
      release(attribute);
    }
    if (list != null) {
      release(list);
    }
    for (RecordEdit extension : extensions) {
      volume.records().free(extension, base.reference());
    }
    volume.records().free(base, 0);
    isDeleted = true;
  }

  @Override
  public String toString() {
    return source;
  }
}
