-- Collections that are being restored from an archive, and how it ended.

create table collection_restore (
    id             uuid primary key,
    owner_id       uuid references app_user (id) on delete cascade,
    job_id         uuid unique,
    -- The collection that it fills, which nobody sees until it has all its documents; null when nothing is to be stored. It may be
    -- gone again.
    collection_id  uuid,
    -- What was found of the archive and of what stands in the way, as it is shown.
    plan           jsonb not null,
    -- Taken and not taken: as many documents of the archive, in its order, have been dealt with, and a run that is repeated goes on there.
    documents      integer not null default 0,
    bytes          bigint not null default 0,
    skipped        integer not null default 0,
    outcome        text check (outcome in ('succeeded', 'failed', 'cancelled')),
    error          text,
    created_at     timestamptz not null default now(),
    finished_at    timestamptz,
    check ((outcome is null) = (finished_at is null))
) with (fillfactor = 50);
create index collection_restore_by_owner on collection_restore (owner_id, id);

-- The archive, in parts of at most 512 kB: workers have no disk in common with the replica that took it.
create table collection_restore_part (
    restore_id  uuid not null references collection_restore on delete cascade,
    part_no     integer not null,
    content     bytea not null,
    primary key (restore_id, part_no)
);
-- It is compressed already, and read once.
alter table collection_restore_part alter column content set storage external;

-- What could not be taken.
create table collection_restore_skipped (
    restore_id  uuid not null references collection_restore on delete cascade,
    no          integer not null,
    path        text not null,
    reason      text not null,
    primary key (restore_id, no)
);
