-- The note graph: which document refers to which. Links, tags and keys are written in the transaction that swaps a document's
-- content; what a link resolves to is decided under the lock of the corpus, so it is right at every commit.

-- A document whose content is indexed, as a node.
create table note (
    document_id   uuid primary key references document (id) on delete cascade,
    collection_id uuid not null,
    -- Where it lies, in the form of keys; empty at the root or without a path.
    folder        text not null,
    aliases       text[] not null,
    -- As slugs, so that a link to a heading that is not there can be told.
    -- Null when not all are known: of documents that are not Markdown, and of those that have too many.
    headings      text[],
    -- PageRank, the share of documents that rank lower, and distinct documents linking here and linked to; null until computed.
    score         double precision,
    percentile    real,
    links         integer,
    backlinks     integer
) with (fillfactor = 80);
create index note_by_collection on note (collection_id, document_id);
create index note_ranking on note (collection_id, score desc, document_id) where score is not null;

-- The names that a document answers to.
create table note_key (
    document_id   uuid not null references document (id) on delete cascade,
    key           text collate "C" not null,
    collection_id uuid not null,
    path          text,
    folder        text not null,
    path_length   integer not null,
    rank          smallint not null,
    primary key (document_id, key)
);
create index note_key_by_key on note_key (collection_id, key);

-- No foreign key on the target: checking it would lock documents that are just being indexed. Whatever removes a document
-- resolves the links to it anew in the same transaction.
create table note_link (
    document_id          uuid not null references document (id) on delete cascade,
    ordinal              integer not null,
    collection_id        uuid not null,
    kind                 text not null check (kind in ('wikilink', 'embed', 'link', 'image', 'import')),
    target               text not null,
    heading              text,
    heading_slug         text,
    label                text,
    line                 integer not null,
    -- Whether a document is meant to be there; otherwise nothing is broken without one.
    expected             boolean not null,
    resolved_document_id uuid,
    primary key (document_id, ordinal)
) with (autovacuum_vacuum_scale_factor = 0.1);
create index note_link_backlinks on note_link (resolved_document_id, document_id, ordinal)
    where resolved_document_id is not null;
create index note_link_edges on note_link (collection_id, document_id, resolved_document_id)
    where resolved_document_id is not null;
create index note_link_broken on note_link (collection_id, document_id, ordinal)
    where resolved_document_id is null and expected;
create index note_link_headings on note_link (collection_id, document_id, ordinal)
    where resolved_document_id is not null and heading_slug is not null;

-- The names by which a link looks for its target, best first.
create table note_link_key (
    document_id   uuid not null references document (id) on delete cascade,
    ordinal       integer not null,
    preference    smallint not null,
    collection_id uuid not null,
    key           text collate "C" not null,
    -- What the path of the target must end with.
    suffix        text,
    primary key (document_id, ordinal, preference)
) with (autovacuum_vacuum_scale_factor = 0.1);
create index note_link_key_by_key on note_link_key (collection_id, key);

create table note_tag (
    document_id   uuid not null references document (id) on delete cascade,
    tag           text collate "C" not null,
    collection_id uuid not null,
    primary key (document_id, tag)
);
create index note_tag_by_tag on note_tag (collection_id, tag, document_id);

-- The graph of a collection: its version rises with every change, so that the ranking knows whether it is current.
create table note_graph (
    collection_id   uuid primary key references collection (id) on delete cascade,
    version         bigint not null default 1,
    changed_at      timestamptz not null default now(),
    ranked_version  bigint not null default 0,
    ranked_at       timestamptz,
    -- How long that took; what takes long is done less often.
    ranking_ms      bigint not null default 0,
    -- Why the ranking is not computed, if it is not.
    unranked_reason text
) with (fillfactor = 50);
