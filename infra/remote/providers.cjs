// What the loader of remoteResource.ts asks for, in a process of Pulumi's that knows no TypeScript.
// @ts-expect-error: found by the package's export map, which the compiler is not told to read.
require("tsx/cjs");

module.exports = {
  get cloudEnvironment() {
    return require("./cloudEnvironmentProvider").cloudEnvironmentProvider;
  },
  get jwtTemplate() {
    return require("./jwtTemplateProvider").jwtTemplateProvider;
  },
  get keyPair() {
    return require("./keyPairProvider").keyPairProvider;
  },
  get pinnedJwks() {
    return require("./pinnedJwksProvider").pinnedJwksProvider;
  },
  get probe() {
    return require("./probeProvider").probeProvider;
  },
};
