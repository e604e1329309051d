-- Embedding models as data, a model for each collection, and vectors of more than one model for a chunk, so that a collection
-- is searched by its old vectors until the new ones are complete.

-- First, because it takes long and searches go on meanwhile; the exchange of the key below takes a moment.
create unique index chunk_vector_by_model on chunk_vector (chunk_no, model_no);

create table embedding_model_setting (
    id                uuid primary key,
    name              text collate "C" not null unique check (name ~ '^[a-z0-9][a-z0-9._-]{0,99}$'),
    kind              text not null check (kind in ('none', 'configured', 'openai', 'static', 'lexical-hash')),
    dimension         integer check (dimension > 0),
    endpoint          text,
    remote_model      text,
    request_dimension boolean not null default false,
    query_prefix      text,
    passage_prefix    text,
    batch_size        integer not null default 32 check (batch_size > 0),
    -- Sealed with the key that is not in the database.
    api_key           bytea,
    folder            text,
    fingerprint       bytea,
    hybrid_weight     double precision not null default 1 check (hybrid_weight >= 0),
    version           integer not null default 0,
    created_at        timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    check (kind in ('none', 'configured') or dimension is not null),
    check (kind <> 'openai' or endpoint is not null and remote_model is not null),
    check (kind <> 'static' or folder is not null and fingerprint is not null)
);
-- What is configured for the service, and nothing: both can be chosen, neither can be changed.
insert into embedding_model_setting (id, name, kind) values
    ('00000000-0000-7000-8000-00000000000d', 'default', 'configured'),
    ('00000000-0000-7000-8000-000000000000', 'none', 'none');

alter table collection
    add column embedding_model_id uuid not null default '00000000-0000-7000-8000-00000000000d'
        references embedding_model_setting,
    -- Whose vectors are being made; the collection is searched by those of embedding_model_id until they are complete.
    add column next_embedding_model_id uuid references embedding_model_setting,
    -- Whether title and headings are embedded with each passage.
    add column contextual_header boolean not null default false;
create index collection_embedding_model on collection (embedding_model_id);
create index collection_next_embedding_model on collection (next_embedding_model_id);

alter table chunk_vector drop constraint chunk_vector_pkey,
    add constraint chunk_vector_pkey primary key using index chunk_vector_by_model;

-- Vectors that nothing searches any more; a job removes them some at a time.
create table obsolete_vectors (
    corpus_no bigint not null,
    model_no  integer not null,
    since     timestamptz not null default now(),
    primary key (corpus_no, model_no)
);

-- What embedding a collection has cost, by the name of the model.
create table embedding_usage (
    corpus_no bigint not null,
    model     text collate "C" not null,
    tokens    bigint not null default 0,
    texts     bigint not null default 0,
    primary key (corpus_no, model)
) with (fillfactor = 50);
