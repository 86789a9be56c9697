/** The stack that the first proper URN names, or none. */
export function stackOf(urns: Iterable<string>): string {
  for (const urn of urns) {
    const [head = ""] = urn.split("::");
    if (head.startsWith("urn:pulumi:")) return head.slice("urn:pulumi:".length);
  }
  return "";
}
