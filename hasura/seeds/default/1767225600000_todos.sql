insert into todos (id, user_id, title, done) values
  ('00000000-0000-4000-8000-000000000001', 'user_1', 'Sign in with Clerk', true),
  ('00000000-0000-4000-8000-000000000002', 'user_1', 'Read my own rows', false),
  ('00000000-0000-4000-8000-000000000003', 'user_2', 'Not for user_1', false)
on conflict do nothing;

insert into lists (id, org_id, name) values
  ('00000000-0000-4000-8000-000000000011', 'org_1', 'Shared by the organization')
on conflict do nothing;

insert into list_items (id, list_id, title, done) values
  ('00000000-0000-4000-8000-000000000021', '00000000-0000-4000-8000-000000000011', 'Invite a colleague', false),
  ('00000000-0000-4000-8000-000000000022', '00000000-0000-4000-8000-000000000011', 'Share a list', true)
on conflict do nothing;
