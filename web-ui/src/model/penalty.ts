/* The penalty box: channels in trouble, large, the worst first; each stays for a minute after it recovered. */
import { channelOf, compareAlarms, isShown } from "./alarm-list";
import type { Alarm } from "./types";

export const STAY_MS = 60_000;

export interface Boxed {
  id: string;
  left: number | null; /* when its trouble ended; null while it lasts */
}

/* @boxed: as it was; @alarms: those that are to be seen. New ones join by their rank, nobody changes places while in it. */
export function penaltyBox(boxed: readonly Boxed[], alarms: readonly Alarm[], now: number): Boxed[] {
  const troubled: string[] = [];
  for (const alarm of alarms.filter(isShown).sort(compareAlarms)) {
    const id = channelOf(alarm);
    if (id !== null && !troubled.includes(id)) troubled.push(id);
  }
  const stays = boxed
    .map(({ id, left }) => ({ id, left: troubled.includes(id) ? null : (left ?? now) }))
    .filter(({ left }) => left === null || now - left < STAY_MS);
  const known = new Set(stays.map(({ id }) => id));
  return [...stays, ...troubled.filter((id) => !known.has(id)).map((id) => ({ id, left: null }))];
}

/* The worst fit first where there is no room for all: trouble before what is over. */
export const inBox = (boxed: readonly Boxed[], most: number): string[] =>
  [...boxed.filter(({ left }) => left === null), ...boxed.filter(({ left }) => left !== null)].slice(0, most).map(({ id }) => id);
