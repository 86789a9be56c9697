import { dataCost } from "./dataCost";
import { isGone, isKept } from "./isGone";
import { Action, type ResourceChange } from "./preview";
import { type Cost, Severity } from "./report";
import { Kind, kindOf } from "./resourceKind";
import { ENGINE_RESTART_SECONDS } from "./restartSeconds";
import { secretCost } from "./secretCost";
import { serverCost, serverImageCost } from "./serverCost";

/** What else a preview does that decides what a change costs. */
export interface CostContext {
  /** Kinds that are deleted or replaced, but for what is kept. */
  gone: ReadonlySet<Kind>;
  /** Changes of the images of Postgres servers, by name. */
  serverImages: ReadonlyMap<string, ResourceChange>;
}

type Rule = (change: ResourceChange, context: CostContext) => Cost | undefined;

export function cost(severity: Severity, text: string): Cost {
  return { severity, text };
}

/** Properties of a container that change while it runs; any other change replaces it (docker provider). */
export const IN_PLACE: ReadonlySet<string> = new Set([
  "cpuShares",
  "cpuSet",
  "maxRetryCount",
  "memory",
  "memoryReservation",
  "memorySwap",
  "restart",
]);

/** Seconds that the engine gives to open requests and sockets, whatever its environment says. */
const DRAIN_SECONDS = 30;

/** What a restart of the engine costs: how long nobody is answered, and what requests in progress get. */
function restartOf({ old }: ResourceChange): string {
  const { withoutClients, stopWithClients, start } = ENGINE_RESTART_SECONDS;
  const given = old?.inputs.destroyGraceSeconds;
  // The provider kills at once where nothing is said.
  const grace = typeof given === "number" ? given : 0;
  const drain = grace === 0 ? "no time" : `up to ${Math.min(DRAIN_SECONDS, grace)} s`;
  const idle = Math.min(withoutClients, grace + start);
  const most = Math.min(stopWithClients, grace) + start;
  return `no answer for about ${idle} s when idle and up to ${most} s with clients connected; subscriptions are cut. Requests in progress get ${drain} to end.`;
}

const engineCost: Rule = (change) => {
  const { Outage, Restart, Minor } = Severity;
  if (change.action === Action.Update) {
    return cost(Minor, "Changed while it runs; no request fails.");
  }
  if (change.action === Action.Delete) {
    return cost(Outage, "The endpoint is gone until an engine is created again; no row is lost.");
  }
  if (change.action !== Action.Replace) return undefined;
  return cost(Restart, `Engine restart: ${restartOf(change)}`);
};

const networkCost: Rule = (change) =>
  isGone(change)
    ? cost(Severity.Outage, "Everything on this network is cut off and made again with it.")
    : undefined;

const imageCost: Rule = (change) => {
  if (change.action === Action.Delete) {
    return cost(Severity.Minor, "No longer looked after; the image stays on the Docker host.");
  }
  if (change.action === Action.Create) return undefined;
  const text =
    "New image: it is pulled if need be, and a container of it is replaced where the content differs.";
  return serverImageCost(change) ?? cost(Severity.Minor, text);
};

const grantCost: Rule = (change) => {
  if (change.action === Action.Delete) {
    return cost(Severity.Access, "These rights are revoked; whatever needs them is refused.");
  }
  if (!isGone(change) && change.action !== Action.Update) return undefined;
  return cost(Severity.Access, "Rights are revoked and granted again; a query between is refused.");
};

const extensionCost: Rule = (change) =>
  isGone(change)
    ? cost(Severity.Outage, "The extension is dropped: queries that use its functions fail.")
    : undefined;

const providerCost: Rule = (change) => {
  const { Minor, Unknown } = Severity;
  if (change.action === Action.Update) {
    return cost(Minor, "The update connects in another way; nothing that runs is touched.");
  }
  if (change.action !== Action.Replace) return undefined;
  return cost(Unknown, "Whatever it looks after may be replaced as well: read on for each.");
};

const stepCost: Rule = (change) => {
  if (change.action === Action.Create || change.action === Action.Delete) return undefined;
  return cost(Severity.Minor, "The step runs again; nothing that runs is touched by it.");
};

const otherCost: Rule = (change) => {
  if (change.action === Action.Delete) {
    return cost(
      Severity.Unknown,
      "Deleted; what it holds may be lost. Its kind is not known here.",
    );
  }
  if (change.action !== Action.Replace) return undefined;
  const text = "Deleted and made again; what it holds may be lost. Its kind is not known here.";
  return cost(Severity.Unknown, text);
};

const containerCost: Rule = (change) =>
  isGone(change)
    ? cost(Severity.Outage, "The container stops; what it keeps outside volumes is lost.")
    : undefined;

/** What holds rows says more; what stands for no thing says nothing. */
const STAYS = cost(Severity.Minor, "Kept as it is, but no longer looked after.");

const none: Rule = () => undefined;

const RULES: Record<Kind, Rule> = {
  [Kind.Engine]: engineCost,
  [Kind.Server]: serverCost,
  [Kind.Container]: containerCost,
  [Kind.DataVolume]: dataCost,
  [Kind.Volume]: dataCost,
  [Kind.Database]: dataCost,
  [Kind.Role]: dataCost,
  [Kind.Schema]: dataCost,
  [Kind.Network]: networkCost,
  [Kind.Image]: imageCost,
  [Kind.Extension]: extensionCost,
  [Kind.Grant]: grantCost,
  [Kind.Provider]: providerCost,
  [Kind.Password]: secretCost,
  [Kind.KeyPair]: secretCost,
  [Kind.JwtTemplate]: secretCost,
  [Kind.PinnedJwks]: secretCost,
  [Kind.CloudEnvironment]: secretCost,
  [Kind.RandomId]: none,
  [Kind.Probe]: stepCost,
  [Kind.Command]: stepCost,
  [Kind.Component]: none,
  [Kind.Other]: otherCost,
};

/** What a change costs those who use the stack, or none where it costs nothing. */
export function costOf(change: ResourceChange, context: CostContext): Cost | undefined {
  if (change.action === Action.Other) return undefined;
  const rule = RULES[kindOf(change)];
  const told = rule === dataCost || rule === none;
  if (change.action === Action.Delete && isKept(change) && !told) return STAYS;
  return rule(change, context);
}
