import { npmRun, type Parsed } from "../commandLine";
import { readIfPresent } from "../setup/files";
import { pathsOf } from "../setup/paths";
import { UserError } from "../setup/userError.mjs";
import { MintError, mintToken } from "../token/mintToken";
import { readParts, stackOutputs } from "./pulumi";
import { parsedObject } from "./summary";

async function privateKeyFrom(file: string | undefined): Promise<{ privateKeyPem?: string }> {
  if (file === undefined) return {};
  const privateKeyPem = await readIfPresent(file).catch(() => undefined);
  if (privateKeyPem === undefined) {
    // The name is not shown: it may be the key itself.
    throw new UserError("--private-key cannot be read; give the path of a PEM file");
  }
  return { privateKeyPem };
}

/** Prints a token and nothing else. */
export async function token({ values }: Parsed) {
  const { stack = "dev", user = "", role, org, ttl } = values;
  const paths = pathsOf();
  await readParts(paths);
  const key = await privateKeyFrom(values["private-key"]);
  const outputs = await stackOutputs(paths, stack);
  const shape = parsedObject(outputs.tokenShape);
  if (shape === undefined || outputs.jwtSecret === undefined) {
    throw new UserError(`stack ${stack} is not up; run ${npmRun("up", stack)} first`);
  }
  try {
    const minted = await mintToken({
      secret: parsedObject(outputs.jwtSecret) ?? null,
      tokenShape: { claimsFormat: "json", ...shape },
      user,
      // The usual address of a front end in development.
      azp: "http://localhost:3000",
      ...key,
      ...(typeof outputs.issuer === "string" ? { issuer: outputs.issuer } : {}),
      ...(role === undefined ? {} : { role }),
      ...(org === undefined ? {} : { org }),
      ttlSeconds: Number(ttl),
    });
    process.stdout.write(`${minted}\n`);
  } catch (error) {
    if (error instanceof MintError) throw new UserError(error.message);
    throw error;
  }
}
