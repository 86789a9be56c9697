import * as pulumi from "@pulumi/pulumi";
import { type Canary, canaryValue } from "../../e2e/support/canaries";
import type { Scenario } from "./scenarios";

type Settings = Readonly<Record<string, string>>;

const ADMIN = canaryValue("Admin");
const VARIABLE = canaryValue("Variable");
const PASSWORD = canaryValue("Password");
const TOKEN = canaryValue("Token");

function example(name: string, settings: Settings, given: Canary[], load: () => object): Scenario {
  return {
    title: `the example ${name}`,
    given,
    build: () => {
      const named = Object.entries(settings).map(([key, value]) => [`shop:${key}`, value]);
      pulumi.runtime.setAllConfig(Object.fromEntries(named));
      // A program's exports are made when it is loaded; that happens once a process.
      return { ...load() };
    },
  };
}

/** The programs in `examples` that mark secrets by themselves. */
export const EXAMPLE_SCENARIOS: readonly Scenario[] = [
  example(
    "externalPostgres",
    { databaseHost: "db.example.com", databaseUser: "owner", databasePassword: PASSWORD },
    [{ what: "the external password", value: PASSWORD }],
    () => require("../../../examples/externalPostgres/index"),
  ),
  example(
    "hasuraCloud",
    {
      publishableKey: `pk_live_${Buffer.from("clerk.example.com$").toString("base64")}`,
      projectId: "7a79cf94-0e53-4520-a560-1b02bf522f08",
      token: TOKEN,
      adminSecret: ADMIN,
      env: JSON.stringify({ EXTRA: VARIABLE }),
    },
    [
      { what: "the Cloud token", value: TOKEN },
      { what: "the admin secret", value: ADMIN },
      { what: "the variable", value: VARIABLE },
    ],
    () => require("../../../examples/hasuraCloud/index"),
  ),
];
