/* When a wall loads itself anew: nobody is there to do it, and nobody must be disturbed by it. */

export interface Condition {
  newBuild: boolean; /* the appliance is another version than the page */
  ageMs: number; /* of the page */
  heapBytes: number; /* 0 where the browser does not say */
  live: boolean; /* the appliance answers: what is shown would come again */
  critical: boolean; /* an unacknowledged critical alarm stands */
  busy: boolean; /* a dialog is open, or somebody moved something lately */
  sinceReloadMs: number; /* since the page did so by itself the last time */
}

const DAY_MS = 86_400_000;
const MOST_HEAP = 300 * 1024 * 1024;
const REST_MS = 600_000; /* between two, so that what does not help is not repeated at once */
const SETTLE_MS = 20_000;

export function isDue(condition: Condition): boolean {
  const { newBuild, ageMs, heapBytes, live, critical, busy, sinceReloadMs } = condition;
  if (!live || critical || busy || ageMs < SETTLE_MS) return false;
  return newBuild || ageMs > DAY_MS || (heapBytes > MOST_HEAP && sinceReloadMs > REST_MS);
}
