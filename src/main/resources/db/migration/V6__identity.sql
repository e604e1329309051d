-- People, their sessions and access tokens, what was done, and how much. No column holds a usable secret.

create table app_user (
    id             uuid primary key,
    username       text not null check (length(username) between 3 and 100),
    email          text not null check (length(email) between 3 and 254),
    -- A PHC string: $argon2id$v=19$m=...,t=...,p=...$salt$hash; bcrypt ($2...) of a predecessor until the next sign-in.
    password_hash  text not null,
    administrator  boolean not null default false,
    active         boolean not null default true,
    version        integer not null default 0,
    created_at     timestamptz not null default now(),
    updated_at     timestamptz not null default now(),
    signed_in_at   timestamptz
);
create unique index app_user_username on app_user (lower(username));
create unique index app_user_email on app_user (lower(email));

-- A sign-in and everything that was refreshed from it: the family that a reused refresh token ends.
create table user_session (
    id            uuid primary key,
    user_id       uuid not null references app_user (id) on delete cascade,
    created_at    timestamptz not null default now(),
    refreshed_at  timestamptz not null default now(),
    expires_at    timestamptz not null,
    ended_at      timestamptz,
    user_agent    text check (length(user_agent) <= 300),
    address       text check (length(address) <= 64)
);
create index user_session_by_user on user_session (user_id, id);
create index user_session_expired on user_session (expires_at);

-- Refresh tokens by SHA-256; a used one stays until its session is removed, so that reuse is recognised.
create table refresh_token (
    token_hash  bytea primary key check (length(token_hash) = 32),
    session_id  uuid not null references user_session (id) on delete cascade,
    created_at  timestamptz not null default now(),
    used_at     timestamptz
);
create index refresh_token_by_session on refresh_token (session_id);

-- Personal tokens (everything of a user) and collection tokens (one collection), by SHA-256.
create table access_token (
    id             uuid primary key,
    kind           text not null check (kind in ('personal', 'collection')),
    -- The user it belongs to; null for a collection token that the installation's own token made.
    user_id        uuid references app_user (id) on delete cascade,
    label          text not null check (length(label) between 1 and 100),
    token_hash     bytea not null unique check (length(token_hash) = 32),
    -- The first characters, to recognise a token by in a list.
    token_start    text not null check (length(token_start) <= 16),
    scopes         text[] not null,
    collection_id  uuid,
    expires_at     timestamptz not null,
    last_used_at   timestamptz,
    revoked_at     timestamptz,
    version        integer not null default 0,
    created_at     timestamptz not null default now(),
    rotated_at     timestamptz,
    check ((kind = 'collection') = (collection_id is not null)),
    check (kind = 'collection' or user_id is not null),
    check (scopes <@ array['read', 'write', 'admin'] and cardinality(scopes) between 1 and 3)
);
create index access_token_by_user on access_token (user_id, id);
create index access_token_by_collection on access_token (collection_id, id) where collection_id is not null;

-- One-time permissions to set a new password, by SHA-256.
create table password_reset (
    token_hash  bytea primary key check (length(token_hash) = 32),
    user_id     uuid not null references app_user (id) on delete cascade,
    created_at  timestamptz not null default now(),
    expires_at  timestamptz not null,
    used_at     timestamptz
);
create index password_reset_by_user on password_reset (user_id);

-- Keys that sign sessions (ES256). The private key is sealed with a key that is not in this database.
create table signing_key (
    kid             text primary key,
    sealed_private  bytea not null,
    public_key      bytea not null,
    created_at      timestamptz not null default now(),
    signs_until     timestamptz not null,
    verifies_until  timestamptz not null
);

-- Who did what, when and from where; never a secret.
create table audit_event (
    id           uuid primary key,
    at           timestamptz not null default now(),
    action       text not null check (length(action) between 1 and 60),
    -- No references: the trail outlives what it tells of.
    actor_id     uuid,
    actor        text not null check (length(actor) <= 200),
    subject_id   uuid,
    subject      text check (length(subject) <= 200),
    address      text check (length(address) <= 64),
    request_id   text check (length(request_id) <= 128),
    detail       jsonb not null default '{}'
);
create index audit_event_by_actor on audit_event (actor_id, id);
create index audit_event_by_subject on audit_event (subject_id, id);
create index audit_event_by_action on audit_event (action, id);

-- Requests by user, calendar month (UTC, its first day) and source.
create table usage_count (
    user_id   uuid not null references app_user (id) on delete cascade,
    month     date not null,
    source    text not null check (source in ('api', 'mcp')),
    requests  bigint not null default 0,
    primary key (user_id, month, source)
);
