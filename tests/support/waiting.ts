export function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Asks again and again until the answer is not undefined; fails with the last error once the time is over. */
export async function waitFor<T>(
  what: string,
  ask: () => Promise<T | undefined>,
  timeoutMs = 60_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  let last: unknown = "it never came";
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) {
      throw new Error(`${what} within ${timeoutMs} ms: ${String(last)}`);
    }
    await delay(100);
  }
}

/** Makes the same assertions again and again until they hold; fails with the last one once the time is over. */
export async function eventually(
  what: string,
  assert: () => Promise<unknown>,
  timeoutMs = 15_000,
): Promise<void> {
  await waitFor(what, () => assert().then(() => true), timeoutMs);
}
