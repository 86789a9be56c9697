import { LIMIT_PROCESSES } from "../docker/containerDefaults";
import { DEMAND_CONTAINER } from "../docker/dockerStep";
import { SECRETS_FILE } from "./startScript";

/**
 * The last words of an engine, without secrets: the values of its secrets file, user info and queries of addresses, and what the
 * engine quotes of a JWT secret or a key that it cannot read (it prints a private key whole). Its fatal text is a plain line on
 * standard output; lines of information say nothing of an end.
 */
const LAST_WORDS = `
secrets() { docker cp "$CONTAINER:${SECRETS_FILE}" - 2>/dev/null | tar -xOf - 2>/dev/null; }
last_words() {
  { secrets; echo '== words =='; docker logs --tail 60 "$CONTAINER" 2>&1; } |
    awk '
      /^== words ==$/ && !words { words = 1; next }
      !words {
        sub(/^[A-Za-z_][A-Za-z0-9_]*=/, ""); gsub(/^\\047|\\047$/, "")
        if (length($0) > 7) known[++count] = $0
        next
      }
      /-----BEGIN/ && !/-----END/ { sub(/-----BEGIN.*/, "***"); inside = 1; print; next }
      inside { if (/-----END/) inside = 0; next }
      {
        for (i = 1; i <= count; i++)
          while (at = index($0, known[i])) $0 = substr($0, 1, at - 1) "***" substr($0, at + length(known[i]))
        print
      }' |
    sed -E -e 's#-----BEGIN.*#***#' -e 's#://[^@/[:space:]]*@#://***@#g' -e 's#(://[^?[:space:]"]*)\\?[^[:space:]"]*#\\1?***#g' \\
      -e 's#("queryString" *: *)"[^"]*"#\\1"***"#g' -e '/JWT_SECRET/s#(Unexpected )".*",#\\1***,#' -e 's#(Could not decode PEM).*#\\1#' |
    { grep -v '"level" *: *"info"' || true; } | { grep -iE 'fatal|error|critical|clerk-hasura:' || true; } |
    awk '!seen[$0]++' | tail -4 | cut -c1-300 | sed 's/^/  /'
}
`;

/** Restarts after which an engine that ends at its start is not waited for any longer; Docker waits longer between each two. */
const RESTARTS = 5;

/**
 * Waits until the engine is healthy and refuses a forged token for the right reason.
 * `/healthz` says nothing of authentication: while the JWKS is not loaded every token fails with NoUsableKeys
 * (graphql-engine #9613), so that a forged one has to be refused as a token that was checked.
 */
export const ENGINE_READY_SCRIPT = `${DEMAND_CONTAINER}${LIMIT_PROCESSES}${LAST_WORDS}
probe=$(cat <<'PROBE'
request() {
  exec 3<>/dev/tcp/127.0.0.1/8080 || return 1
  printf '%b' "$1" >&3
  timeout 10 cat <&3
  exec 3>&-
}
case "$(request 'GET /healthz HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n')" in
  HTTP/1.?" 200"*) ;;
  *) echo "runs but is not healthy"; exit 1 ;;
esac
body='{"query":"{ __typename }"}'
answer=$(request "POST /v1/graphql HTTP/1.0\\r\\nHost: localhost\\r\\nContent-Type: application/json\\r\\n$PROBE_HEADER\\r\\nContent-Length: \${#body}\\r\\n\\r\\n$body")
case "$answer" in
  *NoUsableKeys*) echo "holds no key of the JWKS yet"; exit 1 ;;
  *invalid-jwt*) echo well; exit 0 ;;
  *) echo "does not check tokens"; exit 1 ;;
esac
PROBE
)
restarts() { docker inspect --format '{{.RestartCount}}' "$CONTAINER" 2>/dev/null || echo 0; }
began=$(date +%s)
before=$(restarts)
until state=$(in_container "$probe" -e PROBE_HEADER="$PROBE_HEADER" 2>/dev/null) && [ "$state" = well ]; do
  again=$(( $(restarts) - before ))
  waited=$(( $(date +%s) - began ))
  if [ "$waited" -ge "$SECONDS_TO_WAIT" ] || [ "$again" -ge ${RESTARTS} ]; then
    words=$(last_words)
    {
      echo "Hasura is not ready after $waited s and $again restarts: it \${state:-ends at its start}. Its last words:"
      echo "\${words:-  (none)}"
      echo "Correct the setting that they name and run the update again; all of them: docker logs $(docker inspect --format '{{.Name}}' "$CONTAINER" | cut -c2-)"
    } >&2
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
