// Where Pulumi starts; program.ts is the program.
const { loadTypeScript } = require("./loadTypeScript.cjs");

module.exports = loadTypeScript(require.resolve("./program.ts"));
