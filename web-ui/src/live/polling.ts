/* A resource asked for again and again while it is shown. */
import { useEffect } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { get, reason } from "./api";

export interface Polled<T> {
  data: T | null; /* the last that came, also when later asking failed */
  failure: string; /* "" while it works */
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
    void turn();
    const timer = setInterval(() => void turn(), periodMs);
    return () => {
      gone = true;
      clearInterval(timer);
    };
  }, [key, periodMs]);
  return polled.value;
}
