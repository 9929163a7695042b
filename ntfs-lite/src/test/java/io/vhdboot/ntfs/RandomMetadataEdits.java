package io.vhdboot.ntfs;

import io.vhdboot.disk.ShortNames;
import io.vhdboot.ntfs.EditModel.Node;
import io.vhdboot.ntfs.security.StandardDescriptors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;

/** The random edits of what files are like besides their names and streams. */
final class RandomMetadataEdits {

  private final SplittableRandom random;
  private final EditModel model;
  private final RandomEdits edits;

  RandomMetadataEdits(SplittableRandom random, EditModel model, RandomEdits edits) {
    this.random = random;
    this.model = model;
    this.edits = edits;
  }

  void metadata() throws IOException {
    Map.Entry<Node, String> entry = edits.entry(false);
    if (entry == null) {
      return;
    }
    Node node = entry.getKey().children.get(entry.getValue());
    if (random.nextBoolean()) {
      long created = random.nextLong(1L << 57);
      long modified = random.nextLong(1L << 57);
      long accessed = random.nextLong(1L << 57);
      edits
          .editor()
          .setTimes(
              edits.file(node),
              OptionalLong.of(created),
              OptionalLong.of(modified),
              OptionalLong.of(random.nextLong(1L << 57)),
              OptionalLong.of(accessed));
      node.created = created;
      node.modified = modified;
      node.accessed = accessed;
    } else {
      int attributes = random.nextInt() & FileAttributes.SETTABLE & ~FileAttributes.NORMAL;
      edits.editor().setAttributes(edits.file(node), attributes);
      node.attributes = attributes;
    }
  }

  void reparse() throws IOException {
    Map.Entry<Node, String> entry = edits.entry(false);
    if (entry == null) {
      return;
    }
    Node node = entry.getKey().children.get(entry.getValue());
    if (node.reparse != null) {
      edits.editor().removeReparsePoint(edits.file(node));
      node.reparse = null;
    } else if (node.extended.isEmpty() && (!node.isDirectory || node.children.isEmpty())) {
      byte[] data = new byte[20 + 4 * random.nextInt(300)];
      random.nextBytes(data);
      int tag = 0x80001234 + random.nextInt(3);
      edits.editor().setReparsePoint(edits.file(node), tag, data);
      node.reparse = new ReparsePoint(tag, 0, data).toBytes();
    }
  }

  /** A symbolic link, or a junction where it is a directory. */
  void symbolicLink() throws IOException {
    Map.Entry<Node, String> entry = edits.entry(false);
    if (entry == null) {
      return;
    }
    Node node = entry.getKey().children.get(entry.getValue());
    if (node.extended.isEmpty() && node.children.isEmpty()) {
      String target = edits.name();
      NtfsLink link =
          node.isDirectory && random.nextBoolean()
              ? NtfsLink.junction("C:\\" + target)
              : NtfsLink.symbolic("..\\" + target);
      edits.editor().setReparsePoint(edits.file(node), link.tag(), link.toData());
      node.reparse = new ReparsePoint(link.tag(), 0, link.toData()).toBytes();
    }
  }

  void label() throws IOException {
    model.label = random.nextInt(4) == 0 ? "" : "Volume " + random.nextInt(1000);
    edits.editor().setLabel(model.label);
  }

  void extended() throws IOException {
    Map.Entry<Node, String> entry = edits.entry(false);
    if (entry == null) {
      return;
    }
    Node node = entry.getKey().children.get(entry.getValue());
    if (node.reparse != null) {
      return;
    }
    List<ExtendedAttribute> all = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      byte[] value = new byte[random.nextInt(400)];
      random.nextBytes(value);
      all.add(new ExtendedAttribute(0, "NAME" + i, value));
    }
    edits.editor().setExtendedAttributes(edits.file(node), all);
    node.extended = all;
  }

  void objectId() throws IOException {
    Map.Entry<Node, String> entry = edits.entry(false);
    if (entry == null) {
      return;
    }
    Node node = entry.getKey().children.get(entry.getValue());
    if (node.objectId != null && random.nextBoolean()) {
      edits.editor().removeObjectId(edits.file(node));
      node.objectId = null;
    } else {
      byte[] id = new byte[random.nextBoolean() ? 16 : 64];
      random.nextBytes(id);
      edits.editor().setObjectId(edits.file(node), id);
      node.objectId = Arrays.copyOf(id, 16);
    }
  }

  void descriptor() throws IOException {
    Map.Entry<Node, String> entry = edits.entry(false);
    if (entry == null) {
      return;
    }
    Node node = entry.getKey().children.get(entry.getValue());
    byte[] descriptor = StandardDescriptors.ROOT.clone();
    // The mask of the first entry, of which there may be many.
    descriptor[20 + 8 + 4] = (byte) random.nextInt(40);
    edits.editor().setSecurityDescriptor(edits.file(node), descriptor);
    node.descriptor = descriptor;
  }

  void shortName() throws IOException {
    Map.Entry<Node, String> entry = edits.entry(true);
    if (entry == null || !ShortNames.isWin32Name(entry.getValue())) {
      return;
    }
    Node node = entry.getKey().children.get(entry.getValue());
    if (node.links > 1) {
      return;
    }
    String name = String.format("S%07d.%03d", random.nextInt(10_000_000), random.nextInt(1000));
    boolean isSet = random.nextInt(3) != 0;
    edits
        .editor()
        .setShortName(
            edits.file(entry.getKey()),
            entry.getValue(),
            isSet ? Optional.of(name) : Optional.empty());
    entry.getKey().modified = edits.time();
  }
}
