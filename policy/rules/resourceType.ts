/** Type tokens of the resources that the rules know. */
export const ResourceType = {
  Container: "docker:index/container:Container",
  RemoteImage: "docker:index/remoteImage:RemoteImage",
  Volume: "docker:index/volume:Volume",
  Database: "postgresql:index/database:Database",
  Role: "postgresql:index/role:Role",
  PostgresProvider: "pulumi:providers:postgresql",
  JwtTemplate: "pulumi-nodejs:dynamic/clerkHasura:JwtTemplate",
  CloudEnvironment: "pulumi-nodejs:dynamic/clerkHasura:CloudEnvironment",
} as const;
export type ResourceType = (typeof ResourceType)[keyof typeof ResourceType];
