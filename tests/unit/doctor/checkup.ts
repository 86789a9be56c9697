import { constants, createHmac, sign } from "node:crypto";
import {
  ADMIN_SECRET,
  HS256_KEY,
  hs256Secret,
  type TestEngine,
} from "../../../airgap/doubles/hasura/testEngine";
import type { CheckResult } from "../../../infra/doctor/checkResult";
import type { DoctorSubject } from "../../../infra/doctor/subject";

export const ISSUER = "https://clerk.example.com";

/** What outputs would say of an engine in this process, with the stack's shared key. */
export function subjectOf(engine: TestEngine, extra: Partial<DoctorSubject> = {}): DoctorSubject {
  return {
    endpoint: `http://127.0.0.1:${engine.engine.port}/v1/graphql`,
    adminSecret: ADMIN_SECRET,
    jwtSecret: secretText(),
    tokenShape: JSON.stringify({ defaultRole: "user", allowedRoles: ["user"] }),
    issuer: ISSUER,
    ...extra,
  };
}

/** A JWT secret with the issuer of these tests. */
export function secretText(extra: Record<string, string> = {}): string {
  return hs256Secret({ issuer: ISSUER, ...extra });
}

/** One line of a report; fails where it is not there. */
export function lineOf(checks: readonly CheckResult[], id: string): CheckResult {
  const found = checks.find((check) => check.id === id);
  if (found === undefined) throw new Error(`no line ${id} in ${JSON.stringify(checks)}`);
  return found;
}

/** Ids of the lines with one of these outcomes. */
export function idsOf(checks: readonly CheckResult[], ...outcomes: string[]): string[] {
  return checks.filter(({ outcome }) => outcomes.includes(outcome)).map(({ id }) => id);
}

/** Texts that no report may hold. */
export const SECRETS = [ADMIN_SECRET, HS256_KEY];

/** Who signs: `key` is the shared text of HS*, otherwise a private key as PEM. */
export interface Signer {
  algorithm: string;
  key: string;
}

const PSS = {
  padding: constants.RSA_PKCS1_PSS_PADDING,
  saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
};

/** Signs a token by any algorithm of RFC 7518, or by EdDSA. */
export function signToken(payload: Record<string, unknown>, signer: Signer): string {
  const { algorithm, key } = signer;
  const parts = [{ alg: algorithm, typ: "JWT" }, payload];
  const signed = parts
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  const hash = algorithm === "EdDSA" ? null : `sha${algorithm.slice(2, 5)}`;
  if (algorithm.startsWith("HS")) {
    return `${signed}.${createHmac(String(hash), key).update(signed).digest("base64url")}`;
  }
  const padding = algorithm.startsWith("PS") ? PSS : {};
  const how = { key, dsaEncoding: "ieee-p1363" as const, ...padding };
  return `${signed}.${sign(hash, Buffer.from(signed), how).toString("base64url")}`;
}
