/* Series of the API as columns for the chart: gaps stay gaps. */
import type { SeriesData } from "./types";

export type Column = (number | null)[];

/* [seconds, min, max, mean], each value times @scale. A hole in time longer than twice the usual step becomes a null row. */
export function chartColumns(series: SeriesData | undefined, scale: number): [number[], Column, Column, Column] {
  const columns: [number[], Column, Column, Column] = [[], [], [], []];
  if (!series) return columns;
  const usual = usualStep(series.t);
  series.t.forEach((t, i) => {
    const before = series.t[i - 1];
    if (before !== undefined && t - before > 2 * usual) push(columns, before + usual, null, null, null);
    push(columns, t, scaled(series.min[i], scale), scaled(series.max[i], scale), scaled(series.mean[i], scale));
  });
  return columns;
}

const scaled = (value: number | null | undefined, scale: number): number | null =>
  value === null || value === undefined ? null : value * scale;

function push(columns: [number[], Column, Column, Column], t: number, min: number | null, max: number | null, mean: number | null): void {
  columns[0].push(t);
  columns[1].push(min);
  columns[2].push(max);
  columns[3].push(mean);
}

/* The median distance of two neighbours, 1 s where there are none. */
function usualStep(t: readonly number[]): number {
  const steps = t.slice(1).map((at, i) => at - (t[i] ?? at)).sort((a, b) => a - b);
  return steps[Math.floor(steps.length / 2)] ?? 1;
}

export interface Summary {
  min: number;
  max: number;
  mean: number;
  sum: number;
  missing: number; /* rows without a value */
}

/* Null when no row has a value. */
export function summarise(values: readonly (number | null)[]): Summary | null {
  const known = values.filter((value): value is number => value !== null);
  if (known.length === 0) return null;
  const sum = known.reduce((total, value) => total + value, 0);
  return { min: Math.min(...known), max: Math.max(...known), mean: sum / known.length, sum, missing: values.length - known.length };
}
