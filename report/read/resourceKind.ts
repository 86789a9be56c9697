import { ResourceType } from "../../infra/docker/resourceTypes";
import { type ResourceChange, typeChainOf } from "./preview";

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
  Grant: "database privileges",
  Provider: "provider",
  Password: "generated secret",
  RandomId: "random id",
  JwtTemplate: "Clerk JWT template",
  PinnedJwks: "pinned key of the issuer",
  KeyPair: "signing key pair",
  CloudEnvironment: "variables of a Hasura Cloud project",
  Probe: "check of the running stack",
  HasuraSchema: "migrations and metadata",
  Command: "step",
  Component: "component",
  Other: "resource",
} as const;
export type Kind = (typeof Kind)[keyof typeof Kind];

const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  [ResourceType.Container, Kind.Container],
  [ResourceType.Volume, Kind.Volume],
  [ResourceType.Network, Kind.Network],
  [ResourceType.RemoteImage, Kind.Image],
  [ResourceType.Database, Kind.Database],
  [ResourceType.Role, Kind.Role],
  [ResourceType.Schema, Kind.Schema],
  [ResourceType.Extension, Kind.Extension],
  [ResourceType.Grant, Kind.Grant],
  [ResourceType.RandomPassword, Kind.Password],
  [ResourceType.RandomId, Kind.RandomId],
  [ResourceType.Command, Kind.Command],
  [ResourceType.JwtTemplate, Kind.JwtTemplate],
  [ResourceType.PinnedJwks, Kind.PinnedJwks],
  [ResourceType.KeyPair, Kind.KeyPair],
  [ResourceType.CloudEnvironment, Kind.CloudEnvironment],
  [ResourceType.Probe, Kind.Probe],
  [ResourceType.HasuraSchema, Kind.HasuraSchema],
]);

/** Whether a resource is part of the component of the Postgres server. */
export function inServer({ urn }: Pick<ResourceChange, "urn">): boolean {
  return typeChainOf(urn).split("$").includes(ResourceType.PostgresServer);
}

/** Whether a resource tells who may call the engine, also where it does not change. */
export function tellsCallers(resource: Pick<ResourceChange, "type" | "urn">): boolean {
  const kind = kindOf(resource);
  return kind === Kind.Probe || kind === Kind.Engine;
}

/** The parents decide which of the two containers it is: labels may be unknown, a URN is not. */
export function kindOf({ type, urn }: Pick<ResourceChange, "type" | "urn">): Kind {
  const known = KINDS.get(type);
  const ofServer = inServer({ urn });
  if (known === Kind.Container && ofServer) return Kind.Server;
  if (known === Kind.Container && typeChainOf(urn).split("$").includes(ResourceType.HasuraEngine)) {
    return Kind.Engine;
  }
  if (known === Kind.Volume && ofServer) return Kind.DataVolume;
  if (known !== undefined) return known;
  if (type.startsWith("pulumi:providers:")) return Kind.Provider;
  if (type.startsWith("clerk-hasura:") || type.startsWith("pulumi:pulumi:")) return Kind.Component;
  return Kind.Other;
}
