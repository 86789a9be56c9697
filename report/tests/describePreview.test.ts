import { expect } from "chai";
import { changedProperties } from "../judge/changedProperties";
import { describePreview } from "../judge/describePreview";
import { Action, type Properties } from "../read/preview";
import {
  CONTAINER,
  changeOf,
  onlyEntry,
  previewOf,
  reportOf,
  SERVER,
  state,
  UNKNOWN,
  urnOf,
  VOLUME,
} from "./previews";

describe("which property causes a replacement", () => {
  it("is told by the detailed diff, with public values", () => {
    const entry = onlyEntry(
      reportOf(
        changeOf({
          diffs: ["image", "memory"],
          replaceKeys: ["image"],
          detailed: new Map([
            ["image", "update-replace"],
            ["memory", "update"],
          ]),
          old: state({ image: `sha256:${"a".repeat(64)}`, memory: 1024 }),
          new: state({ image: UNKNOWN, memory: 2048 }),
        }),
      ),
    );
    expect(entry.because).to.deep.equal([
      { path: "image", from: "sha256:aaaaaaaaaaaa", to: "known after the update" },
    ]);
    expect(entry.changed).to.deep.equal([{ path: "memory", from: "1024", to: "2048" }]);
  });

  it("is told by the replacement keys where there is no detail", () => {
    const entry = onlyEntry(reportOf(changeOf({ diffs: ["user"], replaceKeys: ["user"] })));
    expect(entry.because).to.deep.equal([{ path: "user" }]);
  });

  it("is a replaced dependency where nothing of its own is told", () => {
    const network = "clerk-hasura:index:ClerkHasura$docker:index/network:Network";
    const { groups } = reportOf(
      changeOf({ chain: network, name: "backend-network", replaceKeys: ["labels"] }),
      changeOf({
        old: state({ user: "1" }),
        new: state({ user: "2" }, { dependencies: [urnOf(network, "backend-network")] }),
      }),
    );
    const engine = groups.flatMap(({ entries }) => entries).find(({ what }) => /engine/.test(what));
    expect(engine?.through).to.deep.equal(["backend-network"]);
    expect(engine?.changed).to.deep.equal([{ path: "user", from: "1", to: "2" }]);
  });

  it("names variables and parameters, and shows values that are public alone", () => {
    const engine = onlyEntry(
      reportOf(
        changeOf({
          detailed: new Map([["envs[0]", "update-replace"]]),
          old: state({ envs: ["HASURA_GRAPHQL_DEV_MODE=false", "OWN=old-value"] }),
          new: state({ envs: ["HASURA_GRAPHQL_DEV_MODE=true", "OWN=new-value"] }),
        }),
      ),
    );
    expect(engine.because).to.deep.equal([
      { path: "envs: HASURA_GRAPHQL_DEV_MODE", from: "false", to: "true" },
      { path: "envs: OWN" },
    ]);
    const command = (value: string) => [
      "postgres",
      "-c",
      `max_connections=${value}`,
      "-c",
      "primary_conninfo=x",
    ];
    const server = onlyEntry(
      reportOf(
        changeOf({
          chain: `${SERVER}$${CONTAINER}`,
          replaceKeys: ["command"],
          old: state({ command: command("100") }),
          new: state({ command: command("90").with(-1, "primary_conninfo=y") }),
        }),
      ),
    );
    expect(server.because).to.deep.equal([
      { path: "command: max_connections", from: "100", to: "90" },
      { path: "command: primary_conninfo" },
    ]);
  });

  it("says where a port was published and will be", () => {
    const port = (ip: string) => [{ internal: 5432, external: 5433, ip, protocol: "tcp" }];
    const entry = onlyEntry(
      reportOf(
        changeOf({
          chain: `${SERVER}$${CONTAINER}`,
          replaceKeys: ["ports"],
          old: state({ ports: port("127.0.0.1") }),
          new: state({ ports: port("0.0.0.0") }),
        }),
      ),
    );
    expect(entry.because).to.deep.equal([
      { path: "ports", from: "127.0.0.1:5433 for 5432", to: "0.0.0.0:5433 for 5432" },
    ]);
  });

  it("names claims without what they hold", () => {
    const chain = "pulumi-nodejs:dynamic/clerkHasura:JwtTemplate";
    const claims = (more: Properties) => ({ "https://hasura.io/jwt/claims": more });
    const entry = onlyEntry(
      reportOf(
        changeOf({
          chain,
          action: Action.Update,
          diffs: ["claims"],
          old: state({ claims: claims({ a: "1", b: "2", c: "3" }) }),
          new: state({ claims: claims({ a: "1", b: "5", d: "4" }) }),
        }),
      ),
    );
    expect(entry.changed.map(({ path }) => path)).to.deep.equal([
      "claims: https://hasura.io/jwt/claims / b",
      "claims: https://hasura.io/jwt/claims / c (removed)",
      "claims: https://hasura.io/jwt/claims / d (new)",
    ]);
  });

  it("describes a resource of which very many paths change in a time that grows with them", function () {
    this.timeout(5_000);
    const paths = Array.from({ length: 120_000 }, (_unused, at) => [`property${at}`, "update"]);
    const forcing = paths.map(([path = ""], at) => [path, at % 2 ? "update-replace" : "update"]);
    const change = changeOf({ detailed: new Map(forcing as [string, string][]) });
    const { because, changed } = changedProperties(change);
    expect([because.length, changed.length]).to.deep.equal([60_000, 60_000]);
  });
});

describe("the order of a report", () => {
  it("puts lost data first, then what is worse for users", () => {
    const { groups, counts } = reportOf(
      changeOf({ action: Action.Create, name: "new" }),
      changeOf({ chain: "command:local:Command", name: "step" }),
      changeOf({ name: "engine" }),
      changeOf({ action: Action.Update, name: "limits" }),
      changeOf({ action: Action.Delete, chain: CONTAINER, name: "old" }),
      changeOf({ chain: `${SERVER}$${VOLUME}`, name: "data" }),
      changeOf({ action: Action.Other, name: "read" }),
    );
    const order = groups.map(({ title, entries }) => [title, entries.map(({ name }) => name)]);
    expect(order).to.deep.equal([
      ["Data loss", ["data"]],
      ["Deleted", ["old"]],
      ["Replaced", ["engine", "step"]],
      ["Changed", ["limits"]],
      ["Created", ["new"]],
      ["Other steps", ["read"]],
    ]);
    expect(counts).to.deep.equal([
      "1 to create",
      "1 to change",
      "3 to replace",
      "1 to delete",
      "1 with other steps",
    ]);
  });

  it("marks what is protected", () => {
    const chain = `${SERVER}$${VOLUME}`;
    const guarded = changeOf({ chain, old: state({}, { protect: true }) });
    expect(onlyEntry(reportOf(guarded)).isProtected).to.equal(true);
    const updated = changeOf({ chain, action: Action.Update, old: state({}, { protect: true }) });
    expect(onlyEntry(reportOf(updated)).isProtected).to.equal(false);
  });

  it("tells a message once, errors first", () => {
    const { messages } = describePreview(
      previewOf({
        diagnostics: [
          { severity: "warning", message: "warning: later" },
          { severity: "error", message: "error: no", urn: urnOf("a:b:C", "one") },
          { severity: "error", message: "error: no", urn: urnOf("a:b:C", "two") },
        ],
      }),
      "Preview",
    );
    expect(messages).to.deep.equal([
      { severity: "error", text: "no", resource: "one" },
      { severity: "warning", text: "later" },
    ]);
  });
});
