// What the loader of remoteResource.ts asks for, in a process of Pulumi's that knows no TypeScript.
require("tsx/cjs");

module.exports = {
  get cloudEnvironment() {
    return require("./cloudEnvironmentProvider.ts").cloudEnvironmentProvider;
  },
  get jwtTemplate() {
    return require("./jwtTemplateProvider.ts").jwtTemplateProvider;
  },
  get keyPair() {
    return require("./keyPairProvider.ts").keyPairProvider;
  },
  get pinnedJwks() {
    return require("./pinnedJwksProvider.ts").pinnedJwksProvider;
  },
  get probe() {
    return require("./probeProvider.ts").probeProvider;
  },
};
