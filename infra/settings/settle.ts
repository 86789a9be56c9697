import { isAbsolute } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { fetchesKeys, type IdentityReading, type ResolvedIdentity } from "../clerk/identity";
import type { ClerkInstance } from "../clerk/publishableKey";
import { type HasuraSettings, readHasura, settleHasura } from "../hasura/checkHasura";
import { Preset, refuses, type Stage } from "../hasura/hasuraArgs";
import { type PostgresSettings, readPostgres, settlePostgres } from "../postgres/checkPostgres";
import { type SchemaSettings, settleSchema } from "../schema/checkSchema";
import { type Problem, ProblemList, quoted } from "../validation/problems";
import { flag, group, list, object, oneOf, plain, text, whole } from "../validation/shape";
import { ALLOWABLE, checkProduction } from "./checkProduction";
import type { ClerkHasuraArgs } from "./clerkHasuraArgs";
import { KeyMaker, keyMaker, namesClerk, settleIdentity } from "./identity";
import { checkKeyKind } from "./jwtTemplate";
import { readTemplate, settleTemplate, type TemplateSettings } from "./template";

/** What a stack is settled to. A setting that only an Output will tell has its default here and is settled later. */
export interface Settings {
  stage: Stage;
  suspended: boolean;
  probe: boolean;
  keyMaker: KeyMaker;
  /** Whether the engine fetches a key set, and is given no key. */
  fetchesKeys: boolean;
  /** Absent where a part of it is known only later. */
  identity?: ResolvedIdentity;
  hasura: HasuraSettings;
  postgres: PostgresSettings;
  schema?: SchemaSettings;
  /** Absent without a template, or where a part of it is known only later. */
  template?: TemplateSettings;
}

/** The settings, or everything that is wrong with the arguments. */
export type Settled =
  | { settings: Settings; problems?: undefined }
  | { problems: readonly Problem[]; settings?: undefined };

const FIELDS = {
  preset: plain(oneOf<Preset>(Object.values(Preset))),
  identity: whole(object),
  hasura: whole(object),
  postgres: whole(object),
  schema: whole(object),
  template: whole(object),
  allowInProduction: plain(list(text)),
  dockerHost: text,
  probe: plain(flag),
  suspended: plain(flag),
};

/**
 * Settles the arguments of a stack as far as they are known before any resource exists: shape, bounds, defaults, what the production
 * preset refuses, agreement of template and identity, clashes between parts; all problems together. What is an Output, such as a
 * secret, is settled by the functions of its part once it is known.
 */
export function settle(args: ClerkHasuraArgs): Settled {
  const problems = new ProblemList();
  const { suspended = false, probe = false, ...top } = group(FIELDS)(args, "", problems) ?? {};
  const parts = top as ClerkHasuraArgs;
  const stage = stageOf(parts, problems);
  const hasura = problems.isLeftOut("hasura")
    ? settleHasura({}, stage.preset)
    : engineSettings(parts.hasura, stage, problems);
  const postgres = readPostgres(parts.postgres, problems);
  checkPassword(parts, problems);
  const reading = problems.isLeftOut("identity") ? {} : settleIdentity(parts, stage, problems);
  const { identity, key } = reading as Partial<IdentityReading>;
  const template = templateOf(parts, stage, key?.facts.instance, problems);
  const schema = schemaOf(parts, stage, hasura.image, problems);
  checkProduction({ postgres }, stage, problems);
  const settled = { hasura, postgres: settlePostgres(postgres) };
  if (parts.postgres?.external === undefined) checkPorts(settled, problems);
  if (problems.size > 0) return { problems: problems.list() };
  const maker = keyMaker(parts);
  return {
    settings: {
      ...settled,
      stage,
      suspended,
      probe,
      keyMaker: maker,
      fetchesKeys: maker === KeyMaker.Issuer && fetchesKeys(parts.identity ?? {}),
      ...(identity && { identity }),
      ...(schema && { schema }),
      ...(template && { template }),
    },
  };
}

/** Settles what is said of the engine, once more where a part of it was an Output. */
export function engineSettings(raw: unknown, stage: Stage, problems: ProblemList): HasuraSettings {
  const given = readHasura(raw, stage, problems);
  checkProduction({ hasura: given }, stage, problems);
  return settleHasura(given, stage.preset);
}

/** A preset that is refused by itself is not judged as production, too. */
function stageOf(
  { preset, allowInProduction = [] }: ClerkHasuraArgs,
  problems: ProblemList,
): Stage {
  allowInProduction.forEach((path, index) => {
    if (ALLOWABLE.includes(path)) return;
    const reason = `${quoted(path)} is refused by no preset; allowed: ${ALLOWABLE.join(", ")}; correct it or remove it`;
    problems.add(`allowInProduction[${index}]`, reason);
  });
  const otherwise = problems.isLeftOut("preset") ? Preset.Development : Preset.Production;
  return { preset: preset ?? otherwise, allowed: allowInProduction };
}

function templateOf(
  { template, identity = {} }: ClerkHasuraArgs,
  stage: Stage,
  instance: ClerkInstance | undefined,
  problems: ProblemList,
): TemplateSettings | undefined {
  if (template === undefined) return undefined;
  const given = readTemplate(template, problems);
  if (given.secretKey === undefined && !problems.isLeftOut("template.secretKey")) {
    const reason =
      "is missing; copy it from Clerk's dashboard (API keys), and check the variable that it is read from";
    problems.add("template.secretKey", reason);
  }
  if (!namesClerk(identity)) {
    const reason =
      "manages a template of a Clerk instance that is not known; set identity.publishableKey or identity.frontendApi too";
    problems.add("template.secretKey", reason);
  }
  if (identity.signingKey !== undefined) {
    const reason =
      "is not the key that this template signs with; remove it, and set template.signingKey, which gives one key to both sides";
    problems.add("identity.signingKey", reason);
  }
  const preset = secretKeyPreset(stage);
  checkKeyKind(given.secretKey, { preset, instance }, "template.secretKey", problems);
  return settleTemplate(given, identity, problems);
}

function schemaOf(
  { schema, hasura }: ClerkHasuraArgs,
  stage: Stage,
  engineImage: string,
  problems: ProblemList,
): SchemaSettings | undefined {
  if (schema === undefined) return undefined;
  // Its problems were reported with the engine's settings.
  const unreported = new ProblemList();
  const { env } = readHasura(hasura, stage, unreported);
  const known = env !== undefined || !unreported.isLeftOut("hasura.env");
  const seeds = stage.preset === Preset.Development;
  const names = known ? Object.keys(env ?? {}) : undefined;
  const base = programFolder();
  return settleSchema(schema, { base, engineImage, env: names, seeds }, problems);
}

/** Folder of Pulumi.yaml; empty where it is that of the process. */
export function programFolder(): string {
  const root = pulumi.getRootDirectory();
  // Under Pulumi's mocks it is no path.
  return isAbsolute(root) ? root : "";
}

/** The kind of secret key that belongs into a stack; undefined where a production stack may be at a development instance. */
export function secretKeyPreset(stage: Stage): Preset | undefined {
  const waived = ["template.secretKey", "identity.publishableKey", "identity.frontendApi"];
  if (stage.preset === Preset.Development) return stage.preset;
  return waived.every((path) => refuses(stage, path)) ? stage.preset : undefined;
}

/** The password is settled apart from the rest of an external server, so that it is missed here alone. */
function checkPassword({ postgres }: ClerkHasuraArgs, problems: ProblemList): void {
  const { external } = postgres ?? {};
  const path = "postgres.external";
  if (external === undefined || external.password !== undefined || problems.isLeftOut(path)) return;
  problems.add(`${path}.password`, "is missing; set it");
}

function checkPorts(
  { hasura, postgres }: Pick<Settings, "hasura" | "postgres">,
  problems: ProblemList,
): void {
  if (["hasura.port", "postgres.port"].some((path) => problems.isLeftOut(path))) return;
  if (hasura.port !== postgres.port) return;
  problems.add(
    "postgres.port",
    `is ${hasura.port} like hasura.port; allowed: two different ports; change one of them`,
  );
}
