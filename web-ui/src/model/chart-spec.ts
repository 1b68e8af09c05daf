/* Which charts a channel has, and which lines stand in them: limits of its profile, and of the standards. */
import { count } from "./format";
import { type Tracks, summarise } from "./series";
import type { ChannelDetail } from "./types";

export interface Threshold {
  at: number; /* in the chart's unit */
  name: string;
}

export interface ChartSpec {
  key: string;
  title: string;
  unit: string;
  kind: "band" | "lines" | "bars";
  metrics: readonly { metric: string; name: string }[];
  scale: number; /* from the metric's unit to the chart's */
  digits: number;
  fromZero: boolean;
  thresholds: (channel: ChannelDetail | null) => Threshold[];
}

const limit = (channel: ChannelDetail | null, name: string): number | null => channel?.limits[name] ?? null;

function bitrateLines(channel: ChannelDetail | null): Threshold[] {
  const median = channel?.bitrate_median_bps;
  const off = limit(channel, "bitrate-off");
  if (!median || off === null) return [];
  const percent = Math.round(off * 100);
  return [
    { at: (median * (1 - off)) / 1e6, name: `${percent} % below the median of 24 h` },
    { at: (median * (1 + off)) / 1e6, name: `${percent} % above` },
  ];
}

function loudnessLines(channel: ChannelDetail | null): Threshold[] {
  const target = limit(channel, "loudness-target");
  const tolerance = limit(channel, "loudness-tolerance") ?? 0;
  if (target === null) return [];
  return [
    { at: target, name: `target ${target} LUFS` },
    { at: target + tolerance, name: `+${tolerance} LU` },
    { at: target - tolerance, name: `\u2212${tolerance} LU` },
  ];
}

function lineAt(channel: ChannelDetail | null, name: string, scale: number, word: string): Threshold[] {
  const at = limit(channel, name);
  return at === null ? [] : [{ at: at * scale, name: word }];
}

export const CHARTS: readonly ChartSpec[] = [
  { key: "bitrate", title: "Bit rate", unit: "Mb/s", kind: "band", metrics: [{ metric: "bitrate", name: "bit rate" }], scale: 1e-6, digits: 2, fromZero: true, thresholds: bitrateLines },
  { key: "continuity", title: "Continuity errors", unit: "a second", kind: "bars", metrics: [{ metric: "ts_continuity_errors", name: "errors" }], scale: 1, digits: 1, fromZero: true, thresholds: () => [] },
  {
    key: "loudness", title: "Loudness, first sound", unit: "LUFS", kind: "lines", scale: 1, digits: 1, fromZero: false, thresholds: loudnessLines,
    metrics: [{ metric: "loudness_momentary", name: "M" }, { metric: "loudness_short_term", name: "S" }, { metric: "loudness_integrated", name: "I" }],
  },
  { key: "peak", title: "True peak, first sound", unit: "dBTP", kind: "band", metrics: [{ metric: "true_peak", name: "peak" }], scale: 1, digits: 1, fromZero: false, thresholds: (channel) => lineAt(channel, "true-peak", 1, "permitted") },
  { key: "luma", title: "Picture brightness", unit: "%", kind: "band", metrics: [{ metric: "luma_mean", name: "luma" }], scale: 100, digits: 0, fromZero: true, thresholds: (channel) => lineAt(channel, "black-level", 100, "dark below") },
  {
    key: "pcr", title: "PCR interval", unit: "ms", kind: "band", metrics: [{ metric: "pcr_interval_max", name: "longest" }], scale: 1e3, digits: 1, fromZero: true,
    thresholds: () => [{ at: 40, name: "advised (TS 101 154)" }, { at: 100, name: "limit (TR 101 290 2.3.a)" }],
  },
  {
    key: "accuracy", title: "PCR accuracy", unit: "ns", kind: "band", metrics: [{ metric: "pcr_accuracy", name: "off by" }], scale: 1e9, digits: 0, fromZero: false,
    thresholds: () => [{ at: 500, name: "limit (2.4)" }, { at: -500, name: "limit" }],
  },
  {
    key: "arrival", title: "Longest gap between datagrams", unit: "ms", kind: "band", metrics: [{ metric: "input_interval_max", name: "gap" }], scale: 1e3, digits: 1, fromZero: true,
    thresholds: () => [{ at: 25, name: "warns" }, { at: 50, name: "three in 60 s: an error" }],
  },
];

export const METRICS: readonly string[] = CHARTS.flatMap(({ metrics }) => metrics.map(({ metric }) => metric));

export const quantityText = (value: number | null | undefined, spec: ChartSpec): string =>
  value === null || value === undefined ? "–" : `${value.toFixed(spec.digits).replace("-", "\u2212")} ${spec.unit}`;

/* What the whole chart amounts to, in words. @step: seconds of a bucket. */
export function chartSummary(spec: ChartSpec, { tracks }: Tracks, step: number): string {
  const found = summarise(tracks[0]);
  if (!found) return "not measured in this time";
  if (spec.kind === "bars") return found.max === 0 ? "none in this time" : `about ${count(found.sum * step)} in this time, at most ${found.max.toFixed(spec.digits)} a second`;
  if (spec.kind === "lines") {
    return tracks.flatMap((track) => {
      const one = summarise(track);
      return one ? [`${track.name} ${one.mean.toFixed(spec.digits).replace("-", "\u2212")}`] : [];
    }).join(", ") + ` ${spec.unit} in the mean`;
  }
  return `mean ${quantityText(found.mean, spec)}, ${quantityText(found.min, spec)} to ${quantityText(found.max, spec)}`;
}
