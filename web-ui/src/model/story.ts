/* The story of an alarm as entries of one list: what the machine saw, what people did, whom it was told to. */
import { instant } from "./format";
import { word } from "./severity";
import type { Delivery, Story, StoryEvent } from "./types";

export interface Entry {
  key: string;
  at: number; /* milliseconds since 1970 */
  who: "box" | "person" | "receiver";
  title: string;
  text: string;
}

const TITLES: Record<string, string> = {
  "alarm-raised": "Raised",
  "alarm-updated": "Changed",
  "alarm-cleared": "Cleared",
  "alarm-ack": "Acknowledged",
  "alarm-unack": "No longer acknowledged",
  "alarm-comment": "Comment",
  "alarm-shelved": "Shelved",
  "alarm-unshelved": "Taken off the shelf",
  "alarm-assigned": "Assigned",
  "alarm-joined": "Became part of another incident",
  "alarm-reminded": "Reminded",
  "alarm-noted": "Noted",
};

const SPEAKS = new Set(["alarm-raised", "alarm-updated", "alarm-cleared"]);

function entryOf(event: StoryEvent): Entry {
  const by = event.actor ? ` by ${event.actor}` : "";
  const to = event.kind === "alarm-assigned" && event.owner ? ` to ${event.owner}` : "";
  const severity = event.kind === "alarm-raised" || event.kind === "alarm-updated" ? ` · ${word(event.severity ?? "indeterminate")}` : "";
  return {
    key: event.id,
    at: instant(event.at) ?? 0,
    who: event.actor ? "person" : "box",
    title: `${TITLES[event.kind] ?? event.kind}${to}${by}${severity}`,
    text: SPEAKS.has(event.kind) ? event.text : event.note,
  };
}

function told(delivery: Delivery): Entry {
  const status = delivery.status > 0 ? `${delivery.status}` : "no answer";
  const outcome: Record<Delivery["outcome"], string> = {
    ok: `Told ${delivery.receiver} → ${status}`,
    failed: `Telling ${delivery.receiver} failed → ${status}; it is tried again`,
    superseded: `Not sent to ${delivery.receiver}: newer news took its place`,
    "given-up": `${delivery.receiver} could not be told → ${status}`,
  };
  return {
    key: `${delivery.receiver} ${delivery.event_id} ${delivery.attempt} ${delivery.at}`,
    at: instant(delivery.at) ?? 0,
    who: "receiver",
    title: outcome[delivery.outcome],
    text: delivery.outcome === "ok" ? "" : delivery.answer,
  };
}

/* Oldest first. */
export function entriesOf(story: Story): Entry[] {
  return [...story.items.map(entryOf), ...story.deliveries.map(told)].sort((a, b) => a.at - b.at);
}

/* The figure whose course says most about a fault of this type, of those that are kept. */
export function metricOf(type: string): string {
  if (/^(picture|colour|slate|block|video)/.test(type)) return "luma_mean";
  if (type === "true-peak") return "true_peak";
  if (type === "pcr-repetition") return "pcr_interval_max";
  if (type === "pcr-accuracy") return "pcr_accuracy";
  if (/^(sound|loudness|audio)/.test(type)) return "loudness_short_term";
  if (/^(continuity|transport-error|table-crc)/.test(type)) return "ts_continuity_errors";
  return "bitrate";
}
