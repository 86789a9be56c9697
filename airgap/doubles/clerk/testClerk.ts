import { expect } from "chai";
import { decodeJwt } from "jose";
import type { JsonObject } from "../hasura/json";
import { ClerkDouble, type ClerkDoubleOptions } from "./clerkDouble";
import { ControlClient } from "./controlClient";
import { type InstanceKey, newInstanceKey } from "./instanceKeys";

export const SECRET_KEY = "sk_test_0123456789abcdef0123456789abcdef01234567";

/** An answer of the double, taken apart. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  body: JsonObject;
}

/** A double in this process, with plain requests to it. */
export interface TestClerk {
  double: ClerkDouble;
  control: ControlClient;
  /** To the Backend API with the secret key; `body` is sent as JSON. */
  api(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer>;
  fapi(method: string, path: string, init?: RequestInit): Promise<Answer>;
}

let sharedKey: Promise<InstanceKey> | undefined;

/** All doubles of a run start with one key, as making RSA keys is slow. */
export async function startTestClerk(options: ClerkDoubleOptions = {}): Promise<TestClerk> {
  sharedKey ??= newInstanceKey();
  const defaults = { secretKey: SECRET_KEY, instanceKey: await sharedKey };
  const double = await new ClerkDouble({ ...defaults, ...options }).start();
  const authorization = `Bearer ${double.secretKey}`;
  return {
    double,
    control: new ControlClient(double.apiUrl, double.controlToken),
    api: (method, path, body, headers = {}) =>
      ask(double.apiUrl + path, {
        method,
        headers: { authorization, "content-type": "application/json", ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    fapi: (method, path, init = {}) => ask(double.fapiUrl + path, { method, ...init }),
  };
}

export async function ask(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(20_000) });
  const text = await response.text();
  const json = response.headers.get("content-type") === "application/json";
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: json ? JSON.parse(text) : {},
  };
}

export function expectError(answer: Answer, status: number, code: string, param?: string): void {
  expect(answer.status, answer.text).to.equal(status);
  expect(answer.body).to.have.nested.property("errors[0].code", code);
  expect(answer.body).to.have.nested.property("errors[0].message").that.is.a("string");
  expect(answer.body).to.have.nested.property("errors[0].long_message").that.is.a("string");
  expect(answer.body.clerk_trace_id).to.match(/^[0-9a-f]{32}$/);
  if (param !== undefined) {
    expect(answer.body).to.have.nested.property("errors[0].meta.param_name", param);
  }
}

export function claimsOf(answer: Answer): JsonObject {
  expect(answer.status, answer.text).to.equal(200);
  expect(answer.body.object).to.equal("token");
  return decodeJwt(String(answer.body.jwt)) as JsonObject;
}
