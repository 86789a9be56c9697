import { randomBytes } from "node:crypto";
import { type Canary, generatedPasswords } from "./canaries";
import type { StackConfig, TestStack } from "./testStack";

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
