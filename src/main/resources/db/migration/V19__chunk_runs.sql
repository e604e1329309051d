-- The lowest and the highest number of a document's chunks. Where they are as far apart as there are chunks, which is the rule,
-- they name all of them: a filtered search need not read every chunk of the documents that it may look into.

alter table document
    add column first_chunk_no bigint,
    add column last_chunk_no  bigint;
update document d set first_chunk_no = k.first, last_chunk_no = k.last
from (select document_id, min(no) as first, max(no) as last from chunk group by document_id) k
where k.document_id = d.id;
