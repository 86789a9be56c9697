import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { LABEL, type Scope } from "./names";

/** Who a container belongs to, written into its labels. */
export interface Ownership {
  scope: Scope;
  /** Random id kept in the stack's state: two checkouts with equal stack names never clean up after each other. */
  instance: pulumi.Input<string>;
}

/** Labels in the order of their keys, because the provider compares lists. */
export function ownershipLabels(
  owner: Ownership,
  part: string,
): { label: string; value: pulumi.Input<string> }[] {
  return [
    { label: LABEL.component, value: owner.scope.name },
    { label: LABEL.instance, value: owner.instance },
    { label: LABEL.part, value: part },
    { label: LABEL.stack, value: `${owner.scope.project}/${owner.scope.stack}` },
  ];
}

/** Memory and CPU a container may use. */
export interface ContainerLimits {
  /** Megabytes, swap included. */
  memoryMb: number;
  /** Cores, for example 0.5; Docker refuses more than its host has. */
  cpus: number;
}

/**
 * What every container of the stack has in common: restarts by itself, bounded logs, no way to gain privileges.
 * Values are spelt as the daemon reads them back (`ALL`, `no-new-privileges`, an explicit `memorySwap`), since any other
 * spelling shows up as a change on every refresh.
 */
export function containerDefaults(limits: pulumi.Output<ContainerLimits>) {
  const memory = limits.memoryMb;
  return {
    ...HARDENING,
    mustRun: true,
    // Readiness is an explicit step: the provider checks `wait` only at create and leaves a half-made container behind.
    wait: false,
    memory,
    memorySwap: memory,
    cpus: limits.apply(({ cpus }) => coresText(cpus)),
  } satisfies Partial<docker.ContainerArgs>;
}

/** Cores in the spelling in which the provider reads them back: "1.0", "1.25", "10." (terraform-provider-docker, nanoInt64ToDecimalString). */
export function coresText(cores: number): string {
  const text = cores.toFixed(9);
  return text.split("0").length - 1 === 9 ? cores.toFixed(1) : text.replace(/0+$/, "");
}

/**
 * Processes and threads that a container may have, for `LIMIT_PROCESSES`: room for what serves `connections`, an end to a fork bomb.
 * 100 connections where that is not a number, as with Postgres.
 */
export function pidsLimit(connections = 100): string {
  return `${1024 + (Number.isInteger(connections) ? connections : 100)}`;
}

/** Beginning of a ready script: the provider's Container has no such limit, so that it is set on the container that it made. */
export const LIMIT_PROCESSES = `docker update --pids-limit "$PIDS_LIMIT" "$CONTAINER" >/dev/null || exit 1
`;

/** What keeps a container of the stack within its bounds, in the daemon's own spelling; the policy rules compare with it. */
export const HARDENING = {
  restart: "unless-stopped",
  capabilities: { drops: ["ALL"] },
  securityOpts: ["no-new-privileges"],
  logDriver: "json-file",
  logOpts: { "max-file": "3", "max-size": "10m" },
};
