/* The figures of a channel over a time, asked for anew while the time is live. What is there at 1 s is only added to. */
import { useEffect } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { type SeriesByMetric, joined } from "../model/series";
import { type TimeRange, boundsOf, iso, periodMs } from "../model/time-range";
import type { SeriesData } from "../model/types";
import { get, reason } from "./api";
import { skew } from "./state";

export interface SeriesPolled {
  metrics: SeriesByMetric;
  step: number; /* seconds of a bucket; 0 before the first answer */
  failure: string;
}

interface Answer {
  step_seconds: number;
  metrics: Record<string, SeriesData>;
}

const NOTHING: SeriesPolled = { metrics: {}, step: 0, failure: "" };
const AGAIN_S = 6; /* the last seconds are asked for once more: reports come a little late */

export const nowSeconds = (): number => (Date.now() + skew.peek()) / 1000;

/* The last second of which anything is known, 0 where nothing is. */
const lastOf = (metrics: SeriesByMetric): number => Math.max(0, ...Object.values(metrics).map((one) => one?.t.at(-1) ?? 0));

async function ask(id: string, metrics: readonly string[], from: number, to: number): Promise<Answer> {
  return get<Answer>(`/channels/${id}/series?metrics=${metrics.join(",")}&from=${iso(from)}&to=${iso(Math.ceil(to))}`);
}

async function turn(id: string, metrics: readonly string[], range: TimeRange, before: SeriesPolled): Promise<SeriesPolled> {
  const { from, to } = boundsOf(range, nowSeconds());
  const last = lastOf(before.metrics);
  if (before.step !== 1 || last <= from) {
    const answer = await ask(id, metrics, from, to);
    return { metrics: answer.metrics, step: answer.step_seconds, failure: "" };
  }
  const answer = await ask(id, metrics, last - AGAIN_S, to);
  const next = Object.fromEntries(metrics.flatMap((name) => {
    const newer = answer.metrics[name];
    return newer ? [[name, joined(before.metrics[name], newer, from)]] : [];
  }));
  return { metrics: next, step: 1, failure: "" };
}

export function useSeries(id: string, metrics: readonly string[], range: TimeRange): SeriesPolled {
  const polled = useSignal<SeriesPolled>(NOTHING);
  const key = `${id} ${metrics.join()} ${JSON.stringify(range)}`;
  useEffect(() => {
    let gone = false;
    let timer = 0;
    polled.value = NOTHING;
    const again = async () => {
      if (!document.hidden) {
        const before = polled.peek();
        const next = await turn(id, metrics, range, before).catch((failure: unknown) => ({ ...before, failure: reason(failure) }));
        if (gone) return;
        polled.value = next;
      }
      timer = window.setTimeout(() => void again(), periodMs(range));
    };
    void again();
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [key]);
  return polled.value;
}
