// The checkout's own way to remoteProviders.ts, in a process of Pulumi's that knows no TypeScript; the npm package has
// the compiled file in its place.
const { loadTypeScript } = require("../loadTypeScript.cjs");

module.exports = loadTypeScript(require.resolve("./remoteProviders.ts"));
