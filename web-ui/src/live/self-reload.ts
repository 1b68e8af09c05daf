/* Loads a wall anew: for a new version, once a day, and when its memory has grown. */
import { isTrusted } from "../model/connection";
import { isWaiting } from "../model/alarm-list";
import { isDue } from "../model/reload";
import { alarms, newBuild, phase } from "./state";
import { recall, remember } from "./stored";

const LOOK_MS = 10_000;
const IDLE_MS = 30_000;

const heapBytes = (): number => (performance as { memory?: { usedJSHeapSize: number } }).memory?.usedJSHeapSize ?? 0;

/* For as long as a wall is shown. Returns how to stop. */
export function reloadInQuiet(): () => void {
  let touched = -Infinity;
  const touch = () => (touched = performance.now());
  const events = ["keydown", "pointerdown", "pointermove"] as const;
  for (const name of events) addEventListener(name, touch, { passive: true });
  const timer = setInterval(() => {
    const due = isDue({
      newBuild: newBuild.peek(),
      ageMs: performance.now(),
      heapBytes: heapBytes(),
      live: isTrusted(phase.peek()),
      critical: alarms.peek().some((alarm) => alarm.severity === "critical" && isWaiting(alarm)),
      busy: document.querySelector("dialog[open]") !== null || performance.now() - touched < IDLE_MS,
      sinceReloadMs: Date.now() - Number(recall("reloaded") ?? 0),
    });
    if (!due) return;
    remember("reloaded", String(Date.now()));
    location.reload();
  }, LOOK_MS);
  return () => {
    clearInterval(timer);
    for (const name of events) removeEventListener(name, touch);
  };
}
