import { ResourceType } from "../../infra/docker/resourceTypes";
import { holdsSecret, isSecretPair, wordsHoldSecret } from "../../infra/secrecy/credentials";
import { variablesOf } from "./containers";
import { PolicyLevel, type ResourceRule } from "./policyRule";
import { textsWithin } from "./properties";

const types = [ResourceType.Container];

const environment: ResourceRule = {
  name: "no-secret-in-environment",
  description: "no container carries a secret in its environment",
  remedy: "upload the secret as a file, read by a NAME_FILE variable or by a script",
  level: PolicyLevel.Mandatory,
  types,
  check: (resource) =>
    variablesOf(resource)
      .filter(({ name, value }) => isSecretPair(name, value) || holdsSecret(value))
      .map(({ name }) => `${name} is visible to everyone who may run docker inspect`),
};

const ELSEWHERE = ["command", "entrypoints", "labels", "healthcheck", "name", "hostname"];

const elsewhere: ResourceRule = {
  name: "no-secret-in-configuration",
  description: "no container carries a secret in its command line, labels, names or health check",
  remedy: "upload the secret as a file",
  level: PolicyLevel.Mandatory,
  types,
  check: ({ props }) =>
    ELSEWHERE.filter((key) => wordsHoldSecret(textsWithin(props[key]))).map(
      (key) => `${key} holds a secret, visible to everyone who may run docker inspect or ps`,
    ),
};

/** Where secrets must not be. */
export const SECRET_RULES: readonly ResourceRule[] = [environment, elsewhere];
