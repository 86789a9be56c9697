import { StartupError } from "./engineError";

export type ProcessEnvironment = Record<string, string | undefined>;

export function fail(name: string, reason: string): never {
  throw new StartupError(`Fatal Error:- Environment variable HASURA_GRAPHQL_${name}: ${reason}`);
}

/** Reads typed values of HASURA_GRAPHQL_ variables with the engine's refusals (Env.hs). */
export class EnvironmentReader {
  private readonly env: ProcessEnvironment;

  constructor(env: ProcessEnvironment) {
    this.env = env;
  }

  text(name: string): string | undefined {
    return this.env[`HASURA_GRAPHQL_${name}`];
  }

  boolean(name: string, fallback: boolean): boolean {
    const value = this.text(name)?.toLowerCase();
    if (value === undefined) return fallback;
    if (["true", "t", "yes", "y"].includes(value)) return true;
    if (["false", "f", "no", "n"].includes(value)) return false;
    return fail(
      name,
      ' Not a valid boolean text. True values are ["true","t","yes","y"] and  ' +
        'False values are ["false","f","no","n"]. All values are case insensitive',
    );
  }

  integer(name: string, fallback: number): number {
    const value = this.text(name);
    if (value === undefined) return fallback;
    if (/^\d+$/.test(value)) return Number(value);
    const negative = /^-\d+$/.test(value);
    return fail(
      name,
      negative ? "Only expecting a non negative numeric" : "Prelude.read: no parse",
    );
  }

  port(name: string, fallback: number): number {
    const value = this.text(name);
    if (value === undefined) return fallback;
    if (/^\d+$/.test(value) && Number(value) < 65_536) return Number(value);
    return fail(name, "Only expecting a value between 0 and 65535");
  }

  /** `*` alone, or origins with a scheme; everything else stops the engine (Hasura.Server.Cors). */
  origins(name: string): string[] {
    const value = this.text(name) ?? "*";
    if (value === "*") return ["*"];
    const items = value.split(",").map((item) => item.trim());
    const wrong = items.find((item) => !/^[A-Za-z0-9+.-]+:\/\/./.test(item));
    if (wrong === undefined) return items;
    const rule = "All domains should have scheme + (optional wildcard) host + (optional port)";
    return fail(name, `invalid domain: '${wrong}'. ${rule}`);
  }

  list(name: string, allowed: string[], fallback: string[], refusal: string): string[] {
    const value = this.text(name);
    if (value === undefined) return fallback;
    const items = value.split(",").map((item) => item.trim());
    return items.every((item) => allowed.includes(item)) ? items : fail(name, refusal);
  }

  /** A variable of the double, which no engine knows. */
  own(name: string): string | undefined {
    return this.env[`CLERK_HASURA_DOUBLE_${name}`];
  }
}
