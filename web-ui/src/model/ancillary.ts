/* What rides along with a service: subtitles and captions, cues. */
import { count, duration, instant } from "./format";
import type { Component } from "./structure";
import type { ChannelDetail, Structure } from "./types";

type Rider = ChannelDetail["ancillary"]["captions"];

/* Components that carry words, in the order of the tables. */
export const subtitlesOf = (structure: Structure): Component[] => (structure.components ?? []).filter(({ kind }) => kind === "subtitles");

function since(rider: NonNullable<Rider>, now: number): string {
  const at = instant(rider.since);
  return at === null ? "" : ` for ${duration(Math.max(0, now - at))}`;
}

/* "come: 4,120 characters and subtitles so far", "none for 3 min 12 s" */
export function captionsText(rider: Rider, now: number): string {
  if (!rider) return "none came since its worker started, so none are missed";
  return rider.coming ? `come: ${count(rider.value)} characters and subtitles so far` : `none${since(rider, now)}`;
}

export function cuesText(rider: Rider, now: number): string {
  if (!rider) return "not enough came to know how far they lie apart";
  const gap = `${rider.value.toFixed(1)} times the longest gap so far`;
  return rider.coming ? `come: the present gap is ${gap}` : `missing${since(rider, now)}: ${gap}`;
}
