import fc from "fast-check";
import type { ShortcodeContext } from "../../../../airgap/doubles/clerk/shortcodes";
import { isSwitch } from "../../../../infra/validation/problems";

/** Fields of metadata that the tests fill and use, two of them nested. */
export const FIELDS = ["role", "second", "db_id", "deep.role", "deep.id"];
const ROOTS = ["user.public_metadata", "org.public_metadata", "org_membership.public_metadata"];

/** Any of the fields of public metadata, as a shortcode. */
export const publicField: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom(...ROOTS), fc.constantFrom(...FIELDS))
  .map(([root, field]) => `${root}.${field}`);

export const roleName: fc.Arbitrary<string> = fc
  .stringMatching(/^[a-z][a-z0-9:_-]{0,7}$/)
  .filter((role) => role !== "admin" && !isSwitch(role));

/** What the documentation asks for in a field: text, or nothing. */
export const tidyValue: fc.Arbitrary<unknown> = fc.oneof(roleName, fc.constantFrom(null, false));

/** What it warns of: any other type. */
export const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.integer(),
  fc.constant(true),
  fc.array(roleName, { maxLength: 3 }),
  fc.dictionary(roleName, roleName, { maxKeys: 2 }),
);

function metadata(value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const maybe = fc.option(value, { nil: undefined });
  const deep = fc.oneof(maybe, fc.record({ role: maybe, id: maybe }));
  const full = fc.record({ role: maybe, second: maybe, db_id: maybe, deep });
  return fc.oneof({ weight: 5, arbitrary: full }, { weight: 1, arbitrary: fc.constant(null) });
}

/** Users with and without an active organization, whose metadata fields hold such values. */
export function users(value: fc.Arbitrary<unknown>): fc.Arbitrary<ShortcodeContext> {
  const text = fc.option(fc.string({ minLength: 1 }), { nil: null });
  const flag = fc.option(fc.boolean(), { nil: null });
  const user = fc.record({
    id: fc.stringMatching(/^user_[A-Za-z0-9]{4}$/),
    external_id: text,
    first_name: text,
    full_name: text,
    username: text,
    created_at: fc.nat(),
    email_verified: flag,
    public_metadata: metadata(value),
    unsafe_metadata: metadata(fc.constant("admin")),
    organizations: fc.constant([]),
  });
  const org = fc.record({ id: text, slug: text, role: text, public_metadata: metadata(value) });
  const membership = fc.record({
    permissions: fc.array(fc.string()),
    public_metadata: metadata(value),
  });
  return fc
    .tuple(user, fc.option(fc.tuple(org, membership), { nil: null }))
    .map(([one, active]) => ({
      user: one,
      org: active?.[0] ?? null,
      org_membership: active?.[1] ?? null,
      session: { actor: null },
    }));
}

/** What a user has at a path, found without any rule of shortcodes. */
export function valueAt(user: ShortcodeContext, path: string): unknown {
  let value: unknown = user;
  for (const name of path.split(".")) {
    value = Object(value) === value ? (value as Record<string, unknown>)[name] : undefined;
  }
  return value;
}
