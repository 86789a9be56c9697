import { expect } from "chai";
import { RecordedDatabases } from "./recordedDatabases";
import { startRecorded } from "./recordedEngine";
import { environmentOf, type RecordedEnvironment, readRecording } from "./recording";

/** A start that succeeds, or the last line before it ended with code 1; for some, that line's beginning. */
type RecordedStart = {
  id: string;
  name: string;
  env: RecordedEnvironment;
  starts?: boolean;
  last?: string;
  lastStartsWith?: string;
};

describe("Hasura: recorded starts", function () {
  this.timeout(120_000);

  let databases: RecordedDatabases;
  let url: string;
  before(async () => {
    databases = await RecordedDatabases.start();
    url = await databases.create();
  });
  after(() => databases?.stop());

  for (const recorded of readRecording<RecordedStart>("startup")) {
    it(`${recorded.id} ${recorded.name}`, async () => {
      const { host, port, user } = databases.server;
      const address = new URL(url);
      address.password = "not-for-logs";
      const places: [string, string][] = [
        ["{postgres}/c1", url],
        ["{postgresWrongPassword}/c1", address.toString()],
      ];
      const env = Object.entries(environmentOf(recorded.env)).map(([name, value]) => [
        name,
        places.reduce<string | undefined>((text, [from, to]) => text?.replace(from, to), value),
      ]);
      const start = await startRecorded({ url }, Object.fromEntries(env));
      if ("engine" in start) {
        await start.engine.stop();
        expect(recorded.starts, "the engine started").to.equal(true);
        return;
      }
      const { code, lastLine } = start;
      expect(code).to.equal(1);
      expect(lastLine.startsWith(recorded.lastStartsWith ?? ""), lastLine).to.equal(true);
      if (recorded.lastStartsWith !== undefined) return;
      const last = recorded.last
        ?.replace("{host}", host)
        .replace("{port}", String(port))
        .replace("{user}", user);
      expect(lastLine).to.equal(last);
    });
  }
});
