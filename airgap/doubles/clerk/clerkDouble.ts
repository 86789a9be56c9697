import { randomBytes } from "node:crypto";
import { type Api, ApiServer, type Listen } from "./apiServer";
import { backendAnswer } from "./backendApi";
import { ClerkState } from "./clerkState";
import { controlAnswer } from "./control";
import { frontendAnswer } from "./frontendApi";
import type { InstanceKey } from "./instanceKeys";
import type { JwksSettings } from "./jwks";

export interface ClerkDoubleOptions {
  /** Where the Backend API listens; loopback and a free port by default. */
  host?: string;
  port?: number;
  /** Where the Frontend API listens; https with certificate and key, plain http without. */
  fapi?: Listen;
  /** `sk_test_...` or `sk_live_...`; random by default. */
  secretKey?: string;
  /** Host of the Frontend API, which tokens name as issuer. */
  frontendApi?: string;
  /** What the double's clock shows at the start, in milliseconds; the real time by default. */
  startTime?: number;
  /** Token of the control routes; random by default. */
  controlToken?: string;
  /** The first key; a new one by default. */
  instanceKey?: InstanceKey;
  /** Headers of the key set. */
  jwksHeaders?: Record<string, string>;
}

/** A stand-in for one Clerk instance: Backend API, key set and tokens of the Frontend API. */
export class ClerkDouble extends ClerkState {
  readonly controlToken: string;
  private readonly backend: ApiServer;
  private readonly frontend: ApiServer;

  private readonly options: ClerkDoubleOptions;

  constructor(options: ClerkDoubleOptions = {}) {
    const { secretKey = `sk_test_${randomBytes(20).toString("hex")}`, fapi = {} } = options;
    super(secretKey, options.frontendApi ?? "pleased-mole-7.clerk.accounts.dev", options.startTime);
    this.options = options;
    this.controlToken = options.controlToken ?? randomBytes(20).toString("hex");
    const { host = "127.0.0.1", port = 0, jwksHeaders = {} } = options;
    this.jwks.set({ headers: jwksHeaders });
    const backend: Api = {
      name: "backend",
      answer: (request) => backendAnswer(this, request),
      control: (request) => controlAnswer(this, this.controlToken, request),
    };
    const frontend: Api = { name: "frontend", answer: (request) => frontendAnswer(this, request) };
    this.backend = new ApiServer(backend, { host, port }, this.faults, this.log);
    this.frontend = new ApiServer(frontend, fapi, this.faults, this.log);
  }

  async start(): Promise<this> {
    await this.jwks.start(this.options.instanceKey);
    await this.backend.start();
    await this.frontend.start();
    return this;
  }

  async stop(): Promise<void> {
    await this.backend.stop();
    await this.frontend.stop();
  }

  /** Base URL of the Backend API, as `apiUrl` of Clerk's client takes it. */
  get apiUrl(): string {
    return this.backend.url;
  }

  /** Where the Frontend API is really reached. */
  get fapiUrl(): string {
    return this.frontend.url;
  }

  get jwksUrl(): string {
    return `${this.fapiUrl}/.well-known/jwks.json`;
  }

  /** Publishable key of the instance. */
  get publishableKey(): string {
    const kind = this.isLive ? "pk_live_" : "pk_test_";
    return kind + Buffer.from(`${this.frontendApi}$`).toString("base64");
  }

  /** The current key's public half as PEM. */
  get jwtKey(): string {
    return this.jwks.current.pem;
  }

  setJwks(settings: Partial<JwksSettings>): void {
    this.jwks.set(settings);
  }
}
