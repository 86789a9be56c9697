/** Type tokens of the resources that this project knows, as previews and states spell them. */
export const ResourceType = {
  Container: "docker:index/container:Container",
  Network: "docker:index/network:Network",
  RemoteImage: "docker:index/remoteImage:RemoteImage",
  Volume: "docker:index/volume:Volume",
  Database: "postgresql:index/database:Database",
  Extension: "postgresql:index/extension:Extension",
  Grant: "postgresql:index/grant:Grant",
  Role: "postgresql:index/role:Role",
  Schema: "postgresql:index/schema:Schema",
  PostgresProvider: "pulumi:providers:postgresql",
  RandomId: "random:index/randomId:RandomId",
  RandomPassword: "random:index/randomPassword:RandomPassword",
  Command: "command:local:Command",
  CloudEnvironment: "pulumi-nodejs:dynamic/clerkHasura:CloudEnvironment",
  JwtTemplate: "pulumi-nodejs:dynamic/clerkHasura:JwtTemplate",
  KeyPair: "pulumi-nodejs:dynamic/clerkHasura:KeyPair",
  PinnedJwks: "pulumi-nodejs:dynamic/clerkHasura:PinnedJwks",
  Probe: "pulumi-nodejs:dynamic/clerkHasura:Probe",
  HasuraEngine: "clerk-hasura:index:HasuraEngine",
  PostgresServer: "clerk-hasura:index:PostgresServer",
} as const;
export type ResourceType = (typeof ResourceType)[keyof typeof ResourceType];
