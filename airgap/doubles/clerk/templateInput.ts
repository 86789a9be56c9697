import { isJsonObject, type JsonObject } from "../hasura/json";
import { ApiError, type ApiErrorItem, apiError, errorItem } from "./apiError";
import type { Behaviour } from "./behaviour";
import { keyProblem } from "./signingKeys";

/** The settings of a template; the key stays inside the double. */
export interface TemplateValues {
  name: string;
  claims: JsonObject;
  lifetime: number;
  allowedClockSkew: number;
  customSigningKey: boolean;
  signingAlgorithm: string;
  signingKey: string | null;
}

const LIFETIME = { fallback: 60, least: 30, most: 315_360_000 };
const SKEW = { fallback: 5, least: 0, most: 300 };
const PARAMETERS = [
  "name",
  "claims",
  "lifetime",
  "allowed_clock_skew",
  "custom_signing_key",
  "signing_algorithm",
  "signing_key",
];
type Bounds = { fallback: number; least: number; most: number };

function wrongType(param: string, type: string): ApiErrorItem {
  return errorItem(
    "form_param_type_invalid",
    "is invalid",
    `\`${param}\` must be a \`${type}\`.`,
    param,
  );
}

/** Reads the body of a create or update, with every problem in one answer. */
class TemplateReader {
  readonly problems: ApiErrorItem[] = [];

  private readonly body: JsonObject;
  private readonly behaviour: Behaviour;
  private readonly previous: TemplateValues | undefined;

  constructor(body: JsonObject, behaviour: Behaviour, previous: TemplateValues | undefined) {
    this.body = body;
    this.behaviour = behaviour;
    this.previous = previous;
  }

  /** What an omitted optional field becomes. */
  private kept<K extends keyof TemplateValues>(key: K): TemplateValues[K] | undefined {
    return this.behaviour.patchOmitted === "keep" ? this.previous?.[key] : undefined;
  }

  private missing(param: string): void {
    this.problems.push(
      errorItem("form_param_missing", "is missing", `${param} must be included.`, param),
    );
  }

  unknownParameters(): void {
    for (const param of Object.keys(this.body).filter((key) => !PARAMETERS.includes(key))) {
      const text = `${param} is not a valid parameter for this request.`;
      this.problems.push(errorItem("form_param_unknown", "is unknown", text, param));
    }
  }

  name(): string {
    const { name } = this.body;
    if (name === undefined || name === null || name === "") this.missing("name");
    else if (typeof name !== "string") this.problems.push(wrongType("name", "string"));
    return typeof name === "string" ? name : "";
  }

  claims(): JsonObject {
    const { claims } = this.body;
    if (claims === undefined || claims === null) this.missing("claims");
    else if (!isJsonObject(claims)) this.problems.push(wrongType("claims", "object"));
    return isJsonObject(claims) ? claims : {};
  }

  seconds(param: "lifetime" | "allowed_clock_skew", bounds: Bounds): number {
    const value = this.body[param];
    const old = this.kept(param === "lifetime" ? "lifetime" : "allowedClockSkew");
    if (value === undefined) return old ?? bounds.fallback;
    if (value === null) return bounds.fallback;
    if (typeof value !== "number" || !Number.isInteger(value)) {
      this.problems.push(wrongType(param, "integer"));
    } else if (value > bounds.most) {
      const text = `The value of ${param} can't be greater than ${bounds.most}`;
      this.problems.push(errorItem("form_param_value_too_large", "Value too large", text, param));
    } else if (value < bounds.least) {
      const text = `${param} must be at least ${bounds.least}`;
      this.problems.push(errorItem("form_param_value_invalid", "is invalid", text, param));
    } else return value;
    return bounds.fallback;
  }

  signing(): Pick<TemplateValues, "customSigningKey" | "signingAlgorithm" | "signingKey"> {
    const none = { customSigningKey: false, signingAlgorithm: "RS256", signingKey: null };
    const { custom_signing_key: custom } = this.body;
    if (custom === undefined && this.kept("customSigningKey") === true && this.previous) {
      const { signingAlgorithm, signingKey } = this.previous;
      return { customSigningKey: true, signingAlgorithm, signingKey };
    }
    if (custom !== undefined && typeof custom !== "boolean") {
      this.problems.push(wrongType("custom_signing_key", "boolean"));
    }
    if (custom !== true) return none;
    const algorithm = this.signingText("signing_algorithm");
    const key = this.signingText("signing_key");
    if (algorithm === undefined || key === undefined) return none;
    this.checkKey(algorithm, key);
    return { customSigningKey: true, signingAlgorithm: algorithm, signingKey: key };
  }

  private signingText(param: "signing_algorithm" | "signing_key"): string | undefined {
    const value = this.body[param];
    if (typeof value === "string" && value !== "") return value;
    const text = `\`${param}\` is required when \`custom_signing_key\` is \`true\`.`;
    const problem = errorItem("form_conditional_param_missing", "is missing", text, param);
    const absent = value === undefined || value === null || value === "";
    this.problems.push(absent ? problem : wrongType(param, "string"));
    return undefined;
  }

  private checkKey(algorithm: string, key: string): void {
    const { signingAlgorithms } = this.behaviour;
    if (!signingAlgorithms.includes(algorithm)) {
      const text = `${algorithm} does not match one of the allowed values for parameter signing_algorithm`;
      const problem = errorItem(
        "form_param_value_invalid",
        "is invalid",
        text,
        "signing_algorithm",
      );
      this.problems.push(problem);
      return;
    }
    const text = keyProblem(algorithm, key);
    if (text === undefined) return;
    this.problems.push(errorItem("form_param_format_invalid", "is invalid", text, "signing_key"));
  }
}

/** Reads and checks a create (no `previous`) or an update; throws ApiError. */
export function readTemplateInput(
  body: unknown,
  behaviour: Behaviour,
  previous?: TemplateValues,
): TemplateValues {
  if (!isJsonObject(body)) {
    throw apiError(400, "request_body_invalid", "Request body invalid");
  }
  const reader = new TemplateReader(body, behaviour, previous);
  reader.unknownParameters();
  const values = {
    name: reader.name(),
    claims: reader.claims(),
    lifetime: reader.seconds("lifetime", LIFETIME),
    allowedClockSkew: reader.seconds("allowed_clock_skew", SKEW),
    ...reader.signing(),
  };
  if (reader.problems.length > 0) throw new ApiError(422, reader.problems);
  refuseReservedClaims(values.claims, behaviour);
  return values;
}

function refuseReservedClaims(claims: JsonObject, { reservedClaims }: Behaviour): void {
  const found = Object.keys(claims).filter((claim) => reservedClaims.includes(claim));
  if (found.length === 0) return;
  const problems = found.map((claim) =>
    errorItem(
      "jwt_template_reserved_claim",
      "reserved claim used",
      `You can't use the reserved claim: '${claim}'`,
      "claims",
    ),
  );
  throw new ApiError(400, problems);
}
