import { UserError } from "../setup/userError.mjs";
import { type Api, callApi } from "./callApi";
import { COMMENT_LIMIT, fitText } from "./fitText";

interface Entry {
  id: string;
  body: string;
  /** Whether this job's own account wrote it; another's is never edited. */
  own: boolean;
}

/** Comments of one pull or merge request. */
export interface Thread {
  /** Most characters of one entry. */
  limit: number;
  /** Up to {@link PAGE} entries, the oldest first, from page 1 on. */
  page: (page: number) => Promise<Entry[]>;
  create: (body: string) => Promise<unknown>;
  update: (id: string, body: string) => Promise<unknown>;
}

/** Entries of one page, which is the most that both services give. */
const PAGE = 100;
const MAX_PAGES = 50;

/** A variable of the job, checked. */
export function demandVariable(env: NodeJS.ProcessEnv, name: string, shape: RegExp): string {
  const value = env[name] ?? "";
  if (shape.test(value)) return value;
  const state = value === "" ? "is not set" : "is malformed";
  throw new UserError(
    `${name} ${state}; run this in a job that sets it, as the workflows here do`,
    2,
  );
}

export const recordsOf = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? value.map((item) => ({ ...Object(item) })) : [];

const inner = (record: Record<string, unknown>, key: string) => Object(record[key]);

export interface GithubApi extends Api {
  repository: string;
}

export function githubApi(env: NodeJS.ProcessEnv): GithubApi {
  const token = demandVariable(env, "GITHUB_TOKEN", /^\S+$/);
  const repository = demandVariable(env, "GITHUB_REPOSITORY", /^[\w.-]+\/[\w.-]+$/);
  const url = (env.GITHUB_API_URL || "https://api.github.com").replace(/\/$/, "");
  const headers = {
    authorization: `Bearer ${token}`,
    accept: "application/vnd.github+json",
    "x-github-api-version": "2022-11-28",
  };
  return { what: "GitHub", url, headers, repository };
}

export function githubThread(env: NodeJS.ProcessEnv): Thread {
  const api = githubApi(env);
  const number = demandVariable(env, "PULL_REQUEST", /^\d+$/);
  const author = env.COMMENT_AUTHOR || "github-actions[bot]";
  const base = `/repos/${api.repository}/issues`;
  return {
    limit: COMMENT_LIMIT,
    page: async (page) => {
      const path = `${base}/${number}/comments?per_page=${PAGE}&page=${page}`;
      return recordsOf(await callApi(api, { method: "GET", path })).map((record) => ({
        id: String(record.id),
        body: String(record.body ?? ""),
        own: inner(record, "user").login === author,
      }));
    },
    create: (body) =>
      callApi(api, { method: "POST", path: `${base}/${number}/comments`, body: { body } }),
    update: (id, body) =>
      callApi(api, { method: "PATCH", path: `${base}/comments/${id}`, body: { body } }),
  };
}

export function gitlabThread(env: NodeJS.ProcessEnv): Thread {
  const token = demandVariable(env, "GITLAB_NOTE_TOKEN", /^\S+$/);
  const project = demandVariable(env, "CI_PROJECT_ID", /^\d+$/);
  const number = demandVariable(env, "CI_MERGE_REQUEST_IID", /^\d+$/);
  const url = demandVariable(env, "CI_API_V4_URL", /^https?:\/\/\S+$/);
  const api = { what: "GitLab", url, headers: { "private-token": token } };
  const notes = `/projects/${project}/merge_requests/${number}/notes`;
  let self: Promise<unknown> | undefined;
  return {
    limit: 1_000_000,
    page: async (page) => {
      self ??= callApi(api, { method: "GET", path: "/user" });
      const own = Object(await self).id;
      const path = `${notes}?sort=asc&order_by=created_at&per_page=${PAGE}&page=${page}`;
      return recordsOf(await callApi(api, { method: "GET", path })).map((record) => ({
        id: String(record.id),
        body: String(record.body ?? ""),
        own: own !== undefined && inner(record, "author").id === own,
      }));
    },
    create: (body) => callApi(api, { method: "POST", path: notes, body: { body } }),
    update: (id, body) => callApi(api, { method: "PUT", path: `${notes}/${id}`, body: { body } }),
  };
}

/** First line of the one comment of a stack; pages do not show it. */
export const markerOf = (stack: string) => `<!-- clerk-hasura preview of ${stack} -->`;

async function ownEntry(thread: Thread, marker: string): Promise<Entry | undefined> {
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const entries = await thread.page(page);
    const found = entries.find(({ own, body }) => own && body.startsWith(marker));
    if (found || entries.length < PAGE) return found;
  }
  throw new UserError(
    `there are more than ${MAX_PAGES * PAGE} comments; the report is in the run's summary`,
  );
}

/** Writes the one comment of a stack, or edits it where it exists already; `text` is Markdown. */
export async function postComment(
  thread: Thread,
  stack: string,
  text: string,
): Promise<"created" | "edited" | "unchanged"> {
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
