import { typeChainOf } from "./mergeSteps";
import type { ResourceChange } from "./preview";

/** What a resource is in this project. */
export const Kind = {
  Engine: "Hasura engine (container)",
  Server: "Postgres server (container)",
  Container: "container",
  DataVolume: "database volume",
  Volume: "volume",
  Network: "network",
  Image: "image",
  Database: "database",
  Role: "database role",
  Schema: "database schema",
  Extension: "database extension",
  Grant: "database rights",
  Provider: "provider",
  Password: "generated secret",
  RandomId: "random id",
  JwtTemplate: "Clerk JWT template",
  PinnedJwks: "pinned key of the issuer",
  KeyPair: "signing key pair",
  CloudEnvironment: "variables of a Hasura Cloud project",
  Probe: "check of the running stack",
  Command: "step",
  Component: "component",
  Other: "resource",
} as const;
export type Kind = (typeof Kind)[keyof typeof Kind];

const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ["docker:index/container:Container", Kind.Container],
  ["docker:index/volume:Volume", Kind.Volume],
  ["docker:index/network:Network", Kind.Network],
  ["docker:index/remoteImage:RemoteImage", Kind.Image],
  ["postgresql:index/database:Database", Kind.Database],
  ["postgresql:index/role:Role", Kind.Role],
  ["postgresql:index/schema:Schema", Kind.Schema],
  ["postgresql:index/extension:Extension", Kind.Extension],
  ["postgresql:index/grant:Grant", Kind.Grant],
  ["random:index/randomPassword:RandomPassword", Kind.Password],
  ["random:index/randomId:RandomId", Kind.RandomId],
  ["command:local:Command", Kind.Command],
  ["pulumi-nodejs:dynamic/clerkHasura:JwtTemplate", Kind.JwtTemplate],
  ["pulumi-nodejs:dynamic/clerkHasura:PinnedJwks", Kind.PinnedJwks],
  ["pulumi-nodejs:dynamic/clerkHasura:KeyPair", Kind.KeyPair],
  ["pulumi-nodejs:dynamic/clerkHasura:CloudEnvironment", Kind.CloudEnvironment],
  ["pulumi-nodejs:dynamic/clerkHasura:Probe", Kind.Probe],
]);

/** Whether a resource is part of the component of the Postgres server. */
export function inServer({ urn }: Pick<ResourceChange, "urn">): boolean {
  return typeChainOf(urn).split("$").includes("clerk-hasura:index:PostgresServer");
}

/** Where a resource lies tells which of the two containers it belongs to: labels may be unknown, a URN is not. */
export function kindOf({ type, urn }: Pick<ResourceChange, "type" | "urn">): Kind {
  const known = KINDS.get(type);
  const around = typeChainOf(urn).split("$");
  const ofServer = inServer({ urn });
  if (known === Kind.Container && ofServer) return Kind.Server;
  if (known === Kind.Container && around.includes("clerk-hasura:index:HasuraEngine")) {
    return Kind.Engine;
  }
  if (known === Kind.Volume && ofServer) return Kind.DataVolume;
  if (known !== undefined) return known;
  if (type.startsWith("pulumi:providers:")) return Kind.Provider;
  if (type.startsWith("clerk-hasura:") || type.startsWith("pulumi:pulumi:")) return Kind.Component;
  return Kind.Other;
}

const NAMED = ["name"];
const CONTAINER = [
  ...NAMED,
  "cpus",
  "destroyGraceSeconds",
  "image",
  "maxRetryCount",
  "memory",
  "memoryReservation",
  "memorySwap",
  "mustRun",
  "networkMode",
  "restart",
  "shmSize",
  "stopTimeout",
  "user",
];

/** Properties whose values are public; every other value stays out of a report. */
const PUBLIC: ReadonlyMap<Kind, readonly string[]> = new Map<Kind, readonly string[]>([
  [Kind.Engine, CONTAINER],
  [Kind.Server, CONTAINER],
  [Kind.Container, ["image", "memory", "memorySwap", "name", "restart"]],
  [Kind.DataVolume, [...NAMED, "driver"]],
  [Kind.Volume, [...NAMED, "driver"]],
  [Kind.Network, [...NAMED, "driver", "internal"]],
  [Kind.Image, [...NAMED, "keepLocally"]],
  [Kind.Database, [...NAMED, "encoding", "lcCollate", "lcCtype", "owner", "template"]],
  [Kind.Role, [...NAMED, "login", "superuser"]],
  [Kind.Extension, [...NAMED, "database", "schema"]],
  [Kind.Grant, ["database", "objectType", "role", "schema"]],
  [Kind.Password, ["length", "special"]],
  [Kind.RandomId, ["byteLength"]],
  [
    Kind.JwtTemplate,
    [...NAMED, "allowedSkewSeconds", "apiUrl", "lifetimeSeconds", "signingAlgorithm"],
  ],
  [Kind.PinnedJwks, ["fingerprint", "jwksUrl", "keyId"]],
  [Kind.KeyPair, ["algorithm"]],
  [Kind.CloudEnvironment, ["apiUrl", "overwrite", "projectId"]],
  [Kind.Probe, ["endpoint", "issuer", "jwksUrl", "unauthorizedRole"]],
]);

/** Properties whose values may be shown. */
export function publicPropertiesOf(kind: Kind): readonly string[] {
  return PUBLIC.get(kind) ?? [];
}

/** Whether the values of a property may be shown. */
export function isPublicProperty(kind: Kind, property: string): boolean {
  return publicPropertiesOf(kind).includes(property);
}
