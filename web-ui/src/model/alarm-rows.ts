/* Rows that stay where they are while somebody points at them: new ones wait, ended ones keep their place. */
import { incidents } from "./alarm-list";
import type { Incident } from "./alarm-list";
import type { Alarm } from "./types";

export interface Held {
  order: readonly string[]; /* of incidents, as they were shown */
  last: ReadonlyMap<string, Incident>;
}

export const hold = (shown: readonly Incident[]): Held => ({
  order: shown.map(({ id }) => id),
  last: new Map(shown.map((incident) => [incident.id, incident])),
});

export interface Rows {
  rows: Incident[];
  fresh: number; /* incidents that wait to be shown */
}

const ended = (alarm: Alarm): Alarm => ({ ...alarm, is_cleared: true });

export function rowsOf(alarms: readonly Alarm[], held: Held | null): Rows {
  const present = incidents(alarms);
  if (!held) return { rows: present, fresh: 0 };
  const now = new Map(present.map((incident) => [incident.id, incident]));
  const rows = held.order.flatMap((id) => {
    const before = held.last.get(id);
    const incident = now.get(id) ?? (before && { ...before, lead: ended(before.lead), others: before.others.map(ended) });
    return incident ? [incident] : [];
  });
  return { rows, fresh: present.filter(({ id }) => !held.last.has(id)).length };
}

/* All alarms of an incident, its lead first. */
export const membersOf = (incident: Incident): Alarm[] => [incident.lead, ...incident.others];
