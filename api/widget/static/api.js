/** The conversation API of this frame's own origin. The token travels in the Authorization header only. */

import { say } from "./dom.js";
import { keep } from "./store.js";

const ROOT = new URL("../v1/", location.href);
// A turn has 10 s on the server; a slow line gets as much again.
const TIMEOUT = 20_000;
const POLL_EVERY = 800;
const POLL_FOR = 45_000;

/** The server could not be reached, or something before it answered in its stead. */
export class Unreachable extends Error {}

/** The server answered, and refused. `messages` is what it wants said to the person. */
export class Refused extends Error {
  /** @param {number} status @param {Api.Problem | null} body */
  constructor(status, body) {
    super(String(status));
    this.status = status;
    this.code = body?.code ?? "";
    /** @type {Api.Message[]} */
    this.messages = Array.isArray(body?.messages) ? body.messages : [];
  }
}

/**
 * @param {string} method
 * @param {string} path below `/v1/`
 * @param {{session?: Pick<Session, "token"> & Partial<Session>, key?: string, body?: object, accept?: string}} [more]
 * @returns {Promise<Response>}
 */
async function call(method, path, { session, key = "", body, accept = "application/json" } = {}) {
  /** @type {Record<string, string>} */
  const headers = { Accept: accept };
  if (session) headers.Authorization = `Bearer ${session.token}`;
  if (key) headers["Idempotency-Key"] = key;
  if (body) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(new URL(path, ROOT), {
      method,
      headers,
      body: body && JSON.stringify(body),
      credentials: "omit",
      cache: "no-store",
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT),
    });
  } catch {
    throw new Unreachable();
  }
  if (response.ok) return response;
  if (response.status === 401 && session?.refresh) {
    await renew(/** @type {Session} */ (session));
    return call(method, path, { session: { token: session.token }, key, body, accept });
  }
  const problem = await response.json().catch(() => null);
  if (response.status >= 500 && !problem?.messages?.length) throw new Unreachable();
  throw new Refused(response.status, problem);
}

/** @param {Response} response @returns {Promise<any>} */
async function read(response) {
  try {
    return await response.json();
  } catch {
    throw new Unreachable();
  }
}

/** A token is good for half an hour; the session's other secret gets the next one. @param {Session} session */
async function renew(session) {
  const body = { refresh: session.refresh };
  session.token = (await read(await call("POST", `${own(session)}/token`, { body }))).token;
  keep(session.clinic, session);
}

/** @param {Session} session */
const own = (session) => `conversations/${encodeURIComponent(session.id)}`;

/** Starts a conversation. @param {string} clinic @param {string} locale @returns {Promise<Api.Opened>} */
export async function start(clinic, locale) {
  const body = { clinic, locale, consent: true, consent_version: say("consent.version") };
  return read(await call("POST", "conversations", { body }));
}

/** Everything after `seq`, both roles. @param {Session} session @param {number} [seq] @returns {Promise<Api.Answer>} */
export async function history(session, seq = 0) {
  return read(await call("GET", `${own(session)}/messages?after=${seq}`, { session }));
}

/** Waits until the assistant has said something after `seq`. @param {Session} session @param {number} seq */
export async function awaitReply(session, seq) {
  for (const until = Date.now() + POLL_FOR; Date.now() < until; ) {
    await new Promise((resolve) => setTimeout(resolve, POLL_EVERY));
    const answer = await history(session, seq);
    if (answer.messages.some((message) => message.role === "assistant")) return answer;
  }
  throw new Unreachable();
}

/**
 * Sends one message and waits for its answer. The same key may be sent again without harm.
 * @param {Session} session
 * @param {string} key
 * @param {Api.Body} body
 * @param {number} seq
 * @returns {Promise<Api.Answer>}
 */
export async function send(session, key, body, seq) {
  const response = await call("POST", `${own(session)}/messages`, { session, key, body });
  return response.status === 202 ? awaitReply(session, seq) : read(response);
}

/** Deletes the conversation; one that is gone already counts as deleted. @param {Session} session */
export async function remove(session) {
  try {
    await call("DELETE", own(session), { session });
  } catch (error) {
    if (!(error instanceof Refused) || ![401, 404, 410].includes(error.status)) throw error;
  }
}

/** The summary for a clinician, as a file of this media type. @param {Session} session @param {string} accept */
export async function summary(session, accept) {
  return (await call("GET", `${own(session)}/summary`, { session, accept })).blob();
}

/** Everything that is kept of the conversation, as a file. @param {Session} session */
export async function copy(session) {
  return (await call("GET", `${own(session)}/export`, { session })).blob();
}

/** A fresh key, also where the page is not a secure context. */
export function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64; // version 4
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}
