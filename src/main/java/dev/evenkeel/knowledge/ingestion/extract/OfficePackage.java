package dev.evenkeel.knowledge.ingestion.extract;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;

/** An Office document (ECMA-376): parts in a ZIP archive, tied together by relationships. */
final class OfficePackage implements AutoCloseable {

    private static final int MAX_PROPERTY_CHARS = 1000;

    /** Longest id, type and target of a relationship together; a longer one ties no part. */
    private static final int MAX_TIE_CHARS = 4_000;

    /** Most chars of all relationships of a part, with {@value #TIE_CHARS} more for the memory of each. */
    private static final int MAX_TIES_CHARS = 16 << 20;

    private static final int TIE_CHARS = 128;

    private final ZipPackage zip;
    private final Deadline deadline;

    private OfficePackage(ZipPackage zip, Deadline deadline) {
        this.zip = zip;
        this.deadline = deadline;
    }

    /** Opens a document that is a file; there is none as text. */
    static OfficePackage open(DocumentSource source, ExtractionLimits limits, Deadline deadline) {
        if (!(source instanceof DocumentSource.OfFile file)) {
            throw new ExtractionException(
                    ExtractionCode.UNSUPPORTED_TYPE, "Such a document is not text; send it as a file.");
        }
        return new OfficePackage(
                ZipPackage.open(file.path(), ZipPackage.Limits.ofDocument(limits.maxRatio()), deadline::check),
                deadline);
    }

    /** A tie from a part to another. */
    record Relationship(String type, String target) {

        boolean isOf(String kind) {
            return type.endsWith("/" + kind);
        }
    }

    boolean has(String part) {
        return zip.entry(part) != null;
    }

    /** Reads a part. */
    void read(String part, Consumer<XmlWalk> reader) {
        ZipEntry entry = zip.entry(part);
        if (entry == null) {
            throw new ExtractionException(ExtractionCode.DAMAGED, "The document lacks its part " + part + ".");
        }
        try (InputStream in = zip.read(entry);
                XmlWalk xml = XmlWalk.of(in, deadline)) {
            reader.accept(xml);
        } catch (IOException e) {
            throw ZipPackage.damaged(e);
        }
    }

    void readIfThere(String part, Consumer<XmlWalk> reader) {
        if (has(part)) {
            read(part, reader);
        }
    }

    /** The bytes of a part, at most so many. */
    byte[] bytes(String part, long maxBytes) {
        ZipEntry entry = zip.entry(part);
        if (entry == null) {
            throw new ExtractionException(ExtractionCode.DAMAGED, "The document lacks its part " + part + ".");
        }
        try (InputStream in = zip.read(entry)) {
            byte[] bytes = in.readNBytes((int) Math.min(Integer.MAX_VALUE - 8, maxBytes + 1));
            if (bytes.length > maxBytes) {
                throw new ExtractionException(
                        ExtractionCode.TOO_LARGE, "A part of the document has more than " + maxBytes + " bytes.");
            }
            return bytes;
        } catch (IOException e) {
            throw ZipPackage.damaged(e);
        }
    }

    /** The main part, or what stands there in every document of the kind. */
    String mainPart(String usual) {
        return relationships("").values().stream()
                .filter(tie -> tie.isOf("officeDocument"))
                .map(Relationship::target)
                .filter(this::has)
                .findFirst()
                .orElse(usual);
    }

    /** The relationships of a part by their ids; of the whole document for the empty name. */
    Map<String, Relationship> relationships(String part) {
        String folder = part.substring(0, part.lastIndexOf('/') + 1);
        Map<String, Relationship> relationships = new HashMap<>();
        readIfThere(
                folder + "_rels/" + part.substring(folder.length()) + ".rels",
                xml -> addRelationships(xml, folder, relationships));
        return relationships;
    }

    private static void addRelationships(XmlWalk xml, String folder, Map<String, Relationship> relationships) {
        long all = 0;
        while (xml.next()) {
            if (!xml.starts("Relationship") || xml.attribute("TargetMode", "").equals("External")) {
                continue;
            }
            String id = xml.attribute("Id", "");
            String type = xml.attribute("Type", "");
            String target = xml.attribute("Target", "");
            long chars = (long) id.length() + type.length() + target.length();
            if (chars > MAX_TIE_CHARS) {
                continue;
            }
            all += TIE_CHARS + chars;
            if (all > MAX_TIES_CHARS) {
                throw new ExtractionException(
                        ExtractionCode.TOO_LARGE, "A part of the document has too many relationships.");
            }
            relationships.put(id, new Relationship(type, resolve(folder, target)));
        }
    }

    /** The first part that a part is tied to in that way. */
    Optional<String> related(String part, String kind) {
        return relationships(part).values().stream()
                .filter(tie -> tie.isOf(kind))
                .map(Relationship::target)
                .filter(this::has)
                .findFirst();
    }

    /** A target as a name of an entry. */
    static String resolve(String folder, String target) {
        if (target.startsWith("/")) {
            return target.substring(1);
        }
        Deque<String> segments = new ArrayDeque<>();
        for (String segment : (folder + target).split("/")) {
            if (segment.equals("..")) {
                segments.pollLast();
            } else if (!segment.isEmpty() && !segment.equals(".")) {
                segments.addLast(segment);
            }
        }
        return String.join("/", segments);
    }

    /** Title, author and the like. */
    Map<String, Object> properties() {
        Map<String, Object> metadata = new HashMap<>();
        readIfThere("docProps/core.xml", xml -> {
            while (xml.next()) {
                if (xml.isStart() && xml.depth() == 2) {
                    String key = switch (xml.name()) {
                        case "title", "subject", "keywords", "language", "description", "created", "modified" ->
                            xml.name();
                        case "creator" -> "author";
                        default -> "";
                    };
                    if (!key.isEmpty()) {
                        Properties.put(metadata, key, xml.elementText(MAX_PROPERTY_CHARS));
                    }
                }
            }
        });
        return metadata;
    }

    @Override
    public void close() {
        zip.close();
    }
}
