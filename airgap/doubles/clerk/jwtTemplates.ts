import { isJsonObject, type Json, type JsonObject } from "../hasura/json";
import { ApiError, apiError, errorItem, notFound, type Reply } from "./apiError";
import type { Behaviour } from "./behaviour";
import { newId } from "./ids";
import { pageOf } from "./paging";
import { readTemplateInput, type TemplateValues } from "./templateInput";

/** A template as the double keeps it. */
export interface JwtTemplate extends TemplateValues {
  id: string;
  createdAt: number;
  updatedAt: number;
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}

/** The templates of the instance and the routes `/v1/jwt_templates`. */
export class JwtTemplates {
  private readonly templates = new Map<string, JwtTemplate>();

  private readonly behaviour: Behaviour;
  private readonly now: () => number;

  constructor(behaviour: Behaviour, now: () => number) {
    this.behaviour = behaviour;
    this.now = now;
  }

  list(query: URLSearchParams): Reply {
    const all = [...this.templates.values()].map((template) => this.shown(template));
    const data = pageOf(all, query, this.behaviour.ignorePagination);
    const paginated = query.get("paginated") === "true";
    return { status: 200, body: paginated ? { data, total_count: all.length } : data };
  }

  create(body: unknown): Reply {
    const values = readTemplateInput(body, this.behaviour);
    this.refuseDuplicate(values.name);
    const now = this.now();
    const template = { ...values, id: newId("jtmp"), createdAt: now, updatedAt: now };
    this.templates.set(template.id, template);
    return { status: 200, body: this.shown(template) };
  }

  read(id: string): Reply {
    return { status: 200, body: this.shown(this.byId(id)) };
  }

  update(id: string, body: unknown): Reply {
    const old = this.byId(id);
    const values = readTemplateInput(body, this.behaviour, old);
    this.refuseDuplicate(values.name, id);
    // Two writes within a millisecond have two times.
    const updatedAt = Math.max(this.now(), old.updatedAt + 1);
    const template = { ...old, ...values, updatedAt };
    this.templates.set(id, template);
    return { status: 200, body: this.shown(template) };
  }

  delete(id: string): Reply {
    this.byId(id);
    this.templates.delete(id);
    return { status: 200, body: { object: "jwt_template", id, deleted: true } };
  }

  byName(name: string): JwtTemplate {
    const found = [...this.templates.values()].find((template) => template.name === name);
    if (found) return found;
    throw notFound("JWT template", `No JWT template exists with name: ${name}`);
  }

  /** For tests that reach behind the client's back: by id or by name. */
  find(idOrName: string): JwtTemplate {
    return this.templates.get(idOrName) ?? this.byName(idOrName);
  }

  private byId(id: string): JwtTemplate {
    const template = this.templates.get(id);
    if (template) return template;
    throw notFound("JWT template", `No JWT template exists with id: ${id}`);
  }

  private refuseDuplicate(name: string, own?: string): void {
    const taken = [...this.templates.values()].some(
      (item) => item.name === name && item.id !== own,
    );
    if (!taken) return;
    const { duplicateNameStatus: status, duplicateNameCode: code } = this.behaviour;
    const text = `A JWT template with the name ${name} already exists.`;
    throw new ApiError(status, [errorItem(code, "already exists", text, "name")]);
  }

  /** The signing key is never shown. */
  shown(template: JwtTemplate): JsonObject {
    const { id, name, claims, lifetime } = template;
    return {
      object: "jwt_template",
      id,
      name,
      claims: this.behaviour.sortClaims ? sorted(claims) : claims,
      lifetime,
      allowed_clock_skew: template.allowedClockSkew,
      custom_signing_key: template.customSigningKey,
      signing_algorithm: template.signingAlgorithm,
      created_at: template.createdAt,
      updated_at: template.updatedAt,
    };
  }
}

/** Routes of the templates below `/v1`; undefined where the method is not known. */
export function templateRoute(
  templates: JwtTemplates,
  method: string,
  id: string | undefined,
  query: URLSearchParams,
  body: () => unknown,
): Reply | undefined {
  if (id === undefined) {
    if (method === "GET") return templates.list(query);
    return method === "POST" ? templates.create(body()) : undefined;
  }
  if (id === "") throw apiError(404, "resource_not_found", "not found");
  if (method === "GET") return templates.read(id);
  if (method === "PATCH") return templates.update(id, body());
  return method === "DELETE" ? templates.delete(id) : undefined;
}
