export function printTable(head: string[], rows: string[][]): void {
  const widths = head.map((_, at) =>
    Math.max(...[head, ...rows].map((row) => row[at]?.length ?? 0)),
  );
  for (const row of [head, ...rows]) {
    const cells = row.map((cell, at) =>
      at === head.length - 1 ? cell : cell.padEnd(widths[at] ?? 0),
    );
    process.stdout.write(`${cells.join("  ")}\n`);
  }
}
