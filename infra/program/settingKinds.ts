import type * as pulumi from "@pulumi/pulumi";
import type { ClerkHasuraArgs } from "../settings/clerkHasuraArgs";

/** How a setting is written in a stack's configuration. */
export const SettingKind = {
  Text: "text",
  Secret: "secret text",
  Number: "number",
  Boolean: "true or false",
  List: "list",
  /** An object whose values are texts. */
  Record: "object",
  SecretRecord: "secret object",
  /** An object with a form of its own, which its own rules check. */
  Form: "form",
} as const;
export type SettingKind = (typeof SettingKind)[keyof typeof SettingKind];

type KindOf<T> = T extends string
  ? "text" | "secret text"
  : T extends number
    ? "number"
    : T extends boolean
      ? "true or false"
      : T extends readonly unknown[]
        ? "list"
        : string extends keyof T
          ? "object" | "secret object" | "form"
          : KindsOf<T> | "form";

/** A kind for every argument, so that the compiler asks for the kind of a new one. */
type KindsOf<T> = { readonly [K in keyof T]-?: KindOf<NonNullable<T[K]>> };

/** Kinds by name, as deep as settings are. */
export interface SettingKinds {
  readonly [name: string]: SettingKind | SettingKinds;
}

const {
  Text,
  Secret,
  Number: Num,
  Boolean: Bool,
  List,
  Record: Rec,
  SecretRecord,
  Form,
} = SettingKind;

/** Every setting of a stack: the component's arguments. */
export const SETTING_KINDS = {
  preset: Text,
  allowInProduction: List,
  dockerHost: Text,
  probe: Bool,
  suspended: Bool,
  identity: {
    publishableKey: Text,
    frontendApi: Text,
    jwksUrl: Text,
    signingKey: { algorithm: Text, key: Secret },
    issuer: Text,
    audience: List,
    allowedSkewSeconds: Num,
    claims: Text,
    jwks: Text,
    pinnedKeyId: Text,
    claimsNamespace: Text,
    claimsNamespacePath: Text,
    claimsFormat: Text,
    claimsMap: Form,
    header: { type: Text, name: Text },
    defaultRole: Text,
    allowedRoles: List,
    unauthorizedRole: Text,
    allowHttpJwks: Bool,
  },
  template: {
    secretKey: Secret,
    name: Text,
    claims: Form,
    shortcodes: List,
    lifetimeSeconds: Num,
    allowedSkewSeconds: Num,
    signingKey: { algorithm: Text, key: Secret, rotation: Text },
    adopt: Bool,
    importId: Text,
    apiUrl: Text,
  },
  schema: {
    path: Text,
    image: Text,
    accept: List,
    timeoutSeconds: Num,
  },
  hasura: {
    image: Text,
    requireClaims: Bool,
    port: Num,
    bindAddress: Text,
    adminSecret: Secret,
    console: Bool,
    devMode: Bool,
    corsDomains: List,
    enabledApis: List,
    logTypes: List,
    env: SecretRecord,
    memoryMb: Num,
    cpus: Num,
    graceSeconds: Num,
    networks: List,
    extraHosts: Rec,
    caCertificates: List,
  },
  postgres: {
    image: Text,
    majorVersion: Num,
    metadataDatabase: Text,
    applicationDatabase: Text,
    engineRole: Text,
    ownerRole: Text,
    readOnlyRole: Text,
    adopt: List,
    adoptVolume: Text,
    extensions: List,
    collation: Text,
    characterType: Text,
    port: Num,
    bindAddress: Text,
    parameters: Rec,
    shmSizeMb: Num,
    memoryMb: Num,
    cpus: Num,
    graceSeconds: Num,
    protectData: Bool,
    external: {
      host: Text,
      engineHost: Text,
      port: Num,
      enginePort: Num,
      user: Text,
      password: Secret,
      database: Text,
      sslMode: Text,
      superuser: Bool,
    },
  },
} as const satisfies KindsOf<pulumi.Unwrap<ClerkHasuraArgs>>;

function pathsOf(kinds: SettingKinds, prefix = ""): [path: string, kind: SettingKind][] {
  return Object.entries(kinds).flatMap(([name, kind]): [string, SettingKind][] =>
    typeof kind === "string" ? [[`${prefix}${name}`, kind]] : pathsOf(kind, `${prefix}${name}.`),
  );
}

/** Every setting by its path, such as `hasura.port`. */
export const SETTING_PATHS: ReadonlyMap<string, SettingKind> = new Map(pathsOf(SETTING_KINDS));
