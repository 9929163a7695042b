package io.vhdboot.wim;

import io.vhdboot.disk.CorruptFormatException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLStreamException;

/**
 * The XML data of a WIM, UTF-16LE behind a byte order mark:
 *
 * <pre>
 * WIM
 *   TOTALBYTES      bytes of the file before the XML data, informational
 *   IMAGE INDEX=n   {@link WimImageInfo}; not always in the order of the indexes
 *   ESD/ENCRYPTED   in an .esd whose blobs are encrypted
 * </pre>
 */
final class WimXml {

  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private final XmlElement root;

  WimXml(XmlElement root) {
    this.root = root;
  }

  static WimXml parse(String source, long offset, byte[] bytes) throws CorruptFormatException {
    String text = text(bytes);
    try {
      XmlElement root = XmlElement.parse(text);
      if (!root.name().equals("WIM")) {
        throw new CorruptFormatException(
            source, offset, "the XML data are of a " + Text.printable(root.name()) + ", not a WIM");
      }
      return new WimXml(root);
    } catch (XMLStreamException e) {
      throw new CorruptFormatException(
          source,
          offset,
          "the XML data cannot be read: " + Text.printable(String.valueOf(e.getMessage())),
          e);
    }
  }

  /** The text of XML data, without the mark and without zeros that some writers leave behind. */
  static String text(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_16LE);
    int start = !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? 1 : 0;
    int end = text.length();
    while (end > start
        && (text.charAt(end - 1) == 0 || Character.isWhitespace(text.charAt(end - 1)))) {
      end--;
    }
    return text.substring(start, end);
  }

  /**
   * What is said of each image, in the order of the indexes from 1. An image of which nothing is
   * said, or nothing under a sound index, has no more than its index.
   */
  List<WimImageInfo> images(int count, Warnings warnings) {
    WimImageInfo[] byIndex = new WimImageInfo[count];
    for (XmlElement element : root.children("IMAGE")) {
      WimImageInfo info = WimImageInfo.of(element);
      if (info.index() < 1 || info.index() > count || byIndex[info.index() - 1] != null) {
        warnings.add(
            WimWarning.Kind.FILE,
            () ->
                "the XML data tell of an image "
                    + info.index()
                    + ", which is not there or was told of before");
      } else {
        byIndex[info.index() - 1] = info;
      }
    }
    List<WimImageInfo> images = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int index = i + 1;
      if (byIndex[i] == null) {
        warnings.add(WimWarning.Kind.FILE, () -> "the XML data do not tell of image " + index);
      }
      images.add(byIndex[i] == null ? WimImageInfo.ofIndex(index) : byIndex[i]);
    }
    return List.copyOf(images);
  }

  /** Whether blobs are encrypted with a key that Microsoft's download tool had. */
  boolean isEncrypted() {
    return root.find("ESD/ENCRYPTED").isPresent();
  }

  /** Everything that is said but of images and sizes: what is to be kept when a file changes. */
  XmlElement withoutImages() {
    XmlElement kept = new XmlElement("WIM");
    for (XmlElement child : root.children()) {
      if (!child.name().equals("IMAGE") && !child.name().equals("TOTALBYTES")) {
        kept.add(child.copy());
      }
    }
    return kept;
  }

  /**
   * The bytes of XML data.
   *
   * @param others what is said besides, as {@link #withoutImages} gives it
   * @param totalBytes bytes of the file before the XML data
   */
  static byte[] toBytes(XmlElement others, List<WimImageInfo> images, long totalBytes) {
    XmlElement root = new XmlElement("WIM");
    root.set("TOTALBYTES", Long.toString(totalBytes));
    for (WimImageInfo image : images) {
      root.add(image.element());
    }
    others.children().forEach(root::add);
    StringBuilder text = new StringBuilder().append(BYTE_ORDER_MARK);
    root.write(text);
    return text.toString().getBytes(StandardCharsets.UTF_16LE);
  }
}
