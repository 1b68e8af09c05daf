/* What one tile of the wall says: a look, an icon, words. Nothing here knows pixels. */
import { bitrate, duration, instant, shortDuration } from "./format";
import { ageOf, isFresh } from "./freshness";
import { word } from "./severity";
import type { Alarm, Channel, Severity } from "./types";

export type Look = "normal" | "alarm" | "acked" | "planned" | "unknown" | "stale" | "starting" | "recovered";

export interface TileView {
  look: Look;
  severity: Severity;
  message: string; /* the second line: what is wrong, or the figures where nothing is */
  pictureAge: string; /* "3 s", "" without a picture */
  pictureStale: boolean;
  card: string; /* words in place of a picture, "" where one is shown */
  hatched: boolean; /* what is shown is not of now: figures, picture or both */
}

export const RECOVERED_FOR_MS = 60_000;
const MIN_PICTURE_STALE_MS = 6000;
const FETCH_MARGIN_MS = 3000;

/* The appliance decides about its newest picture; the page about the one it shows, which may be older. */
function pictureStale(channel: Channel, age: number): boolean {
  const interval = (channel.sampling_interval_seconds ?? 0) * 1000;
  const limit = Math.max(MIN_PICTURE_STALE_MS, 2 * interval + 2000) + FETCH_MARGIN_MS;
  return (channel.thumbnail?.stale ?? false) || age > limit;
}

function cardOf(channel: Channel, age: number | null, stale: boolean): string {
  if (age === null) return channel.thumbnail ? "Picture not loaded yet" : "No picture yet";
  return stale ? `Picture ${shortDuration(age)} old` : "";
}

/* Two lines; a small tile has room for the first. */
function figures(channel: Channel): string {
  const format = channel.video?.match(/\d+x(\d+)\s*(\d+(?:\.\d+)?)?([pi])?/);
  const picture = format ? `${format[1]}${format[3] ?? ""}${format[2] ?? ""}` : "";
  const codec = channel.video?.split(" ")[0] ?? "";
  const line = (parts: (string | null)[]) => parts.filter((part) => part).join("  ");
  return [line([bitrate(channel.bitrate_bps), picture]), line([codec, channel.audio])].filter((text) => text !== "").join("\n");
}

export interface Moment {
  now: number; /* the appliance's wall clock in ms, as the browser estimates it */
  recoveredAt: number | null; /* when this page saw the channel become ok again */
  shownAt: number | null; /* when the picture that is drawn was captured; null while none is drawn */
}

function lookOf(channel: Channel, alarm: Alarm | undefined, dataAge: number | null, moment: Moment): Look {
  if (alarm) return alarm.operator_state === "none" ? "alarm" : "acked";
  if (channel.state === "starting") return "starting";
  if (channel.state === "unknown") return "unknown";
  if (!isFresh(dataAge)) return "stale";
  if (channel.state === "fault") return "alarm";
  if (channel.state === "planned") return "planned";
  return moment.recoveredAt !== null && moment.now - moment.recoveredAt < RECOVERED_FOR_MS ? "recovered" : "normal";
}

function messageOf(look: Look, channel: Channel, alarm: Alarm | undefined, dataAge: number | null, moment: Moment): string {
  const since = look === "recovered" ? moment.recoveredAt : instant(alarm?.raised_at ?? channel.since);
  const lasting = since === null ? "" : shortDuration(moment.now - since);
  switch (look) {
    case "alarm":
    case "acked":
      return `${lasting} · ${alarm?.text || channel.state_text || word(channel.severity)}`;
    case "stale":
      return dataAge === null ? "No data yet" : `No data for ${duration(dataAge)}`;
    case "unknown":
      return channel.state_text || "Not known";
    case "planned":
      return channel.state_text || "Planned";
    case "starting":
      return "Starting";
    case "recovered":
      return `Recovered ${lasting} ago`;
    case "normal":
      return figures(channel);
  }
}

/* @alarm: the one that speaks for the channel. */
export function tileView(channel: Channel, alarm: Alarm | undefined, moment: Moment): TileView {
  const { now } = moment;
  const dataAge = ageOf(channel.measured_at, now);
  const look = lookOf(channel, alarm, dataAge, moment);
  const pictureAge = moment.shownAt === null ? null : Math.max(0, now - moment.shownAt);
  const stale = pictureAge !== null && pictureStale(channel, pictureAge);
  return {
    look,
    severity: look === "alarm" || look === "acked" ? (alarm?.severity ?? channel.severity) : "cleared",
    message: messageOf(look, channel, alarm, dataAge, moment),
    pictureAge: pictureAge === null ? "" : shortDuration(pictureAge),
    pictureStale: stale,
    card: cardOf(channel, pictureAge, stale),
    hatched: channel.state !== "starting" && (stale || look === "unknown" || !isFresh(dataAge)),
  };
}
