import { shellQuoted } from "../docker/shellQuoted";
import { fetchScript } from "./fetchScript";

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
