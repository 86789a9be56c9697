create table todos (
  id uuid primary key default gen_random_uuid(),
  -- Clerk's ids are text such as user_2abc.
  user_id text not null check (user_id <> ''),
  title text not null check (title <> ''),
  done boolean not null default false,
  created_at timestamptz not null default now()
);

create index todos_user_id on todos (user_id, created_at);
