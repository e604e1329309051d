package dev.evenkeel.knowledge.ingestion.chunk;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import org.jspecify.annotations.Nullable;

/**
 * Counts tokens of the cl100k_base encoding. Thread-safe. The table (about 100,000 entries) is read at the first count and
 * kept for the life of the process; it is held by a field that is set at run time, so that it is no part of a native image's heap.
 */
public final class TokenCounter {

    private static volatile @Nullable Encoding table;

    /**
     * The number of tokens of a text. Names of special tokens count as ordinary text. Takes time in proportion to the
     * length except for runs without spaces beyond some thousand characters.
     */
    public int count(String text) {
        return text.isEmpty() ? 0 : table().countTokensOrdinary(text);
    }

    int count(String text, int start, int end) {
        return count(text.substring(start, end));
    }

    private static Encoding table() {
        Encoding loaded = table;
        return loaded != null ? loaded : load();
    }

    private static synchronized Encoding load() {
        Encoding loaded = table;
        if (loaded == null) {
            loaded = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.CL100K_BASE);
            table = loaded;
        }
        return loaded;
    }
}
