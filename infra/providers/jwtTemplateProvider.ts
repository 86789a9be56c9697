import { isDeepStrictEqual } from "node:util";
import type { dynamic } from "@pulumi/pulumi";
import { DEFAULT_CLERK_API_URL } from "../clerk/clerkApi";
import {
  DEFAULT_LIFETIME_SECONDS,
  DEFAULT_TEMPLATE_SKEW_SECONDS,
} from "../clerk/template/checkTemplate";
import { type RemoteError, remoteError } from "../http/remoteError";
import { isObject } from "../validation/isObject";
import type { ClerkAccess } from "./callClerk";
import { type ClerkTemplate, ClerkTemplates, type WantedTemplate } from "./clerkTemplates";

/** Inputs of the resource, which its outputs repeat; plain text, secrets included, so never to be logged. */
interface JwtTemplateProps extends ClerkAccess, WantedTemplate {
  adopt?: boolean;
  importId?: string;
}

/** The settings that lie in Clerk, and how to get there; adopt and importId count only when the resource is created. */
const COMPARED = [
  "apiUrl",
  "secretKey",
  "name",
  "claims",
  "lifetimeSeconds",
  "allowedSkewSeconds",
  "signingAlgorithm",
  "signingKey",
] as const satisfies readonly (keyof JwtTemplateProps)[];

async function create(inputs: unknown): Promise<dynamic.CreateResult> {
  const props = jwtTemplateProps(inputs);
  const templates = templatesOf(props);
  const old = await templateToTake(templates, props);
  const made =
    old === undefined
      ? await templates.create(wantedTemplate(props))
      : await templates.update(old.id, wantedTemplate(props));
  if (made === undefined) throw missing(props, `${old?.id} disappeared while it was adopted`);
  return { id: made.id, outs: outsOf(props, made) };
}

/** The template that a create takes over; undefined to make a new one. */
async function templateToTake(
  templates: ClerkTemplates,
  props: JwtTemplateProps,
): Promise<ClerkTemplate | undefined> {
  const { importId, name } = props;
  if (importId !== undefined) {
    const named = await templates.read(importId);
    if (named !== undefined) return named;
    throw missing(props, `importId names ${importId}, which this Clerk instance does not have`);
  }
  const existing = await templates.findByName(name);
  if (existing === undefined || props.adopt === true) return existing;
  throw failed(
    props,
    `exists already in this Clerk instance (${existing.id}); if this stack made it under another resource name, give the resource its old name in aliases; to take over one that nothing else manages, set adopt: true or importId: "${existing.id}", which overwrites its settings, and remove that setting after the first up; or choose another name`,
  );
}

async function diff(_id: string, olds: unknown, news: unknown): Promise<dynamic.DiffResult> {
  const before = jwtTemplateProps(olds);
  const after = jwtTemplateProps(news);
  // An unknown value of a preview differs from whatever is in the state.
  const changes = COMPARED.some((key) => !isDeepStrictEqual(before[key], after[key]));
  return { changes, replaces: [] };
}

async function update(id: string, _olds: unknown, news: unknown): Promise<dynamic.UpdateResult> {
  const props = jwtTemplateProps(news);
  const updated = await templatesOf(props).update(id, wantedTemplate(props));
  if (updated !== undefined) return { outs: outsOf(props, updated) };
  throw missing(props, `${id} is in the state, but not in this Clerk instance`);
}

async function read(id: string, olds?: unknown): Promise<dynamic.ReadResult> {
  const props = jwtTemplateProps(olds);
  const shown = await templatesOf(props).read(id);
  // The engine takes a resource without an id for one that is gone.
  if (shown === undefined) return { id: "", props: {} };
  const inputs = asShown(props, shown);
  return { id, props: outsOf(inputs, shown), inputs: { ...inputs } };
}

/** The inputs with what Clerk adds; `updatedAt` tells a delete whether anybody wrote the template since. */
function outsOf(props: JwtTemplateProps, { id, updatedAt }: ClerkTemplate) {
  return { ...props, templateId: id, ...(updatedAt === undefined ? {} : { updatedAt }) };
}

/**
 * The inputs that would have made what Clerk shows, so that the next update restores what was changed by hand. The
 * signing key is never shown: the state's stays while Clerk signs with a key of the same algorithm, otherwise it goes.
 */
function asShown(props: JwtTemplateProps, shown: ClerkTemplate): JwtTemplateProps {
  const { signingAlgorithm: before, signingKey, ...rest } = props;
  const { name, claims, lifetimeSeconds, allowedSkewSeconds, customSigningKey } = shown;
  const settings = { ...rest, name, claims, lifetimeSeconds, allowedSkewSeconds };
  if (!customSigningKey) return settings;
  const signingAlgorithm = shown.signingAlgorithm ?? before ?? "unknown";
  const isSame = signingKey !== undefined && signingAlgorithm === before;
  return { ...settings, signingAlgorithm, ...(isSame ? { signingKey } : {}) };
}

/**
 * Deletes the template unless it was written since. A resource that was renamed and adopts its own template is two to the
 * engine, which makes the new one and then deletes the old one, with the template that both have.
 */
async function remove(id: string, olds: unknown): Promise<void> {
  const props = jwtTemplateProps(olds);
  const templates = templatesOf(props);
  const known = isObject(olds) ? olds.updatedAt : undefined;
  const { updatedAt } = (typeof known === "number" ? await templates.read(id) : undefined) ?? {};
  if (updatedAt === undefined || updatedAt === known) return templates.delete(id);
  throw failed(
    props,
    `is not deleted: ${id} was written after this resource last wrote or read it; if another resource took it over (adopt, importId), remove this one from the state with \`pulumi state delete <urn>\`; if it was changed in Clerk and should be deleted, run \`pulumi refresh\` first`,
  );
}

function templatesOf(props: JwtTemplateProps): ClerkTemplates {
  const { apiUrl, secretKey } = props;
  return new ClerkTemplates({ apiUrl, secretKey, secrets: secretsOf(props) });
}

function secretsOf({ secretKey, signingKey }: JwtTemplateProps): string[] {
  return signingKey === undefined ? [secretKey] : [secretKey, signingKey];
}

function failed(props: JwtTemplateProps, text: string): RemoteError {
  return remoteError(`JWT template ${JSON.stringify(props.name)} ${text}`, secretsOf(props));
}

function missing(props: JwtTemplateProps, found: string): RemoteError {
  return failed(
    props,
    `was not found: ${found}; if it was deleted, run \`pulumi refresh\` and then \`pulumi up\`, which creates it again (without importId), or, where the old key is revoked, \`pulumi state delete <urn>\` instead of the refresh; otherwise check that the secret key belongs to the instance that holds it`,
  );
}

/**
 * Reads the properties that the engine hands over. Previews put a text in the place of what is not known yet, and a
 * state may come from another release: a value of another type stays as it is, because only comparisons meet it.
 */
function jwtTemplateProps(properties: unknown): JwtTemplateProps {
  const given = isObject(properties) ? properties : {};
  const required = {
    apiUrl: given.apiUrl ?? DEFAULT_CLERK_API_URL,
    secretKey: given.secretKey ?? "",
    name: given.name ?? "",
    claims: given.claims ?? {},
    lifetimeSeconds: given.lifetimeSeconds ?? DEFAULT_LIFETIME_SECONDS,
    allowedSkewSeconds: given.allowedSkewSeconds ?? DEFAULT_TEMPLATE_SKEW_SECONDS,
  };
  // Absent rather than undefined, which the plugin protocol cannot carry.
  const optional = ["signingAlgorithm", "signingKey", "adopt", "importId"]
    .map((key) => [key, given[key]])
    .filter(([, value]) => value !== undefined && value !== null && value !== "");
  return { ...required, ...Object.fromEntries(optional) } as JwtTemplateProps;
}

/** The template that the properties describe. */
function wantedTemplate(props: JwtTemplateProps): WantedTemplate {
  const { apiUrl: _url, secretKey: _key, adopt: _adopt, importId: _id, ...wanted } = props;
  return wanted;
}

/**
 * Manages a JWT template of a Clerk instance. A new name, lifetime, key or secret key changes the template in place;
 * nothing ever replaces it. `adopt` and `importId` count only when the resource is created, a later change is ignored.
 */
export const jwtTemplateProvider: dynamic.ResourceProvider = {
  create,
  diff,
  update,
  read,
  delete: remove,
};
