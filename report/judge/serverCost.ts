import { isDataFolder, mountsOf } from "../../policy/rules/containers";
import { Action, isGone, type ResourceChange, sameValue } from "../read/preview";
import { inServer, Kind, kindOf } from "../read/resourceKind";
import { type Cost, Severity } from "../report";
import { causesOf } from "./changedProperties";

/** What else a preview does that decides what a change costs. */
export interface CostContext {
  /** Kinds that are deleted or replaced, but for what is kept. */
  gone: ReadonlySet<Kind>;
  /** Changes of the images of Postgres servers, by name. */
  serverImages: ReadonlyMap<string, ResourceChange>;
}

/**
 * About how long a replaced database container is unavailable.
 * Source: docs/benchmarks.md, cold start by `docker compose up --wait` with a check every second, median of 3.73 s, measured with
 * Postgres 15 and the double of the engine: both containers up to the first authorized answer, an upper bound for the database.
 */
export const DATABASE_RESTART_SECONDS = 4;

const LEFT_BEHIND =
  "The server starts on another folder or volume, without its rows. Dump them first, and restore them afterwards.";

/** What becomes of the server and the rows behind it when its container changes. */
export function serverCost(change: ResourceChange, context: CostContext): Cost | undefined {
  const { DataLoss, Minor, Outage } = Severity;
  if (change.action === Action.Update) {
    return { severity: Minor, text: "Updated in place; no connection is cut." };
  }
  if (!isGone(change)) return undefined;
  if (context.gone.has(Kind.DataVolume)) {
    const text = "The server stops and its volume is deleted: every row is lost.";
    return { severity: DataLoss, text };
  }
  if (change.action === Action.Delete) {
    const text = "The database and the endpoint are down. Rows stay in the volume.";
    return { severity: Outage, text };
  }
  if (getsOtherVolumes(change)) return { severity: DataLoss, text: LEFT_BEHIND };
  return { severity: Outage, text: restart(majorChange(imageOf(change, context.serverImages))) };
}

/** What the server's image says by itself: a comparison of graphs does not know that the container follows it. */
export function serverImageCost(change: ResourceChange): Cost | undefined {
  const major = inServer(change) ? majorChange(change) : "same";
  return typeof major === "string"
    ? undefined
    : { severity: Severity.Outage, text: refusal(major) };
}

function restart(major: MajorChange): string {
  if (typeof major !== "string") return refusal(major);
  const cost = `Database restart of about ${DATABASE_RESTART_SECONDS} s: the engine returns errors until the new server is ready. Open transactions are rolled back; rows stay in the volume.`;
  const doubt =
    "The image's name does not show its major version: a server of another major version will not start on this data.";
  return major === "unknown" ? `${cost} ${doubt}` : cost;
}

/** As the README's limits say: a data directory belongs to one major version. */
function refusal({ from, to }: Majors): string {
  return `Postgres ${from} becomes ${to}: the server will not start on this data; dump and restore it.`;
}

/** A provider names `volumes` where it cannot compare them, and for any of them; the rows are in those of a data folder. */
function getsOtherVolumes(change: ResourceChange): boolean {
  if (!causesOf(change).includes("volumes")) return false;
  const [before, after] = [change.old, change.new].map((state) =>
    mountsOf({ props: state?.inputs ?? {} }).filter(({ target }) => isDataFolder(target)),
  );
  return before?.length === 0 || after?.length === 0 || !sameValue(before, after);
}

type Images = CostContext["serverImages"];

/** The image that the server's container is made of: the component names both alike. */
function imageOf(change: ResourceChange, images: Images): ResourceChange | undefined {
  const [only, ...more] = images.values();
  const other = causesOf(change).includes("image") && more.length === 0 ? only : undefined;
  return images.get(change.name.replace(/-container$/, "-image")) ?? other;
}

/** Changes of the images of servers, by name. */
export function serverImagesOf(changes: readonly ResourceChange[]): Images {
  const images = changes.filter((it) => kindOf(it) === Kind.Image && inServer(it));
  return new Map(images.map((it) => [it.name, it]));
}

interface Majors {
  from: string;
  to: string;
}
type MajorChange = Majors | "same" | "unknown";

function majorChange(image: ResourceChange | undefined): MajorChange {
  if (image?.old === undefined || image.new === undefined) return "same";
  const [before, after] = [image.old.inputs.name, image.new.inputs.name];
  if (sameValue(before, after)) return "same";
  const [from, to] = [majorOf(before), majorOf(after)];
  if (from === undefined || to === undefined) return "unknown";
  return from === to ? "same" : { from, to };
}

/** Major version of Postgres by an image's tag: "17" of "postgres:17.4-bookworm" and of "timescaledb:2.17-pg17". */
function majorOf(reference: unknown): string | undefined {
  if (typeof reference !== "string") return undefined;
  const [, tag = ""] = /:([\w.-]+)$/.exec(reference.split("@")[0] ?? "") ?? [];
  // Up to version 9, the first two numbers were the major version.
  return (/(?:^|-)pg(\d+)/.exec(tag) ?? /^(9\.\d+|[1-9]\d)(?=[.-]|beta|rc|$)/.exec(tag))?.[1];
}
