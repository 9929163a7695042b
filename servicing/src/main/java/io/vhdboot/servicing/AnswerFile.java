package io.vhdboot.servicing;

import io.vhdboot.disk.CorruptFormatException;
import io.vhdboot.driver.ProcessorArchitecture;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/**
 * An answer file, {@code unattend.xml}: well-formed XML whose root says so. What its settings mean
 * is Windows Setup's matter.
 *
 * @param passes the passes that it has settings for, such as {@code specialize}
 * @param architectures the processors that its components are for, as Windows names them
 */
record AnswerFile(Set<String> passes, Set<String> architectures) {

  /** Where Windows Setup looks for one when it goes on after a start. */
  static final String PATH = "Panther/unattend.xml";

  static final int MAX_SIZE = 16 << 20;

  private static final String NAMESPACE = "urn:schemas-microsoft-com:unattend";
  private static final String PUBLIC_KEY = "31bf3856ad364e35";
  private static final String SPECIALIZE = "specialize";
  private static final String SHELL_SETUP = "Microsoft-Windows-Shell-Setup";

  /**
   * Answer files have ten or so; the newest Java itself refuses more than 100, without saying why.
   */
  private static final int MAX_DEPTH = 64;

  /**
   * Checks a file. Nothing outside of it is read, whatever it names.
   *
   * @throws CorruptFormatException when it is no answer file, with line and column
   */
  static AnswerFile check(String source, byte[] xml) throws CorruptFormatException {
    if (xml.length > MAX_SIZE) {
      throw corrupt(source, "has more than 16 MiB, which no answer file has");
    }
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    Set<String> passes = new LinkedHashSet<>();
    Set<String> architectures = new LinkedHashSet<>();
    try {
      XMLStreamReader reader = factory.createXMLStreamReader(new ByteArrayInputStream(xml));
      int depth = 0;
      while (reader.hasNext()) {
        int event = reader.next();
        if (event == XMLStreamConstants.DTD) {
          throw corrupt(source, "has a document type, which no answer file has");
        }
        if (event == XMLStreamConstants.START_ELEMENT) {
          depth++;
          look(source, reader, depth, passes, architectures);
        } else if (event == XMLStreamConstants.END_ELEMENT) {
          depth--;
        }
      }
    } catch (XMLStreamException e) {
      throw new CorruptFormatException(
          source,
          CorruptFormatException.NO_OFFSET,
          "is not well-formed XML: line "
              + e.getLocation().getLineNumber()
              + ", column "
              + e.getLocation().getColumnNumber(),
          e);
    }
    return new AnswerFile(passes, architectures);
  }

  private static void look(
      String source, XMLStreamReader reader, int depth, Set<String> passes, Set<String> processors)
      throws CorruptFormatException {
    if (depth > MAX_DEPTH) {
      throw corrupt(source, "has elements more than " + MAX_DEPTH + " levels deep");
    }
    boolean isUnattend = NAMESPACE.equals(reader.getNamespaceURI());
    if (depth == 1 && (!isUnattend || !reader.getLocalName().equals("unattend"))) {
      throw corrupt(
          source, "is no answer file: its root must be <unattend xmlns=\"" + NAMESPACE + "\">");
    }
    if (depth == 2 && isUnattend && reader.getLocalName().equals("settings")) {
      Optional.ofNullable(reader.getAttributeValue(null, "pass")).ifPresent(passes::add);
    }
    if (depth == 3 && isUnattend && reader.getLocalName().equals("component")) {
      Optional.ofNullable(reader.getAttributeValue(null, "processorArchitecture"))
          .ifPresent(processors::add);
    }
  }

  /** An answer file that gives the computer a name and nothing else. */
  static byte[] naming(String name, ProcessorArchitecture architecture) {
    String text =
        String.join(
            "\r\n",
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>",
            "<unattend xmlns=\"" + NAMESPACE + "\">",
            "  <settings pass=\"" + SPECIALIZE + "\">",
            "    <component name=\""
                + SHELL_SETUP
                + "\" processorArchitecture=\""
                + architecture.infName()
                + "\" publicKeyToken=\""
                + PUBLIC_KEY
                + "\" language=\"neutral\" versionScope=\"nonSxS\">",
            "      <ComputerName>" + name + "</ComputerName>",
            "    </component>",
            "  </settings>",
            "</unattend>",
            "");
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The file with another name for the computer; the rest stays, but for the way it is laid out.
   *
   * @throws CorruptFormatException when it is no answer file
   */
  static byte[] renamed(String source, byte[] xml, String name, ProcessorArchitecture architecture)
      throws IOException {
    check(source, xml);
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultInstance();
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      factory.setNamespaceAware(true);
      Document document = factory.newDocumentBuilder().parse(new ByteArrayInputStream(xml));
      Element root = document.getDocumentElement();
      Element settings = child(root, "settings", "pass", SPECIALIZE, Optional.empty());
      Element component =
          child(settings, "component", "name", SHELL_SETUP, Optional.of(architecture));
      child(component, "ComputerName", "", "", Optional.empty()).setTextContent(name);
      Transformer transformer = TransformerFactory.newDefaultInstance().newTransformer();
      transformer.setOutputProperty(OutputKeys.ENCODING, "utf-8");
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      transformer.transform(new DOMSource(document), new StreamResult(out));
      return out.toByteArray();
    } catch (SAXException | ParserConfigurationException | TransformerException e) {
      throw new CorruptFormatException(
          source, CorruptFormatException.NO_OFFSET, "cannot be changed: " + e.getMessage(), e);
    }
  }

  /** The element of that name with that attribute, which is made when there is none. */
  private static Element child(
      Element parent,
      String name,
      String attribute,
      String value,
      Optional<ProcessorArchitecture> architecture) {
    for (Node at = parent.getFirstChild(); at != null; at = at.getNextSibling()) {
      if (at instanceof Element element
          && NAMESPACE.equals(element.getNamespaceURI())
          && name.equals(element.getLocalName())
          && (attribute.isEmpty() || value.equals(element.getAttribute(attribute)))
          && architecture
              .map(ProcessorArchitecture::infName)
              .filter(each -> !each.equals(element.getAttribute("processorArchitecture")))
              .isEmpty()) {
        return element;
      }
    }
    Element made = parent.getOwnerDocument().createElementNS(NAMESPACE, name);
    if (!attribute.isEmpty()) {
      made.setAttribute(attribute, value);
    }
    if (architecture.isPresent()) {
      made.setAttribute("processorArchitecture", architecture.get().infName());
      made.setAttribute("publicKeyToken", PUBLIC_KEY);
      made.setAttribute("language", "neutral");
      made.setAttribute("versionScope", "nonSxS");
    }
    parent.appendChild(made);
    return made;
  }

  private static CorruptFormatException corrupt(String source, String problem) {
    return new CorruptFormatException(source, CorruptFormatException.NO_OFFSET, problem);
  }
}
