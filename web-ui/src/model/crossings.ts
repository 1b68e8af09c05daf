/* Where a figure crossed the limits of the rule that an alarm was raised by. */
import type { ChartSpec, Threshold } from "./chart-spec";
import type { Tracks } from "./series";
import type { ChannelDetail } from "./types";

export interface Crossing {
  at: number; /* seconds; the first bucket behind it, or in which it was */
  threshold: Threshold;
  way: "above" | "below" | "across"; /* across: there and back within one bucket */
}

const MOST = 24; /* that are told; a figure that flutters says no more by more of them */

/* Types whose limit no profile sets: that it comes at all, or that nothing comes. */
const PLAIN: readonly (readonly [RegExp, string, Threshold])[] = [
  [/^(no-packets|sync-lost)$/, "bitrate", { at: 0.001, name: "nothing arrives" }],
  [/^(continuity|transport-error)$/, "continuity", { at: 0.001, name: "an error" }],
];

/* Which lines of a chart belong to the rule, by the type of the alarm. */
const KEPT: readonly (readonly [RegExp, string])[] = [
  [/^bitrate$/, "bitrate"],
  [/^loudness$/, "loudness"],
  [/^true-peak$/, "peak"],
  [/^picture-black$/, "luma"],
  [/^pcr-repetition$/, "pcr"],
  [/^pcr-accuracy$/, "accuracy"],
];

/* The limits that an alarm of @type is raised by, in @spec's unit; none where the chart shows another figure. */
export function ruleLines(type: string, spec: ChartSpec, channel: ChannelDetail | null): Threshold[] {
  const plain = PLAIN.filter(([pattern, key]) => key === spec.key && pattern.test(type)).map(([, , threshold]) => threshold);
  return KEPT.some(([pattern, key]) => key === spec.key && pattern.test(type)) ? [...plain, ...spec.thresholds(channel)] : plain;
}

function sideOf(min: number | null | undefined, max: number | null | undefined, at: number): "above" | "below" | "across" | null {
  if (min === null || min === undefined || max === null || max === undefined) return null;
  if (min > at) return "above";
  return max <= at ? "below" : "across";
}

function crossingsOfOne({ times, tracks: [track] }: Tracks, threshold: Threshold): Crossing[] {
  const found: Crossing[] = [];
  let side: "above" | "below" | null = null;
  let within = false; /* in a stretch of buckets that lie on both sides */
  times.forEach((at, i) => {
    const now = sideOf(track?.min[i], track?.max[i], threshold.at);
    if (now === "across") {
      if (!within && side !== null) found.push({ at, threshold, way: "across" });
      within = true;
      return;
    }
    const last = found.at(-1);
    if (now !== null && side !== null && now !== side) {
      if (within && last) last.way = now;
      else found.push({ at, threshold, way: now });
    }
    within = false;
    side = now; /* behind a gap nobody knows when it crossed */
  });
  return found;
}

/* In the order of time. What the first of the tracks did counts. */
export function crossingsOf(tracks: Tracks, thresholds: readonly Threshold[]): Crossing[] {
  return thresholds
    .flatMap((threshold) => crossingsOfOne(tracks, threshold))
    .sort((a, b) => a.at - b.at)
    .slice(0, MOST);
}

const WAYS: Record<Crossing["way"], string> = { above: "went above", below: "fell below", across: "crossed, and came back over," };

/* "fell below “30 % below the median of 24 h” (5.60 Mb/s)" */
export const crossingText = ({ way, threshold }: Crossing, spec: ChartSpec): string =>
  `${WAYS[way]} “${threshold.name}”${threshold.at === 0.001 ? "" : ` (${threshold.at.toFixed(spec.digits).replace("-", "\u2212")} ${spec.unit})`}`;
