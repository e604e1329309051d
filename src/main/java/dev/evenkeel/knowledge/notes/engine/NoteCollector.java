package dev.evenkeel.knowledge.notes.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Collects what is found in a document, each once and no more than a document may have. */
final class NoteCollector {
    static final int MAX_LINKS = 2_000;
    static final int MAX_TAGS = 200;
    static final int MAX_ALIASES = 100;
    static final int MAX_ALIAS_CHARS = 255;
    static final int MAX_HEADINGS = 1_000;

    private final String text;
    private final List<Placed> links = new ArrayList<>();
    private final Set<Identity> known = new HashSet<>();
    private final Set<String> tags = new LinkedHashSet<>();
    private final Set<String> aliases = new LinkedHashSet<>();
    private final Set<String> headings = new LinkedHashSet<>();
    private boolean allHeadingsKnown;
    private final List<String> warnings = new ArrayList<>();
    private boolean linksLeftOut;
    private boolean tagsLeftOut;

    NoteCollector(String text) {
        this.text = text;
    }

    private record Identity(LinkKind kind, LinkTarget target) {}

    private record Placed(
            LinkKind kind, LinkTarget target, @Nullable String label, int position, boolean expected) {}

    void link(LinkKind kind, LinkTarget target, @Nullable String label, int position, boolean expected) {
        Identity identity = new Identity(kind, target);
        if (known.contains(identity)) {
            return;
        }
        if (links.size() == MAX_LINKS) {
            linksLeftOut = true;
            return;
        }
        known.add(identity);
        links.add(new Placed(kind, target, label, position, expected));
    }

    void tag(String tag) {
        if (tags.size() < MAX_TAGS) {
            tags.add(tag);
        } else if (!tags.contains(tag)) {
            tagsLeftOut = true;
        }
    }

    void alias(String alias) {
        if (aliases.size() < MAX_ALIASES && alias.length() <= MAX_ALIAS_CHARS) {
            aliases.add(alias);
        }
    }

    void heading(String title) {
        String slug = HeadingSlug.of(title);
        if (slug.isEmpty() || headings.contains(slug)) {
            return;
        }
        if (headings.size() < MAX_HEADINGS) {
            headings.add(slug);
        } else {
            allHeadingsKnown = false;
        }
    }

    /** From here on a heading that has not come is not there; of most types of documents nobody knows. */
    void expectHeadings() {
        allHeadingsKnown = true;
    }

    void warn(String sentence) {
        warnings.add(sentence);
    }

    NoteFacts facts() {
        if (linksLeftOut) {
            warnings.add("Only the first " + MAX_LINKS + " links are part of the note graph.");
        }
        if (tagsLeftOut) {
            warnings.add("Only the first " + MAX_TAGS + " tags are kept.");
        }
        return new NoteFacts(
                placed(),
                List.copyOf(tags),
                List.copyOf(aliases),
                allHeadingsKnown ? List.copyOf(headings) : null,
                warnings);
    }

    /** The links in the order of the text, with their lines. */
    private List<NoteLink> placed() {
        links.sort(Comparator.comparingInt(Placed::position));
        List<NoteLink> placed = new ArrayList<>(links.size());
        int line = 1;
        int position = 0;
        for (Placed link : links) {
            for (; position < link.position(); position++) {
                line += text.charAt(position) == '\n' ? 1 : 0;
            }
            placed.add(new NoteLink(
                    link.kind(),
                    link.target().document(),
                    link.target().heading(),
                    link.label(),
                    line,
                    link.expected()));
        }
        return placed;
    }
}
