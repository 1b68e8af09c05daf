/* Full screen, and a screen that stays awake before a wall. */
import { signal } from "@preact/signals";

export const isFull = signal(false);

export function turnFull(): void {
  const done = document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen();
  done.catch(() => undefined); /* the browser does not let it: nothing changes */
}

/* Keeps the screen on, where the browser lets it (secure contexts only). Returns how to stop. */
export function stayAwake(): () => void {
  let lock: WakeLockSentinel | null = null;
  let over = false;
  const ask = () => {
    if (document.hidden || !("wakeLock" in navigator)) return;
    navigator.wakeLock.request("screen").then(
      (got) => {
        lock = got;
        if (over) void got.release();
      },
      () => undefined,
    );
  };
  ask();
  document.addEventListener("visibilitychange", ask);
  return () => {
    over = true;
    document.removeEventListener("visibilitychange", ask);
    void lock?.release();
  };
}

export function startFullScreen(): void {
  document.addEventListener("fullscreenchange", () => {
    isFull.value = document.fullscreenElement !== null;
  });
}
