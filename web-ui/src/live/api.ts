/* Requests to the appliance. An answer that is not 2xx becomes a Refusal with the words of its problem document. */
import type { Problem } from "../model/types";
import { happen } from "./state";

export const PATIENCE_MS = 10_000; /* for an answer */
const REVOKED = /wall-token-revoked$/;

export class Refusal extends Error {
  constructor(
    readonly status: number,
    detail: string,
    readonly type = "", /* of the problem: the last part of its address names it */
    readonly errors: readonly { pointer: string; detail: string }[] = [], /* wrong members of what was sent */
  ) {
    super(detail);
  }
}

function isProblem(value: unknown): value is Problem {
  return typeof value === "object" && value !== null && "title" in value;
}

async function refusalOf(reply: Response): Promise<Refusal> {
  const body: unknown = await reply.json().catch(() => null);
  const words = isProblem(body) ? body.detail || body.title : reply.statusText || `Status ${reply.status}`;
  return new Refusal(reply.status, words, isProblem(body) ? body.type : "", isProblem(body) ? (body.errors ?? []) : []);
}

/* Throws Refusal, or TypeError where nobody answers. A 401 outside of logging in makes the page ask for a login. */
async function ask(path: string, init: RequestInit): Promise<Response> {
  const reply = await fetch(`/api/v1${path}`, { signal: AbortSignal.timeout(PATIENCE_MS), ...init });
  if (reply.ok) return reply;
  const refusal = await refusalOf(reply);
  if (reply.status === 401 && path !== "/login") happen({ kind: "unauthorised", revoked: REVOKED.test(refusal.type) });
  throw refusal;
}

/* Whether @path would be answered: null, or why not. Its answer is not fetched. */
export async function probe(path: string): Promise<unknown> {
  return ask(path, { method: "HEAD" }).then(
    () => null,
    (failure: unknown) => failure,
  );
}

export async function get<T>(path: string): Promise<T> {
  return (await (await ask(path, { headers: { Accept: "application/json" } })).json()) as T;
}

interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

const MOST_PAGES = 20;

/* Every page of a list, @path having a query already. */
export async function getAll<T>(path: string): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = "";
  for (let i = 0; i < MOST_PAGES && cursor !== null; i += 1) {
    const page: Page<T> = await get(cursor ? `${path}&cursor=${encodeURIComponent(cursor)}` : path);
    items.push(...page.items);
    cursor = page.next_cursor;
  }
  return items;
}

export async function getBytes(path: string): Promise<ArrayBuffer> {
  return (await ask(path, {})).arrayBuffer();
}

export interface Fetched {
  blob: Blob;
  capturedAt: string | null;
  pts: string | null;
}

/* A JPEG, and when it was taken. */
export async function picture(path: string): Promise<Fetched> {
  const reply = await ask(path, {});
  return { blob: await reply.blob(), capturedAt: reply.headers.get("X-Captured-At"), pts: reply.headers.get("X-PTS") };
}

export async function post<T>(path: string, body: Record<string, unknown>): Promise<T> {
  const reply = await ask(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(body),
  });
  return (await reply.json().catch(() => ({}))) as T;
}

/* Any method, with the ETag of what came back; @etag: of what is changed, "" for something new. */
export async function send<T>(method: string, path: string, body?: object, etag = ""): Promise<{ value: T; etag: string }> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (body) headers["Content-Type"] = "application/json";
  if (etag) headers["If-Match"] = etag;
  const reply = await ask(path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
  return { value: (await reply.json().catch(() => ({}))) as T, etag: reply.headers.get("ETag") ?? "" };
}

/* What to tell a person about a failure. */
export function reason(failure: unknown): string {
  if (failure instanceof Refusal) return failure.message;
  if (failure instanceof DOMException && failure.name === "TimeoutError") return "No answer within 10 s";
  return "The appliance does not answer";
}
