/* What is to be heard: which tone, when again, and for how long it is silent. Times are milliseconds of the caller's clock. */
import { isWaiting } from "./alarm-list";
import { instant } from "./format";
import { SEVERITIES, rank } from "./severity";
import type { Alarm, Severity } from "./types";

export const REPEAT_MS = 10_000;
export const SILENCES_MIN = [2, 10, 30] as const;

export interface Sounding {
  known: readonly string[]; /* alarms that were heard or silenced already */
  lastAt: number; /* when the last tone was; -Infinity before */
  silentFrom: number; /* by the appliance's clock, as what follows */
  silentUntil: number; /* 0: nobody silenced it */
}

export const startSounding: Sounding = { known: [], lastAt: -Infinity, silentFrom: 0, silentUntil: 0 };

export interface Hearing {
  alarms: readonly Alarm[]; /* open */
  from: Severity | "off"; /* the least severity that is to be heard */
  live: boolean; /* what is known is of now */
}

const QUIET = new Set(["shelved", "maintenance", "commissioning", "unstable", "member", "probe"]);

/* Waits for somebody, and is nobody's decision to be quiet. A member of an incident sounds by its parent. */
export function isHeard(alarm: Alarm, from: Severity | "off"): boolean {
  return from !== "off" && isWaiting(alarm) && rank(alarm.severity) >= rank(from) && !QUIET.has(alarm.quiet ?? "none");
}

export interface Step {
  sounding: Sounding;
  tone: Severity | null; /* to be played now */
}

/* A silence from now on; of 0 minutes: none. */
export const silenced = (sounding: Sounding, minutes: number, now: number): Sounding => ({ ...sounding, silentFrom: now, silentUntil: minutes === 0 ? 0 : now + minutes * 60_000 });

/* "FROM UNTIL", as other tabs and the next page read it. */
export const silenceText = ({ silentFrom, silentUntil }: Sounding): string => `${silentFrom} ${silentUntil}`;

export function withSilence(sounding: Sounding, text: string | null): Sounding {
  const [silentFrom = 0, silentUntil = 0] = (text ?? "").split(" ").map((part) => Number(part) || 0);
  return { ...sounding, silentFrom, silentUntil };
}

/* Called each second and with every change. One tone at a time: the worst that waits. A new alarm is heard at once, and ends a silence. */
export function stepSound(sounding: Sounding, hearing: Hearing, now: number): Step {
  if (!hearing.live) return { sounding, tone: null };
  const heard = hearing.alarms.filter((alarm) => isHeard(alarm, hearing.from));
  const fresh = heard.filter(({ id }) => !sounding.known.includes(id));
  const ended = now >= sounding.silentUntil || fresh.some((alarm) => (instant(alarm.raised_at) ?? Infinity) > sounding.silentFrom);
  const silentUntil = ended ? 0 : sounding.silentUntil;
  const due = heard.length > 0 && silentUntil === 0 && (fresh.length > 0 || now - sounding.lastAt >= REPEAT_MS);
  const tone = due ? (SEVERITIES.find((severity) => heard.some((alarm) => alarm.severity === severity)) ?? null) : null;
  return { sounding: { ...sounding, known: heard.map(({ id }) => id), lastAt: tone ? now : sounding.lastAt, silentUntil }, tone };
}

/* A tone: two notes, so often. Pitch and number tell the severity also to those who see none of it. */
export interface Tone {
  notes: readonly [number, number]; /* Hz */
  times: number;
  noteMs: number;
}

export const TONES: Record<"critical" | "major" | "minor" | "warning" | "link", Tone> = {
  critical: { notes: [988, 740], times: 3, noteMs: 140 },
  major: { notes: [740, 587], times: 2, noteMs: 180 },
  minor: { notes: [587, 494], times: 1, noteMs: 200 },
  warning: { notes: [440, 523], times: 1, noteMs: 160 },
  link: { notes: [392, 262], times: 1, noteMs: 350 },
};
