package dev.evenkeel.platform.search.lexical;

import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Tuple;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows of the table of postings under construction, cut into statements that neither the event loop nor the server
 * takes long for.
 */
final class PostingRows {
    /** Entries of one row: a common term of a large segment has many rows, each found by its first document. */
    static final int BLOCK_ENTRIES = 512;

    private static final int ROWS_PER_STATEMENT = 1_500;
    private static final int BYTES_PER_STATEMENT = 512 * 1024;

    private final List<Statement> statements = new ArrayList<>();
    private Statement current = new Statement();

    /** The parameters of one insert, as columns. */
    private static final class Statement {
        private final List<String> terms = new ArrayList<>();
        private final List<Integer> firstDocuments = new ArrayList<>();
        private final List<Short> counts = new ArrayList<>();
        private final List<Buffer> entries = new ArrayList<>();
        private int bytes;
    }

    /** Appends the rows of a term. */
    void add(byte[] term, MergedList list) {
        String text = new String(term, StandardCharsets.UTF_8);
        PostingList block = new PostingList();
        list.forEach((document, frequency) -> {
            block.add(document, frequency);
            if (block.count() == BLOCK_ENTRIES) {
                addRow(text, block);
            }
        });
        if (block.count() > 0) {
            addRow(text, block);
        }
    }

    private void addRow(String term, PostingList block) {
        if (current.terms.size() == ROWS_PER_STATEMENT || current.bytes > BYTES_PER_STATEMENT) {
            statements.add(current);
            current = new Statement();
        }
        byte[] entries = block.toBlock();
        current.terms.add(term);
        current.firstDocuments.add(block.firstDocument());
        current.counts.add((short) block.count());
        current.entries.add(Buffer.buffer(entries));
        current.bytes += term.length() + entries.length + 16;
        block.clear();
    }

    /** Takes all rows added so far, as parameters of inserts: segment, terms, first documents, counts, entries. */
    List<Tuple> take(long segmentNo) {
        if (!current.terms.isEmpty()) {
            statements.add(current);
            current = new Statement();
        }
        List<Tuple> taken = statements.stream()
                .map(statement -> Tuple.tuple()
                        .addLong(segmentNo)
                        .addArrayOfString(statement.terms.toArray(String[]::new))
                        .addArrayOfInteger(statement.firstDocuments.toArray(Integer[]::new))
                        .addArrayOfShort(statement.counts.toArray(Short[]::new))
                        .addValue(statement.entries.toArray(Buffer[]::new)))
                .toList();
        statements.clear();
        return taken;
    }
}
