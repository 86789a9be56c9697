import { join } from "node:path";
import { PolicyPack } from "@pulumi/policy";
import { POLICY_RULES } from "./rules/policyRules";
import { settingsOfStack } from "./settingsOfStack";
import { toPolicy } from "./toPolicy";

const root = join(__dirname, "..");

new PolicyPack("clerk-hasura", {
  enforcementLevel: "mandatory",
  policies: POLICY_RULES.map((rule) => toPolicy(rule, (urn) => settingsOfStack(root, urn))),
});
