/** A value in single quotes, as a POSIX shell reads it back to the letter. */
export function shellQuoted(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}
