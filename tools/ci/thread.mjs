import { UserError } from "../setup/userError.mjs";
import { callApi } from "./callApi.mjs";
import { COMMENT_LIMIT } from "./fitText.mjs";

/**
 * @typedef {object} Entry
 * @property {string} id
 * @property {string} body
 * @property {boolean} own Whether this job's own account wrote it; another's is never edited.
 */

/**
 * Comments of one pull or merge request.
 * @typedef {object} Thread
 * @property {number} limit Most characters of one entry.
 * @property {(page: number) => Promise<Entry[]>} page Up to {@link PAGE} entries, the oldest first, from page 1 on.
 * @property {(body: string) => Promise<void>} create
 * @property {(id: string, body: string) => Promise<void>} update
 */

/** Entries of one page, which is the most that both services give. */
export const PAGE = 100;

/**
 * A variable of the job, checked.
 * @param {NodeJS.ProcessEnv} env
 * @param {string} name
 * @param {RegExp} shape
 */
export function demandVariable(env, name, shape) {
  const value = env[name] ?? "";
  if (shape.test(value)) return value;
  const state = value === "" ? "is not set" : "has a wrong form";
  throw new UserError(
    `${name} ${state}; run this in a job that sets it, as the workflows here do`,
    2,
  );
}

/**
 * @param {unknown} value
 * @returns {Record<string, unknown>[]}
 */
export const recordsOf = (value) =>
  Array.isArray(value) ? value.map((item) => ({ ...Object(item) })) : [];

/** @param {Record<string, unknown>} record @param {string} key */
const inner = (record, key) => Object(record[key]);

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {import("./callApi.mjs").Api & { repository: string }}
 */
export function githubApi(env) {
  const token = demandVariable(env, "GITHUB_TOKEN", /^\S+$/);
  const repository = demandVariable(env, "GITHUB_REPOSITORY", /^[\w.-]+\/[\w.-]+$/);
  const url = (env.GITHUB_API_URL || "https://api.github.com").replace(/\/$/, "");
  const headers = {
    authorization: `Bearer ${token}`,
    accept: "application/vnd.github+json",
    "x-github-api-version": "2022-11-28",
    "user-agent": "clerk-hasura",
  };
  return { what: "GitHub", url, headers, repository };
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {Pick<import("./callApi.mjs").Api, "baseWaitMs">} [pace]
 * @returns {Thread}
 */
export function githubThread(env, pace = {}) {
  const api = { ...githubApi(env), ...pace };
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
    create: async (body) => {
      await callApi(api, { method: "POST", path: `${base}/${number}/comments`, body: { body } });
    },
    update: async (id, body) => {
      await callApi(api, { method: "PATCH", path: `${base}/comments/${id}`, body: { body } });
    },
  };
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {Pick<import("./callApi.mjs").Api, "baseWaitMs">} [pace]
 * @returns {Thread}
 */
export function gitlabThread(env, pace = {}) {
  const token = demandVariable(env, "GITLAB_NOTE_TOKEN", /^\S+$/);
  const project = demandVariable(env, "CI_PROJECT_ID", /^\d+$/);
  const number = demandVariable(env, "CI_MERGE_REQUEST_IID", /^\d+$/);
  const url = demandVariable(env, "CI_API_V4_URL", /^https?:\/\/\S+$/);
  const api = { what: "GitLab", url, headers: { "private-token": token }, ...pace };
  const notes = `/projects/${project}/merge_requests/${number}/notes`;
  /** @type {Promise<unknown> | undefined} */
  let self;
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
    create: async (body) => {
      await callApi(api, { method: "POST", path: notes, body: { body } });
    },
    update: async (id, body) => {
      await callApi(api, { method: "PUT", path: `${notes}/${id}`, body: { body } });
    },
  };
}
