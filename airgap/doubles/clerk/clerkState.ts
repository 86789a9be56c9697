import { type Behaviour, defaultBehaviour } from "./behaviour";
import { Faults } from "./faults";
import { Jwks } from "./jwks";
import { JwtTemplates } from "./jwtTemplates";
import { RateLimit } from "./rateLimit";
import { RequestLog } from "./requestLog";
import { Sessions } from "./sessions";
import { TokenMint } from "./tokens";
import { Users } from "./users";

/** Everything one Clerk instance knows, shared by both APIs and the control routes. */
export class ClerkState {
  readonly behaviour: Behaviour = defaultBehaviour();
  readonly faults = new Faults();
  readonly rateLimit = new RateLimit();
  readonly log = new RequestLog();
  readonly jwks = new Jwks();
  readonly templates: JwtTemplates;
  readonly users: Users;
  readonly sessions: Sessions;
  readonly tokens: TokenMint;
  readonly issuer: string;
  private readonly offset: number;

  readonly secretKey: string;
  readonly frontendApi: string;

  /** `startTime`: what the double's clock shows now, in milliseconds. */
  constructor(secretKey: string, frontendApi: string, startTime = Date.now()) {
    this.secretKey = secretKey;
    this.frontendApi = frontendApi;
    this.offset = startTime - Date.now();
    this.issuer = `https://${frontendApi}`;
    this.templates = new JwtTemplates(this.behaviour, this.now);
    this.users = new Users(this.now);
    this.sessions = new Sessions(this.users, this.now);
    const key = () => this.jwks.current;
    this.tokens = new TokenMint(this.users, this.behaviour, this.issuer, key, this.now);
  }

  readonly now = (): number => Date.now() + this.offset;

  /** Whether the secret key is of a production instance. */
  get isLive(): boolean {
    return this.secretKey.startsWith("sk_live_");
  }
}
