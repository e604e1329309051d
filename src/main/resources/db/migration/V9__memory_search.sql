-- Memory that is searched: texts, vectors and metadata of entries, and vectors by themselves. Both are chunks of the search
-- index (V3, V5): a namespace is one corpus, a collection of vectors another.

alter table memory_namespace
    -- Set by the first entry that can be searched for; from then on writes go through a transaction that keeps the index.
    add column corpus_no        bigint unique,
    add column search_language  text,
    -- Of the vectors that come with entries.
    add column vector_dimension int check (vector_dimension > 0),
    drop column plain;
alter table memory_namespace
    add column plain boolean not null
        generated always as (max_entries is null and max_bytes is null and not history and corpus_no is null) stored;

-- Null where there is nothing to search for.
alter table memory_entry add column chunk_no bigint;

-- Ends a statement that took a namespace for plain when it has met an entry of the index: it is run again and then sees what
-- the namespace has become.
create function memory_not_plain() returns int language plpgsql as $$
begin
    raise exception 'the namespace is not plain any more' using errcode = 'serialization_failure';
end $$;

create table memory_search (
    chunk_no     bigint primary key,
    corpus_no    bigint not null,
    namespace_no bigint not null,
    key          text collate "C" not null,
    text         text,
    metadata     jsonb not null default '{}',
    -- Whether the vector came with the entry; such a text is not embedded.
    vector_given boolean not null default false,
    -- The model that has embedded the text; null while none has.
    model_no     int,
    unique (namespace_no, key)
) with (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000);
create index memory_search_to_embed on memory_search (corpus_no, model_no, chunk_no)
    where text is not null and not vector_given;

create table memory_collection (
    corpus_no    bigint primary key,
    namespace_no bigint not null,
    name         text collate "C" not null,
    dimension    int not null check (dimension > 0),
    metric       text not null check (metric in ('cosine', 'l2', 'inner_product')),
    created_at   timestamptz not null default now(),
    deleted_at   timestamptz
);
create unique index memory_collection_name on memory_collection (namespace_no, name) where deleted_at is null;
create index memory_collection_deleted on memory_collection (deleted_at) where deleted_at is not null;

create table memory_vector (
    corpus_no  bigint not null,
    id         text collate "C" not null,
    chunk_no   bigint not null unique,
    metadata   jsonb not null default '{}',
    created_at timestamptz not null,
    updated_at timestamptz not null,
    -- What has expired does not exist for anybody; sweeping it later only frees its space.
    expires_at timestamptz,
    primary key (corpus_no, id)
) with (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000);
create index memory_vector_expiry on memory_vector (expires_at) where expires_at is not null;

-- ---- Filters of documents -----------------------------------------------------------------------------------------------
create index document_metadata on document using gin (metadata jsonb_path_ops);
create index chunk_by_document on chunk (document_id, no);
