package io.vhdboot.ntfs;

/** A name of a file or directory in one parent. */
public final class LinkHandle {

  final NodeHandle node;
  final NodeHandle parent;
  final String name;
  int namespace;

  /** The next name of the same node; a short name stands right before its long one. */
  LinkHandle next;

  LinkHandle(NodeHandle node, NodeHandle parent, String name, int namespace) {
    this.node = node;
    this.parent = parent;
    this.name = name;
    this.namespace = namespace;
  }

  /** What it names. */
  public NodeHandle node() {
    return node;
  }

  /** The name. */
  public String name() {
    return name;
  }

  boolean isDos() {
    return namespace == FileName.DOS;
  }

  @Override
  public String toString() {
    StringBuilder path = new StringBuilder(name);
    for (NodeHandle up = parent; up.firstLink.parent != up; up = up.firstLink.parent) {
      path.insert(0, up.firstLink.name + "\\");
    }
    return path.insert(0, '\\').toString();
  }
}
