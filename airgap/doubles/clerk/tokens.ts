import { randomBytes } from "node:crypto";
import { SignJWT } from "jose";
import { isJsonObject, type Json, type JsonObject } from "../hasura/json";
import type { Behaviour } from "./behaviour";
import type { InstanceKey } from "./instanceKeys";
import type { JwtTemplate } from "./jwtTemplates";
import { type Session, sessionJson } from "./sessions";
import { evaluateClaims } from "./shortcodes";
import { signingKeyOf } from "./signingKeys";
import { type Membership, type Organization, shortcodeUser, type Users } from "./users";

const SESSION_LIFETIME = 60;

/** What a request may say about the token it wants. */
export interface TokenRequest {
  expiresInSeconds?: number;
  /** Origin of a Frontend API request. */
  origin?: string;
  /** For tests: replaces or (null) removes claims, also Clerk's own. */
  overrides?: JsonObject;
  /** For tests: signs with this key instead of the instance's. */
  key?: InstanceKey;
}

type Active = { organization: Organization; membership: Membership };

/** Mints tokens from sessions and stored templates. */
export class TokenMint {
  private readonly users: Users;
  private readonly behaviour: Behaviour;
  private readonly issuer: string;
  private readonly currentKey: () => InstanceKey;
  private readonly now: () => number;

  constructor(
    users: Users,
    behaviour: Behaviour,
    issuer: string,
    currentKey: () => InstanceKey,
    now: () => number,
  ) {
    this.users = users;
    this.behaviour = behaviour;
    this.issuer = issuer;
    this.currentKey = currentKey;
    this.now = now;
  }

  /** The session token: 60 seconds, version 2 or 1. */
  async sessionToken(session: Session, request: TokenRequest = {}): Promise<string> {
    const skew = this.behaviour.sessionTokenSkew;
    const lifetime = request.expiresInSeconds ?? SESSION_LIFETIME;
    const minutes = Math.floor((this.now() - session.createdAt) / 60_000);
    const claims = {
      ...this.defaultClaims(session, lifetime, skew, request),
      sid: session.id,
      fva: [minutes, -1],
      sts: "active",
      ...this.organizationClaims(session),
    };
    return this.signWithInstanceKey(claims, request);
  }

  /** A token of a template: its evaluated claims, then Clerk's own, which it cannot override. */
  async templateToken(
    session: Session,
    template: JwtTemplate,
    request: TokenRequest = {},
  ): Promise<string> {
    const evaluated = evaluateClaims(template.claims, this.context(session)) as Json;
    const lifetime = request.expiresInSeconds ?? template.lifetime;
    const claims = {
      ...(isJsonObject(evaluated) ? evaluated : {}),
      ...this.defaultClaims(session, lifetime, template.allowedClockSkew, request),
    };
    if (template.signingKey === null || request.key) {
      return this.signWithInstanceKey(claims, request);
    }
    const { signingAlgorithm: alg, signingKey } = template;
    return sign(claims, request, { alg, typ: "JWT" }, signingKeyOf(alg, signingKey));
  }

  private signWithInstanceKey(claims: JsonObject, request: TokenRequest): Promise<string> {
    const { kid, privateKey } = request.key ?? this.currentKey();
    return sign(claims, request, { alg: "RS256", kid, typ: "JWT" }, privateKey);
  }

  private defaultClaims(
    session: Session,
    lifetime: number,
    skew: number,
    { origin }: TokenRequest,
  ): JsonObject {
    const iat = Math.floor(this.now() / 1000);
    return {
      ...(origin === undefined ? {} : { azp: origin }),
      exp: iat + lifetime,
      iat,
      iss: this.issuer,
      jti: randomBytes(10).toString("hex"),
      nbf: iat - skew,
      sub: session.userId,
    };
  }

  private active({ userId, activeOrganizationId: id }: Session): Active | undefined {
    if (id === null) return undefined;
    return {
      organization: this.users.organization(id),
      membership: this.users.membership(userId, id),
    };
  }

  /** What shortcodes may name; org and org_membership are null without an active organisation. */
  private context(session: Session) {
    const memberships = this.users.membershipsOf(session.userId);
    const user = shortcodeUser(this.users.user(session.userId), memberships);
    const { actor } = sessionJson(session);
    const own = { user, session: { actor } };
    const active = this.active(session);
    if (active === undefined) return { ...own, org: null, org_membership: null };
    const { organization, membership } = active;
    const role = this.behaviour.rolePrefixInTemplates
      ? membership.role
      : withoutPrefix(membership.role);
    const { permissions, public_metadata } = membership;
    return {
      ...own,
      org: { ...organization, role, has_image: false },
      org_membership: { role, permissions, public_metadata },
    };
  }

  private organizationClaims(session: Session): JsonObject {
    const active = this.active(session);
    const second = this.behaviour.sessionTokenVersion === 2;
    if (active === undefined) return second ? { v: 2 } : {};
    const { organization, membership } = active;
    const { role, permissions } = membership;
    const { id, slug } = organization;
    if (!second) {
      return { org_id: id, org_role: role, org_slug: slug, org_permissions: permissions };
    }
    const { fea, per, fpm } = compactPermissions(permissions);
    const o = { id, slg: slug, rol: withoutPrefix(role), ...(per === "" ? {} : { per, fpm }) };
    return { v: 2, o, ...(fea === "" ? {} : { fea }) };
  }
}

function withoutPrefix(role: string): string {
  return role.startsWith("org:") ? role.slice(4) : role;
}

/** Version 2 packs `org:feature:permission` into feature list, permission list and bit maps. */
function compactPermissions(permissions: string[]): { fea: string; per: string; fpm: string } {
  const pairs = permissions.flatMap((permission) => {
    const [prefix, feature, action] = permission.split(":");
    return prefix === "org" && feature && action ? [{ feature, action }] : [];
  });
  const features = [...new Set(pairs.map(({ feature }) => feature))];
  const actions = [...new Set(pairs.map(({ action }) => action))];
  const bits = features.map((feature) => {
    const owned = pairs.filter((pair) => pair.feature === feature);
    return owned.reduce((sum, { action }) => sum + 2 ** actions.indexOf(action), 0);
  });
  const fea = features.map((feature) => `o:${feature}`).join(",");
  return { fea, per: actions.join(","), fpm: bits.join(",") };
}

function sign(
  claims: JsonObject,
  { overrides = {} }: TokenRequest,
  header: { alg: string; typ: string; kid?: string },
  key: Parameters<SignJWT["sign"]>[0],
): Promise<string> {
  const merged = Object.entries({ ...claims, ...overrides });
  const kept = merged.filter(([name]) => overrides[name] !== null);
  return new SignJWT(Object.fromEntries(kept)).setProtectedHeader(header).sign(key);
}
