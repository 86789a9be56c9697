/** Tells of what was left as it is, in one line; Pulumi shows it beside the resource. */
export function cloudNotice(text: string): void {
  process.stderr.write(`Hasura Cloud: ${text}\n`);
}
