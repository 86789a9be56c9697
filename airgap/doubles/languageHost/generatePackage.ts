import { spawn } from "node:child_process";
import { status } from "@grpc/grpc-js";
import { grpcError } from "../plugin/unimplemented";

/** What the engine asks for, as the generator reads it. */
export interface PackageWish {
  directory: string;
  schema: string;
  loaderTarget: string;
  localDependencies: Record<string, string>;
  local: boolean;
}

/** The generator of the released host, built from its Go module; on PATH where the set-up could build it. */
export const GENERATOR = "pulumi-nodejs-sdk";

function missing(): Error {
  return grpcError(
    status.UNIMPLEMENTED,
    `generating an SDK needs ${GENERATOR} on PATH, which the set-up builds from Go modules`,
  );
}

/** Writes the SDK of a package into a folder. Rejects with what the generator says where the schema has errors. */
export function generatePackage(wish: PackageWish, generator = GENERATOR): Promise<void> {
  const child = spawn(generator, [], { stdio: ["pipe", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString("utf8");
  });
  // A generator that ends without reading is judged by its exit code.
  child.stdin.on("error", () => undefined);
  child.stdin.end(JSON.stringify(wish));
  return new Promise((resolve, reject) => {
    child.once("error", () => reject(missing()));
    child.once("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`no SDK was generated: ${said.trim() || `exit code ${code}`}`));
    });
  });
}
