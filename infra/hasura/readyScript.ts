import { LIMIT_PROCESSES } from "../docker/containerDefaults";

/**
 * Waits until the engine is healthy and refuses a forged token for the right reason.
 * `/healthz` says nothing of authentication: while the JWKS is not loaded every token fails with NoUsableKeys
 * (graphql-engine #9613), so that a forged one has to be refused as a token that was checked.
 */
export const ENGINE_READY_SCRIPT = `
${LIMIT_PROCESSES}
inside() {
  docker exec -i -e PROBE_HEADER="$PROBE_HEADER" "$CONTAINER" /bin/bash -s <<'PROBE'
request() {
  exec 3<>/dev/tcp/127.0.0.1/8080 || return 1
  printf '%b' "$1" >&3
  timeout 10 cat <&3
  exec 3>&-
}
case "$(request 'GET /healthz HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n')" in
  HTTP/1.?" 200"*) ;;
  *) echo unhealthy; exit 1 ;;
esac
body='{"query":"{ __typename }"}'
answer=$(request "POST /v1/graphql HTTP/1.0\\r\\nHost: localhost\\r\\nContent-Type: application/json\\r\\n$PROBE_HEADER\\r\\nContent-Length: \${#body}\\r\\n\\r\\n$body")
case "$answer" in
  *NoUsableKeys*) echo "holds no key of the JWKS yet"; exit 1 ;;
  *invalid-jwt*) exit 0 ;;
  *) echo "does not check tokens"; exit 1 ;;
esac
PROBE
}
deadline=$(( $(date +%s) + SECONDS_TO_WAIT ))
until state=$(inside 2>/dev/null); do
  if [ "$(date +%s)" -ge "$deadline" ]; then
    echo "Hasura is not ready after $SECONDS_TO_WAIT s: it \${state:-does not run}. Its last errors:" >&2
    docker logs --tail 40 "$CONTAINER" 2>&1 | grep -iE 'fatal|error' | tail -5 | sed -E 's#(postgres(ql)?://)[^@]*@#\\1***@#g' | cut -c1-400 >&2
    exit 1
  fi
  sleep 0.3
done
echo ready
`;

/** A token of the right form that nobody signed: header, payload and 256 zero bytes of signature. */
const FORGED_TOKEN = [
  Buffer.from('{"alg":"RS256","typ":"JWT"}').toString("base64url"),
  Buffer.from('{"sub":"readiness-probe"}').toString("base64url"),
  Buffer.alloc(256).toString("base64url"),
].join(".");

/** The header line that carries the forged token to where the engine looks for tokens. */
export function probeHeader(header: { type?: string; name?: string } = {}): string {
  if (header.type === "Cookie") return `Cookie: ${header.name}=${FORGED_TOKEN}`;
  if (header.type === "CustomHeader") return `${header.name}: ${FORGED_TOKEN}`;
  return `Authorization: Bearer ${FORGED_TOKEN}`;
}
