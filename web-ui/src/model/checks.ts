/* What each check of picture and sound can see now, in words, and the figures of sound. */
import { NONE, dateTime, duration, instant } from "./format";
import type { Audio, Check } from "./types";

export interface Sight {
  name: string;
  sees: string;
  looked: string;
  blind: boolean;
}

/* "0.04 s", "2 s": two places below one second, one below ten. */
function seconds(value: number): string {
  return `${Number(value.toFixed(value < 1 ? 2 : value < 10 ? 1 : 0))} s`;
}

/* What is shorter than the resolution may be missed; without one nothing is claimed. */
export function sightOf(check: Check, now: number): Sight {
  const lookedAt = instant(check.looked_at);
  const age = lookedAt === null ? null : Math.max(0, now - lookedAt);
  const blind = check.resolution_seconds === null;
  return {
    name: check.name.replaceAll("-", " "),
    sees: check.resolution_seconds === null ? "cannot see now" : `sees from ${seconds(check.resolution_seconds)}`,
    looked: age === null ? "never looked" : `looked ${age < 60_000 ? seconds(age / 1000) : duration(age)} ago`,
    blind,
  };
}

export { DEPTHS } from "./depth";

const REASONS: Record<string, string> = {
  budget: "what the budget gives every channel",
  watched: "because somebody looks at it",
  rotation: "its turn of full decoding",
  "no-keys": "because it has no key frames",
  overload: "because this box is too busy for more",
  starting: "until its worker reports",
};

/* "because of black, silence" for "suspect: black, silence". */
export function depthReason(reason: string | undefined): string {
  if (!reason) return "";
  const [word, hints] = reason.split(": ");
  if (word === "suspect") return `to look into ${hints ? hints.replaceAll("-", " ") : "a hint"}`;
  return REASONS[reason] ?? reason.replaceAll("-", " ");
}

/* "-23.1"; a dash where it is not measured. */
export function level(audio: Audio, metric: string, decimals = 1): string {
  const value = audio.metrics[metric];
  return value === null || value === undefined ? NONE : value.toFixed(decimals).replace("-", "\u2212");
}

/* The states of a stream that hold, in words. */
export function troubles(audio: Audio): string {
  return audio.faults
    .filter((fault) => fault.active)
    .map((fault) => fault.name.replaceAll("-", " "))
    .join(", ");
}

/* "2026-11-20 12:00:01 UTC · PTS 90000" */
export function capture(at: string | null, pts: string | number | null): string {
  const ms = instant(at);
  const when = ms === null ? "" : `${dateTime(ms)} UTC`;
  return pts === null || pts === "" ? when : `${when} · PTS ${pts}`;
}
