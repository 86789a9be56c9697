import { DEFAULT_ROLE } from "../../infra/clerk/roles";
import { type Preview, type Properties, textIn, textsIn } from "../read/preview";
import { Kind, kindOf } from "../read/resourceKind";
import { shapeOf } from "./identityChanges";
import { isUnknown } from "./publicValue";

/** Roles of those who call the engine. */
export interface Callers {
  /** Roles that a token may carry. */
  users: ReadonlySet<string>;
  /** Role of requests without a token; empty where they are refused. */
  anonymous: string;
}

/** What the role of requests without a token is called where the preview does not tell it. */
const USUAL_ANONYMOUS = "anonymous";

/** Who calls the engine after the update, by the stack's outputs, its check and the engine's variables. */
export function callersOf(preview: Preview): Callers {
  const { outputs } = preview;
  const probe = inputsOf(preview, Kind.Probe, "new");
  const shape = shapeOf(outputs.new?.tokenShape) ?? shapeOf(probe?.tokenShape) ?? {};
  const roles = [textIn(shape, "defaultRole"), ...textsIn(shape, "allowedRoles")];
  const users = new Set(roles.filter((role) => role !== ""));
  return {
    users: users.size > 0 ? users : new Set([DEFAULT_ROLE]),
    anonymous: anonymousRole(preview, "new") ?? USUAL_ANONYMOUS,
  };
}

type Side = "old" | "new";

function inputsOf({ changes, kept }: Preview, kind: Kind, side: Side): Properties | undefined {
  const change = changes.find((it) => kindOf(it) === kind);
  return change === undefined
    ? kept.find((it) => kindOf(it) === kind)?.new?.inputs
    : change[side]?.inputs;
}

const VARIABLE = "HASURA_GRAPHQL_UNAUTHORIZED_ROLE=";

/** Role of requests without a token, before or after; empty where they are refused, undefined where it is not known. */
export function anonymousRole(preview: Preview, side: Side): string | undefined {
  const probe = inputsOf(preview, Kind.Probe, side);
  if (probe !== undefined) {
    return isUnknown(probe.unauthorizedRole) ? undefined : textIn(probe, "unauthorizedRole");
  }
  const engine = inputsOf(preview, Kind.Engine, side);
  if (engine === undefined || !Array.isArray(engine.envs)) return undefined;
  const line = textsIn(engine, "envs").find((it) => it.startsWith(VARIABLE));
  return line?.slice(VARIABLE.length) ?? "";
}
