/* What happened to a channel in a time: alarms as spans, news of the stream as marks. */
import { instant } from "./format";
import type { Bounds } from "./time-range";
import type { Alarm, Note, Severity } from "./types";

export interface Span {
  id: string;
  from: number; /* seconds; may lie outside of what is shown */
  to: number;
  severity: Severity;
  open: boolean;
  text: string;
}

export interface Mark {
  at: number; /* seconds */
  kind: string;
  text: string;
}

/* Those that reach into @bounds, the earliest first. One that is open lasts until @now (seconds). */
export function spansOf(alarms: readonly Alarm[], bounds: Bounds, now: number): Span[] {
  return alarms
    .flatMap((alarm) => {
      const from = instant(alarm.raised_at);
      const cleared = instant(alarm.cleared_at);
      if (from === null) return [];
      const to = cleared === null ? now : cleared / 1000;
      return [{ id: alarm.id, from: from / 1000, to, severity: alarm.severity, open: cleared === null, text: alarm.text }];
    })
    .filter((span) => span.to >= bounds.from && span.from <= bounds.to)
    .sort((a, b) => a.from - b.from);
}

export function marksOf(notes: readonly Note[], bounds: Bounds): Mark[] {
  return notes
    .flatMap((note) => {
      const at = instant(note.at);
      return at === null ? [] : [{ at: at / 1000, kind: note.kind, text: note.text }];
    })
    .filter(({ at }) => at >= bounds.from && at <= bounds.to);
}

/* Where a time stands, 0 to 100. */
export const place = (at: number, { from, to }: Bounds): number => Math.min(100, Math.max(0, ((at - from) / Math.max(to - from, 1)) * 100));
