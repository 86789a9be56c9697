// @ts-nocheck: Pulumi's runner may compile this file with the settings of the folder that a program is in.
// Where Pulumi's host of components enters. It has a folder of its own because the CLI refuses `pulumi package` and
// `pulumi plugin` in one that is a program as well. Components are loaded as the program is: the runner's own compiler
// would take the settings of the caller's folder. There is no package.json here, so that npm installs the checkout's.
const { join } = require("node:path");
const {
  componentProviderHost,
  getPulumiComponents,
} = require("@pulumi/pulumi/provider/experimental/provider");

const { loadTypeScript } = require("../infra/loadTypeScript.cjs");

const dirname = join(__dirname, "..");
const { name } = require("../package.json");
module.exports = componentProviderHost({
  name,
  dirname,
  components: getPulumiComponents(loadTypeScript(require.resolve("../infra/index.ts"))),
});
