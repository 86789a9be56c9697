const ANNOUNCED = /(?:PASSWORD|PASSPHRASE|TOKEN|SECRET|CREDENTIALS|_KEY)$/i;
/** Shorter values are words, not secrets. */
const SHORTEST = 6;

/** Values of variables whose names say that they are secret: a CI service masks them in its logs, but not in a comment. */
export function environmentSecrets(env: NodeJS.ProcessEnv): string[] {
  return Object.entries(env).flatMap(([name, value = ""]) =>
    ANNOUNCED.test(name) && value.length >= SHORTEST ? [value] : [],
  );
}
