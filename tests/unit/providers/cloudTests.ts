import { expect } from "chai";
import { HasuraCloud } from "../../../airgap/doubles/hasuraCloud/hasuraCloud";
import { cloudEnvironmentProvider as provider } from "../../../infra/providers/cloudEnvironmentProvider";
import type {
  CloudEnvironmentInputs,
  CloudEnvironmentOuts,
} from "../../../infra/providers/cloudEnvironmentState";
import { shortRetries } from "./remoteTest";

export const TOKEN = "pat-of-the-tests-0123456789";

/** A Cloud of one test, whose project has a variable of somebody else's. */
export interface TestCloud {
  cloud: HasuraCloud;
  project: string;
  cloudy: Cloudy;
}

/** Starts a Cloud before each test of a suite, hands it over, and stops it afterwards. */
export function cloudForEach(take: (made: TestCloud) => void): void {
  let cloud: HasuraCloud | undefined;
  shortRetries();
  beforeEach(async () => {
    cloud = await HasuraCloud.start(TOKEN);
    const project = cloud.tenants.add({ FOREIGN: "foreign-value" });
    take({ cloud, project, cloudy: new Cloudy(cloud.url, project) });
  });
  afterEach(() => cloud?.stop());
}

/** The provider as the engine calls it, for one project of the double. */
export class Cloudy {
  private readonly apiUrl: string;
  private readonly project: string;

  constructor(apiUrl: string, project: string) {
    this.apiUrl = apiUrl;
    this.project = project;
  }

  inputs(
    env: Record<string, string>,
    more: Partial<CloudEnvironmentInputs> = {},
  ): CloudEnvironmentInputs {
    return { apiUrl: this.apiUrl, token: TOKEN, projectId: this.project, env, ...more };
  }

  /** Outputs of a resource that wrote all its variables. */
  outs(env: Record<string, string>): CloudEnvironmentOuts {
    const written = Object.keys(env).sort();
    return {
      ...this.inputs(env),
      tenantId: "t",
      hash: "h",
      written,
      drift: {},
    };
  }

  async create(
    env: Record<string, string>,
    more: Partial<CloudEnvironmentInputs> = {},
  ): Promise<CloudEnvironmentOuts> {
    const { id, outs } = await provider.create(this.inputs(env, more));
    expect(id).to.equal(this.project);
    return outs ?? this.outs({});
  }

  async update(
    olds: CloudEnvironmentOuts,
    env: Record<string, string>,
    more: Partial<CloudEnvironmentInputs> = {},
  ): Promise<CloudEnvironmentOuts> {
    const result = await provider.update?.(this.project, olds, this.inputs(env, more));
    return result?.outs ?? this.outs({});
  }

  async read(props: CloudEnvironmentOuts): Promise<CloudEnvironmentOuts> {
    const result = await provider.read?.(this.project, props);
    expect(result?.id).to.equal(this.project);
    return result?.props ?? this.outs({});
  }

  async delete(props: CloudEnvironmentOuts): Promise<void> {
    await provider.delete?.(this.project, props);
  }

  /** What is said on standard error meanwhile. */
  async listening(act: () => Promise<unknown>): Promise<string> {
    const { write } = process.stderr;
    let said = "";
    process.stderr.write = (chunk: string | Uint8Array) => {
      said += chunk;
      return true;
    };
    try {
      await act();
    } finally {
      process.stderr.write = write;
    }
    return said;
  }
}
