package io.vhdboot.wim;

import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * An element of a WIM's XML data with everything below it, whether its meaning is known or not.
 * Where an element has both text and children, the text comes first when it is written.
 */
final class XmlElement {

  /** What real files have is 5 deep. */
  private static final int MAX_DEPTH = 64;

  private final String name;
  private final Map<String, String> attributes = new LinkedHashMap<>();
  private final List<XmlElement> children = new ArrayList<>();
  private String text = "";

  XmlElement(String name) {
    this.name = name;
  }

  /**
   * Parses a document. Document types and entities are not taken.
   *
   * @throws XMLStreamException when the text is not such a document
   */
  static XmlElement parse(String document) throws XMLStreamException {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
    factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, false);
    XMLStreamReader reader = factory.createXMLStreamReader(new StringReader(document));
    try {
      return parse(reader);
    } finally {
      reader.close();
    }
  }

  private static XmlElement parse(XMLStreamReader reader) throws XMLStreamException {
    Deque<XmlElement> open = new ArrayDeque<>();
    Deque<StringBuilder> texts = new ArrayDeque<>();
    XmlElement root = null;
    while (reader.hasNext()) {
      switch (reader.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          XmlElement element = new XmlElement(reader.getLocalName());
          for (int i = 0; i < reader.getAttributeCount(); i++) {
            element.attributes.put(reader.getAttributeLocalName(i), reader.getAttributeValue(i));
          }
          if (open.isEmpty()) {
            root = element;
          } else {
            open.peek().children.add(element);
          }
          open.push(element);
          texts.push(new StringBuilder());
          if (open.size() > MAX_DEPTH) {
            throw new XMLStreamException("elements are nested more than " + MAX_DEPTH + " deep");
          }
        }
        case XMLStreamConstants.END_ELEMENT -> {
          String text = texts.pop().toString();
          open.pop().text = text.isBlank() ? "" : text;
        }
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
          if (!texts.isEmpty()) {
            texts.peek().append(reader.getText());
          }
        }
        case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE ->
            throw new XMLStreamException("document types and entities are not taken");
        default -> {}
      }
    }
    if (root == null) {
      throw new XMLStreamException("there is no element");
    }
    return root;
  }

  String name() {
    return name;
  }

  String text() {
    return text;
  }

  void setText(String value) {
    text = value;
  }

  Optional<String> attribute(String attribute) {
    return Optional.ofNullable(attributes.get(attribute));
  }

  void setAttribute(String attribute, String value) {
    attributes.put(attribute, value);
  }

  List<XmlElement> children() {
    return Collections.unmodifiableList(children);
  }

  /** All children of a name. */
  List<XmlElement> children(String childName) {
    return children.stream().filter(child -> child.name.equals(childName)).toList();
  }

  /** The first element of a path of names separated by {@code /}. */
  Optional<XmlElement> find(String path) {
    XmlElement element = this;
    for (String step : path.split("/")) {
      XmlElement next = null;
      for (XmlElement child : element.children) {
        if (child.name.equals(step)) {
          next = child;
          break;
        }
      }
      if (next == null) {
        return Optional.empty();
      }
      element = next;
    }
    return Optional.of(element);
  }

  XmlElement add(XmlElement child) {
    children.add(child);
    return child;
  }

  /** Gives the element of a path this text, and makes the elements that are not there yet. */
  void set(String path, String value) {
    XmlElement element = this;
    for (String step : path.split("/")) {
      XmlElement parent = element;
      element = parent.find(step).orElseGet(() -> parent.add(new XmlElement(step)));
    }
    element.text = value;
  }

  /** A copy that shares nothing. */
  XmlElement copy() {
    XmlElement copy = new XmlElement(name);
    copy.attributes.putAll(attributes);
    copy.text = text;
    for (XmlElement child : children) {
      copy.children.add(child.copy());
    }
    return copy;
  }

  /** This element as XML. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    write(text);
    return text.toString();
  }

  /** Appends this element as XML. Neither this nor {@link #copy()} goes deeper than the parser. */
  void write(StringBuilder out) {
    out.append('<').append(name);
    attributes.forEach(
        (attribute, value) -> {
          out.append(' ').append(attribute).append("=\"");
          escape(out, value);
          out.append('"');
        });
    out.append('>');
    escape(out, text);
    for (XmlElement child : children) {
      child.write(out);
    }
    out.append("</").append(name).append('>');
  }

  private static void escape(StringBuilder out, String value) {
    for (int i = 0; i < value.length(); i++) {
      char unit = value.charAt(i);
      switch (unit) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\r', '\n', '\t' -> out.append("&#").append((int) unit).append(';');
        default -> out.append(isText(value, i) ? unit : '\uFFFD');
      }
    }
  }

  /** Whether XML can hold a unit: no control characters, and surrogates in pairs only. */
  private static boolean isText(String value, int at) {
    char unit = value.charAt(at);
    if (Character.isHighSurrogate(unit)) {
      return at + 1 < value.length() && Character.isLowSurrogate(value.charAt(at + 1));
    }
    if (Character.isLowSurrogate(unit)) {
      return at > 0 && Character.isHighSurrogate(value.charAt(at - 1));
    }
    return unit >= ' ' && unit < '\uFFFE';
  }
}
