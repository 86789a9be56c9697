create table lists (
  id uuid primary key default gen_random_uuid(),
  -- Clerk's id of the organization that shares the list. A template's token without one says ''.
  org_id text not null check (org_id <> ''),
  name text not null check (name <> ''),
  created_at timestamptz not null default now()
);

create table list_items (
  id uuid primary key default gen_random_uuid(),
  list_id uuid not null references lists on delete cascade,
  title text not null check (title <> ''),
  done boolean not null default false,
  created_at timestamptz not null default now()
);

create index lists_org_id on lists (org_id, created_at);
create index list_items_list_id on list_items (list_id, created_at);
