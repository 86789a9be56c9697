// CommonJS, for `__dirname`: the project's compiler settings know no `import.meta`.
const { join } = require("node:path");

/** Absolute path of this checkout. */
const checkoutRoot = join(__dirname, "..", "..");

module.exports = { checkoutRoot };
