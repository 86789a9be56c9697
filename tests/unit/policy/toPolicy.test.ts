import { expect } from "chai";
import {
  type CheckedResource,
  PolicyLevel,
  type PolicyRule,
  type StackRule,
  UNKNOWN,
} from "../../../policy/rules/policyRule";
import { Environment, type PolicySettings } from "../../../policy/rules/policySettings";
import { type PackResource, toPolicy } from "../../../policy/toPolicy";

const URN = "urn:pulumi:dev::clerk-hasura::docker:index/container:Container::it";
const PRODUCTION: PolicySettings = { environment: Environment.Production, engineAddresses: [] };

/** As @pulumi/policy hands over what a preview does not know. */
function withUnknown(target: object, unknown: string): object {
  return new Proxy(target, {
    get(fields, key, self) {
      if (key !== unknown) return Reflect.get(fields, key, self);
      throw Object.assign(new Error(`${unknown} can't be known`), { unknownTypeSentinel: "x" });
    },
  });
}

function resourceWith(props: object, over: Partial<PackResource> = {}): PackResource {
  return {
    type: "a:b:C",
    name: "it",
    urn: URN,
    props: props as Record<string, unknown>,
    opts: { protect: true },
    ...over,
  };
}

interface Seen {
  resources: CheckedResource[];
  settings: PolicySettings[];
}

const HEAD = { name: "a-rule", description: "it holds", remedy: "make it hold" };

function listener(seen: Seen): PolicyRule {
  return {
    ...HEAD,
    level: PolicyLevel.Mandatory,
    types: ["a:b:C"],
    check(resource, settings) {
      seen.resources.push(resource);
      seen.settings.push(settings);
      return ["first", "second"];
    },
  };
}

/** Runs a policy on one resource and answers what it reported. */
function validate(rule: PolicyRule, resource: PackResource, config: object = {}): string[] {
  const policy = toPolicy(rule, () => PRODUCTION);
  if (!("validateResource" in policy)) throw new Error("not a policy of resources");
  const reports: string[] = [];
  const args = { ...resource, getConfig: <T extends object>() => config as T };
  policy.validateResource(args, (message) => reports.push(message));
  return reports;
}

describe("toPolicy", () => {
  let seen: Seen;
  beforeEach(() => {
    seen = { resources: [], settings: [] };
  });

  it("tells what holds, what to do, and how strictly", () => {
    const policy = toPolicy(listener(seen), () => PRODUCTION);
    expect(policy).to.deep.include({
      name: "a-rule",
      description: "it holds; make it hold",
      remediationSteps: "make it hold",
      enforcementLevel: "mandatory",
    });
  });

  it("reports every violation", () => {
    expect(validate(listener(seen), resourceWith({}))).to.deep.equal(["first", "second"]);
  });

  it("asks a rule about its own types alone", () => {
    expect(validate(listener(seen), resourceWith({}, { type: "x:y:Z" }))).to.deep.equal([]);
    expect(seen.resources).to.have.length(0);
  });

  it("hands over plain copies, with marks where a preview knows nothing", () => {
    const props = withUnknown(
      { open: [1, withUnknown({ a: 1, b: 2 }, "b")], hidden: 1, nothing: null },
      "hidden",
    );
    validate(listener(seen), resourceWith(props));
    expect(seen.resources).to.deep.equal([
      {
        type: "a:b:C",
        name: "it",
        protect: true,
        props: { open: [1, { a: 1, b: UNKNOWN }], hidden: UNKNOWN, nothing: null },
      },
    ]);
  });

  it("passes on an error that is none of the unknown", () => {
    const broken = new Proxy(
      { a: 1 },
      {
        get: () => {
          throw new Error("broken");
        },
      },
    );
    expect(() => validate(listener(seen), resourceWith(broken))).to.throw("broken");
  });

  it("lets the configuration overrule the stack", () => {
    validate(listener(seen), resourceWith({}), { environment: "staging" });
    expect(seen.settings).to.deep.equal([{ environment: "staging", engineAddresses: [] }]);
  });

  it("hands the whole stack to a rule about the stack", () => {
    const rule: StackRule = {
      ...HEAD,
      level: PolicyLevel.Advisory,
      stackWide: true,
      checkStack: (resources) => resources.map(({ name }) => `${name} is one of them`),
    };
    const policy = toPolicy(rule, () => PRODUCTION);
    if (!("validateStack" in policy)) throw new Error("not a policy of stacks");
    const reports: string[] = [];
    const resources = [resourceWith({}), resourceWith({}, { name: "other" })];
    const getConfig = <T extends object>() => ({}) as T;
    policy.validateStack({ resources, getConfig }, (message) => reports.push(message));
    expect(reports).to.deep.equal(["it is one of them", "other is one of them"]);
    expect(policy.enforcementLevel).to.equal("advisory");
  });
});
