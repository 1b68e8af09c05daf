/* The indicators of TR 101 290 by priority, with what each is about. */
import { instant } from "./format";
import type { ChannelDetail } from "./types";

export interface IndicatorRow {
  number: string;
  name: string;
  state: "ok" | "error" | "not-applicable";
  count: number | null;
  lastAt: number | null; /* ms */
}

export interface Priority {
  priority: 1 | 2 | 3;
  title: string;
  rows: IndicatorRow[];
  errors: number; /* that show now */
}

const TITLES = { 1: "Priority 1: needed to decode", 2: "Priority 2: to be watched continuously", 3: "Priority 3: depends on the application" } as const;

/* "PAT_error_2" as people say it: "PAT error 2". */
const spoken = (name: string): string => name.replaceAll("_", " ");

/* @names: number to name, of the catalogue. */
export function prioritiesOf(found: ChannelDetail["tr101290"], names: ReadonlyMap<string, string>): Priority[] {
  const rows = Object.entries(found).map(([number, one]): IndicatorRow => ({
    number,
    name: spoken(names.get(number) ?? ""),
    state: one.state,
    count: one.count,
    lastAt: instant(one.last_at),
  }));
  return ([1, 2, 3] as const).map((priority) => {
    const mine = rows.filter(({ number }) => number.startsWith(`${priority}.`));
    return { priority, title: TITLES[priority], rows: mine, errors: mine.filter(({ state }) => state === "error").length };
  });
}
