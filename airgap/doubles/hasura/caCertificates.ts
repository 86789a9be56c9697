import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { rootCertificates } from "node:tls";

/**
 * Node's own roots plus the certificates of every file in the system's directory:
 * SYSTEM_CERTIFICATE_PATH, default /etc/ssl/certs (x509-system, which the engine reads with).
 * Unreadable files are passed over, as the engine does.
 */
export function caCertificates(directory: string): string[] {
  const found = new Set(rootCertificates);
  for (const file of listFiles(directory)) {
    const blocks = readText(file).match(
      /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g,
    );
    for (const block of blocks ?? []) found.add(block);
  }
  return [...found];
}

function listFiles(directory: string): string[] {
  try {
    return readdirSync(directory).map((name) => join(directory, name));
  } catch {
    return [];
  }
}

function readText(file: string): string {
  try {
    return statSync(file).isFile() ? readFileSync(file, "utf8") : "";
  } catch {
    return "";
  }
}
