/* What one tile of the wall says: a look, an icon, words. Nothing here knows pixels. */
import { DEPTHS } from "./depth";
import { NONE, bitrate, count, duration, instant, shortDuration } from "./format";
import { ageOf, isFresh } from "./freshness";
import { word } from "./severity";
import type { Alarm, Channel, Severity } from "./types";

export type Look = "loading" | "normal" | "alarm" | "acked" | "shelved" | "planned" | "unknown" | "stale" | "starting" | "recovered" | "disabled";

/* The open alarms of one channel. */
export interface Said {
  top: Alarm | null; /* speaks for it */
  shelved: Alarm | null; /* the worst of those that are shelved */
  noVideo: Alarm | null; /* says why there is no picture */
}

export interface TileView {
  look: Look;
  severity: Severity;
  message: string; /* what is not as always; "" where all is well */
  pictureAge: string; /* "3 s", "" without a picture */
  pictureLate: boolean; /* older than the channel's pictures are as a rule, though not stale */
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

const pictureLate = (channel: Channel, age: number): boolean => age > (channel.sampling_interval_seconds ?? 0) * 1000 + FETCH_MARGIN_MS;

/* Why there is no picture, where somebody knows. */
function noVideo(channel: Channel, said: Said): string {
  const alarm = said.noVideo;
  if (alarm?.type === "video-missing") return "No video: it is not in the stream";
  if (alarm) return /scrambl/i.test(alarm.text) ? "No video: scrambled" : "No video: cannot be decoded";
  if (channel.state === "starting") return "";
  if (channel.depth === "bitstream") return "No video: decoder off";
  return channel.video === "" && channel.audio !== "" ? "No video: sound only" : "";
}

function cardOf(channel: Channel, said: Said, age: number | null, stale: boolean, dataAge: number | null): string {
  if (channel.state === "disabled") return "";
  if (age !== null && !stale) return said.top && !isFresh(dataAge) && dataAge !== null ? `No data for ${shortDuration(dataAge)}` : "";
  const why = noVideo(channel, said);
  if (why) return why;
  if (age === null) return channel.thumbnail ? "Picture not loaded yet" : "No picture yet";
  return `Picture ${shortDuration(age)} old`;
}

export interface Moment {
  now: number; /* the appliance's wall clock in ms, as the browser estimates it */
  recoveredAt: number | null; /* when this page saw the channel become ok again */
  shownAt: number | null; /* when the picture that is drawn was captured; null while none is drawn */
}

function lookOf(channel: Channel, said: Said, dataAge: number | null, moment: Moment): Look {
  if (channel.state === "disabled") return "disabled";
  if (said.top) return said.top.operator_state === "none" ? "alarm" : "acked";
  if (channel.state === "starting") return "starting";
  if (channel.state === "unknown") return "unknown";
  if (!isFresh(dataAge)) return "stale";
  if (channel.state === "planned") return "planned";
  if (said.shelved) return "shelved";
  if (channel.state === "fault") return "alarm";
  return moment.recoveredAt !== null && moment.now - moment.recoveredAt < RECOVERED_FOR_MS ? "recovered" : "normal";
}

function shelvedUntil(alarm: Alarm | null, now: number): string {
  const until = instant(alarm?.until);
  return until === null ? "Shelved" : `Shelved for ${shortDuration(until - now)}`;
}

function messageOf(look: Look, channel: Channel, said: Said, dataAge: number | null, moment: Moment): string {
  const since = look === "recovered" ? moment.recoveredAt : instant(said.top?.raised_at ?? channel.since);
  const lasting = since === null ? "" : shortDuration(moment.now - since);
  switch (look) {
    case "alarm":
    case "acked":
      return `${lasting} · ${said.top?.text || channel.state_text || word(channel.severity)}`;
    case "stale":
      return dataAge === null ? "No data yet" : `No data for ${duration(dataAge)}`;
    case "unknown":
      return channel.state_text || "Not known";
    case "planned":
      return channel.state_text || "Planned";
    case "shelved":
      return `${shelvedUntil(said.shelved, moment.now)} · ${said.shelved?.text ?? ""}`;
    case "starting":
      return "Starting";
    case "disabled":
      return "Switched off";
    case "recovered":
      return `Recovered ${lasting} ago`;
    case "loading":
    case "normal":
      return "";
  }
}

const isLoud = (look: Look): boolean => look === "alarm" || look === "acked";

export function tileView(channel: Channel, said: Said, moment: Moment): TileView {
  const dataAge = ageOf(channel.measured_at, moment.now);
  const look = lookOf(channel, said, dataAge, moment);
  const pictureAge = moment.shownAt === null || look === "disabled" ? null : Math.max(0, moment.now - moment.shownAt);
  const stale = pictureAge !== null && pictureStale(channel, pictureAge);
  return {
    look,
    severity: isLoud(look) ? (said.top?.severity ?? channel.severity) : "cleared",
    message: messageOf(look, channel, said, dataAge, moment),
    pictureAge: pictureAge === null ? "" : shortDuration(pictureAge),
    pictureLate: pictureAge !== null && pictureLate(channel, pictureAge),
    pictureStale: stale,
    card: cardOf(channel, said, pictureAge, stale, dataAge),
    hatched: !["starting", "disabled"].includes(channel.state) && (stale || look === "unknown" || !isFresh(dataAge)),
  };
}

/* What is told of a channel that somebody points at; a figure that is not of now is a dash with its age. */
export function tileDetail(channel: Channel, view: TileView, now: number): [string, string][] {
  const age = ageOf(channel.measured_at, now);
  const fresh = (text: string): string => (isFresh(age) ? text : age === null ? NONE : `${NONE} (${shortDuration(age)} old)`);
  const since = instant(channel.since);
  const state = since === null ? channel.state : `${channel.state} for ${duration(now - since)}`;
  return [
    ["State", channel.state_text ? `${state}: ${channel.state_text}` : state],
    ["Bit rate", fresh(bitrate(channel.bitrate_bps))],
    ["Video", channel.video || NONE],
    ["Audio", channel.audio || NONE],
    ["Continuity errors", fresh(count(channel.cc_errors))],
    ["Looked at", DEPTHS[channel.depth] ?? channel.depth],
    ["Picture", view.pictureAge ? `${view.pictureAge} old` : "none"],
    ["Address", channel.address],
  ];
}
