import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { buildPackage } from "../package/buildPackage.mjs";
import { releaseNotes } from "./changelog.mjs";
import { checksumLines } from "./checksums.mjs";
import { checkoutBill, publishedBill } from "./softwareBill.mjs";

/**
 * Writes everything that a release hands out: tarball, schema, bill of materials, notes and checksums. One commit
 * makes the same bytes each time.
 * @param {string} root The checkout.
 * @param {string} folder Emptied first.
 * @returns {Promise<string[]>} Names of the files, sorted.
 */
export async function buildRelease(root, folder) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const { tarball, folder: staged } = await buildPackage(root, folder);
  const manifest = JSON.parse(await readFile(join(staged, "package.json"), "utf8"));
  await rm(staged, { recursive: true });
  const changelog = await readFile(join(root, "CHANGELOG.md"), "utf8");
  const bill = publishedBill(checkoutBill(root), manifest);
  await cp(join(root, "docs", "schema.json"), join(folder, "schema.json"));
  await writeFile(join(folder, "sbom.cdx.json"), `${JSON.stringify(bill, undefined, 2)}\n`);
  await writeFile(join(folder, "notes.md"), `${releaseNotes(manifest.version, changelog)}\n`);
  const names = [basename(tarball), "notes.md", "sbom.cdx.json", "schema.json"];
  await writeFile(join(folder, "SHA256SUMS"), await checksumLines(folder, names));
  return ["SHA256SUMS", ...names].sort();
}
