/* Pictures around an alarm: those that its evidence holds, and those of the archive, in order of time. */
import { instant } from "./format";
import type { Alarm, Evidence, EvidenceFrame, PastPicture } from "./types";

export interface Film {
  key: string;
  url: string; /* below /, "" where there is none */
  at: number; /* ms */
  offset: number; /* seconds from the begin of the fault */
  name: string; /* "before", "at", "after", "" for one of the archive */
  missing: string; /* why there is none */
}

export const AROUND_S = 75; /* the archive keeps a picture a minute: at least one on either side */

const SAME_MS = 400;

function frameOf(name: string, frame: EvidenceFrame, since: number): Film {
  const at = instant(frame.captured_at) ?? since;
  return { key: name, url: frame.url ?? "", at, offset: frame.offset_seconds ?? 0, name, missing: frame.url ? "" : frame.reason };
}

/* @evidence: null where none is kept. */
export function filmsOf(alarm: Alarm, evidence: Evidence | null, archive: readonly PastPicture[], channelId: string): Film[] {
  const since = instant(evidence?.since ?? alarm.raised_at) ?? 0;
  const frames = evidence ? [frameOf("before", evidence.frames.before, since), frameOf("at", evidence.frames.at, since), frameOf("after", evidence.frames.after, since)] : [];
  const past = archive.flatMap(({ captured_at }): Film[] => {
    const at = instant(captured_at);
    if (at === null || Math.abs(at - since) > AROUND_S * 1000 || frames.some((film) => film.url && Math.abs(film.at - at) < SAME_MS)) return [];
    return [{ key: captured_at, url: `/api/v1/channels/${channelId}/thumbnails/${captured_at}.jpg`, at, offset: (at - since) / 1000, name: "", missing: "" }];
  });
  return [...frames, ...past].sort((a, b) => a.at - b.at);
}

/* "−8.4 s", "+10.2 s", "0 s" */
export const offsetText = (offset: number): string => (Math.abs(offset) < 0.05 ? "0 s" : `${offset > 0 ? "+" : "\u2212"}${Math.abs(offset).toFixed(1)} s`);
