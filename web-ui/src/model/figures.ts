/* A second's figures put into the channel that they are about. */
import { instant } from "./format";
import type { Channel, Figures, Thumbnail } from "./types";

const before = (atMs: number, seconds: number): string => new Date(atMs - seconds * 1000).toISOString();

function thumbnail(known: Thumbnail | null, atMs: number, age: number | null): Thumbnail | null {
  if (age === null) return known;
  return { captured_at: before(atMs, age), age_seconds: age, stale: known?.stale ?? false };
}

/* @index: the channel's place in the columns. The channel as it was when the figures have no time or no such place. */
export function withFigures(channel: Channel, figures: Figures, index: number): Channel {
  const atMs = instant(figures.at);
  const age = figures.age_seconds[index];
  if (atMs === null || age === undefined) return channel;
  return {
    ...channel,
    bitrate_bps: figures.bitrate_bps[index] ?? null,
    cc_errors: figures.cc_errors[index] ?? channel.cc_errors,
    packets: figures.packets[index] ?? channel.packets,
    own_drops: figures.own_drops[index] ?? channel.own_drops,
    age_seconds: age,
    measured_at: age === null ? null : before(atMs, age),
    thumbnail: thumbnail(channel.thumbnail, atMs, figures.thumbnail_age_seconds[index] ?? null),
  };
}
