import type { RemoteError } from "../http/remoteError";
import { type CloudAccess, cloudError, type Refusal, told } from "./callCloud";

/** Hasura's words for a request that does not fit the schema: a field, an argument or a type that is not there. */
const MISFIT = /\bfield .* not found in type\b|\bhas no argument named\b|\bno such type exists\b/;

/** The error of a change that Cloud's API lacks or has in another form; undefined where it refused for another reason. */
export function missingOperation(
  access: CloudAccess,
  { doing, operation, names }: { doing: string; operation: string; names: readonly string[] },
  refusal: Refusal,
): RemoteError | undefined {
  if (!MISFIT.test(refusal.message)) return undefined;
  const verb = operation === "deleteTenantEnv" ? "remove" : "set";
  return cloudError(
    access,
    doing,
    `was refused, because Cloud's API does not offer ${operation} in the form that is known here (${told(refusal)})`,
    `${verb} ${names.join(", ")} by hand at the Cloud dashboard and run it again, or give the resource up after that with \`npx pulumi state delete URN\` (\`npx pulumi stack --show-urns\` lists it)`,
  );
}
