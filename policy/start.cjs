// @ts-nocheck: Pulumi's runner may compile this file with the settings of the folder it was started in.
// Loads TypeScript as the program does: the runner's own compiler is older than the language used here.
const { loadTypeScript } = require("../infra/loadTypeScript.cjs");

loadTypeScript(require.resolve("./index.ts"));
