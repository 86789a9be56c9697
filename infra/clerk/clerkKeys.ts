/** True where Clerk's secret key was pasted, alone or inside other text. */
export function holdsSecretKey(text: string): boolean {
  return /sk_(?:test|live)_/.test(text);
}

export const SECRET_KEY_REASON =
  "holds Clerk's secret key (sk_…, not shown), which must stay out of this setting; put the publishable key (pk_…) into identity.publishableKey, and rotate the secret key if it was saved anywhere";

/** True where a publishable key was pasted. */
export function looksLikePublishableKey(text: string): boolean {
  return /^pk_(?:test|live)_/.test(text.trim());
}

export const PUBLISHABLE_KEY_REASON =
  "is a publishable key; move it to identity.publishableKey and leave this out";
