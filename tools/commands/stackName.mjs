/**
 * Whether a text can be the name of a stack; one with a dash in front would be a flag to Pulumi.
 * @param {string} text
 */
export const isStackName = (text) => /^[A-Za-z0-9_.][A-Za-z0-9_./-]*$/.test(text);
