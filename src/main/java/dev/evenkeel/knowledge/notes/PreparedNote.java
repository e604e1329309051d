package dev.evenkeel.knowledge.notes;

import dev.evenkeel.knowledge.notes.NoteRows.Links;
import dev.evenkeel.knowledge.notes.NoteRows.LookedFor;
import dev.evenkeel.knowledge.notes.NoteRows.Place;
import dev.evenkeel.knowledge.notes.engine.NoteFacts;

/** What a document says, its links and the names by which they look for their targets, ready to be stored. */
public final class PreparedNote {
    private final Place place;
    private final NoteFacts facts;
    private final Links links;
    private final LookedFor lookedFor;

    private PreparedNote(Place place, NoteFacts facts, Links links, LookedFor lookedFor) {
        this.place = place;
        this.facts = facts;
        this.links = links;
        this.lookedFor = lookedFor;
    }

    static PreparedNote of(Place place, NoteFacts facts) {
        return new PreparedNote(place, facts, Links.of(facts), LookedFor.of(place, NoteRows.numbered(facts)));
    }

    Place place() {
        return place;
    }

    NoteFacts facts() {
        return facts;
    }

    Links links() {
        return links;
    }

    LookedFor lookedFor() {
        return lookedFor;
    }
}
