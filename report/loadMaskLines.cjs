// The jobs are plain JavaScript, and the masking is the report's own, which is TypeScript. The name is resolved first, because the
// compiler's older module resolution does not see what a package exports.
require(require.resolve("tsx/cjs"));

module.exports = require("./maskLines");
