// What the loader of remoteResource.ts asks for, by the names that it uses.
export { cloudEnvironmentProvider as cloudEnvironment } from "./cloudEnvironmentProvider";
export { jwtTemplateProvider as jwtTemplate } from "./jwtTemplateProvider";
export { keyPairProvider as keyPair } from "./keyPairProvider";
export { pinnedJwksProvider as pinnedJwks } from "./pinnedJwksProvider";
export { probeProvider as probe } from "./probeProvider";
export { schemaProvider as schema } from "./schemaProvider";
