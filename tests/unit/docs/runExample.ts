import * as pulumi from "@pulumi/pulumi";
import ts from "typescript";
import * as publicSurface from "../../../infra";
import { type Registration, recordGraph } from "../../support/recordGraph";
import { PK } from "../clerk/soundIdentity";

/** Keys of the instance that goes with the example's preset. */
const keysOf = (code: string) =>
  code.includes("Preset.Development")
    ? { publishableKey: PK, clerkSecretKey: "sk_test_abc" }
    : { publishableKey: "pk_live_Y2xlcmsuZXhhbXBsZS5jb20k", clerkSecretKey: "sk_live_abc" };
/** What else the configuration of whoever copies an example would hold. */
const CONFIG: Readonly<Record<string, string>> = {
  adminSecret: "abc",
  externalPassword: "abc",
  paymentApiKey: "abc",
  projectId: "00000000-0000-0000-0000-000000000000",
  token: "abc",
};
const OPTIONS = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };

/** Runs a program against mocks; rejects where the program would be refused. */
export async function runExample(code: string): Promise<Registration[]> {
  const { outputText } = ts.transpileModule(code, { compilerOptions: OPTIONS });
  const load = (name: string): unknown => (name === "clerk-hasura" ? publicSurface : require(name));
  const config = Object.entries({ ...CONFIG, ...keysOf(code) }).map(([key, value]) => [
    `shop:${key}`,
    value,
  ]);
  pulumi.runtime.setAllConfig(Object.fromEntries(config));
  try {
    return await recordGraph(() => new Function("require", "exports", outputText)(load, {}));
  } finally {
    pulumi.runtime.setAllConfig({});
  }
}
