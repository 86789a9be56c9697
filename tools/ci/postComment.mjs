import { UserError } from "../setup/userError.mjs";
import { fitText } from "./fitText.mjs";
import { PAGE } from "./thread.mjs";

const MAX_PAGES = 50;

/**
 * First line of the one comment of a stack; pages do not show it.
 * @param {string} stack
 */
export const markerOf = (stack) => `<!-- clerk-hasura preview of ${stack} -->`;

/**
 * @param {import("./thread.mjs").Thread} thread
 * @param {string} marker
 * @returns {Promise<import("./thread.mjs").Entry | undefined>}
 */
async function ownEntry(thread, marker) {
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const entries = await thread.page(page);
    const found = entries.find(({ own, body }) => own && body.startsWith(marker));
    if (found || entries.length < PAGE) return found;
  }
  throw new UserError(
    `there are more than ${MAX_PAGES * PAGE} comments; the report is in the run's summary`,
  );
}

/**
 * Writes the one comment of a stack, or edits it where it is there already.
 * @param {import("./thread.mjs").Thread} thread
 * @param {string} stack
 * @param {string} text Markdown.
 * @returns {Promise<"created" | "edited" | "unchanged">}
 */
export async function postComment(thread, stack, text) {
  const marker = markerOf(stack);
  const body = `${marker}\n${fitText(text, thread.limit - marker.length - 1)}`;
  const before = await ownEntry(thread, marker);
  if (before === undefined) {
    await thread.create(body);
    return "created";
  }
  if (before.body === body) return "unchanged";
  await thread.update(before.id, body);
  return "edited";
}
