-- Secrets and settings of the installation that all replicas share; never a secret in clear.
create table installation (
    only_row        boolean primary key default true check (only_row),
    id              uuid not null,
    bootstrap_hash  bytea,
    created_at      timestamptz not null default now()
);
