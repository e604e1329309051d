-- Collections of documents, cut into chunks that the search index knows by number.

create table collection (
    id             uuid primary key,
    -- The search index calls a collection a corpus and knows it by this number.
    corpus_no      bigint generated always as identity unique,
    name           text not null check (length(name) between 1 and 255),
    description    text check (length(description) <= 4000),
    language       text not null,
    keep_original  boolean not null default true,
    version        integer not null default 0,
    created_at     timestamptz not null default now(),
    updated_at     timestamptz not null default now(),
    -- Set by a deletion; the collection is invisible from then on, and a job removes what is in it.
    deleted_at     timestamptz
);
create unique index collection_name on collection (lower(name)) where deleted_at is null;

create table document (
    id                 uuid primary key,
    collection_id      uuid not null references collection (id),
    title              text not null check (length(title) between 1 and 500),
    -- Where the document comes from; within a collection it is the document's identity when present.
    source_path        text check (length(source_path) between 1 and 1024),
    document_type      text not null,
    extraction_method  text,
    state              text not null check (state in
                       ('queued', 'processing', 'searchable', 'completed', 'failed', 'rejected', 'cancelled')),
    -- The newest content that was accepted; indexed_revision is the one that search knows.
    revision           integer not null default 1,
    indexed_revision   integer,
    -- The job that indexed it last, so that a repeated run knows what it has done.
    indexed_by         uuid,
    content_hash       bytea not null check (length(content_hash) = 32),
    size_bytes         bigint not null,
    chunk_count        integer not null default 0,
    token_count        bigint not null default 0,
    page_count         integer not null default 0,
    embedded_count     integer not null default 0,
    -- What the client says of it, and what its indexed content says of itself.
    metadata           jsonb not null default '{}',
    properties         jsonb not null default '{}',
    warnings           text[] not null default '{}',
    error_code         text,
    error_detail       text,
    job_id             uuid,
    version            integer not null default 0,
    created_at         timestamptz not null default now(),
    updated_at         timestamptz not null default now(),
    indexed_at         timestamptz
) with (fillfactor = 85);
create unique index document_source_path on document (collection_id, source_path) where source_path is not null;
create unique index document_content_hash on document (collection_id, content_hash) where source_path is null;
-- Lists, newest first: ids are ordered by time.
create index document_by_collection on document (collection_id, id);
create index document_by_state on document (state, id) where state not in ('completed', 'searchable');

-- The bytes as they came, in parts of at most 512 kB: workers have no disk in common with the replica that took them.
create table document_part (
    document_id  uuid not null references document (id) on delete cascade,
    revision     integer not null,
    part_no      integer not null,
    content      bytea not null,
    primary key (document_id, revision, part_no)
);
-- Most documents are compressed already or read once.
alter table document_part alter column content set storage external;

create sequence chunk_no_seq as bigint cache 1;

create table chunk (
    no            bigint primary key,
    id            uuid not null,
    document_id   uuid not null references document (id) on delete cascade,
    ordinal       integer not null,
    content       text not null,
    heading_path  text[] not null default '{}',
    page_from     integer,
    page_to       integer,
    line_from     integer not null,
    line_to       integer not null,
    start_offset  integer not null,
    end_offset    integer not null,
    tokens        integer not null,
    unique (document_id, ordinal)
);
