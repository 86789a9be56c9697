import type * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";
import { LABEL, type Scope } from "../names";
import { HARDENING } from "./hardening";

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
  /** Megabytes, swap included. Default: 1024. */
  memoryMb?: number;
  /** Cores, for example 0.5. Default: no limit. */
  cpus?: number;
}

/**
 * What every container of the stack has in common: restarts by itself, bounded logs, no way to gain privileges.
 * Values are spelt as the daemon reads them back (`ALL`, `no-new-privileges`, an explicit `memorySwap`), since any other
 * spelling shows up as a change on every refresh.
 */
export function containerDefaults(limits: pulumi.Output<ContainerLimits>) {
  const memory = limits.apply(({ memoryMb }) => memoryMb ?? 1024);
  return {
    ...HARDENING,
    mustRun: true,
    // Readiness is an explicit step: the provider checks `wait` only at create and leaves a half-made container behind.
    wait: false,
    memory,
    memorySwap: memory,
    cpus: limits.apply(({ cpus }) => (cpus === undefined ? undefined : `${cpus}`)),
  } satisfies Partial<docker.ContainerArgs>;
}
