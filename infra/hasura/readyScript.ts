import { LIMIT_PROCESSES } from "../docker/containerDefaults";
import { DEMAND_CONTAINER } from "../docker/dockerStep";
import { shellQuoted } from "../docker/shellQuoted";
import { fetchScript } from "./fetchScript";
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

/** Seconds that the engine waits for its key set at the start. */
const SECONDS = 30;
/** How the script in the container says that the engine would not take the set. */
const REFUSED = 3;

/** What the script in the container is told. */
export interface KeySetRequest {
  url: string;
  /** Further environment of the engine: a proxy in it is the engine's as well. */
  environment: Readonly<Record<string, string>>;
}

/** The engine's client knows a proxy's variable in both cases, curl not each of them. */
function proxies(environment: KeySetRequest["environment"]): string[] {
  return Object.entries(environment)
    .filter(([name]) => /^(https?|no)_proxy$/i.test(name))
    .map(([name, value]) => `export ${name.toLowerCase()}=${shellQuoted(value)}`);
}

/** Bash functions: `value NAME` of the answer, and `judge`, which prints what is wrong with it and what to do. */
const JUDGE = `
value() { printf '%s\\n' "$answer" | sed -n "s/^$1 //p" | base64 -d; }
judge() {
  case "$(value error)" in
    '') ;;
    ENOTFOUND|EAI_AGAIN) echo 'its name is not known there; correct the address, or name the host in hasura.extraHosts or its network in hasura.networks'; return ;;
    ECONNREFUSED) echo 'the connection is refused; start what serves the set, and let it listen where containers reach it'; return ;;
    ETIMEDOUT) echo 'there is no response within ${SECONDS} s; check firewalls and the proxy in hasura.env'; return ;;
    PROXY_*) echo 'the proxy in hasura.env does not let it through; correct the proxy, or name the host in NO_PROXY'; return ;;
    CERT|*CERT*|*SELF_SIGNED*|UNABLE_TO_*|ERR_TLS*) echo 'its certificate is not trusted there; add the certificate of its authority to hasura.caCertificates'; return ;;
    *) echo "there is no response ($(value error)); check the URL"; return ;;
  esac
  case "$(value status)" in
    2??) ;;
    *) echo "the response has status $(value status); check the JWKS URL"; return ;;
  esac
  body=$(value body | tr '\\r\\n\\t' '   ')
  unknown=$(printf '%s' "$body" | grep -oE '"kty" *: *"[^"]*"' | grep -vE '"(RSA|EC|OKP|oct)"$' | head -1)
  case "$body" in
    *[!\\ ]*) ;;
    *) echo 'the response is empty; check the address'; return ;;
  esac
  if ! printf '%s' "$body" | grep -qE '^ *\\{.*"keys" *: *\\[.*\\} *$'; then
    echo 'the response is not a key set, which is JSON with a list "keys"; check the JWKS URL'
  elif ! printf '%s' "$body" | grep -qE '"kty" *:'; then
    echo 'the set holds no key, so that every token would be refused; let the issuer publish one'
  elif [ -n "$unknown" ]; then
    echo "the set holds a key of an unknown kind ($unknown), for which the engine refuses the whole set; let the issuer leave it out"
  fi
}
`;

/**
 * Bash text for a container of the engine's image: fetches the key set as the doctor does and judges it as the engine does at its
 * start, which ends for the same reasons; an empty set is refused as well, since every token would be. An image without curl and
 * node cannot tell.
 */
export function keySetRequest({ url, environment }: KeySetRequest): string {
  return `
${proxies(environment).join("\n")}
# Anew, so that the proxy is in the environment that the process began with, where the fetch looks for the engine's.
exec /bin/bash -s
fetched() {
${fetchScript(url, SECONDS)}
}
${JUDGE}for try in 1 2 3; do
  answer=$(fetched)
  case "$answer" in
    *'tool none'*) echo 'not tried: the image has neither curl nor node'; exit 0 ;;
    *'tool '*) ;;
    *) echo 'it could not be asked for from there'; exit ${REFUSED} ;;
  esac
  problem=$(judge)
  if [ -z "$problem" ]; then echo fetched; exit 0; fi
  # What is just starting, or hiccups, gets a second chance; an answer that is wrong stays wrong.
  case "$(value error)$(value status)" in ETIMEDOUT|2??|3??|4??) break ;; esac
  sleep 2
done
echo "$problem"
exit ${REFUSED}
`;
}

/**
 * Runs the standard input in a short-lived container that is to the network what the engine's is: its image, networks, hosts and
 * certificates, and no proxy but the image's own, where the docker command would add this machine's.
 * \`IMAGE\`, \`NETWORKS\`, \`HOSTS\`, \`LABELS\`, \`CERTIFICATES\` and \`ADDRESS\` come by the environment.
 */
export const KEY_SET_SCRIPT = `
own=$(docker image inspect --format '{{range .Config.Env}}{{println .}}{{end}}' "$IMAGE" </dev/null) || exit 1
set --
for name in HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy; do
  set -- "$@" --env "$name=$(printf '%s\\n' "$own" | sed -n "s/^$name=//p")"
done
for host in $HOSTS; do set -- "$@" --add-host "$host"; done
for label in $LABELS; do set -- "$@" --label "$label"; done
first=\${NETWORKS%% *}
trial=$(docker create --interactive --rm --log-driver none --user 1001:1001 --cap-drop ALL \\
  --security-opt no-new-privileges --memory 256m --pids-limit 128 --network "$first" "$@" \\
  --entrypoint /bin/bash "$IMAGE" -s </dev/null) || exit 1
trap 'docker rm --force "$trial" </dev/null >/dev/null 2>&1' EXIT
for network in $NETWORKS; do
  [ "$network" = "$first" ] || docker network connect "$network" "$trial" </dev/null || exit 1
done
if [ -n "$CERTIFICATES" ]; then
  authorities=$(mktemp) && printf '%s\\n' "$CERTIFICATES" >"$authorities" && chmod 644 "$authorities" &&
    docker cp "$authorities" "$trial:/etc/ssl/certs/clerk-hasura.pem" </dev/null >/dev/null
  copied=$?
  rm -f "$authorities"
  [ "$copied" -eq 0 ] || exit 1
fi
said=$({ cat; echo; echo exit; } | held docker start --attach --interactive "$trial" 2>&1)
case $? in
  0) echo "$said" ;;
  ${REFUSED})
    echo "Hasura cannot fetch its keys from $ADDRESS: $said. No engine was started or replaced" >&2
    exit 1 ;;
  *)
    echo "The key set at $ADDRESS could not be tried in a container of the engine's image: $said" >&2
    exit 1 ;;
esac
`;
