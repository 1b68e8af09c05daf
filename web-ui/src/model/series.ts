/* Series of the API as columns for the charts: gaps stay gaps. */
import type { SeriesData } from "./types";

export type Column = (number | null)[];

/* One line or band; every column has one value a time. */
export interface Track {
  name: string;
  min: Column;
  max: Column;
  mean: Column;
}

export interface Tracks {
  times: number[]; /* seconds */
  tracks: Track[];
}

export type SeriesByMetric = Readonly<Record<string, SeriesData | undefined>>;

/* Tracks over the times of all of them; metrics of one report share theirs. */
export function tracksOf(series: SeriesByMetric, metrics: readonly { metric: string; name: string }[], scale: number): Tracks {
  const times = [...new Set(metrics.flatMap(({ metric }) => series[metric]?.t ?? []))].sort((a, b) => a - b);
  const places = new Map(times.map((t, i) => [t, i]));
  const tracks = metrics.map(({ metric, name }) => {
    const track: Track = { name, min: times.map(() => null), max: times.map(() => null), mean: times.map(() => null) };
    const one = series[metric];
    one?.t.forEach((t, i) => {
      const place = places.get(t) ?? 0;
      track.min[place] = scaled(one.min[i], scale);
      track.max[place] = scaled(one.max[i], scale);
      track.mean[place] = scaled(one.mean[i], scale);
    });
    return track;
  });
  return { times, tracks };
}

const scaled = (value: number | null | undefined, scale: number): number | null =>
  value === null || value === undefined ? null : value * scale;

/* @newer goes on where @older ends; what both have is @newer's. What is before @from is dropped. */
export function joined(older: SeriesData | undefined, newer: SeriesData, from: number): SeriesData {
  if (!older || newer.t.length === 0) return older ?? newer;
  const begin = newer.t[0] ?? Infinity;
  const first = older.t.findIndex((t) => t >= from);
  const end = older.t.findIndex((t) => t >= begin);
  const part = (column: readonly (number | null)[]) => (first < 0 ? [] : column.slice(first, end < 0 ? undefined : end));
  return {
    t: [...(part(older.t) as number[]), ...newer.t],
    min: [...part(older.min), ...newer.min],
    max: [...part(older.max), ...newer.max],
    mean: [...part(older.mean), ...newer.mean],
  };
}

export interface Summary {
  min: number;
  max: number;
  mean: number;
  sum: number; /* of the means */
  missing: number; /* times without a value */
}

/* Null when no time has a value. */
export function summarise(track: Track | undefined): Summary | null {
  if (!track) return null;
  let [min, max, sum, known] = [Infinity, -Infinity, 0, 0];
  track.mean.forEach((mean, i) => {
    if (mean === null) return;
    min = Math.min(min, track.min[i] ?? mean);
    max = Math.max(max, track.max[i] ?? mean);
    sum += mean;
    known += 1;
  });
  return known === 0 ? null : { min, max, mean: sum / known, sum, missing: track.mean.length - known };
}
