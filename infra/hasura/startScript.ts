import { DATABASE_AUTHORITIES_FILE, UPLOAD_DIR } from "../docker/names";

/** File of secret variables that the start script sources. */
export const SECRETS_FILE = `${UPLOAD_DIR}/secrets.env`;

/** Where the component puts certificates of authorities; Hasura trusts every file of this folder when it fetches keys. */
export const CERTIFICATE_DIR = "/etc/ssl/certs";

/** The system's own as one file, under its names in Debian and in Red Hat's images. */
const SYSTEM_AUTHORITIES = ["ca-certificates.crt", "ca-bundle.crt"].map(
  (name) => `${CERTIFICATE_DIR}/${name}`,
);

/**
 * Starts the engine with its secrets read from a file, because Hasura knows no `*_FILE` variables (graphql-engine #3989, #8896)
 * and whatever is in a container's configuration is plain in `docker inspect`.
 * The authorities of databases are gathered into one file, the system's first.
 * The cli-migrations images bring an entrypoint that applies metadata and migrations first.
 */
export const ENGINE_START_SCRIPT = `#!/bin/bash
set -eu
set -a
. ${SECRETS_FILE}
set +a
for file in ${SYSTEM_AUTHORITIES.join(" ")} ${CERTIFICATE_DIR}/clerk-hasura-*.pem; do
  if [ -r "$file" ]; then cat "$file" && echo; fi
done >${DATABASE_AUTHORITIES_FILE} || echo 'clerk-hasura: no file of authorities for databases' >&2
if command -v docker-entrypoint.sh >/dev/null; then
  exec docker-entrypoint.sh graphql-engine serve
fi
exec graphql-engine serve
`;

/** Health check without curl or wget, which some tags lack (graphql-engine #8777). */
export const ENGINE_HEALTHCHECK = [
  "CMD",
  "/bin/bash",
  "-c",
  `exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /healthz HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && read -r -t 5 _ status _ <&3 && [ "$status" = 200 ]`,
];
