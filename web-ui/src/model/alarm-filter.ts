/* Which alarms somebody wants to see: kept in the address, so that a view can be shared. */
import { channelOf } from "./alarm-list";
import { SEVERITIES } from "./severity";
import type { Alarm, Severity } from "./types";

export interface AlarmFilter {
  severities: readonly Severity[]; /* none: all */
  group: string;
  channel: string;
  text: string;
  waiting: boolean; /* only what nobody has dealt with */
}

export const NO_FILTER: AlarmFilter = { severities: [], group: "", channel: "", text: "", waiting: false };

const isSeverity = (word: string): word is Severity => (SEVERITIES as readonly string[]).includes(word);

export function filterOf(query: URLSearchParams): AlarmFilter {
  return {
    severities: (query.get("severity") ?? "").split(",").filter(isSeverity),
    group: query.get("group") ?? "",
    channel: query.get("channel") ?? "",
    text: query.get("q") ?? "",
    waiting: query.get("unacknowledged") === "true",
  };
}

/* As the API and the address name it: "severity=major&q=loss", "" for everything. */
export function filterQuery(filter: AlarmFilter): string {
  const query = new URLSearchParams();
  if (filter.severities.length > 0) query.set("severity", filter.severities.join(","));
  if (filter.group) query.set("group", filter.group);
  if (filter.channel) query.set("channel", filter.channel);
  if (filter.text) query.set("q", filter.text);
  if (filter.waiting) query.set("unacknowledged", "true");
  return query.toString();
}

export const isFiltering = (filter: AlarmFilter): boolean => filterQuery(filter) !== "";

export function withSeverity(filter: AlarmFilter, severity: Severity, on: boolean): AlarmFilter {
  const severities = SEVERITIES.filter((one) => (one === severity ? on : filter.severities.includes(one)));
  return { ...filter, severities };
}

/* @groupOf: the group of a channel, "" where it has none. */
export function isWanted(alarm: Alarm, filter: AlarmFilter, groupOf: (channel: string) => string): boolean {
  const channel = channelOf(alarm);
  if (filter.severities.length > 0 && !filter.severities.includes(alarm.severity)) return false;
  if (filter.waiting && (alarm.is_cleared || alarm.operator_state !== "none")) return false;
  if (filter.channel && channel !== filter.channel) return false;
  if (filter.group && (channel === null || groupOf(channel) !== filter.group)) return false;
  const text = filter.text.trim().toLowerCase();
  return text === "" || [alarm.text, alarm.resource, alarm.channel_name, alarm.owner, alarm.note].some((one) => one?.toLowerCase().includes(text));
}
