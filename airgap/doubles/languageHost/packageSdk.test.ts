import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { credentials, status } from "@grpc/grpc-js";
import {
  LanguageRuntimeClient,
  LanguageRuntimeService,
} from "@pulumi/pulumi/proto/language_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/language_pb";
import { expect } from "chai";
import { callMethod, failureOf } from "../plugin/providerClient";
import { type RunningPlugin, servePlugin } from "../plugin/servePlugin";
import { generatePackage } from "./generatePackage";
import { installDependencies } from "./installDependencies";
import { languageRuntime } from "./languageRuntime";

describe("language host double, SDKs of packages", () => {
  let root: string;
  let server: RunningPlugin;
  let client: LanguageRuntimeClient;

  const put = async (path: string, content: string | object) => {
    const file = join(root, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, typeof content === "string" ? content : JSON.stringify(content));
    return file;
  };
  const manifest = async () => JSON.parse(await readFile(join(root, "package.json"), "utf8"));

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "chtest-package-sdk-"));
    const service = languageRuntime("127.0.0.1:9", "3.0.0");
    server = await servePlugin("language host", LanguageRuntimeService, service);
    client = new LanguageRuntimeClient(`127.0.0.1:${server.port}`, credentials.createInsecure());
  });
  afterEach(async () => {
    client.close();
    server.close();
    await rm(root, { recursive: true });
  });

  function linkRequest(...paths: string[]): messages.LinkRequest {
    const info = new messages.ProgramInfo();
    info.setRootDirectory(root);
    info.setProgramDirectory(root);
    const request = new messages.LinkRequest();
    request.setInfo(info);
    for (const path of paths) {
      request.addPackages(new messages.LinkRequest.LinkDependency().setPath(path));
    }
    return request;
  }

  it("makes generated SDKs dependencies by their path, and says how to import them", async () => {
    await put("package.json", { name: "shop", dependencies: { other: "1.0.0" } });
    await put("sdks/clerk-hasura/package.json", { name: "@pulumi/clerk-hasura" });
    await put("sdks/two/package.json", { name: "@acme/two-parts" });
    const request = linkRequest("sdks/clerk-hasura", "sdks/two");
    const answer = await callMethod(client, client.link, request);
    const { dependencies, allowScripts } = await manifest();
    expect(allowScripts).to.deep.equal({ "file:sdks/clerk-hasura": true, "file:sdks/two": true });
    expect(dependencies).to.deep.equal({
      "@acme/two-parts": "file:sdks/two",
      "@pulumi/clerk-hasura": "file:sdks/clerk-hasura",
      other: "1.0.0",
    });
    expect(answer.getImportInstructions().split("\n").slice(2)).to.deep.equal([
      '  import * as clerkHasura from "@pulumi/clerk-hasura";',
      '  import * as twoParts from "@acme/two-parts";',
      "",
    ]);
  }).timeout(30_000);

  it("refuses to link a folder without an SDK", async () => {
    await put("package.json", { name: "shop" });
    expect(await failureOf(callMethod(client, client.link, linkRequest("sdks/none")))).to.contain(
      "no generated SDK",
    );
    expect(await manifest()).to.deep.equal({ name: "shop" });
  });

  const WISH = { schema: "{}", loaderTarget: "127.0.0.1:9", localDependencies: {}, local: true };

  it("hands the request to the released host's generator", async () => {
    const script = '#!/bin/sh\ncat > "$(dirname "$0")/asked.json"\n';
    const generator = await put("generator", script);
    await chmod(generator, 0o755);
    await generatePackage({ ...WISH, directory: root }, generator);
    const asked = JSON.parse(await readFile(join(root, "asked.json"), "utf8"));
    expect(asked).to.deep.equal({ ...WISH, directory: root });
  });

  it("tells what the generator says of a schema with errors", async () => {
    const generator = await put("generator", "#!/bin/sh\necho 'token: is odd' >&2\nexit 1\n");
    await chmod(generator, 0o755);
    const failed = generatePackage({ ...WISH, directory: root }, generator);
    expect(String(await failed.catch((it: unknown) => it))).to.contain("token: is odd");
  });

  it("answers UNIMPLEMENTED and says what is missing where there is no generator", async () => {
    const { PATH } = process.env;
    process.env.PATH = root;
    try {
      const request = new messages.GeneratePackageRequest().setDirectory(root).setSchema("{}");
      const error = await callMethod(client, client.generatePackage, request).catch((it) => it);
      expect(error).to.include({ code: status.UNIMPLEMENTED });
      expect(String(error)).to.contain("pulumi-nodejs-sdk on PATH");
    } finally {
      process.env.PATH = PATH;
    }
  });

  it("refuses overlays, as the released host does", async () => {
    const request = new messages.GeneratePackageRequest().setDirectory(root).setSchema("{}");
    request.getExtraFilesMap().set("extra.ts", Buffer.from("1"));
    expect(await failureOf(callMethod(client, client.generatePackage, request))).to.contain(
      "overlays",
    );
  });

  it("asks npm for a plugin's packages at each start, in the nearest folder that is a package", async () => {
    const printed: string[] = [];
    const install = () =>
      installDependencies(join(root, "plugin"), (_, chunk) => {
        printed.push(chunk.toString());
      });
    // A dependency that no registry is asked for, whatever comes of it.
    await put("package.json", { name: "around", dependencies: { there: "file:./packages/there" } });
    await put("packages/there/package.json", { name: "there", version: "1.0.0" });
    await put("plugin/PulumiPlugin.yaml", "runtime: nodejs\n");
    await install();
    expect(printed.join(""), "npm's words").to.match(/added 1 package/);
    printed.length = 0;
    await install();
    expect(printed.join("")).to.match(/up to date/);
  }).timeout(60_000);
});
