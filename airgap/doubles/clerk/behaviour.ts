import { isJsonObject } from "../hasura/json";

/** How an update treats optional fields that the request leaves out. */
export type PatchOmitted = "keep" | "reset";

/** What Clerk's documentation leaves open, and the choices the double makes until told otherwise. */
export interface Behaviour {
  /** Claims that no template may hold: those of every token, and those of a session, of which Clerk names all but fva. */
  reservedClaims: string[];
  /** Accepted algorithms of a custom signing key. */
  signingAlgorithms: string[];
  /** Answer to a second template of the same name. */
  duplicateNameStatus: number;
  duplicateNameCode: string;
  patchOmitted: PatchOmitted;
  /** Whether claims come back with their keys sorted. */
  sortClaims: boolean;
  /** Whether a list ignores limit and offset. */
  ignorePagination: boolean;
  /** Whether roles in templates read `org:admin` instead of `admin`. */
  rolePrefixInTemplates: boolean;
  /** 1: flat organisation claims; 2: the `o` claim. */
  sessionTokenVersion: number;
  /** Seconds by which nbf of a session token lies before iat. */
  sessionTokenSkew: number;
  /** Requests for each ten seconds; 0 switches the limit off. */
  rateLimit: number;
}

export function defaultBehaviour(): Behaviour {
  const ofEveryToken = ["azp", "exp", "iat", "iss", "jti", "nbf", "sub"];
  const ofSession = ["sid", "v", "pla", "fea", "fva"];
  return {
    reservedClaims: [...ofEveryToken, ...ofSession],
    signingAlgorithms: ["HS", "RS", "ES"].flatMap((kind) =>
      ["256", "384", "512"].map((size) => kind + size),
    ),
    duplicateNameStatus: 422,
    duplicateNameCode: "form_identifier_exists",
    patchOmitted: "keep",
    sortClaims: false,
    ignorePagination: false,
    rolePrefixInTemplates: true,
    sessionTokenVersion: 2,
    sessionTokenSkew: 10,
    rateLimit: 0,
  };
}

/** Sets the members that `changes` holds; throws on an unknown member or another type. */
export function changeBehaviour(behaviour: Behaviour, changes: unknown): void {
  if (!isJsonObject(changes)) throw new Error("behaviour must be an object");
  const known: Record<string, unknown> = { ...behaviour };
  for (const [name, value] of Object.entries(changes)) {
    const old = known[name];
    if (typeof old !== typeof value || Array.isArray(old) !== Array.isArray(value)) {
      throw new Error(`behaviour has no member "${name}" of that type`);
    }
  }
  Object.assign(behaviour, changes);
}
