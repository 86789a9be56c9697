import { maskSecrets } from "../infra/secrecy/maskSecrets";
import { environmentSecrets } from "./environmentSecrets";
import { maskLine } from "./maskMessage";

const KEY_STARTS = /-----BEGIN/;
const KEY_ENDS = /-----END/;
/** A line of a key, behind what a diff puts before it. */
const KEY_BODY = /^[\s+~-]*[A-Za-z0-9+/=]*\s*$/;

/**
 * What a command printed, without what may be a secret: each line like a message of a report, a key over its lines, and the
 * secrets of the environment wherever they stand.
 */
export function maskLines(text: string, env: NodeJS.ProcessEnv): string {
  // A character that nobody sees would keep a word from being recognised, and is dropped later.
  const visible = text.replace(/[^\P{Cc}\n\t]/gu, "");
  const lines = maskSecrets(visible, environmentSecrets(env)).split("\n");
  let inKey = false;
  return lines
    .flatMap((line) => {
      const hidden = inKey && (KEY_ENDS.test(line) || KEY_BODY.test(line));
      inKey = (hidden || KEY_STARTS.test(line)) && !KEY_ENDS.test(line);
      return hidden ? [] : [maskLine(line)];
    })
    .join("\n");
}
