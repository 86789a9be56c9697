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
