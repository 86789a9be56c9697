import { shellQuoted } from "../docker/shellQuoted";

/** What the script found, by name. */
export interface ScriptResult {
  /** `curl`, `node` or `none`. */
  tool: string;
  /** A network error's code, as Node names it. */
  error?: string;
  status?: number;
  /** Header lines of the last response. */
  headers?: string;
  body?: string;
  unauthorizedRole?: string;
  /** Whether the engine's proxy settings were used; absent where it has none. */
  proxy?: ProxyUse;
}

export type ProxyUse = "used" | "unused";

/** Not by fetch, which joins the lines of a header, whereas the engine looks at the first alone. */
const NODE_SCRIPT = `
const say = (name, value) => console.log(name + " " + Buffer.from(String(value)).toString("base64"));
const { KEY_SET: start, SECONDS_TO_WAIT: seconds } = process.env;
const signal = AbortSignal.timeout(seconds * 1000);
const fail = (error) => say("error", signal.aborted ? "ETIMEDOUT" : (error.code ?? ""));
const get = (url, hops) => {
  const { request } = require(url.protocol === "https:" ? "node:https" : "node:http");
  const receive = (response) => {
    const { statusCode, headers: { location }, rawHeaders } = response;
    if ([301, 302, 303, 307, 308].includes(statusCode) && location !== undefined && hops > 0) {
      response.on("error", () => undefined).resume();
      return attempt(() => get(new URL(location, url), hops - 1));
    }
    const chunks = [];
    response.on("data", (chunk) => chunks.push(chunk)).on("error", fail).on("end", () => {
      say("body", Buffer.concat(chunks));
      say("headers", rawHeaders.map((text, index) => text + (index % 2 ? "\\n" : ": ")).join(""));
      say("status", statusCode);
    });
  };
  request(url, { agent: false, signal }, receive).on("error", fail).end();
};
const attempt = (action) => { try { action(); } catch (error) { fail(error); } };
attempt(() => get(new URL(start), 10));
`;

/**
 * Takes over from the engine's own environment what its requests depend on. What `docker exec` starts has the container's environment,
 * not what the start script read from its file. The engine's client takes http_proxy, https_proxy and no_proxy in any case (http-client,
 * proxyEnvironment), and no other; nothing of it is printed.
 */
function engineEnvironment(processId: number): string {
  return `
pairs=()
unset HTTP_PROXY http_proxy HTTPS_PROXY https_proxy ALL_PROXY all_proxy NO_PROXY no_proxy
mapfile -d '' -t pairs 2>/dev/null </proc/${processId}/environ
for pair in "\${pairs[@]}"; do
  name=\${pair%%=*}
  case "\${name,,}" in
    http_proxy|https_proxy|no_proxy) export "\${name,,}=\${pair#*=}" ;;
    hasura_graphql_unauthorized_role) export "$pair" ;;
  esac
done`;
}

/** A bash script that tells the role of requests without a token; what it printed is read like that of {@link fetchScript}. */
export function roleScript(engine = 1): string {
  return `
say() { printf '%s ' "$1"; base64 | tr -d '\\n'; echo; }
${engineEnvironment(engine)}
printf '%s' "\${HASURA_GRAPHQL_UNAUTHORIZED_ROLE:-}" | say unauthorizedRole`;
}

/**
 * A bash script that fetches a URL as the engine would: through its proxy, and trusting the files of /etc/ssl/certs alone (with node
 * beside its own authorities), by curl where there is one, otherwise by node. The URL may hold a secret, so that it is on no command
 * line.
 * @param engine Process id of the engine where the script runs. Default: 1.
 */
export function fetchScript(url: string, seconds: number, engine = 1): string {
  return `${roleScript(engine)}
url=${shellQuoted(url)}
place=$(mktemp -d 2>/dev/null || mktemp -d -p /dev/shm) || exit 1
trap 'rm -rf "$place"' EXIT
for file in /etc/ssl/certs/*; do
  if [ -f "$file" ] && [ -r "$file" ]; then cat "$file"; echo; fi
done 2>/dev/null >"$place/authorities"
case "$url" in https:*) proxy=\${https_proxy:-} ;; *) proxy=\${http_proxy:-} ;; esac
if command -v curl >/dev/null; then
  echo tool curl
  status=$(printf %s ${shellQuoted(curlConfig(url))} | curl -q -sS --cacert "$place/authorities" --proto '=http,https' --location --max-redirs 10 --max-time ${seconds} -D "$place/headers" -o "$place/body" -w '%{http_code} %{http_connect}' --config - 2>/dev/null)
  code=$?
  [ $code -eq 56 ] && case "\${status#* }" in 000|2??) ;; *) code=proxy ;; esac
  [ -n "$proxy" ] && echo used | say proxy
  if [ $code != 0 ]; then
    case $code in
      5) echo PROXY_UNKNOWN ;; proxy) echo PROXY_REFUSED ;; 6) echo ENOTFOUND ;; 7) echo ECONNREFUSED ;; 28) echo ETIMEDOUT ;;
      35|51|58|60|77|83) echo CERT ;; 52|56) echo ECONNRESET ;; *) echo "curl_$code" ;;
    esac | tr -d '\\n' | say error
  else
    say body <"$place/body"
    say headers <"$place/headers"
    printf '%s' "\${status%% *}" | say status
  fi
elif command -v node >/dev/null; then
  echo tool node
  [ -n "$proxy" ] && echo unused | say proxy
  NODE_EXTRA_CA_CERTS="$place/authorities" KEY_SET="$url" SECONDS_TO_WAIT=${seconds} node --no-warnings - <<'SCRIPT'
${NODE_SCRIPT}
SCRIPT
else
  echo tool none
fi
exit 0
`;
}

/** The URL as a line of curl's configuration, which quotes by backslashes. */
function curlConfig(url: string): string {
  return `url = "${url.replace(/["\\]/g, "\\$&")}"`;
}

/** Reads what a script printed; undefined where it did not even come to the role. */
export function readScriptResult(text: string): ScriptResult | undefined {
  const lines = new Map(
    text.split("\n").map((line): [string, string] => {
      const [name = "", value = ""] = line.trim().split(" ", 2);
      return [name, value];
    }),
  );
  if (!lines.has("unauthorizedRole")) return undefined;
  const tool = lines.get("tool") ?? "none";
  const decoded = (name: string) => {
    const value = lines.get(name);
    return value === undefined ? undefined : Buffer.from(value, "base64").toString("utf8");
  };
  const status = decoded("status");
  const [error, headers, body] = [decoded("error"), decoded("headers"), decoded("body")];
  const unauthorizedRole = decoded("unauthorizedRole");
  return {
    tool,
    ...(error === undefined ? {} : { error }),
    ...(status === undefined ? {} : { status: Number(status) }),
    ...(headers === undefined ? {} : { headers: lastBlock(headers) }),
    ...(body === undefined ? {} : { body }),
    ...(unauthorizedRole === undefined ? {} : { unauthorizedRole }),
    ...(lines.has("proxy")
      ? { proxy: decoded("proxy")?.trim() === "used" ? "used" : "unused" }
      : {}),
  };
}

/** curl writes the headers of each redirect before those of the response. */
function lastBlock(headers: string): string {
  const blocks = headers.replaceAll("\r", "").trim().split(/\n\n+/);
  return blocks[blocks.length - 1] ?? "";
}

/** The value of a header by its lower-case name, the first of several as in the engine; undefined where it is absent. */
export function headerValue(headers: string, name: string): string | undefined {
  const line = headers
    .split("\n")
    .find((one) => one.slice(0, one.indexOf(":")).trim().toLowerCase() === name);
  return line?.slice(line.indexOf(":") + 1).trim();
}
