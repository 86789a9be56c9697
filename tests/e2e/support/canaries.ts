import { randomBytes } from "node:crypto";
import { Encoding, spellingsOf, stretchesOf } from "../../support/encodings";
import type { StackConfig, TestStack } from "./testStack";

/** A value that must be seen nowhere, and what it is. */
export interface Canary {
  what: string;
  value: string;
}

/** Stretches of a canary that belong to it alone: a key within a JWT secret is the key's, not the JWT secret's. */
function ownStretches({ value }: Canary, canaries: readonly Canary[]): string[] {
  const shorter = canaries.filter((other) => other.value.length < value.length);
  return stretchesOf(value).filter((it) => !shorter.some((other) => other.value.includes(it)));
}

function waysIn(text: string, canary: Canary, canaries: readonly Canary[]): string[] {
  const spellings = spellingsOf(canary.value);
  spellings[Encoding.Plain].push(...ownStretches(canary, canaries));
  return Object.entries(spellings)
    .filter(([, them]) => them.some((one) => text.includes(one)))
    .map(([how]) => how);
}

/** Names every canary that a text holds, in any of six encodings; the values themselves are not named. */
export function leaksIn(text: string, canaries: readonly Canary[]): string[] {
  return canaries.flatMap((one) => waysIn(text, one, canaries).map((how) => `${one.what} ${how}`));
}

/** The canaries that a text holds. */
export function canariesIn(text: string, canaries: readonly Canary[]): Canary[] {
  return canaries.filter((one) => waysIn(text, one, canaries).length > 0);
}

interface Exported {
  deployment?: {
    resources?: { type: string; urn: string; outputs?: Record<string, unknown> }[];
  };
}

function plainOf(value: unknown): string {
  const { plaintext } = (value ?? {}) as { plaintext?: string };
  if (typeof plaintext === "string") return String(JSON.parse(plaintext));
  return typeof value === "string" ? value : "";
}

/** Every password that the stack has generated, out of an export with its secrets in plain. */
export function generatedPasswords(exported: string): Canary[] {
  const { deployment } = JSON.parse(exported) as Exported;
  return (deployment?.resources ?? [])
    .filter(({ type }) => type === "random:index/randomPassword:RandomPassword")
    .map(({ urn, outputs }) => ({
      what: urn.split("::").at(-1) ?? urn,
      value: plainOf(outputs?.result),
    }));
}

/** A stack and the secrets that were given to it. */
export interface SecretSubject {
  stack: TestStack;
  config: StackConfig;
  given: Canary[];
  /** Settings whose change makes new containers or a new remote resource. */
  change: StackConfig;
  stop(): Promise<void>;
}

/** A text that nothing else has, with characters that each encoding writes in its own way. */
export function canaryValue(name: string): string {
  return `canary${name}${randomBytes(24).toString("hex")}+/%$x`;
}

/** What was given to a stack of the program, and what it made by itself. */
export async function everySecret({ stack, given }: SecretSubject): Promise<Canary[]> {
  const { jwtSecret, databaseUrl } = await stack.outputs();
  const { key } = JSON.parse(jwtSecret) as { key?: string };
  const exported = await stack.demand(["stack", "export", "--show-secrets"]);
  return [
    ...given,
    { what: "the JWT secret", value: jwtSecret },
    { what: "the database's URL", value: databaseUrl },
    { what: "the engine's password", value: new URL(databaseUrl).password },
    ...(key === undefined ? [] : [{ what: "the signing key", value: key }]),
    ...generatedPasswords(exported.stdout).filter(({ value }) => value !== ""),
  ];
}

/** The settings that a change is taken back with. */
export function withoutChange(config: StackConfig, change: StackConfig): StackConfig {
  const changed = Object.keys({ ...change.plain, ...change.secret });
  const pick = (settings: Record<string, string> = {}) =>
    Object.fromEntries(Object.entries(settings).filter(([key]) => changed.includes(key)));
  const [plain, secret] = [pick(config.plain), pick(config.secret)];
  return { plain, secret, absent: changed.filter((key) => !(key in plain) && !(key in secret)) };
}
