package io.vhdboot.ntfs;

import io.vhdboot.disk.NoSpaceException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the attributes of a file fit into records. As Windows does, values leave the base record
 * for clusters first; then an attribute list comes, and attributes go to records of their own; run
 * lists that are too long are split. When all fits in the base record again, the list goes.
 */
final class RecordFitting {

  /** What must be left over before a list goes, lest it comes and goes with every edit. */
  private static final int SPARE = 32;

  /** Extensions that are looked at for room. */
  private static final int MAX_LOOKS = 8;

  /** A run list with so many runs is cut rather than moved as a whole. */
  private static final int MIN_CUT = 4;

  /** Bytes of entries in a root for which a block pays, with the attributes that it brings. */
  private static final int MIN_LOWERED = 160;

  private static final int NOT_MOVABLE = Integer.MAX_VALUE;

  private final FileEdit file;
  private final RecordEdit base;
  private final int capacity;

  RecordFitting(FileEdit file) {
    this.file = file;
    this.base = file.base();
    this.capacity = FileRecord.capacity(file.volume().recordSize());
  }

  /**
   * Makes it all fit.
   *
   * @throws NoSpaceException when the volume has no room for what must leave the base record
   */
  void run() throws IOException {
    collapse();
    sizeList();
    while (base.used() > capacity) {
      relieveBase(base.used() - capacity);
      sizeList();
    }
    for (int i = 0; i < file.extensions().size(); i++) {
      RecordEdit extension = file.extensions().get(i);
      while (extension.used() > capacity) {
        relieve(extension);
      }
    }
    for (RecordEdit extension : List.copyOf(file.extensions())) {
      if (extension.parts().isEmpty()) {
        file.dropExtension(extension);
      }
    }
    sizeList();
    if (base.used() > capacity) {
      run();
    }
  }

  /** The list's value comes later; that it has the right size matters now. */
  private void sizeList() {
    AttributeEdit list = file.list();
    if (list != null && list.isResident() && list.value().length != file.listLength()) {
      list.setValue(new byte[file.listLength()]);
    }
  }

  /** Brings all back into the base record when there is room. */
  private void collapse() throws IOException {
    if (file.list() == null) {
      return;
    }
    int total = 0;
    for (AttributeEdit attribute : file.attributes()) {
      for (AttributePart part : attribute.parts()) {
        total += part.size();
        if (total > capacity - SPARE) {
          return;
        }
      }
    }
    for (AttributeEdit attribute : file.attributes()) {
      List<AttributePart> parts = attribute.parts();
      for (AttributePart part : parts.subList(1, parts.size())) {
        part.record().remove(part);
      }
      if (parts.size() > 1) {
        attribute.joinParts();
      }
      AttributePart only = parts.get(0);
      if (only.record() != base) {
        only.record().remove(only);
        base.add(only);
      }
    }
    for (RecordEdit extension : List.copyOf(file.extensions())) {
      file.dropExtension(extension);
    }
    file.dropList();
  }

  private void relieveBase(int over) throws IOException {
    AttributeEdit resident = largestConvertible(base);
    if (resident != null) {
      file.toClusters(resident);
      return;
    }
    if (file.list() == null && lowerRoot()) {
      return;
    }
    if (file.list() == null) {
      file.addList();
      return;
    }
    AttributeEdit list = file.list();
    if (list.isResident() && list.residentSize() > capacity / 4) {
      list.toNonResident();
      return;
    }
    AttributePart movable = movable();
    if (movable != null) {
      if (!cut(movable, over)) {
        base.remove(movable);
        place(movable);
      }
      return;
    }
    if (list.isResident() && list.residentSize() > RecordAttribute.nonResidentLength("")) {
      list.toNonResident();
      return;
    }
    throw new NoSpaceException(file.source() + ": the base record", base.used(), capacity);
  }

  /** Moves the entries of a directory's root to a block, where that gains something. */
  private boolean lowerRoot() throws IOException {
    AttributeEdit root = file.find(AttributeType.INDEX_ROOT, DirectoryEntries.INDEX).orElse(null);
    if (root == null || root.value().length < IndexEditor.LEAST_ROOT + MIN_LOWERED) {
      return false;
    }
    file.names().lowerRoot();
    return true;
  }

  /** The resident attribute of a record that saves most when its value goes to clusters. */
  private AttributeEdit largestConvertible(RecordEdit record) {
    AttributeEdit best = null;
    int most = 0;
    for (AttributePart part : record.parts()) {
      AttributeEdit attribute = part.attribute();
      if (attribute.isResident() && mayLeave(attribute.type())) {
        int saved = part.size() - RecordAttribute.nonResidentLength(attribute.name());
        if (saved > most) {
          most = saved;
          best = attribute;
        }
      }
    }
    return best;
  }

  /** Whether attributes of a type may have their value in clusters. */
  private static boolean mayLeave(int type) {
    return switch (type) {
      case AttributeType.DATA,
          AttributeType.SECURITY_DESCRIPTOR,
          AttributeType.REPARSE_POINT,
          AttributeType.EA,
          AttributeType.BITMAP,
          AttributeType.LOGGED_UTILITY_STREAM ->
          true;
      default -> false;
    };
  }

  /** What can best be spared from the base record, or null. */
  private AttributePart movable() {
    AttributePart best = null;
    int bestRank = NOT_MOVABLE;
    for (AttributePart part : base.parts()) {
      int rank = rank(part);
      if (rank < bestRank || rank == bestRank && best != null && part.size() > best.size()) {
        best = part;
        bestRank = rank;
      }
    }
    return best;
  }

  private int rank(AttributePart part) {
    if (part.lowestVcn() > 0) {
      return 0;
    }
    return switch (part.attribute().type()) {
      case AttributeType.STANDARD_INFORMATION,
          AttributeType.ATTRIBUTE_LIST,
          AttributeType.INDEX_ROOT ->
          NOT_MOVABLE;
      case AttributeType.FILE_NAME -> file.number() == 0 ? 4 : 1;
      case AttributeType.DATA -> part.attribute().name().isEmpty() ? 3 : 2;
      case AttributeType.BITMAP -> 5;
      case AttributeType.INDEX_ALLOCATION -> 6;
      default -> 3;
    };
  }

  /**
   * Cuts the end of a run list off, so that its begin can stay. That of $MFT must: it maps the
   * records that hold the rest.
   */
  private boolean cut(AttributePart part, int over) throws IOException {
    if (part.attribute().isResident()) {
      return false;
    }
    boolean mustStay = file.number() == 0 && part.attribute().type() == AttributeType.DATA;
    int fit = part.runsThatFit(part.size() - over);
    if (part.runs().size() < 2 || fit < (mustStay ? 1 : MIN_CUT)) {
      return false;
    }
    if (fit == part.runs().size()) {
      fit--;
    }
    AttributePart rest = part.split(fit);
    part.attribute().insertAfter(part, rest);
    newExtension().add(rest);
    return true;
  }

  /** Finds a record for a part that has none. */
  private void place(AttributePart part) throws IOException {
    if (part.lowestVcn() == 0 || part.size() <= capacity / 2) {
      int looks = 0;
      List<RecordEdit> extensions = file.extensions();
      for (int i = extensions.size() - 1; i >= 0 && looks < MAX_LOOKS; i--, looks++) {
        if (extensions.get(i).used() + part.size() <= capacity) {
          extensions.get(i).add(part);
          return;
        }
      }
    }
    newExtension().add(part);
  }

  private RecordEdit newExtension() throws IOException {
    RecordEdit extension = file.newExtension();
    file.extensions().add(extension);
    return extension;
  }

  private void relieve(RecordEdit extension) throws IOException {
    AttributeEdit resident = largestConvertible(extension);
    if (resident != null) {
      file.toClusters(resident);
      return;
    }
    List<AttributePart> parts = new ArrayList<>(extension.parts());
    if (parts.size() > 1) {
      AttributePart largest = parts.get(0);
      for (AttributePart part : parts) {
        if (part.size() > largest.size()) {
          largest = part;
        }
      }
      extension.remove(largest);
      place(largest);
      return;
    }
    AttributePart part = parts.get(0);
    int fit = part.attribute().isResident() ? 0 : part.runsThatFit(capacity);
    if (fit == 0) {
      throw new NoSpaceException(
          file.source() + ": a record for " + part.attribute(), part.size(), capacity);
    }
    List<AttributePart> all = part.attribute().parts();
    boolean isLast = all.get(all.size() - 1) == part;
    // What grows at its end is packed densely; in the middle there is more to come.
    int keep = isLast ? fit : Math.max(1, Math.min(fit, part.runs().size() / 2));
    AttributePart rest = part.split(keep);
    part.attribute().insertAfter(part, rest);
    newExtension().add(rest);
  }
}
