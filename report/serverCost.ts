import { isDataFolder, mountsOf } from "../policy/rules/containers";
import { causesOf } from "./changedProperties";
import type { CostContext } from "./costOf";
import { isGone } from "./isGone";
import { Action, type ResourceChange } from "./preview";
import { type Cost, Severity } from "./report";
import { inServer, Kind, kindOf } from "./resourceKind";
import { DATABASE_RESTART_SECONDS } from "./restartSeconds";
import { sameValue } from "./sameValue";

/** What becomes of the server and the rows behind it when its container changes. */
export function serverCost(
  change: ResourceChange,
  { gone, serverImages }: CostContext,
): Cost | undefined {
  if (change.action === Action.Update) {
    return { severity: Severity.Minor, text: "Changed while it runs; no connection is cut." };
  }
  if (!isGone(change)) return undefined;
  if (gone.has(Kind.DataVolume)) {
    const text = "The server stops and its volume goes too: every row is lost.";
    return { severity: Severity.DataLoss, text };
  }
  if (change.action === Action.Delete) {
    const text = "The database and with it the endpoint are down; rows stay in the volume.";
    return { severity: Severity.Outage, text };
  }
  return getsOtherVolumes(change)
    ? LEFT_BEHIND
    : restartCost(majorChange(imageOf(change, serverImages)));
}

const LEFT_BEHIND: Cost = {
  severity: Severity.DataLoss,
  text: "The server starts on another folder or volume; its rows are not there. Dump them before, and restore them after.",
};

/** What the server's image says by itself: a comparison of graphs does not know that the container follows it. */
export function serverImageCost(change: ResourceChange): Cost | undefined {
  const major = inServer(change) ? majorChange(change) : "same";
  return typeof major === "string"
    ? undefined
    : { severity: Severity.Outage, text: refusal(major) };
}

function restartCost(major: MajorChange): Cost {
  if (typeof major !== "string") return { severity: Severity.Outage, text: refusal(major) };
  const rest = "open transactions are rolled back and rows stay in the volume";
  const doubt =
    " The image's name does not tell its major version: a server of another major version will not start on this data.";
  return {
    severity: Severity.Outage,
    text: `Database restart of about ${DATABASE_RESTART_SECONDS} s: the engine answers with errors until the new server is ready; ${rest}.${major === "not known" ? doubt : ""}`,
  };
}

/** As the README's limits say: a data directory belongs to one major version. */
function refusal({ from, to }: Majors): string {
  return `Postgres ${from} becomes ${to}: the server will not start on this data; dump and restore.`;
}

/** A provider names `volumes` where it cannot compare them, and for any of them; the rows are in those of a data folder. */
function getsOtherVolumes(change: ResourceChange): boolean {
  if (!causesOf(change).includes("volumes")) return false;
  const [before, after] = [change.old, change.new].map((state) =>
    mountsOf({ props: state?.inputs ?? {} }).filter(({ target }) => isDataFolder(target)),
  );
  return before?.length === 0 || after?.length === 0 || !sameValue(before, after);
}

/** The image that the server's container is made of: the component names both alike. */
function imageOf(
  change: ResourceChange,
  images: ReadonlyMap<string, ResourceChange>,
): ResourceChange | undefined {
  const [only, ...more] = images.values();
  const other = causesOf(change).includes("image") && more.length === 0 ? only : undefined;
  return images.get(change.name.replace(/-container$/, "-image")) ?? other;
}

/** Changes of the images of servers, by name. */
export function serverImagesOf(changes: readonly ResourceChange[]): Map<string, ResourceChange> {
  const images = changes.filter((it) => kindOf(it) === Kind.Image && inServer(it));
  return new Map(images.map((it) => [it.name, it]));
}

interface Majors {
  from: string;
  to: string;
}
type MajorChange = Majors | "same" | "not known";

function majorChange(image: ResourceChange | undefined): MajorChange {
  if (image?.old === undefined || image.new === undefined) return "same";
  const [before, after] = [image.old.inputs.name, image.new.inputs.name];
  if (sameValue(before, after)) return "same";
  const [from, to] = [majorOf(before), majorOf(after)];
  if (from === undefined || to === undefined) return "not known";
  return from === to ? "same" : { from, to };
}

/** Major version of Postgres by an image's tag: "17" of "postgres:17.4-bookworm" and of "timescaledb:2.17-pg17". */
function majorOf(reference: unknown): string | undefined {
  if (typeof reference !== "string") return undefined;
  const [, tag = ""] = /:([\w.-]+)$/.exec(reference.split("@")[0] ?? "") ?? [];
  // Up to version 9, the first two numbers were the major version.
  return (/(?:^|-)pg(\d+)/.exec(tag) ?? /^(9\.\d+|[1-9]\d)(?=[.-]|beta|rc|$)/.exec(tag))?.[1];
}
