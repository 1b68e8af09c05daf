/* Open alarms: their order, their counts, and what one that arrives changes. */
import { instant } from "./format";
import { SEVERITIES, rank } from "./severity";
import type { Said } from "./tile";
import type { Alarm, Severity } from "./types";

/* Unacknowledged first, then the worst, then the newest; the id makes the order total. */
export function compareAlarms(a: Alarm, b: Alarm): number {
  const waiting = Number(isWaiting(b)) - Number(isWaiting(a));
  if (waiting !== 0) return waiting;
  const worse = rank(b.severity) - rank(a.severity);
  if (worse !== 0) return worse;
  const newer = (instant(b.raised_at) ?? 0) - (instant(a.raised_at) ?? 0);
  return newer !== 0 ? newer : a.id.localeCompare(b.id);
}

/* Nobody has dealt with it yet. */
export const isWaiting = (alarm: Alarm): boolean => !alarm.is_cleared && alarm.operator_state === "none";

/* The list after @alarm arrived: replaced, added, or gone because it is cleared. Sorted. */
export function withAlarm(alarms: readonly Alarm[], alarm: Alarm): Alarm[] {
  const others = alarms.filter((other) => other.id !== alarm.id);
  if (!alarm.is_cleared) others.push(alarm);
  return others.sort(compareAlarms);
}

/* Shelved alarms are out of sight until they return; they stay in the list and are counted apart. */
export const isShown = (alarm: Alarm): boolean => alarm.operator_state !== "shelved";

export type Counts = Record<Severity, number>;

export function countBySeverity(alarms: readonly Alarm[]): Counts {
  const counts: Counts = { cleared: 0, indeterminate: 0, warning: 0, minor: 0, major: 0, critical: 0 };
  for (const alarm of alarms) if (isShown(alarm)) counts[alarm.severity] = (counts[alarm.severity] ?? 0) + 1;
  return counts;
}

export const worst = (counts: Counts): Severity => SEVERITIES.find((severity) => counts[severity] > 0) ?? "cleared";

/* "channel/ID" to "ID"; null for any other resource. */
export function channelOf(alarm: Alarm): string | null {
  return alarm.resource.startsWith("channel/") ? alarm.resource.slice("channel/".length) : null;
}

/* What an alarm is about, in the site's words. */
export function subject(alarm: Alarm): string {
  if (alarm.channel_name) return alarm.channel_name;
  if (alarm.resource === "box") return "This box";
  const [kind = "", name = ""] = alarm.resource.split("/", 2);
  return name ? `${kind} ${name}` : kind;
}

const NO_VIDEO = new Set(["picture-undecodable", "video-missing"]);
const SILENT: Said = { top: null, shelved: null, noVideo: null };

/* What the open alarms say of each channel: the first in the order of the list speaks for it. */
export function saidByChannel(alarms: readonly Alarm[]): ReadonlyMap<string, Said> {
  const all = new Map<string, Said>();
  for (const alarm of [...alarms].sort(compareAlarms)) {
    const channel = channelOf(alarm);
    if (channel === null || alarm.is_cleared) continue;
    const said = all.get(channel) ?? { ...SILENT };
    if (isShown(alarm)) said.top ??= alarm;
    else said.shelved ??= alarm;
    if (NO_VIDEO.has(alarm.type)) said.noVideo ??= alarm;
    all.set(channel, said);
  }
  return all;
}

export const saidOf = (all: ReadonlyMap<string, Said>, channel: string): Said => all.get(channel) ?? SILENT;

export interface Incident {
  id: string;
  lead: Alarm;
  others: Alarm[];
}

/* One cause is one incident: alarms that share an incident id stand behind the one that named it. */
export function incidents(alarms: readonly Alarm[]): Incident[] {
  const found = new Map<string, Incident>();
  for (const alarm of [...alarms].sort(compareAlarms)) {
    const id = alarm.incident_id || alarm.id;
    const incident = found.get(id);
    if (!incident) found.set(id, { id, lead: alarm, others: [] });
    else if (alarm.id === id) {
      incident.others.unshift(incident.lead);
      incident.lead = alarm;
    } else incident.others.push(alarm);
  }
  return [...found.values()];
}

/* How many alarms came, went, or are another severity's or in other hands. */
export function changesBetween(before: readonly Alarm[], after: readonly Alarm[]): number {
  const word = (alarm: Alarm): string => `${alarm.severity} ${alarm.operator_state} ${alarm.owner}`;
  const known = new Map(before.map((alarm) => [alarm.id, word(alarm)]));
  const different = after.filter((alarm) => known.get(alarm.id) !== word(alarm)).length;
  const ids = new Set(after.map(({ id }) => id));
  return different + before.filter(({ id }) => !ids.has(id)).length;
}
