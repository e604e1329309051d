-- Folders on the disk of the service that collections follow, and the files that are known of them.

create table folder (
    id               uuid primary key,
    collection_id    uuid not null references collection (id) on delete cascade,
    root             text not null check (length(root) between 1 and 1024),
    -- What stands before the path of a file in the path of its document; empty or with a slash at its end.
    path_prefix      text not null default '',
    ignore_rules     text[] not null default '{}',
    default_rules    boolean not null default true,
    gitignore        boolean not null default true,
    paused           boolean not null default false,
    version          integer not null default 0,
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    -- Set when the folder is unbound: it is invisible from then on, and a job forgets its files.
    deleted_at       timestamptz,

    -- Since when something is known to have changed that no scan has looked for; may lie ahead. A scan that begins moves it to
    -- scanning_since, so that nothing that comes meanwhile is lost.
    requested_at     timestamptz default now(),
    scanning_since   timestamptz,
    next_scan_at     timestamptz not null default now(),
    -- The next scan that nobody asked for begins no earlier: a large folder that keeps changing is not walked all the time.
    rest_until       timestamptz,
    -- What the next scan is told: compare every content; believe that the folder has become empty.
    verify           boolean not null default false,
    accept_empty     boolean not null default false,
    -- How the last scan ended; a problem means that nothing was removed.
    problem_code     text,
    problem_detail   text,
    report           jsonb,

    -- The replica that watches, and for how long it may believe so.
    watcher          uuid,
    watcher_until    timestamptz,
    watching         boolean not null default false
) with (fillfactor = 50);
create unique index folder_root on folder (collection_id, root) where deleted_at is null;
create index folder_by_collection on folder (collection_id, id);

create table folder_file (
    folder_id        uuid not null references folder (id) on delete cascade,
    -- Below the root, with slashes.
    path             text collate "C" not null,
    size_bytes       bigint not null,
    -- Nanoseconds since 1970; null when it was so young as it was read that a later change may not show in it.
    modified_ns      bigint,
    content_hash     bytea,
    document_id      uuid references document (id) on delete cascade,
    -- Why the file is no document.
    problem_code     text,
    problem_detail   text,
    -- Since when it has not been there.
    gone_at          timestamptz,
    primary key (folder_id, path)
) with (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.1);
create unique index folder_file_document on folder_file (document_id);
create index folder_file_content on folder_file (folder_id, content_hash) where content_hash is not null;
create index folder_file_gone on folder_file (folder_id, gone_at) where gone_at is not null;
create index folder_file_problem on folder_file (folder_id, path) where problem_code is not null;
