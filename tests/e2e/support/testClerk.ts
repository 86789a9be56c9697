import { join } from "node:path";
import { ControlClient } from "../../../airgap/doubles/clerk/controlClient";
import type { Fault } from "../../../airgap/doubles/clerk/faults";
import type { LoggedRequest } from "../../../airgap/doubles/clerk/requestLog";
import type { StackConfig } from "./testStack";

type Json = Record<string, unknown>;

/** Where an instance of Clerk's double is, and what opens it. */
export interface ClerkPlace {
  /** Host of the Frontend API, with its port where that is not 443. */
  host: string;
  /** Docker network on which the host is known. */
  network: string;
  /** Certificate of the authority that the engine has to trust. */
  authority: string;
  /** Base URL of the Backend API on loopback. */
  apiUrl: string;
  secretKey: string;
  controlToken: string;
  stop(): Promise<void>;
}

/** Whose token is required, and what is odd about it. */
export interface TokenWish {
  user: string;
  /** Name of the template; the session token by default. */
  template?: string | undefined;
  organization?: string | undefined;
  /** Replaces or (null) removes claims, also Clerk's own. */
  claims?: Json;
  /** Signed with a key that the instance does not have, under the kid of its own. */
  foreign?: boolean;
}

/** A JWT template as the Backend API shows it. */
export interface ShownTemplate {
  id: string;
  name: string;
  claims: Json;
  lifetime: number;
  allowed_clock_skew: number;
  custom_signing_key: boolean;
  signing_algorithm: string;
}

const PRELOADED = join(__dirname, "knownHosts.cjs");

/** Clerk's double in its container, as tests drive it. */
export class TestClerk {
  readonly issuer: string;
  readonly publishableKey: string;
  /** The double's own control routes, for what has no method here. */
  readonly control: ControlClient;

  readonly place: ClerkPlace;

  constructor(place: ClerkPlace) {
    this.place = place;
    this.issuer = `https://${place.host}`;
    this.publishableKey = `pk_test_${Buffer.from(`${place.host}$`).toString("base64")}`;
    this.control = new ControlClient(place.apiUrl, place.controlToken);
  }

  /** Settings of a stack behind this instance: the publishable key, and the way to it. */
  get settings(): StackConfig {
    const { network, authority } = this.place;
    return {
      plain: {
        "identity.publishableKey": this.publishableKey,
        "hasura.networks": JSON.stringify([network]),
        "hasura.caCertificates": JSON.stringify([authority]),
      },
    };
  }

  /** The same with a template that the stack looks after. */
  get templateSettings(): StackConfig {
    const { apiUrl, secretKey } = this.place;
    return {
      plain: { ...this.settings.plain, "template.apiUrl": apiUrl },
      secret: { "template.secretKey": secretKey },
    };
  }

  /** Environment in which Node.js on this machine reaches the published Frontend API by its name. */
  get variables(): NodeJS.ProcessEnv {
    const { hostname } = new URL(this.issuer);
    const { NODE_OPTIONS: own = "" } = process.env;
    const options = `${own} --require ${JSON.stringify(PRELOADED)}`.trim();
    return { NODE_OPTIONS: options, CLERK_HASURA_KNOWN_HOSTS: hostname };
  }

  async ready(): Promise<true> {
    await this.control.call("GET", "ready");
    return true;
  }

  /** Makes users with these ids, or replaces them. */
  async addUsers(...ids: string[]): Promise<void> {
    for (const id of ids) await this.control.call("POST", "users", { id });
  }

  /** Makes an organisation of which the user is a member. */
  async addOrganization(id: string, user: string, role = "org:member"): Promise<void> {
    await this.control.call("POST", "organizations", { id, name: id });
    const membership = { user_id: user, organization_id: id, role };
    await this.control.call("POST", "memberships", membership);
  }

  /** A token of the session or of a template, from the Backend API's token endpoint. */
  async token({ user, template, organization }: TokenWish): Promise<string> {
    const session = await this.session(user, organization);
    const end = template === undefined ? "" : `/${template}`;
    const { jwt } = (await this.api("POST", `/v1/sessions/${session}/tokens${end}`)) as Json;
    return String(jwt);
  }

  /** A token that Clerk would never mint. */
  async oddToken({ user, organization, ...odd }: TokenWish): Promise<string> {
    const session_id = await this.session(user, organization);
    const { jwt } = await this.control.call("POST", "tokens", { session_id, ...odd });
    return String(jwt);
  }

  async templates(): Promise<ShownTemplate[]> {
    return (await this.control.call("GET", "templates")) as unknown as ShownTemplate[];
  }

  /** The template of that name; fails where there is none. */
  async template(name = "hasura"): Promise<ShownTemplate> {
    const found = (await this.templates()).find((one) => one.name === name);
    if (found === undefined) throw new Error(`Clerk has no template ${name}`);
    return found;
  }

  /** Meets the next requests with a fault. */
  async fault(fault: Fault): Promise<void> {
    await this.control.call("POST", "faults", fault);
  }

  async clearFaults(): Promise<void> {
    await this.control.call("DELETE", "faults");
  }

  /** Signs with a new key from now on, the only one in the key set. */
  async rotate(): Promise<void> {
    await this.control.call("POST", "rotate", { keepOld: false });
  }

  async setJwksHeaders(headers: Record<string, string>): Promise<void> {
    await this.control.call("PUT", "jwks", { headers });
  }

  /** How often the Frontend API's key set was asked for. */
  async jwksHits(): Promise<number> {
    const { jwksHits } = await this.control.call("GET", "state");
    return Number((jwksHits as Json).frontend);
  }

  /** The requests since the start or since they were last forgotten. */
  async requests(): Promise<LoggedRequest[]> {
    return (await this.control.call("GET", "requests")) as unknown as LoggedRequest[];
  }

  async forgetRequests(): Promise<void> {
    await this.control.call("DELETE", "requests");
  }

  /** One call to the Backend API, which has to succeed. */
  async api(method: string, path: string, body: unknown = {}): Promise<unknown> {
    const { apiUrl, secretKey } = this.place;
    const response = await fetch(apiUrl + path, {
      method,
      headers: { authorization: `Bearer ${secretKey}`, "content-type": "application/json" },
      ...(method === "GET" || method === "DELETE" ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(20_000),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} was refused (${response.status})`);
    return JSON.parse(text);
  }

  stop(): Promise<void> {
    return this.place.stop();
  }

  private async session(user_id: string, organization?: string): Promise<string> {
    const active = { active_organization_id: organization ?? null };
    const { id } = await this.control.call("POST", "sessions", { user_id, ...active });
    return String(id);
  }
}
