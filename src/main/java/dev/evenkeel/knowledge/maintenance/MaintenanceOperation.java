package dev.evenkeel.knowledge.maintenance;

import dev.evenkeel.platform.http.ProblemException;
import java.util.Arrays;
import java.util.Locale;

/** What can be done to keep a collection in order. */
public enum MaintenanceOperation {
    /** Looks for text that is there more than once; removes documents only when told to. */
    DUPLICATES,
    /** Compares documents, chunks, keyword index, vectors, statistics and note graph; changes nothing. */
    INTEGRITY,
    /** Removes what nothing refers to any more. */
    ORPHANS,
    /** Makes the keyword index and the counts anew from the chunks. */
    REBUILD_POSTINGS,
    /** Cuts and indexes documents again. */
    RE_CHUNK;

    /** The name in the API and the database. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The operation of a name.
     *
     * @throws ProblemException 404 when there is none
     */
    static MaintenanceOperation ofWireName(String name) {
        return Arrays.stream(values())
                .filter(operation -> operation.wireName().equals(name))
                .findFirst()
                .orElseThrow(() -> ProblemException.notFound("kind of maintenance"));
    }
}
