package dev.evenkeel.knowledge;

import dev.evenkeel.knowledge.SearchResults.Piece;
import dev.evenkeel.knowledge.ingestion.chunk.TokenCounter;
import dev.evenkeel.knowledge.notes.LinkedDocuments;
import dev.evenkeel.knowledge.notes.NoteRef;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes results as one text within a budget of tokens: better results first while they fit, each with its neighbours if
 * these fit too; documents in the order of their best results, the passages of each in reading order. For one answer; CPU
 * work in proportion to the text.
 */
final class ContextText {
    private static final String GAP = "[…]\n";
    private static final int SHOWN_LINKS = 5;

    /** So many tokens are kept for the mark that a passage is cut off. */
    private static final String CUT = " […]\n";

    private final TokenCounter counter = new TokenCounter();
    private final Map<UUID, LinkedDocuments> links;
    private final int budget;
    private final int gapTokens;
    private final Map<UUID, Block> blocks = new LinkedHashMap<>();
    private int used;

    /** @param links what is around the documents, to be told in the text; may be empty */
    ContextText(int budget, List<LinkedDocuments> links) {
        this.budget = budget;
        this.links = links.stream().collect(Collectors.toMap(LinkedDocuments::documentId, around -> around));
        this.gapTokens = counter.count(GAP);
    }

    /** A document in the text. */
    private static final class Block {
        private final SearchView.Result first;
        private final String header;
        private final List<Passage> passages = new ArrayList<>();

        Block(SearchView.Result first, String header) {
            this.first = first;
            this.header = header;
        }
    }

    /** The text of results, best first. */
    SearchView.Context write(List<Piece> pieces) {
        List<List<Passage>> added = new ArrayList<>();
        Set<Long> held = new HashSet<>();
        for (Piece piece : pieces) {
            List<Passage> whole = new ArrayList<>(piece.around());
            whole.add(piece.passage());
            whole.removeIf(passage -> held.contains(passage.chunkNo()));
            List<Passage> alone = held.contains(piece.passage().chunkNo()) ? List.of() : List.of(piece.passage());
            List<Passage> fitting = add(piece, whole) ? whole : add(piece, alone) ? alone : List.of();
            fitting.forEach(passage -> held.add(passage.chunkNo()));
            if (!fitting.isEmpty()) {
                added.add(fitting);
            }
        }
        if (added.isEmpty() && !pieces.isEmpty()) {
            return cut(pieces.get(0));
        }
        String text = text();
        int tokens = counter.count(text);
        // Pieces end in a line break, so their tokens add up; where chunks overlap, what is cut may count a little
        // more.
        while (tokens > budget && !added.isEmpty()) {
            remove(added.remove(added.size() - 1));
            text = text();
            tokens = counter.count(text);
        }
        return new SearchView.Context(text, tokens, sources(false));
    }

    /** Adds passages of a document if they fit. */
    private boolean add(Piece piece, List<Passage> passages) {
        if (passages.isEmpty()) {
            return false;
        }
        UUID document = piece.passage().documentId();
        Block known = blocks.get(document);
        String header = known == null ? header(blocks.size() + 1, piece.result()) : known.header;
        int tokens = known == null ? counter.count(header) : 0;
        for (Passage passage : passages) {
            // As if each stood between two gaps of its own.
            tokens += counter.count(line(passage.content())) + 2 * gapTokens;
            if (used + tokens > budget) {
                return false;
            }
        }
        used += tokens;
        blocks.computeIfAbsent(document, id -> new Block(piece.result(), header))
                .passages
                .addAll(passages);
        return true;
    }

    private void remove(List<Passage> passages) {
        UUID document = passages.get(0).documentId();
        Block block = blocks.get(document);
        if (block != null) {
            block.passages.removeAll(passages);
            if (block.passages.isEmpty()) {
                blocks.remove(document);
            }
        }
    }

    /** As much of the best result as fits, when not even that does as a whole. */
    private SearchView.Context cut(Piece piece) {
        String header = header(1, piece.result());
        String line = line(piece.passage().content());
        int low = 0;
        int high = line.length();
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (counter.count(header + start(line, middle) + CUT) <= budget) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        String kept = start(line, low);
        if (kept.isEmpty()) {
            return new SearchView.Context("", 0, List.of());
        }
        String text = header + kept + CUT;
        Block block = new Block(piece.result(), header);
        block.passages.add(piece.passage());
        blocks.put(piece.passage().documentId(), block);
        return new SearchView.Context(text, counter.count(text), sources(true));
    }

    /** The first characters of a text, up to the end of a word if there is one. */
    private static String start(String text, int length) {
        if (length >= text.length()) {
            return text.stripTrailing();
        }
        int end = length;
        while (end > 0 && !Character.isWhitespace(text.charAt(end))) {
            end--;
        }
        if (end == 0 && length > 0) {
            end = Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length;
        }
        return text.substring(0, end).stripTrailing();
    }

    private String header(int number, SearchView.Result result) {
        StringBuilder header =
                new StringBuilder().append('[').append(number).append("] ").append(oneLine(result.title()));
        if (result.sourcePath() != null && !result.sourcePath().equals(result.title())) {
            header.append(" (").append(oneLine(result.sourcePath())).append(')');
        }
        header.append('\n');
        LinkedDocuments around = links.get(result.documentId());
        if (around != null) {
            if (!around.tags().isEmpty()) {
                header.append("Tags: ")
                        .append(oneLine(String.join(", ", around.tags())))
                        .append('\n');
            }
            appendLinks(header, "Links to: ", around.links());
            appendLinks(header, "Linked from: ", around.backlinks());
        }
        return header.append('\n').toString();
    }

    private static void appendLinks(StringBuilder header, String label, List<NoteRef> documents) {
        if (!documents.isEmpty()) {
            header.append(label)
                    .append(documents.stream()
                            .limit(SHOWN_LINKS)
                            .map(document -> oneLine(document.title()))
                            .collect(Collectors.joining(", ")));
            if (documents.size() > SHOWN_LINKS) {
                header.append(" and more");
            }
            header.append('\n');
        }
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s+", " ");
    }

    /** A passage that begins with a word and ends with a line break, so that tokens do not reach across its ends. */
    private static String line(String content) {
        int from = 0;
        for (int i = 0; i < content.length() && Character.isWhitespace(content.charAt(i)); i++) {
            if (content.charAt(i) == '\n' || content.charAt(i) == '\r') {
                from = i + 1;
            }
        }
        return content.substring(from).stripTrailing() + "\n";
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        int number = 0;
        for (Block block : blocks.values()) {
            number++;
            // A number may have changed when a source was dropped again.
            text.append(block.header.replaceFirst("^\\[\\d+\\]", "[" + number + "]"));
            Passage before = null;
            for (Passage passage : inOrder(block)) {
                if (before != null && passage.ordinal() != before.ordinal() + 1) {
                    text.append(GAP);
                }
                text.append(line(behind(before, passage)));
                before = passage;
            }
            text.append('\n');
        }
        return text.toString().stripTrailing() + (text.isEmpty() ? "" : "\n");
    }

    private static List<Passage> inOrder(Block block) {
        return block.passages.stream()
                .sorted(Comparator.comparingInt(Passage::ordinal))
                .toList();
    }

    /** The content of a passage without what the one before it holds already. */
    private static String behind(@Nullable Passage before, Passage passage) {
        int overlap = before == null ? 0 : before.end() - passage.start();
        if (overlap <= 0 || overlap >= passage.content().length()) {
            return passage.content();
        }
        boolean halves = Character.isLowSurrogate(passage.content().charAt(overlap));
        return passage.content().substring(halves ? overlap - 1 : overlap);
    }

    private List<SearchView.Source> sources(boolean truncated) {
        List<SearchView.Source> sources = new ArrayList<>();
        for (Block block : blocks.values()) {
            List<Passage> passages = inOrder(block);
            sources.add(new SearchView.Source(
                    sources.size() + 1,
                    block.first.documentId(),
                    block.first.collectionId(),
                    block.first.title(),
                    block.first.sourcePath(),
                    passages.stream().map(Passage::chunkId).toList(),
                    passages.stream().mapToInt(Passage::lineFrom).min().orElse(1),
                    passages.stream().mapToInt(Passage::lineTo).max().orElse(1),
                    truncated));
        }
        return sources;
    }
}
