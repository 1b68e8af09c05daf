/* A resource asked for again and again while it is shown. */
import { useEffect } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { get, reason } from "./api";

export interface Polled<T> {
  data: T | null; /* the last that came, also when later asking failed */
  failure: string; /* "" while it works */
}

/* Does @turn now and each @periodMs, but never while one still lasts: at an appliance that answers late
   nothing piles up, and no answer comes after a later one. Returns how to stop. */
export function repeat(turn: () => Promise<void>, periodMs: number): () => void {
  let lasts = false;
  const once = async () => {
    if (lasts) return;
    lasts = true;
    try {
      await turn();
    } finally {
      lasts = false; /* whatever happened: the next one is asked */
    }
  };
  void once();
  const timer = setInterval(() => void once(), periodMs);
  return () => clearInterval(timer);
}

/* @path may change; "" asks nothing. */
export function usePolled<T>(path: () => string, key: string, periodMs: number): Polled<T> {
  const polled = useSignal<Polled<T>>({ data: null, failure: "" });
  useEffect(() => {
    let gone = false;
    polled.value = { data: null, failure: "" };
    const turn = async () => {
      const asked = path();
      if (document.hidden || asked === "") return;
      try {
        const data = await get<T>(asked);
        if (!gone) polled.value = { data, failure: "" };
      } catch (failure) {
        if (!gone) polled.value = { data: polled.peek().data, failure: reason(failure) };
      }
    };
    const stop = repeat(turn, periodMs);
    return () => {
      gone = true;
      stop();
    };
  }, [key, periodMs]);
  return polled.value;
}
