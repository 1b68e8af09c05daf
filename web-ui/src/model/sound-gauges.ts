/* One stream of sound against what it is to be: target, permitted peak, and what it says now. */
import type { Audio, ChannelDetail } from "./types";

export interface Gauge {
  name: string;
  value: number | null;
  unit: string;
  digits: number;
  limit: string; /* what it is held against, in words; "" for nothing */
  off: boolean; /* beyond it */
  share: number | null; /* where it stands on a scale, 0 to 1; null: no scale */
  mark: number | null; /* where the limit stands on it */
}

const FLOOR_LUFS = -50;
const FLOOR_DB = -60;

const shareOf = (value: number | null, floor: number): number | null => (value === null ? null : Math.min(1, Math.max(0, (value - floor) / -floor)));

export function gaugesOf(audio: Audio, limits: ChannelDetail["limits"]): Gauge[] {
  const metric = (name: string) => audio.metrics[name] ?? null;
  const target = limits["loudness-target"] ?? null;
  const tolerance = limits["loudness-tolerance"] ?? 0;
  const permitted = limits["true-peak"] ?? null;
  const silence = limits["silence-level"] ?? null;
  const loudness = (name: string, from: string, judged: boolean): Gauge => {
    const value = metric(from);
    return {
      name, value, unit: "LUFS", digits: 1, limit: judged && target !== null ? `target ${target} \u00b1${tolerance}` : "",
      off: judged && value !== null && target !== null && Math.abs(value - target) > tolerance,
      share: shareOf(value, FLOOR_LUFS), mark: target === null ? null : shareOf(target, FLOOR_LUFS),
    };
  };
  const peak = (name: string, from: string): Gauge => {
    const value = metric(from);
    return {
      name, value, unit: "dBTP", digits: 1, limit: permitted === null ? "" : `at most ${permitted}`, off: value !== null && permitted !== null && value > permitted,
      share: shareOf(value, FLOOR_DB), mark: permitted === null ? null : shareOf(permitted, FLOOR_DB),
    };
  };
  const rms = metric("sound_rms");
  const phase = metric("phase_correlation");
  return [
    loudness("Momentary, M", "loudness_momentary", false),
    loudness("Short-term, S", "loudness_short_term", false),
    loudness("Integrated, I, of the programme", "loudness_integrated", true),
    loudness("Integrated, last hour", "loudness_hour", true),
    { name: "Loudness range, LRA", value: metric("loudness_range"), unit: "LU", digits: 1, limit: "", off: false, share: null, mark: null },
    peak("True peak now", "true_peak"),
    peak("True peak of the programme", "true_peak_max"),
    { name: "Level, RMS", value: rms, unit: "dBFS", digits: 1, limit: silence === null ? "" : `silent below ${silence}`, off: rms !== null && silence !== null && rms < silence, share: shareOf(rms, FLOOR_DB), mark: silence === null ? null : shareOf(silence, FLOOR_DB) },
    { name: "Phase correlation", value: phase, unit: "", digits: 2, limit: "mono below 0 cancels", off: phase !== null && phase < -0.3, share: phase === null ? null : (phase + 1) / 2, mark: 0.5 },
  ];
}
