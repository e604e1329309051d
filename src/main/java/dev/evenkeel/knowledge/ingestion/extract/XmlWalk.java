package dev.evenkeel.knowledge.ingestion.extract;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * A walk over the elements and text of an XML document, by local names. Document type declarations are passed over unread, so no
 * entity is expanded or fetched; one that is used is an error. For one document, by one thread.
 */
final class XmlWalk implements AutoCloseable {

    private static final int EVENTS_BETWEEN_CHECKS = 256;

    /** Elements inside each other; the parser holds something for each. */
    private static final int MAX_DEPTH = 1_000;

    private final XMLStreamReader xml;
    private final Deadline deadline;
    private int events;
    private int depth;

    private XmlWalk(XMLStreamReader xml, Deadline deadline) {
        this.xml = xml;
        this.deadline = deadline;
    }

    static XmlWalk of(InputStream in, Deadline deadline) {
        try {
            return new XmlWalk(factory().createXMLStreamReader(new ShortMarkup(in)), deadline);
        } catch (XMLStreamException e) {
            throw damaged(e);
        }
    }

    static XmlWalk of(Reader in, Deadline deadline) {
        try {
            return new XmlWalk(factory().createXMLStreamReader(in), deadline);
        } catch (XMLStreamException e) {
            throw damaged(e);
        }
    }

    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        // The limit is ours: from Java 24 on the parser's own, of a hundred, would call documents damaged.
        factory.setProperty("jdk.xml.maxElementDepth", String.valueOf(MAX_DEPTH + 1));
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, true);
        factory.setXMLResolver((publicId, systemId, base, namespace) -> InputStream.nullInputStream());
        return factory;
    }

    /**
     * Goes on to the next event.
     *
     * @return false at the end of the document
     * @throws ExtractionException {@code damaged}, {@code too_large} or {@code timeout}
     */
    boolean next() {
        if (++events % EVENTS_BETWEEN_CHECKS == 0) {
            deadline.check();
        }
        try {
            if (!xml.hasNext()) {
                return false;
            }
            if (xml.isEndElement()) {
                depth--;
            }
            if (xml.next() == XMLStreamConstants.START_ELEMENT) {
                enter();
            }
            return true;
        } catch (XMLStreamException e) {
            throw damaged(e);
        } catch (ExtractionException e) {
            throw e;
        } catch (RuntimeException e) {
            // The parser throws what it likes where it cannot find the text of its own message.
            throw damaged(e);
        }
    }

    private void enter() {
        depth++;
        if (depth > MAX_DEPTH) {
            throw new ExtractionException(
                    ExtractionCode.TOO_LARGE, "The XML has more than " + MAX_DEPTH + " elements inside each other.");
        }
    }

    /** Elements that are open, with the one that starts or ends here. */
    int depth() {
        return depth;
    }

    boolean starts(String localName) {
        return xml.isStartElement() && xml.getLocalName().equals(localName);
    }

    boolean ends(String localName) {
        return xml.isEndElement() && xml.getLocalName().equals(localName);
    }

    boolean isStart() {
        return xml.isStartElement();
    }

    boolean isEnd() {
        return xml.isEndElement();
    }

    boolean isText() {
        return xml.isCharacters();
    }

    String text() {
        return xml.getText();
    }

    String name() {
        return xml.getLocalName();
    }

    /** The value of the first attribute of that local name, whatever its namespace. */
    @Nullable String attribute(String localName) {
        for (int i = 0; i < xml.getAttributeCount(); i++) {
            if (xml.getAttributeLocalName(i).equals(localName)) {
                return xml.getAttributeValue(i);
            }
        }
        return null;
    }

    /** The value of an attribute that has a namespace, such as the {@code id} of a relationship. */
    @Nullable String qualifiedAttribute(String localName) {
        for (int i = 0; i < xml.getAttributeCount(); i++) {
            String namespace = xml.getAttributeNamespace(i);
            if (xml.getAttributeLocalName(i).equals(localName) && namespace != null && !namespace.isEmpty()) {
                return xml.getAttributeValue(i);
            }
        }
        return null;
    }

    String attribute(String localName, String otherwise) {
        String value = attribute(localName);
        return value == null ? otherwise : value;
    }

    /** Chars of the document up to the end of this event. */
    int offset() {
        return xml.getLocation().getCharacterOffset();
    }

    /** Goes to the end of the element that starts here. */
    void skip() {
        int outer = depth;
        while (next() && !(isEnd() && depth == outer)) {
            // Only the end matters.
        }
    }

    /** All text up to the end of the element that starts here, at most so many chars of it. */
    String elementText(int maxChars) {
        StringBuilder text = new StringBuilder();
        int outer = depth;
        while (next() && !(isEnd() && depth == outer)) {
            if (isText() && text.length() < maxChars) {
                text.append(text());
            }
        }
        return HeadingTitle.truncate(text.toString(), maxChars);
    }

    @Override
    public void close() {
        try {
            xml.close();
        } catch (XMLStreamException e) {
            throw damaged(e);
        }
    }

    static ExtractionException damaged(Exception cause) {
        return new ExtractionException(
                ExtractionCode.DAMAGED, "The XML of the file is broken or uses an entity that is not read.", cause);
    }

    /** A stream in which a tag or a text is not longer than what the parser may hold in memory at once. */
    private static final class ShortMarkup extends FilterInputStream {

        private static final int MAX_BYTES = 16 << 20;

        private int sinceTag;

        ShortMarkup(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = super.read(buffer, offset, length);
            for (int i = offset; i < offset + read; i++) {
                sinceTag = buffer[i] == '<' ? 0 : sinceTag + 1;
            }
            if (sinceTag > MAX_BYTES) {
                throw new ExtractionException(
                        ExtractionCode.TOO_LARGE, "The XML has a tag or text of more than " + MAX_BYTES + " bytes.");
            }
            return read;
        }
    }
}
