package io.vhdboot.ntfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a volume that was edited must hold: files with all that was done to them. */
final class EditModel {

  /** A file or directory. */
  static final class Node {
    final boolean isDirectory;
    final TreeMap<String, Node> children = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    final TreeMap<String, byte[]> streams = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    final Set<String> sparse = new HashSet<>();
    final Set<String> compressed = new HashSet<>();
    byte[] objectId;
    byte[] descriptor;
    int links;
    long reference;
    long created;
    long modified;
    long accessed;
    int attributes;
    byte[] reparse;
    List<ExtendedAttribute> extended = List.of();

    Node(boolean isDirectory) {
      this.isDirectory = isDirectory;
    }
  }

  final Node root = new Node(true);

  /** The label of the volume, where it was set. */
  String label;

  /** All directories, the root first. */
  List<Node> directories() {
    List<Node> all = new ArrayList<>();
    all.add(root);
    for (int i = 0; i < all.size(); i++) {
      for (Node child : all.get(i).children.values()) {
        if (child.isDirectory) {
          all.add(child);
        }
      }
    }
    return all;
  }

  /** Whether one directory is another or lies below it. */
  static boolean isWithin(Node node, Node directory) {
    if (node == directory) {
      return true;
    }
    return directory.children.values().stream()
        .anyMatch(child -> child.isDirectory && isWithin(node, child));
  }

  /** Takes a name away. */
  static void unlink(Node directory, String name) {
    Node node = directory.children.remove(name);
    node.links--;
  }

  /** Takes a name away and all below it. */
  static void deleteTree(Node directory, String name) {
    Node node = directory.children.get(name);
    for (String child : new ArrayList<>(node.children.keySet())) {
      deleteTree(node, child);
    }
    unlink(directory, name);
  }

  /** Compares all with a volume. */
  void check(NtfsVolume volume) throws IOException {
    check(volume, volume.root());
  }

  /** Compares all with what a volume has below a directory. */
  void check(NtfsVolume volume, NtfsFile top) throws IOException {
    if (label != null) {
      assertThat(volume.label()).isEqualTo(label);
    }
    check(volume, top, root, "", new HashSet<>());
  }

  private void check(NtfsVolume volume, NtfsFile directory, Node model, String path, Set<Long> seen)
      throws IOException {
    Set<String> names = new TreeSet<>();
    for (NtfsDirectoryEntry entry : directory.list()) {
      if (entry.isMetafile()) {
        continue;
      }
      names.add(entry.name());
      Node node = model.children.get(entry.name());
      assertThat(node).as(path + "/" + entry.name()).isNotNull();
      NtfsFile file = volume.file(entry);
      String label = path + "/" + entry.name();
      if (seen.add(entry.reference())) {
        check(file, node, label);
      }
      assertThat(file.names()).as(label).hasSize(node.links);
      if (node.isDirectory) {
        check(volume, file, node, label, seen);
      }
    }
    assertThat(names).as(path).isEqualTo(new TreeSet<>(model.children.keySet()));
  }

  private static void check(NtfsFile file, Node node, String label) throws IOException {
    assertThat(file.isDirectory()).as(label).isEqualTo(node.isDirectory);
    assertThat(file.reference()).as(label).isEqualTo(node.reference);
    int attributes =
        node.attributes
            | (node.isDirectory ? FileAttributes.DIRECTORY : 0)
            | (node.sparse.contains("") ? FileAttributes.SPARSE : 0)
            | (node.compressed.contains("") ? FileAttributes.COMPRESSED : 0)
            | (node.reparse != null ? FileAttributes.REPARSE_POINT : 0);
    assertThat(file.attributes()).as(label).isEqualTo(attributes);
    assertThat(file.created()).as(label).isEqualTo(node.created);
    assertThat(file.modified()).as(label).isEqualTo(node.modified);
    assertThat(file.accessed()).as(label).isEqualTo(node.accessed);
    assertThat(file.extendedAttributes()).as(label).isEqualTo(node.extended);
    assertThat(file.reparseData().orElse(null)).as(label).isEqualTo(node.reparse);
    assertThat(file.objectId().orElse(null)).as(label).isEqualTo(node.objectId);
    byte[] descriptor = file.securityDescriptor().orElseThrow();
    if (node.descriptor != null) {
      assertThat(descriptor).as(label).isEqualTo(node.descriptor);
    }
    Set<String> streams = new TreeSet<>();
    for (NtfsStream stream : file.streams()) {
      streams.add(stream.name());
      byte[] wanted = node.streams.get(stream.name());
      String name = label + ":" + stream.name();
      assertThat(wanted).as(name).isNotNull();
      byte[] found = new byte[(int) stream.size()];
      stream.read(0, ByteBuffer.wrap(found));
      assertThat(Arrays.mismatch(found, wanted)).as(name).isEqualTo(-1);
      assertThat(stream.isSparse()).as(name).isEqualTo(node.sparse.contains(stream.name()));
      assertThat(stream.isCompressed()).as(name).isEqualTo(node.compressed.contains(stream.name()));
    }
    assertThat(streams).as(label).isEqualTo(new TreeSet<>(node.streams.keySet()));
  }

  /** Paths and unnamed streams of all files that are plain. */
  void contents(String path, Node node, Map<String, byte[]> into) {
    for (Map.Entry<String, Node> entry : node.children.entrySet()) {
      Node child = entry.getValue();
      String name = path + "/" + entry.getKey();
      if (child.isDirectory) {
        contents(name, child, into);
      } else if (child.reparse == null) {
        into.put(name, child.streams.get(""));
      }
    }
  }
}
