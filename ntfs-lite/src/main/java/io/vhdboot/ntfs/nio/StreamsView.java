package io.vhdboot.ntfs.nio;

import io.vhdboot.disk.ResizableBlockDevice;
import io.vhdboot.ntfs.NtfsStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.List;

/** Named streams as user-defined attributes, as Java on Windows has it. */
record StreamsView(FileView file) implements UserDefinedFileAttributeView {

  @Override
  public String name() {
    return "user";
  }

  @Override
  public List<String> list() throws IOException {
    return file.readAttributes().streams();
  }

  @Override
  public int size(String name) throws IOException {
    return file.read(node -> size(stream(node, name)));
  }

  /**
   * Reads a whole stream.
   *
   * @throws FileSystemException when there is none of the name, or the buffer has too little room
   */
  @Override
  public int read(String name, ByteBuffer target) throws IOException {
    return file.read(
        node -> {
          NtfsStream stream = stream(node, name);
          int size = size(stream);
          if (target.remaining() < size) {
            throw new FileSystemException(
                stream.toString(), null, "has " + size + " bytes, more than the buffer has room");
          }
          return size == 0 ? 0 : stream.read(0, target);
        });
  }

  @Override
  public int write(String name, ByteBuffer source) throws IOException {
    int size = source.remaining();
    file.edit(
        (editor, node) -> {
          check(name);
          if (node.file().findStream(name).isEmpty()) {
            editor.createStream(node.file(), name);
          }
          ResizableBlockDevice stream = editor.stream(node.file(), name);
          stream.setSize(size);
          stream.write(0, source);
        });
    return size;
  }

  @Override
  public void delete(String name) throws IOException {
    file.edit((editor, node) -> editor.deleteStream(node.file(), stream(node, name).name()));
  }

  private static NtfsStream stream(Node node, String name) throws IOException {
    check(name);
    return node.file()
        .findStream(name)
        .orElseThrow(
            () ->
                new FileSystemException(
                    String.join("/", node.place().names()), null, "has no stream " + name));
  }

  private static void check(String name) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("name () must not be empty");
    }
  }

  private static int size(NtfsStream stream) throws IOException {
    if (stream.size() > Integer.MAX_VALUE) {
      throw new FileSystemException(
          stream.toString(), null, "is too long for an attribute; open it as file:stream");
    }
    return (int) stream.size();
  }
}
