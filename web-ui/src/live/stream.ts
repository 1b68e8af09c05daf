/* The event stream: what it says goes into the state; what happens to it goes into the connection. */
import { signal } from "@preact/signals";
import { changesBetween } from "../model/alarm-list";
import { isRefused } from "../model/connection";
import { type Level, fromBase64, parseLevels } from "../model/levels";
import type { EventName } from "../model/stream-port";
import type { Alarm, Channel, Figures, Hello, Session } from "../model/types";
import { Refusal, get, getAll, probe } from "./api";
import { type Feed, startFeed } from "./feed";
import { alarms, connection, correctClock, happen, lastEvent, loaded, session, takeSnapshot, updateAlarm, updateChannels, updateFigures } from "./state";
import { toast } from "./toasts";

type LevelsListener = (levels: ReadonlyMap<string, Level[]>) => void;

const REOPEN_MS = 2000;
const CROWDED_MS = 10_000;
const WATCH_MS = 1000;
const HELD_MAX = 500;

/* Whether this tab sounds for all tabs of the browser. */
export const isVoice = signal(false);

let feed: Feed | null = null;
let isAble = false;
let columnIds: readonly string[] = []; /* the order of levels and figures */
let reopening = 0;
let held: (() => void)[] | null = null; /* what came while a snapshot was on its way */
let parted = false; /* the stream was lost since the last snapshot */
const listeners = new Set<LevelsListener>();

/* Audio levels go past the signals: five a second for sixty channels end on a canvas. Returns how to stop. */
export function onLevels(listener: LevelsListener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function hello(said: Hello): void {
  if (said.channel_ids) columnIds = said.channel_ids;
  if (isRefused(connection.peek().phase)) void get<Session>("/session").then((found) => (session.value = found), () => undefined);
  lastEvent.value = said.seq;
  happen({ kind: "hello", build: said.build });
}

const changed = (n: number): string => (n === 0 ? "no alarm changed" : `${n} ${n === 1 ? "alarm" : "alarms"} changed`);

/* @always: say so also where nothing changed meanwhile. */
function whole(said: { channels: Channel[]; alarms: Alarm[] }, always: boolean): void {
  const before = alarms.peek();
  const first = !loaded.peek();
  takeSnapshot(said.channels, said.alarms);
  const n = changesBetween(before, alarms.peek());
  if (!first && (always || (parted && n > 0))) toast(`Resynchronised, ${changed(n)}`);
  parted = false;
}

/* Asks for everything; what is said meanwhile comes after it. */
async function fetchSnapshot(always: boolean): Promise<void> {
  happen({ kind: "resync" });
  held = [];
  try {
    const [channels, open] = await Promise.all([get<{ items: Channel[] }>("/channels"), getAll<Alarm>("/alarms?state=open")]);
    whole({ channels: channels.items, alarms: open }, always);
    held.forEach((take) => take());
    happen({ kind: "resynced" });
  } catch {
    reopenSoon(REOPEN_MS);
  } finally {
    held = null;
  }
}

/* At once, or after the snapshot that is on its way. */
function inOrder(take: () => void): void {
  if (!held) take();
  else if (held.length < HELD_MAX) held.push(take);
  else reopenSoon(0);
}

function levels(said: { b64: string }): void {
  if (listeners.size === 0) return;
  const parsed = parseLevels(fromBase64(said.b64), columnIds.length);
  const byId = new Map(parsed.map((list, i) => [columnIds[i] ?? "", list]));
  for (const listener of listeners) listener(byId);
}

function onEvent(name: EventName, data: string): void {
  happen({ kind: "message" });
  if (name === "levels" && listeners.size === 0) return;
  const said: unknown = JSON.parse(data);
  switch (name) {
    case "hello":
      correctClock((said as Hello).server_time);
      return hello(said as Hello);
    case "snapshot":
      return held ? undefined : whole(said as { channels: Channel[]; alarms: Alarm[] }, false);
    case "state":
      return inOrder(() => updateChannels((said as { channels: Channel[] }).channels));
    case "figures":
      return updateFigures(columnIds, said as Figures);
    case "alarm":
      return inOrder(() => updateAlarm(said as Alarm));
    case "levels":
      return levels(said as { b64: string });
    case "heartbeat":
      return correctClock((said as { server_time: string }).server_time);
    case "resync":
      return void fetchSnapshot(true);
  }
}

/* Asks why the stream ended; a refusal is not mended by knocking again. */
async function onError(closed: boolean): Promise<void> {
  parted = true;
  happen({ kind: "error" });
  if (!closed) return;
  const found = await get<Session>("/session").catch(() => null);
  if (found) session.value = found;
  if (found && !found.authenticated) {
    happen({ kind: "unauthorised" });
    await get("/channels").catch(() => undefined); /* its problem says whether a wall's token was revoked */
    return;
  }
  const refusal = found ? await probe("/events") : null;
  const crowded = refusal instanceof Refusal && refusal.status === 429;
  if (crowded) happen({ kind: "crowded" });
  reopenSoon(crowded ? CROWDED_MS : REOPEN_MS);
}

function reopenSoon(afterMs: number): void {
  clearTimeout(reopening);
  reopening = window.setTimeout(openStream, afterMs);
}

export function openStream(): void {
  clearTimeout(reopening);
  feed ??= startFeed({
    event: onEvent,
    joined: (said) => {
      hello(JSON.parse(said) as Hello);
      void fetchSnapshot(false);
    },
    error: (closed) => void onError(closed),
    voice: (yours) => (isVoice.value = yours),
  });
  feed.open();
  feed.tellAble(isAble);
}

export function closeStream(): void {
  clearTimeout(reopening);
  feed?.close();
}

/* Whether this tab may make a sound, for the choice of the one that does. */
export function tellAble(able: boolean): void {
  isAble = able;
  feed?.tellAble(able);
}

/* A stream that is open but silent is opened anew: its other end may be gone without a word. */
export function watchStream(): void {
  let since = 0;
  setInterval(() => {
    const { phase, crowded } = connection.peek();
    since = phase === "down" && !crowded ? since + 1 : 0;
    if (since > 0 && since % 4 === 0) openStream();
  }, WATCH_MS);
}
