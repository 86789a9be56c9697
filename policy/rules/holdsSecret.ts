import { SecretForm, type SecretPlace, secretPlaces } from "../../infra/secrecy/secretPlaces";
import { isSecretPair } from "./isSecretPair";

/** What a program fills in later is no credential: `$NAME`, `${name}`, `$(…)`, and a command in backquotes. */
const REFERENCE = /^(\$([{(]|[A-Za-z_]\w*$)|`)/;

function bare(value: string): string {
  return value.replace(/^[\\"']+|[\\"';)]+$/g, "");
}

function isGiven(value: string): boolean {
  return value !== "" && !REFERENCE.test(value);
}

/** User info with a password; what begins with digits and a slash is a port and a path. */
function hasPassword(info: string): boolean {
  const parts = info.split("//");
  return parts.some((_, index) => {
    const rest = parts.slice(index).join("//");
    const password = /^[^\s:/?@[]*:(?!\d+\/)(.+)$/s.exec(rest)?.[1] ?? "";
    return isGiven(password);
  });
}

/** A name that is itself read from a variable (`$TOKEN = …`), or whose value is empty (`NAME= program`). */
function isNoAssignment(before: string): boolean {
  return /\$\{?[\w-]+\\*["']?\s*[:=]\s*$/.test(before) || /[^\s=]=\s+$/.test(before);
}

function isNamedSecret({ name = "", value }: SecretPlace): boolean {
  return isGiven(bare(value)) && isSecretPair(name, bare(value));
}

type Judge = (place: SecretPlace) => boolean;

/** Which of the places where a credential can stand hold one; a mask may err on the safe side, a refusal may not. */
const JUDGES: Readonly<Record<SecretForm, Judge>> = {
  [SecretForm.UserInfo]: ({ value }) => hasPassword(value),
  // The data source names of Go's MySQL driver; other texts of this form are addresses of images and people.
  [SecretForm.Address]: ({ value, after }) => /^@(tcp|unix)\(/.test(after) && hasPassword(value),
  [SecretForm.Query]: isNamedSecret,
  [SecretForm.Pem]: ({ value }) => /^-----BEGIN [A-Z ]*PRIVATE KEY/.test(value),
  [SecretForm.Marked]: ({ value }) =>
    !value.startsWith("eyJ") || /^eyJ[\w-]{8,}\.[\w-]+\./.test(value),
  [SecretForm.Header]: ({ name }) => name !== undefined,
  [SecretForm.Pair]: (place) => !isNoAssignment(place.before) && isNamedSecret(place),
  [SecretForm.Sql]: isNamedSecret,
  [SecretForm.JwtKey]: ({ before, value, after }) =>
    /["']type\\*["']\s*:\s*\\*["']HS\d/.test(before + after) && isGiven(bare(value)),
  [SecretForm.Flag]: isNamedSecret,
};

/** Whether a text holds a credential. */
export function holdsSecret(text: string): boolean {
  return secretPlaces(text).some((place) => JUDGES[place.form](place));
}

/** Whether a list of words holds a credential, in one of them or as a flag's value, which is the word after it. */
export function wordsHoldSecret(words: readonly string[]): boolean {
  return (
    words.some(holdsSecret) ||
    secretPlaces(words.join("\n")).some(
      (place) => place.form === SecretForm.Flag && isNamedSecret(place),
    )
  );
}
