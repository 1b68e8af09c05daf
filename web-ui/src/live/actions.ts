/* What an operator does to an alarm: shown at once, taken back when the appliance refuses. */
import { signal } from "@preact/signals";
import type { Alarm } from "../model/types";
import { Refusal, getAll, post, reason } from "./api";
import { alarms, session, updateAlarm } from "./state";
import { toast } from "./toasts";

/* What the open dialog is about. */
export interface Noting {
  alarm: Alarm;
  acknowledges: boolean; /* else it only adds a comment */
}

export const noting = signal<Noting | null>(null);
export const askToAcknowledge = (alarm: Alarm): void => void (noting.value = { alarm, acknowledges: true });
export const askToComment = (alarm: Alarm): void => void (noting.value = { alarm, acknowledges: false });
/* The alarm whose evidence is open. */
export const examined = signal<Alarm | null>(null);
/* The alarm that keys act upon. */
export const selectedAlarm = signal("");

async function act(before: Alarm, shown: Alarm, path: string, body: Record<string, unknown>): Promise<boolean> {
  updateAlarm(shown);
  try {
    await post(`/alarms/${encodeURIComponent(before.id)}${path}`, body);
    return true;
  } catch (failure) {
    if (alarms.peek().includes(shown)) updateAlarm(before);
    toast(reason(failure));
    if (failure instanceof Refusal && failure.status === 409) await refresh();
    return false;
  }
}

async function refresh(): Promise<void> {
  const found = await getAll<Alarm>("/alarms?state=open").catch(() => []);
  found.forEach(updateAlarm);
}

export function acknowledge(alarm: Alarm, note: string): Promise<boolean> {
  const shown: Alarm = { ...alarm, operator_state: "ack", owner: session.peek()?.user ?? "", note };
  return act(alarm, shown, "/ack", note ? { note } : {});
}

export function unacknowledge(alarm: Alarm): Promise<boolean> {
  return act(alarm, { ...alarm, operator_state: "none", owner: "", note: "" }, "/unack", {});
}

export async function comment(alarm: Alarm, note: string): Promise<boolean> {
  return act(alarm, { ...alarm, note }, "/comments", { note });
}
