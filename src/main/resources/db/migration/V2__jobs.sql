-- The durable job queue.

-- A kind of job; the switch that keeps its jobs in the queue.
create table job_kind (
    kind        text primary key check (length(kind) between 1 and 100),
    paused      boolean not null default false,
    changed_at  timestamptz not null default now()
);

create table job (
    id                uuid primary key,
    -- Order of arrival: first in, first out within a priority.
    seq               bigint generated always as identity,
    kind              text not null check (length(kind) between 1 and 100),
    state             text not null default 'queued'
                      check (state in ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    -- 0 urgent, 1 high, 2 normal, 3 low
    priority          smallint not null check (priority between 0 and 3),
    payload           jsonb not null,
    -- At most one queued or running job of a kind has this key, those aside that are being cancelled.
    unique_key        text,
    -- What the job works on, for example a document.
    subject_id        uuid,
    -- Whether a queued job may be claimed; false while run_at lies ahead, so that waiting jobs cost a claim nothing.
    due               boolean not null default true,
    run_at            timestamptz not null default now(),
    -- Counts every claim and is the fencing token with the runner; never goes back.
    attempt           integer not null default 0,
    -- Attempts that ended in an error; what max_attempts bounds.
    failures          integer not null default 0,
    -- Times that a runner vanished with this job.
    lost_leases       integer not null default 0,
    max_attempts      integer not null check (max_attempts > 0),
    runner            uuid,
    lease_until       timestamptz,
    cancel_requested  boolean not null default false,
    -- Progress of each stage of the present attempt.
    progress          jsonb not null default '{}',
    error_code        text,
    error_message     text,
    created_at        timestamptz not null default now(),
    started_at        timestamptz,
    finished_at       timestamptz,
    -- The transaction of the last change that a reader may care about (heartbeats are none).
    changed_xid       xid8 not null default pg_current_xact_id(),
    check ((state = 'running') = (lease_until is not null)),
    check ((state in ('succeeded', 'failed', 'cancelled')) = (finished_at is not null))
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);

-- Claiming: for each kind the best waiting jobs, in order, without a sort.
create index job_claim on job (kind, priority, seq) where state = 'queued' and due;
-- Jobs whose time has not come.
create index job_waiting on job (run_at) where state = 'queued' and not due;
-- Heartbeat and lease sweep; lease_until itself stays out of every index, so that a heartbeat is a heap-only update.
create index job_running on job (runner) where state = 'running';
-- A job that is being cancelled can store nothing any more, so it does not keep its successor out.
create unique index job_active_unique_key on job (kind, unique_key)
    where unique_key is not null and state in ('queued', 'running') and not cancel_requested;
-- Lists, newest first (ids are ordered by time).
create index job_by_state on job (state, id);
create index job_by_kind on job (kind, id);
create index job_by_subject on job (subject_id, id) where subject_id is not null;
-- Retention.
create index job_finished on job (finished_at) where finished_at is not null;
-- The feed of changes.
create index job_changed on job (changed_xid);

-- The attempts that have ended; the present one is in job.
create table job_attempt (
    job_id         uuid not null references job on delete cascade,
    attempt        integer not null,
    runner         uuid,
    started_at     timestamptz not null,
    finished_at    timestamptz not null,
    outcome        text not null
                   check (outcome in ('succeeded', 'failed', 'deferred', 'cancelled', 'lost', 'released')),
    error_code     text,
    error_message  text,
    primary key (job_id, attempt)
);

-- Work repeated at an interval by one replica at a time: whoever holds the row's lock.
create table recurring_job (
    name              text primary key,
    interval_s        double precision not null check (interval_s > 0),
    next_run_at       timestamptz not null default now(),
    last_started_at   timestamptz,
    last_finished_at  timestamptz,
    last_error        text
);
