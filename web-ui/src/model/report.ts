/* Availability reports as they are asked for and read. */
import { duration } from "./format";
import type { AvailabilityReport } from "./types";

export const PERIODS = ["day", "week", "month", "custom"] as const;
export type Period = (typeof PERIODS)[number];

export interface ReportChoice {
  period: Period;
  date: string; /* of a day in the period, "" for today */
  from: string; /* of a custom period, RFC 3339 */
  to: string;
  group: string;
  channel: string;
  maintenance: "exclude" | "include";
  target: string; /* percent */
  loudness: "r128" | "a85";
}

const one = <T extends string>(value: string | null, known: readonly T[], otherwise: T): T => known.find((word) => word === value) ?? otherwise;

export function choiceOf(query: URLSearchParams): ReportChoice {
  return {
    period: one(query.get("period"), PERIODS, "month"),
    date: query.get("date") ?? "",
    from: query.get("from") ?? "",
    to: query.get("to") ?? "",
    group: query.get("group") ?? "",
    channel: query.get("channel") ?? "",
    maintenance: one(query.get("maintenance"), ["exclude", "include"], "exclude"),
    target: query.get("target") ?? "99.9",
    loudness: one(query.get("loudness"), ["r128", "a85"], "r128"),
  };
}

/* As the API and the address name it. */
export function choiceQuery(choice: ReportChoice): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(choice)) {
    const custom = name === "from" || name === "to";
    if (value && (choice.period === "custom" ? name !== "date" : !custom)) query.set(name, value);
  }
  return query.toString();
}

/* "99.9861 %": as many digits as it takes to see a second in a month. */
export const share = (value: number | null, digits = 3): string => (value === null ? "–" : `${(Math.floor(value * 100 * 10 ** digits) / 10 ** digits).toFixed(digits)} %`);

/* "12 min 4 s left", "3 min over". */
export function budget(seconds: number): string {
  return seconds >= 0 ? `${duration(seconds * 1000)} left` : `${duration(-seconds * 1000)} over`;
}

export type Heat = "none" | "full" | "good" | "low" | "bad";

/* How a day looks in the strip: what was not measured is not called good. */
export function heatOf(day: { availability: number | null; coverage: number | null; down_seconds: number }, target: number): Heat {
  if (day.availability === null || day.coverage === null || day.coverage < 0.01) return "none";
  if (day.down_seconds === 0) return "full";
  if (day.availability >= target) return "good";
  return day.availability >= 1 - 10 * (1 - target) ? "low" : "bad";
}

export const HEAT_WORDS: Record<Heat, string> = {
  none: "not measured",
  full: "no outage",
  good: "within the target",
  low: "below the target",
  bad: "far below the target",
};

/* The name of the period as people say it: "November 2026", "2026-11-23 to 2026-11-29". */
export function periodName(report: Pick<AvailabilityReport, "period" | "from" | "to" | "timezone">): string {
  const day = (at: number) => new Intl.DateTimeFormat("sv-SE", { timeZone: report.timezone, dateStyle: "short" }).format(at);
  const from = Date.parse(report.from);
  const last = Date.parse(report.to) - 1000;
  if (report.period === "month") return new Intl.DateTimeFormat("en-GB", { timeZone: report.timezone, month: "long", year: "numeric" }).format(from);
  return day(from) === day(last) ? day(from) : `${day(from)} to ${day(last)}`;
}
