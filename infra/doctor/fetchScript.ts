/** What the script found, by name. */
export interface ScriptAnswer {
  /** `curl`, `node` or `none`. */
  tool: string;
  /** A network error's code, as Node names it. */
  error?: string;
  status?: number;
  /** Header lines of the last answer. */
  headers?: string;
  body?: string;
  unauthorizedRole?: string;
}

/** Not by fetch, which joins the lines of a header, whereas the engine looks at the first alone. */
const NODE_SCRIPT = `
const say = (name, value) => console.log(name + " " + Buffer.from(String(value)).toString("base64"));
const [start, seconds] = process.argv.slice(2);
const signal = AbortSignal.timeout(seconds * 1000);
const fail = (error) => say("error", signal.aborted ? "ETIMEDOUT" : (error.code ?? ""));
const get = (url, hops) => {
  const { request } = require(url.protocol === "https:" ? "node:https" : "node:http");
  const receive = (answer) => {
    const { statusCode, headers: { location }, rawHeaders } = answer;
    if ([301, 302, 303, 307, 308].includes(statusCode) && location !== undefined && hops > 0) {
      answer.on("error", () => undefined).resume();
      return attempt(() => get(new URL(location, url), hops - 1));
    }
    const chunks = [];
    answer.on("data", (chunk) => chunks.push(chunk)).on("error", fail).on("end", () => {
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
 * A bash script that fetches an address as the engine would, trusting every file of /etc/ssl/certs beside the usual authorities:
 * by curl where there is one, otherwise by node.
 */
export function fetchScript(url: string, seconds: number): string {
  return `
url=${shellQuoted(url)}
say() { printf '%s ' "$1"; base64 | tr -d '\\n'; echo; }
printf '%s' "\${HASURA_GRAPHQL_UNAUTHORIZED_ROLE:-}" | say unauthorizedRole
place=$(mktemp -d 2>/dev/null || mktemp -d -p /dev/shm) || exit 1
trap 'rm -rf "$place"' EXIT
for file in /etc/ssl/certs/*; do
  if [ -f "$file" ] && [ -r "$file" ]; then cat "$file"; echo; fi
done 2>/dev/null >"$place/authorities"
if command -v curl >/dev/null; then
  echo tool curl
  grep -q BEGIN "$place/authorities" && set -- --cacert "$place/authorities"
  status=$(curl -sS --proto '=http,https' --location --max-redirs 10 --max-time ${seconds} "$@" -D "$place/headers" -o "$place/body" -w '%{http_code}' -- "$url" 2>/dev/null)
  code=$?
  if [ $code -ne 0 ]; then
    case $code in
      6) echo ENOTFOUND ;; 7) echo ECONNREFUSED ;; 28) echo ETIMEDOUT ;;
      35|51|58|60|77|83) echo CERT ;; 52|56) echo ECONNRESET ;; *) echo "curl_$code" ;;
    esac | tr -d '\\n' | say error
  else
    say body <"$place/body"
    say headers <"$place/headers"
    printf '%s' "$status" | say status
  fi
elif command -v node >/dev/null; then
  echo tool node
  NODE_EXTRA_CA_CERTS="$place/authorities" node --no-warnings - "$url" ${seconds} <<'SCRIPT'
${NODE_SCRIPT}
SCRIPT
else
  echo tool none
fi
exit 0
`;
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Reads what the script printed; undefined where it did not come so far as to choose a tool. */
export function readScriptAnswer(text: string): ScriptAnswer | undefined {
  const lines = new Map(
    text.split("\n").map((line): [string, string] => {
      const [name = "", value = ""] = line.trim().split(" ", 2);
      return [name, value];
    }),
  );
  const tool = lines.get("tool");
  if (tool === undefined) return undefined;
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
  };
}

/** curl writes the headers of each redirect before those of the answer. */
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
