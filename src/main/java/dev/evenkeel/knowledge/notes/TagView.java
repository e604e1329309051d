package dev.evenkeel.knowledge.notes;

import io.quarkus.runtime.annotations.RegisterForReflection;

/** A tag, in lower case and without {@code #}, and how many documents carry it. */
@RegisterForReflection
public record TagView(String tag, long documents) {}
