/* The one place where the page keeps what the appliance told it. */
import { type ReadonlySignal, type Signal, batch, computed, signal } from "@preact/signals";
import { compareAlarms, countBySeverity, isWaiting, saidByChannel, withAlarm } from "../model/alarm-list";
import { type Connection, type Happening, startConnection, step } from "../model/connection";
import { withFigures } from "../model/figures";
import type { Alarm, Channel, Figures, Session } from "../model/types";

const TICK_MS = 1000;
const LATEST_MS = 1300; /* without figures, ages move on by themselves */

export const session = signal<Session | null>(null);
export const connection = signal<Connection>(startConnection(Date.now()));
/* Of the connection, what is drawn: its time of the last message changes several times a second. */
export const phase = computed(() => connection.value.phase);
export const newBuild = computed(() => connection.value.newBuild);

/* The appliance's wall clock: ours, corrected by the difference that its last message showed. */
const skewMs = signal(0);
export const clock = signal(Date.now());
/* The instant for which ages are shown. It moves with the figures of each second, so that a tile changes once. */
export const now = signal(Date.now());
export const skew: ReadonlySignal<number> = skewMs;

export const channelIds = signal<readonly string[]>([]);
export const alarms = signal<readonly Alarm[]>([]);
export const loaded = signal(false); /* a snapshot came */
export const lastEvent = signal(0); /* number of the newest event when the stream began */
export const greetings = signal(0); /* hellos so far: what was numbered before one may be numbered anew */
/* What the alarms say of each channel. */
export const said = computed(() => saidByChannel(alarms.value));
export const counts = computed(() => countBySeverity(alarms.value));
export const waiting = computed(() => alarms.value.filter(isWaiting).length);

const channels = new Map<string, Signal<Channel>>();
const recovered = new Map<string, number>();

export function happen(happening: Happening): void {
  if (happening.kind === "hello") greetings.value += 1;
  connection.value = step(connection.value, happening, Date.now());
}

export function correctClock(serverTime: string): void {
  const server = Date.parse(serverTime);
  if (!Number.isNaN(server)) skewMs.value = server - Date.now();
}

export function startTicking(): void {
  setInterval(() => {
    const at = Date.now() + skewMs.value;
    clock.value = at;
    if (at - now.peek() > LATEST_MS) now.value = at;
    happen({ kind: "tick" });
  }, TICK_MS);
}

export const channelSignal = (id: string): Signal<Channel> | undefined => channels.get(id);
export const recoveredAt = (id: string): number | null => recovered.get(id) ?? null;
export const allChannels = computed(() =>
  channelIds.value.flatMap((id) => {
    const channel = channels.get(id)?.value;
    return channel ? [channel] : [];
  }),
);

function putChannel(channel: Channel): boolean {
  const known = channels.get(channel.id);
  if (!known) {
    channels.set(channel.id, signal(channel));
    return true;
  }
  const before = known.peek().state;
  if (channel.state === "ok" && (before === "fault" || before === "unknown")) recovered.set(channel.id, now.peek());
  if (channel.state !== "ok") recovered.delete(channel.id);
  known.value = channel;
  return false;
}

/* Channels that changed; one that is new joins at the end until the next snapshot gives the order. */
export function updateChannels(changed: readonly Channel[]): void {
  batch(() => {
    const added = changed.filter(putChannel).map((channel) => channel.id);
    if (added.length > 0) channelIds.value = [...channelIds.value, ...added];
  });
}

/* @ids: the channels in the order of the columns. */
export function updateFigures(ids: readonly string[], figures: Figures): void {
  batch(() => {
    now.value = Date.now() + skewMs.value;
    ids.forEach((id, i) => {
      const channel = channels.get(id);
      if (channel) channel.value = withFigures(channel.peek(), figures, i);
    });
  });
}

/* Everything anew: what the snapshot does not name is gone. The order is the appliance's and never changes by state. */
export function takeSnapshot(listed: readonly Channel[], open: readonly Alarm[]): void {
  batch(() => {
    const ids = listed.map((channel) => channel.id);
    for (const id of channels.keys()) if (!ids.includes(id)) channels.delete(id);
    listed.forEach(putChannel);
    channelIds.value = ids;
    alarms.value = open.filter((alarm) => !alarm.is_cleared).sort(compareAlarms);
    loaded.value = true;
  });
}

export function updateAlarm(alarm: Alarm): void {
  alarms.value = withAlarm(alarms.value, alarm);
}
