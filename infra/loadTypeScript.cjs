const { buildSync } = require("esbuild");

/**
 * @param {string} file
 * @returns {string}
 */
function bundled(file) {
  const { outputFiles } = buildSync({
    entryPoints: [file],
    bundle: true,
    packages: "external",
    platform: "node",
    format: "cjs",
    target: "node20",
    keepNames: true,
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}

/**
 * Loads a TypeScript file and what it imports of this package, as one module. A bundle at each run takes a tenth of a second; loading
 * module by module, as tsx does, takes longer than an update without changes. No source maps: Pulumi reads a stack trace for each
 * resource, which they slow down.
 * @param {string} file Absolute path.
 * @returns {any} What the file exports.
 */
function loadTypeScript(file) {
  // Node 22 and later keep the compiled code of packages.
  /** @type {{ enableCompileCache?: () => void }} */ (
    require("node:module")
  ).enableCompileCache?.();
  const before = require.extensions[".ts"];
  require.extensions[".ts"] = (module, name) => {
    /** @type {any} */ (module)._compile(bundled(name), name);
  };
  try {
    return require(file);
  } finally {
    require.extensions[".ts"] = before;
    if (before === undefined) delete require.extensions[".ts"];
  }
}

module.exports = { loadTypeScript };
