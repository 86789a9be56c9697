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
export function callersOf({ outputs, changes, kept }: Preview): Callers {
  const known = [...changes, ...kept];
  const inputsOf = (kind: Kind) => known.find((it) => kindOf(it) === kind && it.new)?.new?.inputs;
  const [probe, engine] = [inputsOf(Kind.Probe), inputsOf(Kind.Engine)];
  const shape = shapeOf(outputs.new?.tokenShape) ?? shapeOf(probe?.tokenShape) ?? {};
  const roles = [textIn(shape, "defaultRole"), ...textsIn(shape, "allowedRoles")];
  const users = new Set(roles.filter((role) => role !== ""));
  return {
    users: users.size > 0 ? users : new Set([DEFAULT_ROLE]),
    anonymous: anonymousIn(probe, engine) ?? USUAL_ANONYMOUS,
  };
}

const VARIABLE = "HASURA_GRAPHQL_UNAUTHORIZED_ROLE=";

/** Undefined where it is not known. */
function anonymousIn(probe?: Properties, engine?: Properties): string | undefined {
  if (probe !== undefined) {
    return isUnknown(probe.unauthorizedRole) ? undefined : textIn(probe, "unauthorizedRole");
  }
  if (engine === undefined || !Array.isArray(engine.envs)) return undefined;
  const line = textsIn(engine, "envs").find((it) => it.startsWith(VARIABLE));
  return line?.slice(VARIABLE.length) ?? "";
}
