-- Memory of agents: JSON values by key, in namespaces.

create table memory_namespace (
    namespace_no        bigint generated always as identity primary key,
    -- A user; 00000000-0000-0000-0000-000000000000 is the installation itself.
    owner_id            uuid not null,
    name                text collate "C" not null,
    default_ttl_s       bigint check (default_ttl_s > 0),
    sliding             boolean not null default false,
    max_entries         bigint check (max_entries > 0),
    max_bytes           bigint check (max_bytes > 0),
    max_value_bytes     int check (max_value_bytes > 0),
    eviction            text not null default 'none' check (eviction in ('none', 'lru')),
    history             boolean not null default false,
    history_retention_s bigint check (history_retention_s > 0),
    -- A write needs no more than one statement here: no quota is checked after it, no history written.
    plain               boolean not null generated always as (max_entries is null and max_bytes is null and not history) stored,
    -- The number of the last change, raised under the row's lock as the last statement of a transaction: in commit order.
    last_change_no      bigint not null default 0,
    -- Changes up to this number may have been forgotten.
    pruned_change_no    bigint not null default 0,
    version             bigint not null default 1,
    created_at          timestamptz not null default now(),
    updated_at          timestamptz not null default now(),
    deleted_at          timestamptz
) with (fillfactor = 50);
create unique index memory_namespace_name on memory_namespace (owner_id, name) where deleted_at is null;
create index memory_namespace_deleted on memory_namespace (deleted_at) where deleted_at is not null;

-- Unique over all entries and rising, so that a version is never seen twice, not even by a key that was deleted between.
create sequence memory_version;

create table memory_entry (
    namespace_no   bigint not null,
    key            text collate "C" not null,
    -- JSON as the client wrote it, without white space between tokens: jsonb would change numbers and the order of names.
    value          text not null,
    -- Bytes of key and value in UTF-8.
    size_bytes     int not null,
    -- What the last write replaced: nothing, a living value of so many bytes, or (negative) an expired one.
    replaced_bytes int,
    version        bigint not null,
    ttl_s          bigint,
    sliding        boolean not null default false,
    created_at     timestamptz not null,
    updated_at     timestamptz not null,
    accessed_at    timestamptz not null,
    -- An expired value does not exist for anybody; sweeping it later only frees its space.
    expires_at     timestamptz,
    -- The same as accessed_at, but only where the namespace evicts: another index than the primary key would make every
    -- write and every noted read an update of all indexes.
    used_at        timestamptz,
    primary key (namespace_no, key)
) with (
    fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 1000
);
create index memory_entry_expiry on memory_entry (expires_at) where expires_at is not null;
create index memory_entry_expiry_in_namespace on memory_entry (namespace_no, expires_at) where expires_at is not null;
create index memory_entry_use on memory_entry (namespace_no, used_at) where used_at is not null;

-- Entries and bytes of a namespace are the sum of its rows here; each writing statement changes one of them, any one.
create table memory_counter (
    namespace_no bigint not null,
    slot         smallint not null,
    entries      bigint not null default 0,
    bytes        bigint not null default 0,
    primary key (namespace_no, slot)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 500);

create table memory_usage (
    namespace_no bigint primary key,
    hits         bigint not null default 0,
    misses       bigint not null default 0,
    expired      bigint not null default 0,
    evicted      bigint not null default 0
) with (fillfactor = 50);

-- Every change of a namespace that keeps a history: what a key was is its last change before that time.
create table memory_change (
    namespace_no bigint not null,
    change_no    bigint not null,
    key          text collate "C" not null,
    operation    text not null check (operation in ('put', 'delete', 'expire', 'evict')),
    value        text,
    version      bigint,
    expires_at   timestamptz,
    changed_at   timestamptz not null,
    primary key (namespace_no, change_no)
);
create index memory_change_key on memory_change (namespace_no, key, change_no);
create index memory_change_time on memory_change (namespace_no, changed_at);
