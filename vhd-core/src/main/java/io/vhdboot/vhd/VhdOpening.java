package io.vhdboot.vhd;

import io.vhdboot.disk.BlockDevice;
import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.disk.DiskFormatException;
import io.vhdboot.disk.ResizableBlockDevice;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Opens and creates VHDs: judges the structures, finds parents and picks the class that serves the
 * type.
 */
final class VhdOpening {

  /** The longest chain of parents; a read goes through all of it. */
  static final int MAX_CHAIN = 1024;

  private final BlockDevice file;
  private final boolean readOnly;
  private final boolean closesFile;
  private final List<String> findings = new ArrayList<>();

  private VhdOpening(BlockDevice file, boolean readOnly, boolean closesFile) {
    this.file = file;
    this.readOnly = readOnly || file.isReadOnly();
    this.closesFile = closesFile;
  }

  /** A child whose parent is not open yet. */
  private record Child(VhdOpening opening, SparseStructure structure, ParentReference reference) {}

  static Vhd open(BlockDevice file, boolean readOnly, boolean closesFile, ParentResolver parents)
      throws IOException {
    Deque<Child> children = new ArrayDeque<>();
    try {
      return open(new VhdOpening(file, readOnly, closesFile), parents, children);
    } catch (IOException | RuntimeException e) {
      for (Child child : children) {
        // The first is the caller's own, who closes it.
        if (child.opening.file != file) {
          child.opening.file.close();
        }
      }
      throw e;
    }
  }

  private static Vhd open(VhdOpening first, ParentResolver parents, Deque<Child> children)
      throws IOException {
    VhdOpening opening = first;
    ParentResolver resolver = parents;
    Set<UUID> ids = new HashSet<>();
    Vhd vhd = null;
    while (vhd == null) {
      FooterSearch search;
      try {
        search = opening.search();
        if (search.footer().type() != VhdType.DIFFERENCING) {
          vhd = opening.openBase(search);
          break;
        }
        children.push(opening.child(search));
      } catch (IOException | RuntimeException e) {
        if (opening != first) {
          opening.file.close();
        }
        throw e;
      }
      ids.add(search.footer().uniqueId());
      Child child = children.peek();
      ParentResolver.Found found = ParentSearch.find(opening.file, child.reference, resolver);
      changed(child.reference, found).ifPresent(opening.findings::add);
      opening = new VhdOpening(found.file(), true, true);
      resolver = found.parents();
      if (ids.contains(child.reference.uniqueId()) || children.size() > MAX_CHAIN) {
        found.file().close();
        throw new CorruptFormatException(
            first.file.name(),
            DiskFormatException.NO_OFFSET,
            children.size() > MAX_CHAIN
                ? "it has more than " + MAX_CHAIN + " parents, one behind the other"
                : "its chain of parents leads back to itself, at " + child.opening.file.name());
      }
    }
    while (!children.isEmpty()) {
      Child child = children.pop();
      vhd = child.opening.join(child, vhd);
    }
    return vhd;
  }

  static Vhd create(
      ResizableBlockDevice file, VhdLayout layout, boolean closesFile, ParentResolver parents)
      throws IOException {
    file.setSize(0);
    file.setSize(layout.fileSize());
    layout.create(file).close();
    file.flush();
    return open(file, false, closesFile, parents);
  }

  private FooterSearch search() throws IOException {
    FooterSearch search = FooterSearch.in(file);
    switch (search.state()) {
      case RESCUED ->
          findings.add(
              search.footer().type() == VhdType.FIXED
                  ? "growing the file was not finished; its former footer was used"
                  : "the footer at the end is missing or damaged; its copy was used");
      case UNSEALED -> unsealed("the footer's checksum is wrong", search.end());
      case SOUND -> {}
    }
    if (search.footer().savedState()) {
      findings.add("a virtual machine's saved state belongs to this disk");
    }
    return search;
  }

  /** Wrong checksums are tolerated as long as nobody builds on them. */
  private void unsealed(String what, long position) throws CorruptFormatException {
    if (!readOnly) {
      throw new CorruptFormatException(
          file.name(), position, what + "; the file can be opened for reading only");
    }
    findings.add(what);
  }

  private Vhd openBase(FooterSearch search) throws IOException {
    return search.footer().type() == VhdType.FIXED
        ? openFixed(search)
        : new DynamicVhd(file, structure(search), findings, readOnly, closesFile);
  }

  private Vhd openFixed(FooterSearch search) throws IOException {
    long size = search.footer().currentSize() & -BlockFormat.SECTOR_SIZE;
    if (size > search.end()) {
      throw new CorruptFormatException(
          file.name(),
          search.end(),
          "the footer says "
              + size
              + " bytes are before it, but there are "
              + search.end()
              + ": cut short?");
    }
    return new FixedVhd(file, search.footer(), size, findings, readOnly, closesFile);
  }

  private SparseStructure structure(FooterSearch search) throws IOException {
    SparseStructure structure = SparseStructure.read(file, search);
    if (!DynamicHeader.isChecksumRight(structure.headerBytes())) {
      unsealed("the header's checksum is wrong", search.footer().dataOffset());
    }
    structure.checkBlocks(file, !readOnly);
    return structure;
  }

  private Child child(FooterSearch search) throws IOException {
    SparseStructure structure = structure(search);
    return new Child(this, structure, ParentReference.read(file, structure.header()));
  }

  /** Says that a parent was changed since its child was made of it. */
  static Optional<String> changed(ParentReference reference, ParentResolver.Found found) {
    Optional<Long> now = found.modified().map(VhdFooter::seconds);
    Optional<Long> then = reference.modified().map(VhdFooter::seconds);
    if (now.isEmpty() || then.isEmpty() || now.equals(then)) {
      return Optional.empty();
    }
    return Optional.of(
        "its parent "
            + found.file().name()
            + " was last changed at "
            + VhdFooter.instant(now.get())
            + " and not, as this child was made of it, at "
            + VhdFooter.instant(then.get())
            + "; if more than its place has changed since, this disk is damaged");
  }

  private Vhd join(Child child, Vhd parent) {
    parent.findings().forEach(finding -> findings.add("its parent " + parent + ": " + finding));
    if (parent.size() != child.structure.diskSize()) {
      findings.add(
          "its parent's disk has "
              + parent.size()
              + " bytes, its own "
              + child.structure.diskSize());
    }
    return new DifferencingVhd(
        file, child.structure, child.reference, parent, findings, readOnly, closesFile);
  }
}
