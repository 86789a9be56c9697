import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect } from "chai";
import { cliImages } from "../../../tools/setup/images";

const run = promisify(execFile);
const ENGINE = process.env.CLERK_HASURA_ENGINE_IMAGE ?? "";
const [IMAGE] = cliImages(ENGINE);

// The same holds for the released image: name its engine in the variable.
(IMAGE === undefined ? describe.skip : describe)("the image with hasura-cli", () => {
  const LOCKED = "--rm --network none --read-only --cap-drop ALL --user 1001:1001".split(" ");
  const inImage = (...args: string[]) => run("docker", ["run", ...LOCKED, ...args]);

  it("has the CLI and what files are unpacked with, for a user who may write in HOME alone", async () => {
    const script =
      "hasura-cli version && tar --version && printenv HASURA_GRAPHQL_SHOW_UPDATE_NOTIFICATION";
    const home = ["--tmpfs", "/home/job:exec,mode=1777", "--env", "HOME=/home/job"];
    const args = [...home, "--entrypoint", "/bin/bash", IMAGE ?? "", "-c", script];
    const { stdout, stderr } = await inImage(...args);
    expect(stderr).to.contain("hasura cli");
    expect(stdout).to.match(/tar.*\nfalse\n$/s);
  });

  (ENGINE.includes("-double:") ? it : it.skip)(
    "applies nothing by itself, as the double",
    async () => {
      const refused = await inImage(IMAGE ?? "").catch((error: { stderr: string }) => error);
      expect(refused.stderr).to.contain("applies nothing by itself");
    },
  );
});
