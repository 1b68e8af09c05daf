/* How old may a figure be before it is no longer shown as one. */
import { instant } from "./format";

/* A worker reports each second; three missed reports, and a margin for the way to the browser. */
export const REPORT_PERIOD_MS = 1000;
const MARGIN_MS = 2000;

/* Age of a figure in ms, null where it was never measured. Never negative: clocks differ a little. */
export function ageOf(measuredAt: string | null | undefined, now: number): number | null {
  const at = instant(measuredAt);
  return at === null ? null : Math.max(0, now - at);
}

/* A figure of the given period is drawn as itself only when this holds; else as a dash with its age. */
export function isFresh(age: number | null, periodMs = REPORT_PERIOD_MS): boolean {
  return age !== null && age <= 3 * periodMs + MARGIN_MS;
}
