-- Whose things are: a collection has an owner, everything in it is the owner's. Without one it is the installation's, which
-- administrators see.

alter table collection add column owner_id uuid references app_user (id) on delete set null;
drop index collection_name;
create unique index collection_name on collection (owner_id, lower(name)) nulls not distinct where deleted_at is null;
create index collection_by_owner on collection (owner_id, id);

-- For whom and in which collection a job works, so that those may see it.
alter table job add column owner_id uuid, add column collection_id uuid;
create index job_by_owner on job (owner_id, id) where owner_id is not null;
create index job_by_collection on job (collection_id, id) where collection_id is not null;
