package io.vhdboot.hive;

import io.vhdboot.disk.FileTime100ns;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A key of a hive. Names of keys and values are found in any letter case.
 *
 * <p>A key object stays valid while its hive is edited, until the key itself is deleted; from then
 * on its methods throw {@link IllegalStateException}. Methods throw {@link
 * io.vhdboot.disk.CorruptFormatException} where the hive is damaged; a damaged hive cannot make a
 * walk over subkeys endless: a key is reached in one way only and at most {@value #MAX_DEPTH}
 * levels deep. One thread at a time may use the keys of a hive.
 */
public final class HiveKey {

  /** How many levels of keys Windows allows. */
  public static final int MAX_DEPTH = 512;

  private final Hive hive;
  private final HiveKey parent;
  private final int cell;
  private final int depth;
  private final int generation;
  private final String name;

  private HiveKey(Hive hive, HiveKey parent, KeyNode node) {
    this.hive = hive;
    this.parent = parent;
    this.cell = node.cell();
    this.depth = parent == null ? 0 : parent.depth + 1;
    this.generation = hive.generation(cell);
    this.name = node.name();
  }

  static HiveKey root(Hive hive, KeyNode node) {
    return new HiveKey(hive, null, node);
  }

  /** The name, in the letter case it is stored in. The root's name has no meaning. */
  public String name() {
    return name;
  }

  /** The key this one is in; empty for the root. */
  public Optional<HiveKey> parent() {
    return Optional.ofNullable(parent);
  }

  /** The names from below the root on, joined by backslashes; empty for the root. */
  public String path() {
    StringBuilder path = new StringBuilder();
    for (HiveKey at = this; at.parent != null; at = at.parent) {
      path.insert(0, at.parent.parent == null ? at.name : "\\" + at.name);
    }
    return path.toString();
  }

  /** When the key was last written. */
  public Instant lastWritten() throws IOException {
    return FileTime100ns.toInstant(node().time());
  }

  /** The class name; empty for nearly all keys. */
  public String className() throws IOException {
    return node().className();
  }

  /** The self-relative security descriptor, or an empty array when the key has none. */
  public byte[] securityDescriptor() throws IOException {
    int security = node().security();
    return security == Cells.NONE
        ? new byte[0]
        : SecurityCell.at(hive.cells(), security).descriptor();
  }

  /** The subkeys, in the order they are stored in, which ascends by name. */
  public List<HiveKey> subkeys() throws IOException {
    KeyNode node = node();
    if (node.subkeyCount() == 0) {
      return List.of();
    }
    List<Integer> cells = SubkeyList.at(hive.cells(), node.subkeyList()).keys();
    hive.checkDistinct(cells, "subkey list", node.subkeyList());
    List<HiveKey> keys = new ArrayList<>(cells.size());
    for (int child : cells) {
      keys.add(child(child));
    }
    return keys;
  }

  /** The subkey of that name. */
  public Optional<HiveKey> subkey(String subkeyName) throws IOException {
    KeyNode node = node();
    if (node.subkeyCount() == 0) {
      return Optional.empty();
    }
    int found = find(SubkeyList.at(hive.cells(), node.subkeyList()), subkeyName);
    return found == Cells.NONE ? Optional.empty() : Optional.of(child(found));
  }

  /** The key that a path leads to from here, names joined by backslashes; empty means this key. */
  public Optional<HiveKey> find(String path) throws IOException {
    Optional<HiveKey> at = Optional.of(this);
    for (String step : steps(path)) {
      if (at.isEmpty()) {
        break;
      }
      at = at.get().subkey(step);
    }
    return at;
  }

  /** The values, in the order they are stored in. */
  public List<HiveValue> values() throws IOException {
    ValueList list = ValueList.of(node());
    List<HiveValue> values = new ArrayList<>();
    long left = hive.cells().size();
    for (int i = 0; i < list.count(); i++) {
      ValueCell value = list.get(i);
      left -= Integer.BYTES + value.dataSize() + value.nameSize();
      if (left < 0) {
        throw hive.cells()
            .corrupt(cell, "the values of key \"" + path() + "\" hold more data than the hive");
      }
      values.add(new HiveValue(value.name(), value.type(), value.data()));
    }
    return values;
  }

  /** The value of that name; the default value has an empty name. */
  public Optional<HiveValue> value(String valueName) throws IOException {
    ValueList list = ValueList.of(node());
    int index = list.indexOf(valueName);
    if (index < 0) {
      return Optional.empty();
    }
    ValueCell value = list.get(index);
    return Optional.of(new HiveValue(value.name(), value.type(), value.data()));
  }

  /**
   * The subkey of that name, made when there is none. A new key has the security descriptor of this
   * one.
   *
   * @param subkeyName 1 to 255 characters, no backslash
   */
  public HiveKey createSubkey(String subkeyName) throws IOException {
    if (subkeyName.isEmpty()
        || subkeyName.length() > KeyNames.MAX_KEY_NAME
        || subkeyName.indexOf('\\') >= 0) {
      throw new IllegalArgumentException(
          "subkeyName (" + subkeyName + ") must have 1 to 255 characters and no backslash");
    }
    Optional<HiveKey> existing = subkey(subkeyName);
    if (existing.isPresent()) {
      return existing.get();
    }
    if (depth == MAX_DEPTH) {
      throw new IllegalArgumentException(
          "subkeyName (" + subkeyName + ") must lie at most " + MAX_DEPTH + " levels deep");
    }
    hive.beginEdit();
    Cells cells = hive.cells();
    KeyNode node = node();
    SubkeyList list =
        SubkeyList.at(cells, node.subkeyCount() == 0 ? Cells.NONE : node.subkeyList());
    SecurityCell security =
        node.security() == Cells.NONE ? null : SecurityCell.at(cells, node.security());
    KeyNode child =
        KeyNode.create(cells, subkeyName, 0, hive.stamp(node.time()), cell, node.security());
    list.insert(child.cell(), subkeyName, hive.hasHashLists());
    if (security != null) {
      security.addReference();
    }
    node.setSubkeyList(list.cell());
    node.setSubkeyCount(node.subkeyCount() + 1);
    node.admitSubkey(subkeyName);
    node.setTime(hive.stamp(node.time()));
    return child(child.cell());
  }

  /** The key that a path leads to from here; what is missing on the way is made. */
  public HiveKey createPath(String path) throws IOException {
    HiveKey at = this;
    for (String step : steps(path)) {
      at = at.createSubkey(step);
    }
    return at;
  }

  /**
   * Deletes a subkey with all that is in it.
   *
   * @return whether there was one of that name
   */
  public boolean deleteSubkey(String subkeyName) throws IOException {
    Optional<HiveKey> found = subkey(subkeyName);
    if (found.isEmpty()) {
      return false;
    }
    hive.beginEdit();
    KeyNode node = node();
    SubkeyList list = SubkeyList.at(hive.cells(), node.subkeyList());
    KeyTree tree = KeyTree.of(hive.cells(), found.get().cell);
    list.remove(found.get().cell, found.get().name);
    tree.free(hive);
    node.setSubkeyList(list.cell());
    node.setSubkeyCount(Math.max(0, node.subkeyCount() - 1));
    if (list.cell() == Cells.NONE) {
      node.setSubkeyCount(0);
      node.forgetSubkeyBounds();
    }
    node.setTime(hive.stamp(node.time()));
    return true;
  }

  /**
   * Gives the key a class name, which nearly no key has.
   *
   * @param className at most 32767 characters; empty for none
   */
  public void setClassName(String className) throws IOException {
    if (className.length() > KeyNames.MAX_CLASS_NAME) {
      throw new IllegalArgumentException(
          "className (" + className.length() + " characters) must have at most 32767");
    }
    hive.beginEdit();
    KeyNode node = node();
    node.setClassName(className);
    node.setTime(hive.stamp(node.time()));
    if (parent != null) {
      parent.node().admitClassName(className);
    }
  }

  /** Sets a value; one of the same name is replaced, and keeps its name's letter case. */
  public void setValue(HiveValue value) throws IOException {
    if (value.name().length() > KeyNames.MAX_VALUE_NAME) {
      throw new IllegalArgumentException(
          "a value's name (" + value.name().length() + " characters) must have at most 16383");
    }
    hive.beginEdit();
    KeyNode node = node();
    ValueList list = ValueList.of(node);
    int index = list.indexOf(value.name());
    ValueCell target = index < 0 ? ValueCell.create(hive.cells(), value.name()) : list.get(index);
    target.setData(value.type(), value.data(), hive.hasBigData());
    if (index < 0) {
      list.add(target);
    }
    node.admitValue(value.name(), value.size());
    node.setTime(hive.stamp(node.time()));
  }

  /**
   * Deletes a value.
   *
   * @return whether there was one of that name
   */
  public boolean deleteValue(String valueName) throws IOException {
    KeyNode node = node();
    ValueList list = ValueList.of(node);
    int index = list.indexOf(valueName);
    if (index < 0) {
      return false;
    }
    hive.beginEdit();
    ValueCell value = list.get(index);
    List<Integer> dataCells = value.dataCells();
    list.remove(index);
    for (int data : dataCells) {
      hive.cells().free(data);
    }
    hive.cells().free(value.cell());
    node.setTime(hive.stamp(node.time()));
    return true;
  }

  /**
   * Gives the key a security descriptor; its subkeys keep theirs. Keys with the same descriptor
   * share one cell.
   *
   * @param descriptor a self-relative security descriptor
   */
  public void setSecurityDescriptor(byte[] descriptor) throws IOException {
    hive.beginEdit();
    KeyNode node = node();
    SecurityCell before =
        node.security() == Cells.NONE ? null : SecurityCell.at(hive.cells(), node.security());
    SecurityCell after =
        before == null ? hive.securityRing(descriptor) : before.withDescriptor(descriptor);
    if (before != null && before.cell() == after.cell()) {
      return;
    }
    after.addReference();
    node.setSecurity(after.cell());
    node.setTime(hive.stamp(node.time()));
    if (before != null) {
      before.dropReferences(1);
    }
  }

  /** Gives the path, or the root's name in angle brackets. */
  @Override
  public String toString() {
    return parent == null ? "<" + name + ">" : path();
  }

  int cell() {
    return cell;
  }

  KeyNode node() throws IOException {
    if (hive.generation(cell) != generation) {
      throw new IllegalStateException("key \"" + path() + "\" was deleted");
    }
    return KeyNode.at(hive.cells(), cell);
  }

  private int find(SubkeyList list, String wanted) throws IOException {
    int found = list.search(wanted);
    if (found == Cells.NONE && !hive.isKnownSorted(cell, list)) {
      found = list.scan(wanted);
    }
    return found;
  }

  private HiveKey child(int childCell) throws IOException {
    KeyNode node = KeyNode.at(hive.cells(), childCell);
    if (depth >= MAX_DEPTH) {
      throw hive.cells().corrupt(childCell, "keys lie more than " + MAX_DEPTH + " levels deep");
    }
    hive.checkParent(node, cell);
    return new HiveKey(hive, this, node);
  }

  private static List<String> steps(String path) {
    String plain = path.startsWith("\\") ? path.substring(1) : path;
    return plain.isEmpty() ? List.of() : List.of(plain.split("\\\\"));
  }
}
