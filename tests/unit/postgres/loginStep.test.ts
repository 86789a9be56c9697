import { expect } from "chai";
import { LOGIN_SCRIPT } from "../../../infra/postgres/loginStep";
import { b64, PASSWORD, StepServer } from "./stepServer";

describe("the step that proves the engine's login", () => {
  let server: StepServer;
  beforeEach(() => {
    server = new StepServer();
  });
  afterEach(() => server.remove());
  const run: StepServer["run"] = (...given) => server.run(...given);

  it("prove the login to both databases, and leave a password that fits alone", async () => {
    const { code, stdout } = await run(LOGIN_SCRIPT);
    expect({ code, stdout }).to.deep.equal({ code: 0, stdout: "the engine's role logs in\n" });
    const lines = server.read("given").trim().split("\n");
    expect(lines).to.deep.equal(Array(2).fill("hasura@fd00::5:5432 select 1"));
  });

  it("set a password that does not fit, whatever is in it, and show it nowhere", async () => {
    const { code, text } = await run(LOGIN_SCRIPT, {}, "another");
    expect(code, text).to.equal(0);
    expect(server.read("known")).to.equal(PASSWORD);
    for (const shown of [text, server.read("asked")]) {
      expect(shown).to.not.contain("p@ss");
      expect(shown).to.not.contain(b64(PASSWORD).trim());
    }
  });

  it("say what the server says where the role cannot log in", async () => {
    const { code, text } = await run(LOGIN_SCRIPT, { ALTERS: "0" }, "another");
    expect(code).to.equal(1);
    expect(text).to.contain('postgres.engineRole: "hasura" cannot log in (password authentication');
  });

  it("say which right cannot be given, and to whom", async () => {
    const denied = { ALTERS: "0", OWNER_ROLE: "app_owner" };
    const { code, text } = await run(LOGIN_SCRIPT, denied);
    expect(code).to.equal(1);
    expect(text).to.match(
      /^postgres\.ownerRole: the rights in the database "app" cannot be given \(permission denied\); allowed: an administrator that may grant them/,
    );
  });

  it("name an extension that cannot be created, with what the server says of it", async () => {
    const EXTENSION_SAYS = "ERROR:  permission denied";
    const { code, text } = await run(LOGIN_SCRIPT, { EXTENSIONS: "dblink", EXTENSION_SAYS });
    expect(code).to.equal(1);
    expect(text).to.contain('postgres.extensions: "dblink" cannot be created (ERROR:  permission');
  });

  it("ask an external server from the engine's networks, with the authorities that the engine trusts", async () => {
    const external = {
      CONTAINER: "",
      IMAGE: "sha256:psql",
      ENGINE_IMAGE: "engine:1",
      HOSTS: "db.lan:10.0.0.7 host.docker.internal:host-gateway",
    };
    const { code, text } = await run(LOGIN_SCRIPT, { ...external, SERVER_SSLMODE: "verify-full" });
    expect(code, text).to.equal(0);
    const asked = server.read("asked");
    expect(asked).to.match(/^create --rm -i --network own --user postgres --cap-drop ALL /);
    expect(asked).to.contain("network connect theirs made");
    expect(asked).to.match(
      /^create .* --add-host db\.lan:10\.0\.0\.7 --add-host host\.docker\.internal:host-gateway /,
    );
    expect(asked).to.not.contain("network connect own");
    expect(asked).to.contain("rm -f made");
    expect(server.read("asked.authorities")).to.equal("system-authorities\nour-authorities");
  });
});
