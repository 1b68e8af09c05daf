/* Histograms as bars. Heights go by the logarithm: one bad interval in a million must be seen. */
import { count } from "./format";
import type { Structure } from "./types";

export type HistogramData = NonNullable<Structure["histograms"]>[number];

export interface Bar {
  label: string; /* "up to 40 ms", "more" */
  count: number;
  height: number; /* 0 to 1 */
  beyond: boolean; /* of the limit */
}

interface Kind {
  title: string;
  unit: string;
  scale: number;
  limit: number; /* seconds; bins above are beyond it */
  limitName: string;
}

const KINDS: Record<string, Kind> = {
  "pcr-interval": { title: "PCR interval", unit: "ms", scale: 1e3, limit: 0.1, limitName: "100 ms, TR 101 290 2.3.a" },
  "pcr-accuracy": { title: "PCR accuracy, without sign", unit: "ns", scale: 1e9, limit: 500e-9, limitName: "500 ns, TR 101 290 2.4" },
  arrival: { title: "Time between two datagrams", unit: "ms", scale: 1e3, limit: 0.05, limitName: "50 ms" },
};

export const kindOf = (histogram: HistogramData): Kind => KINDS[histogram.kind] ?? { title: histogram.kind, unit: "s", scale: 1, limit: Infinity, limitName: "" };

const figure = (value: number): string => Number(value.toPrecision(3)).toString();

export function barsOf(histogram: HistogramData): Bar[] {
  const { unit, scale, limit } = kindOf(histogram);
  const most = Math.log10(Math.max(...histogram.counts, 1) + 1);
  return histogram.counts.map((one, i) => {
    const bound = histogram.bounds_seconds[i];
    const below = histogram.bounds_seconds[i - 1] ?? 0;
    return {
      label: bound === undefined ? `above ${figure(below * scale)} ${unit}` : `${figure(below * scale)} to ${figure(bound * scale)} ${unit}`,
      count: one,
      height: Math.log10(one + 1) / most,
      beyond: below >= limit * 0.999,
    };
  });
}

/* "1 204 of 88 310 beyond 100 ms" */
export function histogramSummary(histogram: HistogramData): string {
  const bars = barsOf(histogram);
  const all = bars.reduce((sum, bar) => sum + bar.count, 0);
  const beyond = bars.filter((bar) => bar.beyond).reduce((sum, bar) => sum + bar.count, 0);
  const { limitName } = kindOf(histogram);
  if (all === 0) return "nothing counted yet";
  return limitName === "" ? `${count(all)} counted` : `${beyond === 0 ? "none" : count(beyond)} of ${count(all)} beyond ${limitName}`;
}
