/* Evidence of an alarm as it is shown: words for times, lines for figures. */
import { quantity } from "./format";
import type { EvidenceFrame, EvidenceSeries } from "./types";

const TITLES: Record<string, string> = {
  luma_mean: "Brightness",
  picture_difference: "Change between pictures",
  audio_peak: "Sound, peak",
  audio_rms: "Sound, RMS",
  loudness_momentary: "Loudness, 400 ms",
  loudness_short_term: "Loudness, 3 s",
  bitrate: "Bit rate",
  ts_continuity_errors: "Continuity errors",
};

export const titleOf = (series: EvidenceSeries): string => TITLES[series.metric] ?? series.metric;

/* "0.5 s before it began", "10.2 s after". */
export function place(frame: EvidenceFrame): string {
  const seconds = frame.offset_seconds ?? 0;
  if (seconds === 0) return "as it began";
  return seconds < 0 ? `${(-seconds).toFixed(1)} s before it began` : `${seconds.toFixed(1)} s after it began`;
}

export interface Line {
  path: string; /* in a box of WIDTH x HEIGHT */
  begin: number; /* where the fault began */
  range: string; /* "10 % to 48 %" */
}

export const WIDTH = 300;
export const HEIGHT = 56;
const EDGE = 4;

/* Nothing where nothing was measured: a gap stays a gap. Null for a figure that was never measured. */
export function lineOf(series: EvidenceSeries, firstOffset: number): Line | null {
  const known = series.values.filter((value): value is number => value !== null);
  if (known.length === 0) return null;
  const least = Math.min(...known);
  const most = Math.max(...known);
  const step = WIDTH / Math.max(series.values.length - 1, 1);
  const y = (value: number): string => (most === least ? HEIGHT / 2 : HEIGHT - EDGE - ((value - least) / (most - least)) * (HEIGHT - 2 * EDGE)).toFixed(1);
  let path = "";
  series.values.forEach((value, i) => {
    if (value === null) return;
    const joined = i > 0 && series.values[i - 1] !== null;
    path += `${joined ? "L" : "M"}${(i * step).toFixed(1)} ${y(value)}`;
    if (!joined && (series.values[i + 1] ?? null) === null) path += "h0.1";
  });
  const range = most === least ? quantity(most, series.unit) : `${quantity(least, series.unit)} to ${quantity(most, series.unit)}`;
  return { path, begin: -firstOffset * step, range };
}

/* "34 MB"; no more than is meant. */
export const size = (bytes: number): string => (bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${Math.round(bytes / 1e6)} MB`);
