import { jwtTemplateProvider as provider } from "../../../infra/providers/jwtTemplateProvider";
import { withClerk } from "./remoteTest";

export const LOADER = "exports.handler = () => {}";
export const CLAIMS = { role: "user", nested: { b: 1, a: ["{{user.id}}"] } };
export const SHARED_KEY = "a-shared-key-of-more-than-32-letters!";
export const SIGNED = { signingAlgorithm: "HS256", signingKey: SHARED_KEY };

export type Props = Record<string, unknown>;

/** The provider's calls as the engine makes them, against a double for the suite around it. */
export function withTemplates() {
  const clerk = withClerk();
  const stored = (idOrName: string) => clerk().templates.find(idOrName);

  function inputs(changes: Props = {}): Props {
    const { apiUrl, secretKey } = clerk();
    const settings = { name: "hasura", claims: CLAIMS, lifetimeSeconds: 90, allowedSkewSeconds: 7 };
    return { apiUrl, secretKey, ...settings, adopt: false, __provider: LOADER, ...changes };
  }

  async function created(changes: Props = {}): Promise<{ id: string; outs: Props }> {
    const { id, outs } = await provider.create(inputs(changes));
    return { id, outs: { ...outs, __provider: LOADER } };
  }

  /** Changes a template behind the provider's back. */
  function change(id: string, body: Props): void {
    const { name, claims, lifetime } = stored(id);
    clerk().templates.update(id, { name, claims, lifetime, allowed_clock_skew: 7, ...body });
  }

  return { clerk, stored, inputs, created, change };
}

export async function changes(olds: Props, news: Props): Promise<boolean | undefined> {
  return (await provider.diff?.("jtmp_1", olds, news))?.changes;
}

export async function read(id: string, olds?: Props) {
  if (provider.read === undefined) throw new Error("the provider reads nothing");
  return provider.read(id, olds);
}

export async function update(id: string, olds: Props, news: Props): Promise<Props> {
  return (await provider.update?.(id, olds, news))?.outs;
}

export async function remove(id: string, olds: Props): Promise<void> {
  await provider.delete?.(id, olds);
}
