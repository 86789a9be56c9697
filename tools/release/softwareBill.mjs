import { spawnSync } from "node:child_process";
import { UserError } from "../setup/userError.mjs";

/**
 * @typedef {object} Bill A CycloneDX document, as far as it is read here.
 * @property {string} [serialNumber]
 * @property {{ timestamp?: string, component: { "bom-ref": string, name: string, properties?: unknown[] } }} metadata
 * @property {{ "bom-ref": string, name: string }[]} components
 * @property {{ ref: string, dependsOn: string[] }[]} dependencies
 */

/**
 * @param {Bill} bill
 * @param {string[]} from
 * @returns {Set<string>} What these need, themselves included.
 */
function needed(bill, from) {
  const edges = new Map(bill.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
  const reached = new Set(from);
  for (const ref of reached) for (const next of edges.get(ref) ?? []) reached.add(next);
  return reached;
}

/**
 * The checkout's bill of materials without what the published package does not need, and without what would differ
 * between two builds of one commit.
 * @param {Bill} bill
 * @param {{ name: string, dependencies: Record<string, string>, peerDependencies: Record<string, string> }} published
 * @returns {Bill}
 */
export function publishedBill(bill, published) {
  const { timestamp: _time, component, ...metadata } = bill.metadata;
  const root = component["bom-ref"];
  const wanted = Object.keys({ ...published.dependencies, ...published.peerDependencies });
  const names = new Map(bill.components.map((it) => [it["bom-ref"], it.name]));
  const direct = (bill.dependencies.find(({ ref }) => ref === root)?.dependsOn ?? []).filter(
    (ref) => wanted.includes(names.get(ref) ?? ""),
  );
  const kept = needed(bill, direct);
  const { serialNumber: _serial, ...rest } = bill;
  return {
    ...rest,
    metadata: { ...metadata, component: { ...component, name: published.name, properties: [] } },
    components: bill.components.filter((it) => kept.has(it["bom-ref"])),
    dependencies: [
      { ref: root, dependsOn: direct },
      ...bill.dependencies.filter(({ ref }) => kept.has(ref)),
    ],
  };
}

/**
 * npm's bill of materials of the checkout, of what its lockfile says and not of what happens to be installed.
 * @param {string} root
 * @returns {Bill}
 */
export function checkoutBill(root) {
  // Without --omit dev, which also drops a package that a development tool needs as well.
  const args = ["sbom", "--sbom-format", "cyclonedx", "--package-lock-only"];
  const { status, stdout, stderr } = spawnSync("npm", args, {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === "win32",
  });
  if (status !== 0) throw new UserError(`npm sbom failed:\n${stderr}`);
  return JSON.parse(stdout);
}
