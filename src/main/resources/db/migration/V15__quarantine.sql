-- Content that a safety rule refused: kept for a while, never read or searched, to be restored or purged.

-- What is there has met a narrower check.
alter table document drop constraint document_state_check;
alter table document add constraint document_state_check check (state in
    ('queued', 'processing', 'searchable', 'completed', 'failed', 'rejected', 'cancelled', 'quarantined')) not valid;

create table quarantine_item (
    id           uuid primary key,
    document_id  uuid not null references document (id) on delete cascade,
    -- The content that is held; one that newer content has replaced is of no interest any more.
    revision     integer not null,
    state        text not null default 'held' check (state in ('held', 'restored', 'purged')),
    rule         text not null,
    severity     text not null check (severity in ('critical', 'warning')),
    found        text not null,
    -- Rules that somebody has decided not to apply to this content.
    waived       text[] not null default '{}',
    held_at      timestamptz not null default now(),
    expires_at   timestamptz not null,
    unique (document_id, revision)
);
-- Lists, newest first.
create index quarantine_held on quarantine_item (id) where state = 'held';
create index quarantine_expiry on quarantine_item (expires_at) where state = 'held';
