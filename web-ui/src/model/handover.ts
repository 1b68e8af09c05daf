/* What GET /api/v1/handover and /api/v1/alarm-figures answer, and how it reads. */
import type { Alarm } from "./types";

export interface Handover {
  at: string;
  since: string;
  open: Alarm[];
  shelved: Alarm[];
  promised: Alarm[];
  stale: Alarm[];
  recent: Alarm[];
  planned: { id: string; name: string; text: string }[];
  left_out: number;
}

export interface Figure {
  value: number;
  target: number;
  met: boolean;
}

export interface FiguresSpan {
  span: string;
  hours: number;
  announced: number;
  per_hour: Figure;
  most_in_10_minutes: Figure;
  chattering: Figure;
  floods: number;
  acted_share: number;
}

export interface AlarmFigures {
  positions: number;
  spans: FiguresSpan[];
  stale: Figure;
}

const SPANS: Record<string, string> = { "24h": "Last 24 hours", "7d": "Last 7 days", "30d": "Last 30 days" };

export function spanName(span: string): string {
  return SPANS[span] ?? span;
}

/* "12 alarms, 0.5 an hour (at most 6), 1 flood, 3 chattering, 80 % led to an act". */
export function spanSentence(span: FiguresSpan): string {
  const plural = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`;
  return [
    plural(span.announced, "alarm", "alarms"),
    `${span.per_hour.value.toFixed(1)} an hour (at most ${span.per_hour.target})`,
    plural(span.floods, "flood", "floods"),
    `${span.chattering.value} chattering`,
    `${Math.round(span.acted_share * 100)} % led to an act`,
  ].join(", ");
}
