import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { SigningAlgorithm } from "../clerk/signingKey";
import { derivePublicKey } from "../clerk/signingKeyPair";
import { RemoteKind, RemoteResource } from "../providers/remoteResource";
import { algorithm as knownAlgorithm } from "../settings/jwtTemplate";
import { ProblemList } from "../validation/problems";
import { rejectProblems, settledLater } from "../validation/rejectProblems";
import { group, plain, text } from "../validation/shape";

/** Key with which a Clerk template signs, instead of the instance's own. */
export interface ClerkSigningKeyArgs {
  /** HS256, HS384, HS512, RS256, RS384, RS512, ES256, ES384, ES512 or Ed25519. Default: HS256. */
  algorithm?: SigningAlgorithm;
  /** The shared key, or the unencrypted private key as PEM; treated as secret. Default: generated. */
  privateKey?: pulumi.Input<string>;
  /** Any text; a new one makes a new key where the key is generated; refused beside a privateKey. Default: none. */
  rotation?: pulumi.Input<string>;
}

interface Halves {
  privateKey: pulumi.Output<string>;
  publicKey: pulumi.Output<string>;
}

/** One signing key for both sides: Clerk gets the half that signs, Hasura the half that verifies. */
export class ClerkSigningKey extends pulumi.ComponentResource {
  /** Algorithm of both halves. */
  public readonly algorithm: pulumi.Output<SigningAlgorithm>;
  /** The half for ClerkJwtTemplate: the shared key, or the private key as PEM; secret. */
  public readonly privateKey: pulumi.Output<string>;
  /** The half for an identity's signingKey: the shared key again, or the public key as PEM; secret where it is shared. */
  public readonly verificationKey: pulumi.Output<string>;

  /** Throws where a given key does not fit its algorithm. */
  constructor(name: string, args: ClerkSigningKeyArgs, opts?: pulumi.ComponentResourceOptions) {
    const what = `ClerkSigningKey "${name}"`;
    const algorithm = args.algorithm ?? SigningAlgorithm.HS256;
    checkNow(what, args, algorithm);
    super("clerk-hasura:index:ClerkSigningKey", name, {}, opts);
    const halves =
      args.privateKey === undefined
        ? generated(name, algorithm, args, this)
        : supplied(what, algorithm, args.privateKey);
    this.algorithm = pulumi.output(algorithm);
    this.privateKey = pulumi.secret(halves.privateKey);
    this.verificationKey = isShared(algorithm)
      ? pulumi.secret(halves.publicKey)
      : pulumi.unsecret(halves.publicKey);
    this.registerOutputs({});
  }
}

function isShared(algorithm: SigningAlgorithm): boolean {
  return algorithm.startsWith("HS");
}

const shape = group({ algorithm: plain(knownAlgorithm), privateKey: text, rotation: text });

function checkNow(what: string, args: ClerkSigningKeyArgs, algorithm: SigningAlgorithm): void {
  const problems = new ProblemList();
  const { privateKey } = shape(args, "", problems) ?? {};
  // Looked for in the arguments themselves: a secret is an Output, and no value of it is known yet.
  if (args.privateKey !== undefined && args.rotation !== undefined) {
    problems.add(
      "rotation",
      "cannot be combined with a privateKey; remove it, and rotate by giving another key",
    );
  }
  if (privateKey !== undefined && problems.size === 0) {
    problems.valueOrCollect(derivePublicKey({ algorithm, privateKey }));
  }
  rejectProblems(what, problems.list());
}

function supplied(what: string, algorithm: SigningAlgorithm, given: pulumi.Input<string>): Halves {
  const pair = settledLater(what, { privateKey: given }, ({ privateKey }, problems) => {
    const derived = problems.valueOrCollect(derivePublicKey({ algorithm, privateKey }));
    return derived && { privateKey, publicKey: derived.publicKey ?? "" };
  });
  const { privateKey } = pair;
  return { privateKey, publicKey: isShared(algorithm) ? privateKey : pair.publicKey };
}

function generated(
  name: string,
  algorithm: SigningAlgorithm,
  { rotation }: ClerkSigningKeyArgs,
  parent: pulumi.Resource,
): Halves {
  if (isShared(algorithm)) {
    const keepers = rotation === undefined ? {} : { keepers: { rotation } };
    const { result } = new random.RandomPassword(
      `${name}-shared`,
      { length: 64, special: false, ...keepers },
      { parent },
    );
    return { privateKey: result, publicKey: result };
  }
  const pair = new RemoteResource(
    RemoteKind.KeyPair,
    `${name}-pair`,
    { algorithm, rotation },
    ["privateKey", "publicKey"],
    { parent, additionalSecretOutputs: ["privateKey"] },
  );
  return { privateKey: pair.output("privateKey"), publicKey: pair.output("publicKey") };
}
