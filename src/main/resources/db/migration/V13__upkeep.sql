-- How the documents of a collection are cut, and by which settings each was; reports of maintenance; archives being restored.

alter table collection
    add column chunk_strategy text not null default 'structure'
        check (chunk_strategy in ('structure', 'sentence', 'fixed')),
    -- Null for that of the configuration.
    add column chunk_max_tokens integer check (chunk_max_tokens between 32 and 8000),
    add column chunk_overlap_tokens integer not null default 0 check (chunk_overlap_tokens between 0 and 4000);

-- The settings by which the indexed chunks were cut: strategy, cap and overlap. Null for what was cut before they were kept.
alter table document add column chunking text;

-- What a run of maintenance found and did. Written in the transactions of its job, and so never ahead of what has happened or behind it.
create table maintenance_report (
    job_id         uuid primary key,
    collection_id  uuid not null references collection (id) on delete cascade,
    operation      text not null
                   check (operation in ('duplicates', 'integrity', 'orphans', 'rebuild-postings', 're-chunk')),
    dry_run        boolean not null,
    -- The stage under way and the place in it, where a run that is repeated goes on.
    stage          text,
    place          jsonb not null default '{}',
    -- Exact numbers, whether or not each thing counted is among the findings.
    counts         jsonb not null default '{}',
    finding_count  integer not null default 0,
    created_at     timestamptz not null default now(),
    finished_at    timestamptz
) with (fillfactor = 50);
create index maintenance_report_latest on maintenance_report (collection_id, job_id);

create table maintenance_finding (
    job_id    uuid not null references maintenance_report on delete cascade,
    no        integer not null,
    finding   jsonb not null,
    primary key (job_id, no)
);

-- What the chunks of a collection say, by hash, while equal ones are looked for.
create table maintenance_chunk (
    job_id       uuid not null references maintenance_report on delete cascade,
    hash         uuid not null,
    document_id  uuid not null,
    chunk_no     bigint not null,
    primary key (job_id, hash, chunk_no)
);

-- Corpora in which a keyword index is made anew, or an old one waits to be removed; known here when their job is not known any more.
create table maintenance_corpus (
    corpus_no  bigint primary key,
    job_id     uuid not null
);
