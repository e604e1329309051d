-- The files of a folder by what became of them, as they were counted last: whoever looks at a folder counts nothing.

alter table folder
    add column files_known    bigint not null default 0,
    add column files_indexed  bigint not null default 0,
    add column files_pending  bigint not null default 0,
    add column files_failed   bigint not null default 0,
    add column files_gone     bigint not null default 0,
    -- When they are to be counted again; null while nothing is known to change.
    add column files_count_due timestamptz;
update folder set files_count_due = now();
create index folder_count_due on folder (files_count_due) where files_count_due is not null;
