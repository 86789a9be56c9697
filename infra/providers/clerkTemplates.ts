import { isDeepStrictEqual } from "node:util";
import {
  DEFAULT_LIFETIME_SECONDS,
  DEFAULT_TEMPLATE_SKEW_SECONDS,
} from "../clerk/template/checkTemplate";
import { RemoteError, remoteError } from "../http/remoteError";
import { isObject } from "../validation/isObject";
import {
  type ClerkAccess,
  type ClerkCall,
  callClerk,
  clerkRefusal,
  isClerkNotFound,
  unexpectedResponse,
} from "./callClerk";

/** A JWT template as it is to be. */
export interface WantedTemplate {
  name: string;
  claims: Record<string, unknown>;
  lifetimeSeconds: number;
  allowedSkewSeconds: number;
  /** Set for a template that signs with a key of its own. */
  signingAlgorithm?: string;
  /** The shared key, or the private key as PEM. */
  signingKey?: string;
}

/** A JWT template as Clerk shows it; the signing key is never shown. */
export interface ClerkTemplate {
  id: string;
  name: string;
  claims: Record<string, unknown>;
  lifetimeSeconds: number;
  allowedSkewSeconds: number;
  customSigningKey: boolean;
  signingAlgorithm?: string;
  /** When it was last written, by whomever, in Clerk's milliseconds; absent where Clerk does not say. */
  updatedAt?: number;
}

const PAGE = 100;
/** No instance has as many templates; it ends the walk where a server never runs out of pages. */
const MOST_PAGES = 100;

/**
 * The JWT templates of a Clerk instance (Backend API specification 2026-05-12, `/v1/jwt_templates`). Every method throws
 * RemoteError with Clerk's code, message and trace id, never with the secret key or the signing key.
 */
export class ClerkTemplates {
  private readonly access: ClerkAccess;

  constructor(access: ClerkAccess) {
    this.access = access;
  }

  /** Looks a template up by its name, which the API cannot do: all pages of the list are read. */
  async findByName(name: string): Promise<ClerkTemplate | undefined> {
    const seen = new Set<string>();
    for (let page = 0; page < MOST_PAGES; page++) {
      const templates = await this.listFrom(seen.size);
      const found = templates.find((template) => template.name === name);
      if (found !== undefined) return found;
      const before = seen.size;
      for (const { id } of templates) seen.add(id);
      // An empty page is the end, and a page of known templates comes from a server that ignores the offset.
      if (seen.size === before) return undefined;
    }
    return undefined;
  }

  private async listFrom(offset: number): Promise<ClerkTemplate[]> {
    const query = `limit=${PAGE}&offset=${offset}&paginated=true`;
    const call = { method: "GET", path: `/jwt_templates?${query}` };
    const response = await callClerk(this.access, call);
    if (response.status !== 200) throw clerkRefusal(this.access, call, response);
    const { json } = response;
    const items = isObject(json) ? json.data : json;
    const templates = Array.isArray(items) ? items.map(readTemplate) : [undefined];
    const known = templates.filter((template) => template !== undefined);
    if (known.length < templates.length) throw unexpectedResponse(this.access, call, response);
    return known;
  }

  /** Returns undefined where no template has the id. */
  async read(id: string): Promise<ClerkTemplate | undefined> {
    return this.one({ method: "GET", path: pathOf(id) });
  }

  /**
   * Creates a template. Where the response was lost, the template is looked up by name: it counts as created when it is
   * exactly what was sent; otherwise the error says what was found.
   */
  async create(wanted: WantedTemplate): Promise<ClerkTemplate> {
    const call = { method: "POST", path: "/jwt_templates", ...bodyOf(wanted) };
    try {
      const response = await callClerk(this.access, call);
      return this.taken(call, response);
    } catch (error) {
      if (!(error instanceof RemoteError) || !error.outcomeUnknown) throw error;
      return this.afterLostResponse(wanted, error);
    }
  }

  /** Overwrites every setting, because whether Clerk keeps or resets omitted ones is not published. */
  async update(id: string, wanted: WantedTemplate): Promise<ClerkTemplate | undefined> {
    return this.one({ method: "PATCH", path: pathOf(id), ...bodyOf(wanted) });
  }

  /** Deletes a template; one that is gone already is no error. */
  async delete(id: string): Promise<void> {
    const call = { method: "DELETE", path: pathOf(id) };
    const response = await callClerk(this.access, call);
    if (response.status >= 300 && !isClerkNotFound(response)) {
      throw clerkRefusal(this.access, call, response);
    }
  }

  private async one(call: ClerkCall): Promise<ClerkTemplate | undefined> {
    const response = await callClerk(this.access, call);
    return isClerkNotFound(response) ? undefined : this.taken(call, response);
  }

  private taken(call: ClerkCall, response: Awaited<ReturnType<typeof callClerk>>): ClerkTemplate {
    if (response.status >= 300) throw clerkRefusal(this.access, call, response);
    const template = readTemplate(response.json);
    if (template === undefined) throw unexpectedResponse(this.access, call, response);
    return template;
  }

  private async afterLostResponse(
    wanted: WantedTemplate,
    lost: RemoteError,
  ): Promise<ClerkTemplate> {
    const found = await this.lookUpAgain(wanted, lost);
    if (found !== undefined && isAsWanted(found, wanted)) return found;
    const outcome =
      found === undefined
        ? "no template of this name was there afterwards; run it again, and set adopt: true if it then exists after all"
        : `a template of this name with other settings (${found.id}) was there afterwards; look at it in Clerk's dashboard, and set adopt: true to overwrite it`;
    throw this.lostError(wanted, lost, outcome);
  }

  private async lookUpAgain(wanted: WantedTemplate, lost: RemoteError) {
    try {
      return await this.findByName(wanted.name);
    } catch (error) {
      const why = error instanceof RemoteError ? error.message : "the look-up failed";
      const outcome = `whether the template was created could not be looked up: ${why}; run it again, and set adopt: true if it then exists`;
      throw this.lostError(wanted, lost, outcome);
    }
  }

  private lostError(wanted: WantedTemplate, lost: RemoteError, outcome: string): RemoteError {
    const secrets = [this.access.secretKey, ...secretsOf(wanted)];
    const details = lost.status === undefined ? {} : { status: lost.status };
    return remoteError(`${lost.message}; ${outcome}`, secrets, details);
  }
}

function pathOf(id: string): string {
  return `/jwt_templates/${encodeURIComponent(id)}`;
}

function secretsOf({ signingKey }: WantedTemplate): string[] {
  return signingKey === undefined ? [] : [signingKey];
}

function bodyOf(wanted: WantedTemplate): Pick<ClerkCall, "body" | "secrets"> {
  const body = {
    name: wanted.name,
    claims: wanted.claims,
    lifetime: wanted.lifetimeSeconds,
    allowed_clock_skew: wanted.allowedSkewSeconds,
    custom_signing_key: wanted.signingKey !== undefined,
    signing_algorithm: wanted.signingKey === undefined ? null : (wanted.signingAlgorithm ?? null),
    signing_key: wanted.signingKey ?? null,
  };
  return { body, secrets: secretsOf(wanted) };
}

function readTemplate(json: unknown): ClerkTemplate | undefined {
  if (!isObject(json)) return undefined;
  const { id, name, claims } = json;
  if (typeof id !== "string" || id === "" || typeof name !== "string" || !isObject(claims)) {
    return undefined;
  }
  const customSigningKey = json.custom_signing_key === true;
  const algorithm = customSigningKey ? json.signing_algorithm : undefined;
  return {
    id,
    name,
    claims,
    lifetimeSeconds: numberOr(json.lifetime, DEFAULT_LIFETIME_SECONDS),
    allowedSkewSeconds: numberOr(json.allowed_clock_skew, DEFAULT_TEMPLATE_SKEW_SECONDS),
    customSigningKey,
    ...(typeof algorithm === "string" ? { signingAlgorithm: algorithm } : {}),
    ...(typeof json.updated_at === "number" ? { updatedAt: json.updated_at } : {}),
  };
}

function numberOr(value: unknown, fallback: number): number {
  return typeof value === "number" ? value : fallback;
}

/** True when Clerk shows all that was wanted; of the signing key it shows the algorithm only. */
function isAsWanted(found: ClerkTemplate, wanted: WantedTemplate): boolean {
  const { id: _id, updatedAt: _time, ...shown } = found;
  const { signingKey, signingAlgorithm, ...plain } = wanted;
  const custom = signingKey !== undefined;
  const expected = {
    ...plain,
    customSigningKey: custom,
    ...(custom && signingAlgorithm !== undefined ? { signingAlgorithm } : {}),
  };
  return isDeepStrictEqual(shown, expected);
}
