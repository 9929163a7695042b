package io.vhdboot.imaging.apply;

import io.vhdboot.wim.WimEntry;
import io.vhdboot.wim.WimStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Where files of an image are put. It is told all directories, files and links first, then the
 * content as it comes; each file and directory is completed when nothing more comes for it. What it
 * cannot hold it tells the log.
 *
 * @param <N> what stands for a file or directory that was made
 */
interface TransferTarget<N> {

  /** Takes the content of one stream, in pieces one behind the other. */
  interface Sink {

    void write(long offset, ByteBuffer piece) throws IOException;

    /** All of it was written, and it is what its hash says. */
    void complete() throws IOException;

    /** No more comes of it. */
    void abandon();
  }

  /** The directory that everything goes into, for which that of the image stands, if one does. */
  N top();

  /** Throws unless there is room for so many bytes of content. */
  void checkRoom(long bytes) throws IOException;

  /** Makes a directory, or finds it; null where it is left out. */
  N directory(N parent, WimEntry entry) throws IOException;

  /** Makes a file, whose content comes later; null where it is left out. */
  N file(N parent, WimEntry entry) throws IOException;

  /** Gives a file another name. */
  void link(N file, N parent, WimEntry entry) throws IOException;

  /** Whether a named stream is wanted; where it is not, the loss was counted. */
  boolean takes(WimEntry entry, WimStream stream);

  /** A stream that has no bytes; without a name, a file that has no content. */
  void addEmpty(N node, WimEntry entry, String stream) throws IOException;

  /** Begins the content of a stream; without a name it is that of the file. */
  Sink open(N node, WimEntry entry, WimStream stream) throws IOException;

  /** Makes a file or directory a reparse point. */
  void setReparseData(N node, WimEntry entry, byte[] data) throws IOException;

  /**
   * Gives a node what changes as long as other things do, such as its times. Directories come last,
   * each behind what is in it.
   */
  void complete(N node, WimEntry entry) throws IOException;

  /** The transfer failed: takes away what has a name but is not complete. */
  void abandon();

  /** All content is there: makes the links behind which nothing is to be written. */
  void makeLinks() throws IOException;
}
