// The doctor shares its judgements with the Pulumi program, which is TypeScript. The name is resolved first, because the compiler's
// older module resolution does not see what a package exports.
require(require.resolve("tsx/cjs"));

module.exports = require("./runDoctor");
