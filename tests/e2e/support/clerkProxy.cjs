// A reverse proxy of somebody's own before Clerk's Frontend API: hands on what is below one path, and nothing else.
const { readFileSync } = require("node:fs");
const { createServer, request } = require("node:https");
const { join } = require("node:path");

const { PROXY_PATH: below = "", PROXY_TARGET: host = "" } = process.env;
/** @param {string} name */
const file = (name) => readFileSync(join(__dirname, name));
const tls = { cert: file("server.pem"), key: file("server.key") };
const ca = file("clerk.pem");

createServer(tls, (incoming, outgoing) => {
  const { method, url = "/", headers } = incoming;
  if (!url.startsWith(`${below}/`)) {
    outgoing.writeHead(404).end();
    return;
  }
  const path = url.slice(below.length);
  const onward = request({ host, path, method, ca, headers: { ...headers, host } }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  onward.on("error", () => outgoing.writeHead(502).end());
  incoming.pipe(onward);
}).listen(443);
