// The checkout's own way to remoteProviders.ts, in a process of Pulumi's that knows no TypeScript; the npm package has
// the compiled file in its place.
// @ts-expect-error: found by the package's export map, which the compiler is not told to read.
require("tsx/cjs");

module.exports = require("./remoteProviders");
