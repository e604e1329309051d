package dev.evenkeel.platform.search.lexical;

import org.jspecify.annotations.Nullable;

/** What is kept in memory of a segment: its documents and, while it is small, its postings. Immutable. */
record Segment(SegmentDocuments documents, @Nullable TailPostings tail) {
    static Segment unpack(byte[] documents, byte @Nullable [] postings) {
        return new Segment(SegmentDocuments.unpack(documents), postings == null ? null : TailPostings.unpack(postings));
    }

    long memoryBytes() {
        return documents.memoryBytes() + (tail == null ? 0 : tail.memoryBytes());
    }
}
