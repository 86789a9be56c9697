import { Action, isGone, isKept, type ResourceChange } from "../read/preview";
import { Kind, kindOf } from "../read/resourceKind";
import { type Cost, Severity } from "../report";
import { pendingMigrations } from "./migrationChanges";
import { type CostContext, serverCost, serverImageCost } from "./serverCost";

type Rule = (change: ResourceChange, context: CostContext) => Cost | undefined;

function severe(severity: Severity): (text: string) => Cost {
  return (text) => ({ severity, text });
}
const loss = severe(Severity.DataLoss);
const unknown = severe(Severity.Unknown);
const outage = severe(Severity.Outage);
const access = severe(Severity.Access);
const minor = severe(Severity.Minor);

/** The rule of a kind whose cost follows from what is done to it. Default: none. */
function byAction(costs: Partial<Record<Action, Cost>>): Rule {
  return ({ action }) => costs[action];
}

/** The same where being replaced costs what being deleted costs. */
function byLoss(gone: Cost, update?: Cost): Rule {
  return byAction({ delete: gone, replace: gone, ...(update && { update }) });
}

/** What holds or owns rows, and what happens to them without it. */
function data(lost: string): Rule {
  return (change) => {
    if (change.action === Action.Update) return renamed(change);
    if (!isGone(change)) return undefined;
    if (!isKept(change)) return loss(`Data loss: ${lost}`);
    return change.action === Action.Delete
      ? minor("It stays with all its data, but is no longer managed.")
      : outage(
          "The old one stays with all its data, but is no longer managed; whatever uses it gets a new one.",
        );
  };
}

function renamed(change: ResourceChange): Cost | undefined {
  const names = new Set([...change.diffs, ...change.detailed.keys()]);
  if (kindOf(change) === Kind.Role && names.has("password")) {
    return access("The role's password changes: clients with the old one can no longer connect.");
  }
  if (!names.has("name")) return undefined;
  return access("It is renamed with all its data; clients that use the old name fail.");
}

/** Seconds that the engine gives to open requests and sockets, whatever its environment says. */
const DRAIN_SECONDS = 30;

/**
 * How long a replaced engine is unavailable, seen on a released one (2026-11): it closes its socket at once and then needs 8 to
 * 12 s to stop without clients, and with an open WebSocket 40 s; new connections failed for up to 53 s.
 */
const ENGINE_RESTART_SECONDS = { withoutClients: 10, stopWithClients: 40, start: 13 };

function engineRestart({ old }: ResourceChange): Cost {
  const { withoutClients, stopWithClients, start } = ENGINE_RESTART_SECONDS;
  const given = old?.inputs.destroyGraceSeconds;
  // The provider kills at once where nothing is set.
  const grace = typeof given === "number" ? given : 0;
  const drain = grace === 0 ? "no time" : `up to ${Math.min(DRAIN_SECONDS, grace)} s`;
  const idle = Math.min(withoutClients, grace + start);
  const most = Math.min(stopWithClients, grace) + start;
  return severe(Severity.Restart)(
    `Engine restart: unavailable for about ${idle} s when idle, and for up to ${most} s with clients connected. Subscriptions are cut; requests in progress have ${drain} to finish.`,
  );
}

const engine: Rule = (change) => {
  if (change.action === Action.Update) return minor("Updated in place; no request fails.");
  if (change.action === Action.Replace) return engineRestart(change);
  return change.action === Action.Delete
    ? outage("The endpoint is down until an engine is created again. No data is lost.")
    : undefined;
};

const image: Rule = (change) => {
  if (change.action === Action.Create) return undefined;
  if (change.action === Action.Delete) {
    return minor("No longer managed; the image stays on the Docker host.");
  }
  const text = "New image: it is pulled if needed, and its containers are replaced if it differs.";
  return serverImageCost(change) ?? minor(text);
};

const SIGNING_KEY =
  "The signing key changes: the engine restarts, and tokens signed with the old key are refused.";

const PASSWORDS: readonly [suffix: string, text: string][] = [
  [
    "-admin-secret",
    "The admin secret changes: the engine restarts, and clients that send the old one are refused.",
  ],
  [
    "-databases-password",
    "The engine's database password changes: the role is updated and the engine restarts.",
  ],
  [
    "-postgres-password",
    // The ready step sets it in each new container (infra/postgres/readyScript.ts), also on a volume that exists.
    "The superuser's password changes: the server restarts with the new one; clients with the old one are refused.",
  ],
  ["signing-key", SIGNING_KEY],
  ["-shared", SIGNING_KEY],
];

const password: Rule = ({ action, name }) => {
  if (action === Action.Delete) {
    return access("The secret leaves the state; whatever was created with it keeps it.");
  }
  if (action !== Action.Replace) return undefined;
  const known = PASSWORDS.find(([suffix]) => name.endsWith(suffix));
  return access(known?.[1] ?? "A new secret: whatever uses the old one has to change too.");
};

const schema: Rule = (change) => {
  if (change.action === Action.Delete) {
    return minor("Database and engine keep what was applied, but it is no longer managed.");
  }
  const lossy = pendingMigrations(change).filter(([, losses]) => losses !== "");
  if (lossy.length === 0) return minor("Applied while the engine goes on serving.");
  const what =
    lossy.length === 1
      ? "1 migration drops or changes"
      : `${lossy.length} migrations drop or change`;
  return loss(`Data loss: ${what} what may hold data; see Migrations.`);
};

const CLOUD = access("Hasura Cloud applies the variables and restarts the project's engine.");
const NEW_KEYS = access("The signing key changes: tokens signed with the old key are refused.");
const PINNED = access(
  "Engine restart with the newly pinned key; tokens signed with the old key are refused.",
);
const GRANTED_AGAIN = access("Privileges are revoked and granted again; a query in between fails.");
const none: Rule = () => undefined;
const AGAIN = minor("The step runs again; nothing that is running is affected.");
const step = byAction({ update: AGAIN, replace: AGAIN });

const RULES: Record<Kind, Rule> = {
  [Kind.Engine]: engine,
  [Kind.Server]: serverCost,
  [Kind.Container]: byLoss(outage("The container stops; files outside its volumes are lost.")),
  [Kind.DataVolume]: data("every row of every database in it is deleted."),
  [Kind.Volume]: data("every file in it is deleted."),
  [Kind.Database]: data("the database is dropped with all its rows."),
  [Kind.Role]: data("the role is dropped, and what it owns may be dropped with it."),
  [Kind.Schema]: data("the schema is dropped with all its tables."),
  [Kind.Network]: byLoss(
    outage("Everything on this network is disconnected and created again with it."),
  ),
  [Kind.Image]: image,
  [Kind.Extension]: byLoss(outage("The extension is dropped: queries that use it fail.")),
  [Kind.Grant]: byAction({
    delete: access("These privileges are revoked; queries that need them fail."),
    replace: GRANTED_AGAIN,
    update: GRANTED_AGAIN,
  }),
  [Kind.Provider]: byAction({
    update: minor("The update connects differently; nothing that is running is affected."),
    replace: unknown("The resources that it manages may be replaced too; see each of them."),
  }),
  [Kind.Password]: password,
  [Kind.KeyPair]: byLoss(NEW_KEYS, NEW_KEYS),
  [Kind.JwtTemplate]: byAction({
    delete: access("Apps that ask Clerk for this template get an error instead of a token."),
    replace: access(
      "The template is created again: apps that ask for it in between get no token, and later tokens have the new claims.",
    ),
    update: access(
      "New tokens follow the changed template; existing tokens stay as they are until they expire.",
    ),
  }),
  [Kind.PinnedJwks]: byAction({
    delete: access("The key is no longer pinned; the engine restarts with another source of keys."),
    replace: PINNED,
    update: PINNED,
  }),
  [Kind.CloudEnvironment]: byAction({
    // Beside an engine that runs already.
    create: CLOUD,
    update: CLOUD,
    delete: access(
      "The variables are removed from the project, except an admin secret; its engine refuses tokens from then on.",
    ),
    replace: access(
      "The variables are removed from the old project, whose engine refuses tokens from then on, and set in the new one.",
    ),
  }),
  [Kind.RandomId]: none,
  [Kind.Probe]: step,
  [Kind.HasuraSchema]: schema,
  [Kind.Command]: step,
  [Kind.Component]: none,
  [Kind.Other]: byAction({
    delete: unknown("Deleted. This report does not know its type: data in it may be lost."),
    replace: unknown(
      "Deleted and created again. This report does not know its type: data in it may be lost.",
    ),
  }),
};

const HOLDS_DATA: ReadonlySet<Kind> = new Set<Kind>([
  Kind.DataVolume,
  Kind.Volume,
  Kind.Database,
  Kind.Role,
  Kind.Schema,
]);

/** What a change costs those who use the stack, or none where it costs nothing. */
export function costOf(change: ResourceChange, context: CostContext): Cost | undefined {
  const kind = kindOf(change);
  if (change.action === Action.Other) return undefined;
  const isRetained = change.action === Action.Delete && isKept(change);
  // What holds data says more, and what stands for no thing says nothing.
  if (isRetained && !HOLDS_DATA.has(kind) && RULES[kind] !== none) {
    return minor("It stays as it is, but is no longer managed.");
  }
  return RULES[kind](change, context);
}
