-- Search: corpora of numbered chunks, a keyword index in immutable segments, vectors with their sign bits.

-- ---- What a corpus holds, and what changed since -------------------------------------------------------------------
-- The version is raised under the row's lock as the last statement of a transaction: versions are in commit order.
create table corpus_state (
    corpus_no      bigint primary key,
    version        bigint not null default 0,
    pruned_version bigint not null default 0,
    chunks         bigint not null default 0,
    tokens         bigint not null default 0
) with (fillfactor = 50);

create table corpus_delta (
    corpus_no      bigint not null,
    version        bigint not null,
    part           int not null,
    first_chunk_no bigint,
    last_chunk_no  bigint,
    deleted        bigint[],
    created_at     timestamptz not null default now(),
    primary key (corpus_no, version, part)
) with (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 500);
create index corpus_delta_created on corpus_delta (created_at);

-- ---- Keyword index: an inverted index in segments that never change ------------------------------------------------
-- A transaction adds one small segment as one row (postings is set); a background job merges small segments into
-- larger ones, whose postings are rows of lexical_posting, and drops what was deleted meanwhile.
create table lexical_segment (
    corpus_no   bigint not null,
    segment_no  bigint not null,
    chunk_count int not null,
    token_count bigint not null,
    merged      boolean not null,
    documents   bytea not null,
    postings    bytea,
    created_at  timestamptz not null default now(),
    primary key (corpus_no, segment_no)
) with (
    autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 200,
    toast.autovacuum_vacuum_scale_factor = 0.05, toast.autovacuum_vacuum_threshold = 1000
);
-- Already packed: compressing again costs time and gains little.
alter table lexical_segment alter column documents set storage external;
alter table lexical_segment alter column postings set storage external;

create table lexical_posting (
    segment_no     bigint not null,
    first_document int not null,
    entry_count    smallint not null,
    term           text collate "C" not null,
    entries        bytea not null,
    primary key (segment_no, term, first_document)
) with (autovacuum_vacuum_scale_factor = 0.1, autovacuum_vacuum_insert_scale_factor = 0.2);
alter table lexical_posting alter column entries set storage external;

-- A deleted chunk is hidden by its tombstone from the commit on; merging removes its postings and the tombstone.
create table lexical_tombstone (
    corpus_no  bigint not null,
    chunk_no   bigint not null,
    deleted_at timestamptz not null default now(),
    primary key (corpus_no, chunk_no)
) with (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 500);
