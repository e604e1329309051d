-- How long the last ranking took; the next one waits ten times as long.
alter table note_graph add column ranking_ms bigint not null default 0;
