-- Vectors of chunks. The vector is the truth; its sign bits are what replicas keep in memory to find candidates.

create table embedding_model (
    model_no   integer generated always as identity primary key,
    name       text not null,
    dimension  integer not null check (dimension > 0),
    unique (name, dimension)
);

create table chunk_vector (
    chunk_no   bigint primary key,
    corpus_no  bigint not null,
    model_no   integer not null references embedding_model,
    -- SHA-256 of the text that was embedded: the same text is embedded once a model.
    text_hash  bytea not null,
    -- 32-bit floats, little-endian.
    vector     bytea not null,
    -- One bit a number, set where it is positive; 64-bit words, big-endian.
    bits       bytea not null
);
alter table chunk_vector alter column vector set storage external;
create index chunk_vector_corpus on chunk_vector (corpus_no, model_no, chunk_no);
create index chunk_vector_text on chunk_vector (model_no, text_hash);
