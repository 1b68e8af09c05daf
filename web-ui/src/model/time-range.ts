/* What time a page shows: live and of some length, or fixed; as the page's address has it. */

export type TimeRange = { live: true; seconds: number } | { live: false; from: number; to: number }; /* seconds since 1970 */

export interface Bounds {
  from: number;
  to: number;
}

export const SPANS: readonly { seconds: number; word: string; name: string }[] = [
  { seconds: 600, word: "10m", name: "10 min" },
  { seconds: 3600, word: "1h", name: "1 h" },
  { seconds: 86_400, word: "24h", name: "24 h" },
  { seconds: 604_800, word: "7d", name: "7 d" },
];

const SHORTEST = 60;
const LONGEST = 400 * 86_400;
const STANDARD = { live: true, seconds: 600 } as const;

const whole = (value: number): number => Math.round(value);

/* "2026-11-26T10:00:00Z" as seconds; null where it is no time. */
function seconds(text: string | null): number | null {
  const ms = text ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? null : ms / 1000;
}

export const iso = (at: number): string => new Date(at * 1000).toISOString().replace(/\.\d+Z$/, "Z");

/* Of "?range=24h", "?range=5400s" or "?from=...&to=..."; the last ten minutes otherwise. */
export function rangeOf(query: URLSearchParams): TimeRange {
  const from = seconds(query.get("from"));
  const to = seconds(query.get("to"));
  if (from !== null && to !== null && to > from) return { live: false, ...clamp({ from, to }) };
  const word = query.get("range");
  const span = SPANS.find((one) => one.word === word)?.seconds ?? Number(/^(\d{1,9})s$/.exec(word ?? "")?.[1] ?? Number.NaN);
  return span >= SHORTEST && span <= LONGEST ? { live: true, seconds: span } : STANDARD;
}

/* The same address with @range in it. */
export function withRange(query: URLSearchParams, range: TimeRange): URLSearchParams {
  const next = new URLSearchParams(query);
  for (const name of ["from", "to", "range"]) next.delete(name);
  if (!range.live) {
    next.set("from", iso(range.from));
    next.set("to", iso(range.to));
  } else if (range.seconds !== STANDARD.seconds) {
    next.set("range", SPANS.find((one) => one.seconds === range.seconds)?.word ?? `${range.seconds}s`);
  }
  return next;
}

/* @now: seconds */
export const boundsOf = (range: TimeRange, now: number): Bounds => (range.live ? { from: now - range.seconds, to: now } : { from: range.from, to: range.to });

function clamp({ from, to }: Bounds): Bounds {
  const length = Math.min(Math.max(to - from, SHORTEST), LONGEST);
  return { from: whole(to - length), to: whole(to) };
}

/* Half of what is shown to either side; what would reach beyond now is live. */
export function shifted(range: TimeRange, by: 1 | -1, now: number): TimeRange {
  const { from, to } = boundsOf(range, now);
  const step = ((to - from) / 2) * by;
  return to + step >= now ? { live: true, seconds: whole(to - from) } : { live: false, ...clamp({ from: from + step, to: to + step }) };
}

/* Half of the time, or twice as much, around the middle; live stays live. */
export function zoomed(range: TimeRange, into: boolean, now: number): TimeRange {
  const { from, to } = boundsOf(range, now);
  const length = Math.min(Math.max((to - from) * (into ? 0.5 : 2), SHORTEST), LONGEST);
  if (range.live) return { live: true, seconds: whole(length) };
  const middle = (from + to) / 2;
  const end = Math.min(middle + length / 2, now);
  return { live: false, ...clamp({ from: end - length, to: end }) };
}

/* How often a live chart is asked for anew: often enough to look alive, seldom enough to be cheap. */
export const periodMs = (range: TimeRange): number => (range.live ? Math.min(Math.max(range.seconds / 0.36, 2000), 300_000) : 3_600_000);
