import { Client } from "pg";
import { startTestPostgres, type TestPostgres } from "../../testPostgres";

/** One server for a test file, with a database for every engine that was recorded on an empty one. */
export class RecordedDatabases {
  private readonly made: string[] = [];

  readonly server: TestPostgres;

  private constructor(server: TestPostgres) {
    this.server = server;
  }

  static async start(): Promise<RecordedDatabases> {
    return new RecordedDatabases(await startTestPostgres());
  }

  /** Makes an empty database and returns its address. */
  async create(): Promise<string> {
    const name = `${this.server.database}_recorded_${this.made.length + 1}`;
    await runSql(this.server.url, `create database ${name}`);
    this.made.push(name);
    // Nothing here has to outlive a crash, and the disk may be busy.
    await runSql(this.server.url, `alter database ${name} set synchronous_commit = off`);
    const url = new URL(this.server.url);
    url.pathname = `/${name}`;
    return url.toString();
  }

  async stop(): Promise<void> {
    for (const name of this.made) {
      await runSql(this.server.url, `drop database if exists ${name} with (force)`);
    }
    await this.server.stop();
  }
}

export async function runSql(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}
