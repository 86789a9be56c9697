// @ts-nocheck: Pulumi's runner may compile this file with the settings of the folder that a program is in.
// Where Pulumi's host of components enters. It has a folder of its own because the CLI refuses `pulumi package` and
// `pulumi plugin` in one that is a program as well. Components are loaded by tsx, as the program does: the runner's own
// compiler would take the settings of the caller's folder. There is no package.json here, so that npm installs the
// checkout's.
require("tsx/cjs");

const { join } = require("node:path");
const {
  componentProviderHost,
  getPulumiComponents,
} = require("@pulumi/pulumi/provider/experimental/provider");

const dirname = join(__dirname, "..");
const { name } = require("../package.json");
module.exports = componentProviderHost({
  name,
  dirname,
  components: getPulumiComponents(require("../infra/index.ts")),
});
