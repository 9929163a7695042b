package io.vhdboot.usb;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.CharacterData;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/**
 * A property list in XML, as the tools of macOS print it (plist(5)): maps, lists, texts, numbers,
 * truth values. Dates and data stay texts.
 */
final class PropertyList {

  private static final int MAX_DEPTH = 64;
  private static final String NO_EXTERNAL =
      "http://apache.org/xml/features/nonvalidating/load-external-dtd";

  private PropertyList() {}

  /**
   * Reads a list whose outermost element is a map or a list.
   *
   * @throws IOException when it is no property list
   */
  static Object parse(String xml) throws IOException {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature("http://javax.xml.XMLConstants/feature/secure-processing", true);
      factory.setFeature(NO_EXTERNAL, false);
      factory.setFeature("http://xml.org/sax/features/external-general-entities", false);
      factory.setExpandEntityReferences(false);
      DocumentBuilder builder = factory.newDocumentBuilder();
      builder.setErrorHandler(null);
      Element root = builder.parse(new InputSource(new StringReader(xml))).getDocumentElement();
      List<Element> content = children(root);
      if (!root.getTagName().equals("plist") || content.size() != 1) {
        throw new IOException("not a property list");
      }
      return value(content.get(0), 0);
    } catch (SAXException e) {
      throw new IOException("not a property list: " + e.getMessage(), e);
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Object value(Element element, int depth) throws IOException {
    if (depth > MAX_DEPTH) {
      throw new IOException("a property list nested too deeply");
    }
    switch (element.getTagName()) {
      case "dict":
        return map(children(element), depth);
      case "array":
        List<Object> list = new ArrayList<>();
        for (Element child : children(element)) {
          list.add(value(child, depth + 1));
        }
        return list;
      case "integer":
        try {
          return Long.parseLong(text(element));
        } catch (NumberFormatException e) {
          throw new IOException("no number in a property list: " + text(element), e);
        }
      case "true":
        return true;
      case "false":
        return false;
      default:
        return text(element);
    }
  }

  /** The text right in an element, without that of elements in it. */
  private static String text(Element element) {
    StringBuilder text = new StringBuilder();
    for (Node node = element.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof CharacterData characters) {
        text.append(characters.getData());
      }
    }
    return text.toString().strip();
  }

  private static Map<String, Object> map(List<Element> content, int depth) throws IOException {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i + 1 < content.size(); i += 2) {
      if (!content.get(i).getTagName().equals("key")) {
        throw new IOException("no key in a property list");
      }
      map.put(text(content.get(i)), value(content.get(i + 1), depth + 1));
    }
    return map;
  }

  private static List<Element> children(Element element) {
    List<Element> children = new ArrayList<>();
    for (Node node = element.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element child) {
        children.add(child);
      }
    }
    return children;
  }

  /** What a map has under a name, if it is of that type, and otherwise what is given. */
  static <T> T get(Object map, String name, T otherwise) {
    Object value = map instanceof Map<?, ?> entries ? entries.get(name) : null;
    @SuppressWarnings("unchecked")
    T typed = otherwise.getClass().isInstance(value) ? (T) value : otherwise;
    return typed;
  }

  /** A list under a name, empty when there is none. */
  static List<?> list(Object map, String name) {
    Object value = map instanceof Map<?, ?> entries ? entries.get(name) : null;
    return value instanceof List<?> list ? list : List.of();
  }
}
