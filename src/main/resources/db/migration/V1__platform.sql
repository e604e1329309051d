-- Secrets and settings of the installation that all replicas share; never a secret in clear.
create table installation (
    only_row        boolean primary key default true check (only_row),
    id              uuid not null,
    bootstrap_hash  bytea,
    created_at      timestamptz not null default now()
);

-- Answers to POSTs that carried an Idempotency-Key, stored with what they created.
create table idempotency_key (
    principal     text not null,
    route         text not null,
    key           text not null,
    request_hash  bytea not null,
    status        integer,
    location      text,
    body          jsonb,
    created_at    timestamptz not null default now(),
    primary key (principal, route, key)
);
create index idempotency_key_age on idempotency_key (created_at);
