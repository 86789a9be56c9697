import type { Fields } from "./resourceFields";

const writeOnly = "a write-only password; use `password`";

/** Inputs of a role with the published plugin's defaults; none replaces the role. */
export const roleFields: Fields = {
  name: { type: "text", required: true },
  password: { type: "text", secret: true },
  passwordWo: { type: "text", secret: true, refused: writeOnly },
  passwordWoVersion: { type: "text", refused: writeOnly },
  encrypted: { type: "text", refused: "a deprecated input; leave it out" },
  encryptedPassword: { type: "boolean", default: true },
  login: { type: "boolean", default: false },
  superuser: { type: "boolean", default: false },
  createDatabase: { type: "boolean", default: false },
  createRole: { type: "boolean", default: false },
  inherit: { type: "boolean", default: true },
  replication: { type: "boolean", default: false },
  bypassRowLevelSecurity: { type: "boolean", default: false },
  connectionLimit: { type: "number", default: -1, minimum: -1 },
  validUntil: { type: "text", default: "infinity" },
  roles: { type: "set" },
  searchPaths: { type: "list" },
  statementTimeout: { type: "number", minimum: 0 },
  idleInTransactionSessionTimeout: { type: "number", minimum: 0 },
  assumeRole: { type: "text", refused: "a role to switch to at login" },
  skipDropRole: { type: "boolean", default: false },
  skipReassignOwned: { type: "boolean", default: false },
};
