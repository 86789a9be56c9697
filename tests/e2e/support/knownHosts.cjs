// Preloaded into Node.js: hosts of a test's own are loopback, whatever this machine's name service says.
const dns = require("node:dns");

const known = (process.env.CLERK_HASURA_KNOWN_HOSTS ?? "").split(",");
const { lookup } = dns;

/**
 * @param {string} host
 * @param {any[]} rest Options, perhaps, and a callback.
 */
function lookupKnown(host, ...rest) {
  const isKnown = known.includes(host);
  return Reflect.apply(lookup, dns, [isKnown ? "127.0.0.1" : host, ...rest]);
}

Object.assign(dns, { lookup: lookupKnown });
