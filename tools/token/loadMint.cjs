require(require.resolve("tsx/cjs"));

module.exports = require("./mintToken");
