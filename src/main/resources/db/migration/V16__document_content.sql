-- Documents with the same bytes, group by group.
create index document_by_content on document (collection_id, content_hash, document_type);
