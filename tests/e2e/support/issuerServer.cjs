// Serves a key set over https, as Clerk's Frontend API does; runs in a container of the test.
const { readFileSync } = require("node:fs");
const { createServer } = require("node:https");
const { join } = require("node:path");

/** @param {string} name */
const file = (name) => readFileSync(join(__dirname, name));

createServer({ key: file("server.key"), cert: file("server.pem") }, (request, response) => {
  if (request.url !== "/.well-known/jwks.json") {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, {
    "content-type": "application/json",
    "cache-control": "public, max-age=60",
  });
  response.end(file("jwks.json"));
}).listen(443);
