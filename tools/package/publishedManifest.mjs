/** The engine's own SDK: a consumer's program has it already, and must not get a second one. */
const SDK = "@pulumi/pulumi";

/** Needed to run the checkout from TypeScript, not the compiled package. */
const CHECKOUT_ONLY = ["tsx"];

/**
 * @typedef {object} Manifest
 * @property {string} name
 * @property {string} version
 * @property {string} description
 * @property {string} license
 * @property {Record<string, string>} engines
 * @property {Record<string, string>} dependencies
 */

/**
 * A range that takes later releases of the same major version, so that npm finds one release that suits the consumer
 * and this package: two would be two default providers.
 * @param {string} name
 * @param {string} range
 */
function caret(name, range) {
  const version = /^[~^]?(\d+\.\d+\.\d+)$/.exec(range)?.[1];
  if (version === undefined || version.startsWith("0.")) {
    throw new Error(
      `dependencies.${name} is ${JSON.stringify(range)}; allowed: "1.2.3", "~1.2.3" or "^1.2.3"`,
    );
  }
  return `^${version}`;
}

/** @param {string} module Path of a compiled module, without its ending. */
function compiled(module) {
  return { types: `${module}.d.ts`, default: `${module}.js` };
}

/**
 * The package.json that is published, made of the checkout's one, whose entries are TypeScript for Pulumi's own hosts.
 * @param {Manifest} manifest
 */
export function publishedManifest({ name, version, description, license, engines, dependencies }) {
  const ranges = Object.entries(dependencies)
    .filter(([it]) => !CHECKOUT_ONLY.includes(it))
    .map(([it, range]) => [it, caret(it, range)]);
  const main = compiled("./dist/infra/index");
  return {
    name,
    version,
    description,
    keywords: ["pulumi", "hasura", "clerk", "postgres", "graphql", "docker"],
    license,
    type: "commonjs",
    main: main.default,
    types: main.types,
    exports: {
      ".": main,
      "./remoteProviders": compiled("./dist/infra/providers/remoteProviders"),
      "./package.json": "./package.json",
    },
    files: ["dist", "infra", "remoteProviders", "CHANGELOG.md"],
    engines,
    dependencies: Object.fromEntries(ranges.filter(([it]) => it !== SDK)),
    peerDependencies: Object.fromEntries(ranges.filter(([it]) => it === SDK)),
  };
}
