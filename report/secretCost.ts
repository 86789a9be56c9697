import { Action, type ResourceChange } from "./preview";
import { type Cost, Severity } from "./report";
import { Kind, kindOf } from "./resourceKind";

function access(text: string): Cost {
  return { severity: Severity.Access, text };
}

/** What becomes of those who hold a token, a password or a key when what decides about them changes. */
export function secretCost(change: ResourceChange): Cost | undefined {
  if (change.action === Action.Create) return created(kindOf(change));
  switch (kindOf(change)) {
    case Kind.Password:
      return passwordCost(change);
    case Kind.KeyPair:
      return access("The signing key changes: tokens of the old key are refused from then on.");
    case Kind.JwtTemplate:
      return templateCost(change);
    case Kind.PinnedJwks:
      return pinnedCost(change);
    case Kind.CloudEnvironment:
      return cloudCost(change);
    default:
      return undefined;
  }
}

/** Beside an engine that runs already, a first template or a first pinned key changes what it accepts. */
function created(kind: Kind): Cost | undefined {
  if (kind !== Kind.CloudEnvironment) return undefined;
  return access("Hasura Cloud applies the variables and restarts the project's engine.");
}

const PASSWORDS: readonly [suffix: string, text: string][] = [
  [
    "-admin-secret",
    "The admin secret changes: the engine restarts, and whoever sends the old one is refused.",
  ],
  [
    "-databases-password",
    "The engine's database password changes: the role is altered and the engine restarts.",
  ],
  [
    "-postgres-password",
    // The ready step sets it in each new container (infra/postgres/readyScript.ts), also on a volume that exists.
    "The superuser's password changes: the server restarts and is given the new one; clients with the old one are refused.",
  ],
  [
    "signing-key",
    "The signing key changes: the engine restarts, and every token of the old key is refused.",
  ],
  [
    "-shared",
    "The signing key changes: the engine restarts, and every token of the old key is refused.",
  ],
];

function passwordCost(change: ResourceChange): Cost | undefined {
  if (change.action === Action.Delete) {
    return access("The secret is forgotten; whatever was made with it keeps it.");
  }
  if (change.action !== Action.Replace) return undefined;
  const known = PASSWORDS.find(([suffix]) => change.name.endsWith(suffix));
  return access(known?.[1] ?? "A new secret: whatever uses the old one has to change with it.");
}

function templateCost({ action }: ResourceChange): Cost {
  if (action === Action.Delete) {
    return access("Apps that ask Clerk for this template get an error instead of a token.");
  }
  if (action === Action.Replace) {
    return access(
      "The template is made again: until then apps that ask for it get no token, later tokens carry the new claims.",
    );
  }
  return access(
    "From the next token on, tokens carry what the template says then; older ones run out unchanged.",
  );
}

function pinnedCost({ action }: ResourceChange): Cost {
  if (action === Action.Delete) {
    return access("The key is no longer pinned; the engine restarts with another source of keys.");
  }
  return access(
    "Engine restart with the key that is pinned then; tokens of the old key are refused.",
  );
}

function cloudCost({ action }: ResourceChange): Cost {
  if (action === Action.Delete) {
    return access(
      "The variables are taken out of the project, all but an admin secret; its engine refuses tokens from then on.",
    );
  }
  if (action === Action.Replace) {
    return access(
      "The variables are taken out of the old project, whose engine refuses tokens from then on, and set in the new one.",
    );
  }
  return access("Hasura Cloud applies the variables and restarts the project's engine.");
}
