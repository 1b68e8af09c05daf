/* What an operator does to alarms: shown at once, taken back for those that the appliance refuses. */
import { batch, signal } from "@preact/signals";
import type { Alarm } from "../model/types";
import { Refusal, getAll, post, reason } from "./api";
import { now, session, alarms, updateAlarm } from "./state";
import { toast } from "./toasts";

export type Act = "ack" | "unack" | "comment" | "assign" | "shelve" | "unshelve";

export interface ActDetails {
  note: string;
  minutes: number; /* 0: without an end, or until it clears */
  user: string; /* of assign */
}

/* What the open dialog is about. */
export interface Asking {
  act: Act;
  alarms: readonly Alarm[];
}

export const asking = signal<Asking | null>(null);
export const ask = (act: Act, about: readonly Alarm[]): void => void (about.length > 0 && (asking.value = { act, alarms: about }));
export const askToAcknowledge = (alarm: Alarm): void => ask("ack", [alarm]);
export const askToComment = (alarm: Alarm): void => ask("comment", [alarm]);
/* The alarm whose evidence is open. */
export const examined = signal<Alarm | null>(null);
/* The alarm that keys act upon, and those that are ticked. */
export const selectedAlarm = signal("");
export const ticked = signal<ReadonlySet<string>>(new Set());

export function tick(ids: readonly string[], on: boolean): void {
  const next = new Set(ticked.peek());
  for (const id of ids) on ? next.add(id) : next.delete(id);
  ticked.value = next;
}

interface BatchAnswer {
  items: { id: string; status: number; detail: string | null }[];
}

const NOTHING: ActDetails = { note: "", minutes: 0, user: "" };

/* The alarm as it will be if the appliance agrees. */
function foreseen(alarm: Alarm, act: Act, details: ActDetails): Alarm {
  const me = session.peek()?.user ?? "";
  const note = details.note || (alarm.note ?? "");
  const until = details.minutes > 0 ? new Date(now.peek() + details.minutes * 60_000).toISOString() : null;
  switch (act) {
    case "ack":
      return { ...alarm, operator_state: "ack", owner: me, note, until, acknowledged_at: new Date(now.peek()).toISOString() };
    case "unack":
      return { ...alarm, operator_state: "none", owner: "", until: null };
    case "shelve":
      return { ...alarm, operator_state: "shelved", owner: me, note, until };
    case "unshelve":
      return { ...alarm, operator_state: "none", owner: "", until: null };
    case "assign":
      return { ...alarm, owner: details.user, note };
    case "comment":
      return { ...alarm, note };
  }
}

const bodyOf = ({ note, minutes, user }: ActDetails): Record<string, unknown> => ({
  ...(note && { note }),
  ...(minutes > 0 && { minutes }),
  ...(user && { user }),
});

/* What the appliance made of each, in the order of @about; throws where nobody answers. */
async function send(about: readonly Alarm[], act: Act, details: ActDetails): Promise<BatchAnswer["items"]> {
  const [only] = about;
  if (about.length > 1 || !only) return (await post<BatchAnswer>("/alarms:batch", { ids: about.map(({ id }) => id), action: act, ...bodyOf(details) })).items;
  try {
    await post(`/alarms/${encodeURIComponent(only.id)}/${act === "comment" ? "comments" : act}`, bodyOf(details));
    return [{ id: only.id, status: 200, detail: null }];
  } catch (failure) {
    if (failure instanceof Refusal) return [{ id: only.id, status: failure.status, detail: failure.message }];
    throw failure;
  }
}

async function refresh(): Promise<void> {
  const found = await getAll<Alarm>("/alarms?state=open").catch(() => []);
  batch(() => found.forEach(updateAlarm));
}

/* Puts back what was foreseen, unless the appliance has said something newer since. */
function takeBack(before: Alarm, shown: Alarm): void {
  if (alarms.peek().includes(shown)) updateAlarm(before);
}

/* Returns: how many were done. */
export async function perform(about: readonly Alarm[], act: Act, details: ActDetails = NOTHING): Promise<number> {
  const shown = new Map(about.map((alarm) => [alarm.id, foreseen(alarm, act, details)]));
  batch(() => shown.forEach((alarm) => alarm.is_cleared || updateAlarm(alarm)));
  let refused: BatchAnswer["items"];
  try {
    refused = (await send(about, act, details)).filter(({ status }) => status !== 200);
  } catch (failure) {
    refused = about.map(({ id }) => ({ id, status: 0, detail: reason(failure) }));
  }
  batch(() => {
    for (const { id } of refused) {
      const before = about.find((alarm) => alarm.id === id);
      const after = shown.get(id);
      if (before && after) takeBack(before, after);
    }
  });
  const [first] = refused;
  if (first) toast(refused.length > 1 ? `${refused.length} of ${about.length} were refused. ${first.detail ?? ""}` : (first.detail ?? "Refused"));
  if (refused.some(({ status }) => status === 409)) await refresh();
  return about.length - refused.length;
}
