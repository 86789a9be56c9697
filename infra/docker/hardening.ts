/** What keeps a container of the stack within its bounds, in the daemon's own spelling; the policy rules compare with it. */
export const HARDENING = {
  restart: "unless-stopped",
  capabilities: { drops: ["ALL"] },
  securityOpts: ["no-new-privileges"],
  logDriver: "json-file",
  logOpts: { "max-file": "3", "max-size": "10m" },
};
