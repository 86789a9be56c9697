import { expect } from "chai";
import { imageVersion } from "../../../infra/postgres/checkPostgres";

const DIGEST = `@sha256:${"0".repeat(64)}`;
const TOLD: [image: string, version: number | undefined][] = [
  ["postgres:18", 18],
  [`postgres:18${DIGEST}`, 18],
  ["example.com:5000/library/postgres:17.2-alpine3.20", 17],
  ["pgvector/pgvector:pg18", 18],
  ["pgvector/pgvector:0.8.1-pg18-trixie", 18],
  ["postgis/postgis:18-3.6", 18],
  ["timescale/timescaledb:2.17.2-pg17", 17],
  ["timescale/timescaledb-ha:pg17.2-ts2.17.2", 17],
  ["supabase/postgres:15.1.0.147", 15],
  ["citusdata/citus:postgres_16", 16],
  ["apache/age:release_PG16_1.5.0", 16],
  ["ghcr.io/zalando/spilo-17:4.0-p2", 17],
  ["quay.io/sclorg/postgresql-16-c9s:1-42", 16],
  ["percona/percona-distribution-postgresql:17.2", 17],
  ["ghcr.io/immich-app/postgres:14-vectorchord0.3.0-pgvectors0.2.0", 14],
  ["postgres", undefined],
  [`postgres${DIGEST}`, undefined],
  ["postgres:bookworm", undefined],
  ["citusdata/citus:12.1", undefined],
  ["citusdata/pg_auto_failover:v2.1", undefined],
  ["postgrest/postgrest:v12.2", undefined],
  ["acme/my-postgres:12.1", undefined],
  ["acme/postgres:2.1", undefined],
  ["example.com:5000/acme/db", undefined],
];

describe("imageVersion", () => {
  for (const [image, version] of TOLD) {
    it(`reads ${version ?? "nothing"} out of ${image}`, () => {
      expect(imageVersion(image)).to.equal(version);
    });
  }
});
