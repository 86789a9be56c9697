// A candidate for Pulumi.yaml's nodeargs: compiles .ts files alone. tsx looks into every file of
// node_modules as well, and the compiler that Pulumi's SDK loads is nine megabytes.
const { readFileSync } = require("node:fs");
const Module = require("node:module");
const { transformSync } = require("esbuild");

/** @typedef {NodeJS.Module & { _compile: (code: string, file: string) => void }} Compiling */

/** @type {import("esbuild").TransformOptions} */
const OPTIONS = { loader: "ts", format: "cjs", target: "node20", sourcemap: "inline" };

/** @type {Record<string, (module: NodeJS.Module, file: string) => void>} */
const extensions = Object(Module)._extensions;
extensions[".ts"] = (module, file) => {
  const { code } = transformSync(readFileSync(file, "utf8"), { ...OPTIONS, sourcefile: file });
  /** @type {Compiling} */ (module)._compile(code, file);
};
