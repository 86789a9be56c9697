import type { Json, JsonObject } from "../hasura/json";
import { notFound, type Reply } from "./apiError";
import { newId } from "./ids";
import { pageOf } from "./paging";

/** What a test says of a user; the rest has defaults. */
export interface UserSeed {
  id?: string;
  username?: string | null;
  first_name?: string | null;
  last_name?: string | null;
  email?: string | null;
  email_verified?: boolean;
  phone?: string | null;
  external_id?: string | null;
  public_metadata?: JsonObject;
  private_metadata?: JsonObject;
  unsafe_metadata?: JsonObject;
}

export interface User extends Required<UserSeed> {
  created_at: number;
}

export interface OrganizationSeed {
  id?: string;
  name: string;
  slug?: string;
  public_metadata?: JsonObject;
}

export interface Organization extends Required<OrganizationSeed> {
  created_at: number;
}

export interface MembershipSeed {
  user_id: string;
  organization_id: string;
  /** With its prefix, such as `org:admin`. */
  role: string;
  /** Such as `org:invoices:read`. */
  permissions?: string[];
  public_metadata?: JsonObject;
}

export type Membership = Required<MembershipSeed>;

/** The users and organisations of the instance. */
export class Users {
  private readonly users = new Map<string, User>();
  private readonly organizations = new Map<string, Organization>();
  private memberships: Membership[] = [];

  private readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
  }

  /** Adds a user, or replaces the one with that id. */
  addUser(seed: UserSeed = {}): User {
    const user: User = {
      id: newId("user"),
      username: null,
      first_name: null,
      last_name: null,
      email: null,
      email_verified: true,
      phone: null,
      external_id: null,
      public_metadata: {},
      private_metadata: {},
      unsafe_metadata: {},
      created_at: this.now(),
      ...seed,
    };
    this.users.set(user.id, user);
    return user;
  }

  addOrganization(seed: OrganizationSeed): Organization {
    const slug = seed.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
    const organization = {
      id: newId("org"),
      slug,
      public_metadata: {},
      created_at: this.now(),
      ...seed,
    };
    this.organizations.set(organization.id, organization);
    return organization;
  }

  /** Adds or replaces the membership of that user in that organisation; both must be there. */
  addMembership(seed: MembershipSeed): Membership {
    this.user(seed.user_id);
    this.organization(seed.organization_id);
    const membership = { permissions: [], public_metadata: {}, ...seed };
    const isOther = (item: Membership) =>
      item.user_id !== seed.user_id || item.organization_id !== seed.organization_id;
    this.memberships = [...this.memberships.filter(isOther), membership];
    return membership;
  }

  user(id: string): User {
    const user = this.users.get(id);
    if (user) return user;
    throw notFound("User", `No user was found with id ${id}`);
  }

  organization(id: string): Organization {
    const organization = this.organizations.get(id);
    if (organization) return organization;
    throw notFound("Organization", `No organization was found with id ${id}`);
  }

  membershipsOf(userId: string): Membership[] {
    return this.memberships.filter((item) => item.user_id === userId);
  }

  membership(userId: string, organizationId: string): Membership {
    const found = this.membershipsOf(userId).find((m) => m.organization_id === organizationId);
    if (found) return found;
    throw notFound("Membership", `${userId} is no member of ${organizationId}`);
  }

  /** `GET /v1/users`, newest first. */
  list(query: URLSearchParams): Reply {
    const wanted = query.getAll("user_id");
    const all = [...this.users.values()].reverse();
    const found = wanted.length === 0 ? all : all.filter(({ id }) => wanted.includes(id));
    return { status: 200, body: pageOf(found, query).map(userJson) };
  }

  count(): Reply {
    return { status: 200, body: { object: "total_count", total_count: this.users.size } };
  }

  read(id: string): Reply {
    return { status: 200, body: userJson(this.user(id)) };
  }
}

function contact(object: string, id: string, key: string, value: Json, verified: boolean): Json {
  const status = verified ? "verified" : "unverified";
  const verification = { status, strategy: "admin", attempts: null, expire_at: null };
  return { id, object, [key]: value, verification, linked_to: [], reserved: false };
}

/** A user as the Backend API shows it. */
export function userJson(user: User): JsonObject {
  const { email, email_verified, phone, ...shown } = user;
  const [emailId, phoneId] = [`idn_email_${user.id}`, `idn_phone_${user.id}`];
  return {
    object: "user",
    ...shown,
    image_url: imageUrl(user.id),
    has_image: false,
    primary_email_address_id: email === null ? null : emailId,
    primary_phone_number_id: phone === null ? null : phoneId,
    primary_web3_wallet_id: null,
    email_addresses:
      email === null
        ? []
        : [contact("email_address", emailId, "email_address", email, email_verified)],
    phone_numbers:
      phone === null ? [] : [contact("phone_number", phoneId, "phone_number", phone, true)],
    web3_wallets: [],
    external_accounts: [],
    enterprise_accounts: [],
    password_enabled: false,
    two_factor_enabled: false,
    totp_enabled: false,
    backup_code_enabled: false,
    banned: false,
    locked: false,
    last_sign_in_at: null,
    last_active_at: null,
    updated_at: user.created_at,
  };
}

function imageUrl(id: string): string {
  return `https://img.clerk.test/${id}`;
}

/** A user as template shortcodes see it (`user.*`); private metadata is not among it. */
export function shortcodeUser(user: User, memberships: Membership[]): JsonObject {
  const { email, email_verified, phone, private_metadata: _, ...shown } = user;
  const names = [user.first_name, user.last_name].filter((name) => name);
  return {
    ...shown,
    updated_at: user.created_at,
    full_name: names.length === 0 ? null : names.join(" "),
    image_url: imageUrl(user.id),
    has_image: false,
    primary_email_address: email,
    primary_phone_number: phone,
    email_verified: email !== null && email_verified,
    primary_email_address_verified: email !== null && email_verified,
    phone_number_verified: phone !== null,
    two_factor_enabled: false,
    organizations: Object.fromEntries(memberships.map((m) => [m.organization_id, m.role])),
  };
}
