import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { recordGraph } from "../support/recordGraph";
import { changesText, graphChanges } from "./graphChanges";
import { normalGraph } from "./normalGraph";
import { graphOf, VOLUME } from "./shopGraph";

describe("changes of a graph", () => {
  it("are none between two runs of one program", async () => {
    const volume = { name: "data", driverOpts: { type: "tmpfs" } };
    const changes = graphChanges(await graphOf("shop", volume), await graphOf("shop", volume));
    expect(changes).to.deep.equal({ lost: [], changed: [], lines: [] });
  });

  it("show a renamed resource as lost and found", async () => {
    const changes = graphChanges(await graphOf("shop", {}), await graphOf("store", {}));
    expect(changes.lost).to.have.members([VOLUME, "test:index:Shop::shop"]);
    expect(changes.lines).to.include.members([
      `- ${VOLUME}`,
      "+ test:index:Shop$docker:index/volume:Volume::store-data",
    ]);
    const text = changesText("shop", changes);
    expect(text).to.include("aliases").and.include("docs/upgrade/").and.include("RECORD_GRAPHS=1");
  });

  it("show another parent as lost and found, because it is part of the URN", async () => {
    const alone = normalGraph(await recordGraph(() => new docker.Volume("shop-data", {})));
    const { lost } = graphChanges(await graphOf("shop", {}), alone);
    expect(lost).to.include(VOLUME);
  });

  const cases: [what: string, opts: pulumi.CustomResourceOptions, line: string][] = [
    ["lost protection", {}, "protect: true -> none"],
    ["replacement by deletion first", { deleteBeforeReplace: true }, "deleteBeforeReplace: none"],
    ["what outlives its deletion", { retainOnDelete: true }, "retainOnDelete: none -> true"],
    ["an ignored input", { ignoreChanges: ["name"] }, 'ignoreChanges[0]: none -> "name"'],
    ["an input that replaces", { replaceOnChanges: ["a"] }, 'replaceOnChanges[0]: none -> "a"'],
    ["a former name", { aliases: [{ name: "old" }] }, 'aliases[0].spec.name: none -> "old"'],
    ["a former URN", { aliases: ["urn:a"] }, 'aliases[0].urn: none -> "urn:a"'],
    [
      "an output that became secret",
      { additionalSecretOutputs: ["mountpoint"] },
      'additionalSecretOutputs[0]: none -> "mountpoint"',
    ],
    ["what is taken over", { import: "data" }, 'importId: none -> "data"'],
    ["what replaces it", { replacementTrigger: "2" }, 'replacementTrigger: none -> "2"'],
  ];
  for (const [what, opts, line] of cases) {
    it(`show ${what}`, async () => {
      const before = await graphOf("shop", {}, { protect: true });
      const { lost, changed, lines } = graphChanges(before, await graphOf("shop", {}, opts));
      expect({ lost, changed }).to.deep.equal({ lost: [], changed: [VOLUME] });
      expect(lines.join("\n")).to.include(`~ ${VOLUME} ${line}`);
    });
  }

  const others: [option: string, opts: (other: pulumi.Resource) => pulumi.CustomResourceOptions][] =
    [
      ["deletedWith", (other) => ({ deletedWith: other })],
      ["dependsOn[0]", (other) => ({ dependsOn: other })],
      ["provider", (other) => ({ provider: other as docker.Provider })],
      ["replaceWith[0]", (other) => ({ replaceWith: [other] })],
    ];
  for (const [option, opts] of others) {
    it(`show another resource as ${option}`, async () => {
      const graphWith = async (options: typeof opts) => {
        const build = () => {
          const other = new docker.Provider("host", {});
          new docker.Volume("data", {}, options(other));
        };
        return normalGraph(await recordGraph(build));
      };
      const before = await graphWith(() => ({}));
      expect(graphChanges(before, await graphWith(opts)).lines).to.include(
        `~ docker:index/volume:Volume::data ${option}: none -> "host"`,
      );
    });
  }

  const uploaded = async (...uploads: docker.types.input.ContainerUpload[]) => {
    const image = "a";
    const all = pulumi.secret(uploads);
    const build = () => new docker.Container("engine", { image, uploads: all });
    return normalGraph(await recordGraph(build));
  };
  const SECRETS = { file: "/run/secrets.env", content: "PASSWORD=canary" };

  it("show a new script among uploads that are secret together", async () => {
    const script = (text: string) => ({ file: "/run/start.sh", content: `#!/bin/bash\n${text}` });
    const before = await uploaded(script("exec a"), SECRETS);
    expect(graphChanges(before, await uploaded(script("exec b"), SECRETS)).lines).to.deep.equal([
      '~ docker:index/container:Container::engine inputs.uploads[0].content: "#!/bin/bash\\nexec a" -> "#!/bin/bash\\nexec b"',
    ]);
    expect(JSON.stringify(before)).to.include("/run/secrets.env").and.not.include("canary");
  });

  it("show a new file among them, and no content that is neither script nor certificate", async () => {
    const more = { file: "/run/more.env", content: "KEY=canary\n#!/bin/bash" };
    const after = await uploaded(SECRETS, more);
    expect(graphChanges(await uploaded(SECRETS), after).lines).to.deep.equal([
      '~ docker:index/container:Container::engine inputs.uploads[1].content: none -> "[secret]"',
      '~ docker:index/container:Container::engine inputs.uploads[1].file: none -> "/run/more.env"',
    ]);
    expect(JSON.stringify(after)).to.not.include("canary");
  });

  it("show each changed input by its path, and ask for a note", async () => {
    const before = await graphOf("shop", { labels: [{ label: "a", value: "1" }] });
    const after = await graphOf("shop", { labels: [{ label: "a", value: "2" }], driver: "local" });
    const changes = graphChanges(before, after);
    expect(changes.lines).to.deep.equal([
      `~ ${VOLUME} inputs.driver: none -> "local"`,
      `~ ${VOLUME} inputs.labels[0].value: "1" -> "2"`,
    ]);
    expect(changes.changed).to.deep.equal([VOLUME]);
    expect(changesText("shop", changes)).to.include("a release after 0.0.0, that names each URN");
  });

  it("tell that a long text changed, and never a secret", async () => {
    const value = (text: string) => ({ driverOpts: { text, key: pulumi.secret(`${text}-key`) } });
    const before = await graphOf("shop", value("a".repeat(500)));
    const { lines } = graphChanges(before, await graphOf("shop", value("b".repeat(500))));
    expect(lines).to.have.length(1);
    expect(lines[0]).to.match(
      /inputs\.driverOpts\.text: "\[500 characters, sha256 [0-9a-f]{16}\]"/,
    );
    expect(JSON.stringify(before)).to.include("[secret]").and.not.include("-key");
  });
});
