/* The event stream: what it says goes into the state; what happens to it goes into the connection. */
import { type Level, fromBase64, parseLevels } from "../model/levels";
import type { Alarm, Channel, Figures, Hello, Session } from "../model/types";
import { get, getAll } from "./api";
import { connection, correctClock, happen, session, takeSnapshot, updateAlarm, updateChannels, updateFigures } from "./state";

type LevelsListener = (levels: ReadonlyMap<string, Level[]>) => void;

const REOPEN_MS = 2000;
const WATCH_MS = 1000;

let source: EventSource | null = null;
let columnIds: readonly string[] = []; /* the order of levels and figures */
let reopening = 0;
const listeners = new Set<LevelsListener>();

/* Audio levels go past the signals: five a second for sixty channels end on a canvas. Returns how to stop. */
export function onLevels(listener: LevelsListener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function hello(said: Hello): void {
  correctClock(said.server_time);
  if (said.channel_ids) columnIds = said.channel_ids;
  happen({ kind: "hello", build: said.build });
}

async function resync(): Promise<void> {
  happen({ kind: "resync" });
  const [channels, alarms] = await Promise.all([get<{ items: Channel[] }>("/channels"), getAll<Alarm>("/alarms?state=open")]);
  takeSnapshot(channels.items, alarms);
  happen({ kind: "resynced" });
}

function levels(said: { b64: string }): void {
  if (listeners.size === 0) return;
  const parsed = parseLevels(fromBase64(said.b64), columnIds.length);
  const byId = new Map(parsed.map((list, i) => [columnIds[i] ?? "", list]));
  for (const listener of listeners) listener(byId);
}

function listen<T>(name: string, take: (said: T) => void): void {
  source?.addEventListener(name, (event: MessageEvent<string>) => {
    happen({ kind: "message" });
    take(JSON.parse(event.data) as T);
  });
}

/* Asks why the stream ended; a refusal is not mended by knocking again. */
async function afterError(): Promise<void> {
  happen({ kind: "error" });
  if (source?.readyState !== EventSource.CLOSED) return;
  const found = await get<Session>("/session").catch(() => null);
  if (found) session.value = found;
  if (found && !found.authenticated) happen({ kind: "unauthorised" });
  else reopenSoon();
}

function reopenSoon(): void {
  clearTimeout(reopening);
  reopening = window.setTimeout(openStream, REOPEN_MS);
}

export function openStream(): void {
  closeStream();
  source = new EventSource("/api/v1/events");
  listen<Hello>("hello", hello);
  listen<{ channels: Channel[]; alarms: Alarm[] }>("snapshot", (said) => takeSnapshot(said.channels, said.alarms));
  listen<{ channels: Channel[] }>("state", (said) => updateChannels(said.channels));
  listen<Figures>("figures", (said) => updateFigures(columnIds, said));
  listen<Alarm>("alarm", updateAlarm);
  listen<{ b64: string }>("levels", levels);
  listen<{ server_time: string }>("heartbeat", (said) => correctClock(said.server_time));
  listen<unknown>("resync", () => void resync().catch(reopenSoon));
  source.addEventListener("error", () => void afterError());
}

export function closeStream(): void {
  clearTimeout(reopening);
  source?.close();
  source = null;
}

/* A stream that is open but silent is opened anew: its other end may be gone without a word. */
export function watchStream(): void {
  setInterval(() => {
    const { phase } = connection.peek();
    if (phase === "down" && source?.readyState === EventSource.OPEN) openStream();
  }, WATCH_MS);
}
