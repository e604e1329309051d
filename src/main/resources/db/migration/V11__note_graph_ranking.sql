-- How long the last ranking took; the next one waits ten times as long.
alter table note_graph add column ranking_ms bigint not null default 0;

-- Null when not all are known: of documents that are not Markdown, and of those that have too many.
alter table note alter column headings drop not null;
update note n set headings = null from document d
where d.id = n.document_id and (d.document_type not in ('markdown', 'notebook') or cardinality(n.headings) >= 1000);
