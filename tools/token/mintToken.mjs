// The mint is TypeScript, because the doctor mints tokens too; this leads those to it who are not.
import loaded from "./loadMint.cjs";

export const { mintToken, MintError } = loaded;
