import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { type Problem, ProblemList } from "../validation/problems";
import { settledLater } from "../validation/rejectProblems";
import { ResourceType } from "./resourceTypes";

/** Settings by which the docker provider finds its Docker engine, under their names in the configuration (`docker:host`). */
export interface DockerSettings {
  host?: string | undefined;
  context?: string | undefined;
  certPath?: string | undefined;
  caMaterial?: string | undefined;
  certMaterial?: string | undefined;
  keyMaterial?: string | undefined;
  sshOpts?: string | undefined;
}

const FILES = "docker:certPath, a folder with ca.pem, cert.pem and key.pem";

/** What only the provider can follow, and what the docker command has instead. */
const PROVIDER_ALONE: Partial<Record<keyof DockerSettings, string>> = {
  caMaterial: FILES,
  certMaterial: FILES,
  keyMaterial: FILES,
  sshOpts: "docker:host as ssh://, with the options for that host in ~/.ssh/config",
};

/**
 * What keeps the docker command of the steps from asking the engine that the provider makes containers on. Values are not shown:
 * one of them is a key.
 */
function checkDockerSettings(settings: DockerSettings, dockerHost?: string): Problem[] {
  const problems = new ProblemList();
  for (const [name, allowed] of Object.entries(PROVIDER_ALONE)) {
    if (!settings[name as keyof DockerSettings]) continue;
    problems.add(
      `docker:${name}`,
      `is only known to the docker provider, not to the steps that wait for the containers; allowed: ${allowed}; use that instead`,
    );
  }
  const { host, context } = settings;
  if (host && context) {
    problems.add(
      "docker:context",
      "cannot be combined with docker:host; allowed: one of them; remove the other",
    );
  }
  if (dockerHost && (context || (host && host !== dockerHost))) {
    problems.add(
      "dockerHost",
      `is ${JSON.stringify(dockerHost)}, but the docker provider is set to ${context ? "a context" : "another host"}; allowed: the provider's own; leave dockerHost out`,
    );
  }
  return [...problems.list()];
}

/** Environment by which the docker command asks the same engine as the provider; empty where both follow this machine's own. */
function environmentOf(settings: DockerSettings, dockerHost?: string): Record<string, string> {
  const host = dockerHost || settings.host;
  return {
    ...(host && { DOCKER_HOST: host }),
    // A DOCKER_HOST of this machine would win over the context.
    ...(!host && settings.context && { DOCKER_CONTEXT: settings.context, DOCKER_HOST: "" }),
    ...(settings.certPath && { DOCKER_CERT_PATH: settings.certPath, DOCKER_TLS_VERIFY: "1" }),
  };
}

/** What the stack's configuration says of the docker provider. */
function configuredDocker(): DockerSettings {
  const config = new pulumi.Config("docker");
  const names = ["host", "context", "certPath", ...Object.keys(PROVIDER_ALONE)];
  return Object.fromEntries(names.map((name) => [name, config.get(name) || undefined]));
}

type Options = Pick<pulumi.ComponentResourceOptions, "parent" | "provider" | "providers">;

/** The docker provider that the options name, themselves or by the parent; undefined for the configured one. */
function explicitDocker(opts: Options | undefined): pulumi.ProviderResource | undefined {
  const named = [opts?.provider, ...Object.values(opts?.providers ?? {})];
  const own = named.find(
    (it) => (it as { getPackage?(): string } | undefined)?.getPackage?.() === "docker",
  );
  return own ?? opts?.parent?.getProvider(ResourceType.Container);
}

/** What of a component's connection is wrong as far as it is known before any resource exists. */
export function checkDocker(opts?: Options, dockerHost?: pulumi.Input<string>): Problem[] {
  const provider = explicitDocker(opts);
  if (provider === undefined) {
    const known = typeof dockerHost === "string" ? dockerHost : undefined;
    return checkDockerSettings(configuredDocker(), known);
  }
  if (tellsHost(provider) || dockerHost !== undefined) return [];
  return [
    {
      path: "dockerHost",
      reason:
        "is missing beside a docker provider whose host cannot be read here; allowed: the provider's host; set dockerHost to it",
    },
  ];
}

/** Environment of every docker command that belongs to the resources of a parent, checked where it is not known at once. */
export function dockerEnvironment(
  opts: Options,
  dockerHost?: pulumi.Input<string>,
): Record<string, string> | pulumi.Output<Record<string, string>> {
  const provider = explicitDocker(opts);
  if (provider === undefined && (dockerHost === undefined || typeof dockerHost === "string")) {
    return environmentOf(configuredDocker(), dockerHost);
  }
  const settings = provider === undefined ? configuredDocker() : settingsOf(provider);
  return settledLater("The docker provider", { settings, dockerHost }, (it, problems) => {
    problems.addAll(checkDockerSettings(it.settings, it.dockerHost));
    return environmentOf(it.settings, it.dockerHost);
  });
}

/** False for what is only a reference to a provider, as it comes from a program in another language. */
function tellsHost(provider: pulumi.ProviderResource): provider is docker.Provider {
  return docker.Provider.isInstance(provider) && pulumi.Output.isInstance(provider.host);
}

function settingsOf(provider: pulumi.ProviderResource) {
  if (!tellsHost(provider)) return {};
  const { host, context, certPath, caMaterial, certMaterial, keyMaterial } = provider;
  return { host, context, certPath, caMaterial, certMaterial, keyMaterial };
}
