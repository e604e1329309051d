-- The lowest and the highest number of a document's chunks. Where they are as far apart as there are chunks, which is the rule,
-- they name all of them: a filtered search need not read every chunk of the documents that it may look into.

alter table document
    add column first_chunk_no bigint,
    add column last_chunk_no  bigint;
update document d set first_chunk_no = k.first, last_chunk_no = k.last
from (select document_id, min(no) as first, max(no) as last from chunk group by document_id) k
where k.document_id = d.id;

-- A replica of a version that does not know of the numbers cuts or moves a document without saying them: they are forgotten then,
-- and its chunks are read one by one.
create function forget_chunk_run() returns trigger language plpgsql as $$
begin
    new.first_chunk_no := null;
    new.last_chunk_no := null;
    return new;
end $$;
create trigger document_chunk_run before update of indexed_at, collection_id on document for each row
    when (new.first_chunk_no = old.first_chunk_no
          and (new.indexed_at, new.collection_id) is distinct from (old.indexed_at, old.collection_id))
    execute function forget_chunk_run();
