/* Alarms of the past, from the history database; while it is away, what the journal has of the last 24 hours. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { type AlarmFilter, filterQuery, isWanted } from "../model/alarm-filter";
import type { Alarm } from "../model/types";
import { get, reason } from "../live/api";
import { go, query } from "../live/navigation";
import { channelSignal, now } from "../live/state";
import { AlarmTable } from "./AlarmTable";
import { Skeleton } from "./Skeleton";

const HOUR_MS = 3_600_000;
const SPANS: readonly (readonly [string, number, string])[] = [["24h", 24, "24 hours"], ["7d", 168, "7 days"], ["30d", 720, "30 days"], ["all", 0, "All"]];

interface Page {
  items: Alarm[];
  next_cursor: string | null;
}

interface Found {
  items: readonly Alarm[];
  cursor: string | null;
  failure: string; /* why the database did not answer; then @items are of the near past */
}

/* "from" and "to" of the address, or what the span means. */
function timesOf(search: URLSearchParams): URLSearchParams {
  const times = new URLSearchParams();
  const hours = SPANS.find(([name]) => name === (search.get("span") ?? "24h"))?.[1] ?? 0;
  const from = search.get("from");
  const to = search.get("to");
  if (from) times.set("from", from);
  else if (hours > 0 && !to) times.set("from", new Date(now.peek() - hours * HOUR_MS).toISOString());
  if (to) times.set("to", to);
  return times;
}

async function nearPast(filter: AlarmFilter, failure: string): Promise<Found> {
  const page = await get<Page>("/alarms?state=all&limit=1000");
  const groupOf = (channel: string) => channelSignal(channel)?.peek().group ?? "";
  return { items: page.items.filter((alarm) => isWanted(alarm, filter, groupOf)), cursor: null, failure };
}

async function past(filter: AlarmFilter, times: URLSearchParams, cursor: string): Promise<Found> {
  const asked = [times.toString(), filterQuery({ ...filter, waiting: false }), "limit=100", cursor && `cursor=${encodeURIComponent(cursor)}`].filter(Boolean);
  try {
    const page = await get<Page>(`/alarm-history?${asked.join("&")}`);
    return { items: page.items, cursor: page.next_cursor, failure: "" };
  } catch (failure) {
    if (cursor) throw failure;
    return nearPast(filter, reason(failure));
  }
}

const MOMENT = "\\d{4}-\\d{2}-\\d{2} \\d{2}:\\d{2}";
const local = (iso: string | null): string => (iso ? iso.slice(0, 16).replace("T", " ") : "");

/* "2026-11-26 10:00" as the API has it, "" for what is none. */
function isoOf(typed: string): string {
  const iso = `${typed.trim().replace(" ", "T")}:00Z`;
  return Number.isNaN(Date.parse(iso)) ? "" : iso;
}

function Moment({ name, value, onSet }: { name: string; value: string | null; onSet: (iso: string) => void }) {
  return (
    <label>
      {name} (UTC)
      <input type="text" pattern={MOMENT} placeholder="2026-11-26 10:00" value={local(value)} onChange={(event) => onSet(isoOf(event.currentTarget.value))} />
    </label>
  );
}

function Times({ search }: { search: URLSearchParams }) {
  const set = (changes: Record<string, string>) => {
    const next = new URLSearchParams(search);
    for (const [name, value] of Object.entries(changes)) value ? next.set(name, value) : next.delete(name);
    go(`/alarms?${next.toString()}`, true);
  };
  const custom = search.has("from") || search.has("to");
  const span = custom ? "" : (search.get("span") ?? "24h");
  return (
    <div class="times" role="group" aria-label="Time">
      {SPANS.map(([name, , words]) => (
        <button key={name} type="button" aria-pressed={span === name} onClick={() => set({ span: name, from: "", to: "" })}>
          {words}
        </button>
      ))}
      <Moment name="From" value={search.get("from")} onSet={(from) => set({ from })} />
      <Moment name="To" value={search.get("to")} onSet={(to) => set({ to })} />
    </div>
  );
}

export function AlarmHistory({ filter }: { filter: AlarmFilter }) {
  const found = useSignal<Found | null>(null);
  const trouble = useSignal("");
  const search = query.value;
  const key = `${filterQuery(filter)} ${search.get("span")} ${search.get("from")} ${search.get("to")}`;
  const load = async (cursor: string) => {
    trouble.value = "";
    try {
      const next = await past(filter, timesOf(search), cursor);
      found.value = cursor ? { ...next, items: [...(found.peek()?.items ?? []), ...next.items] } : next;
    } catch (failure) {
      trouble.value = reason(failure);
    }
  };
  useEffect(() => void load(""), [key]);
  const { value } = found;
  const csv = `/api/v1/alarm-history.csv?${[timesOf(search).toString(), filterQuery({ ...filter, waiting: false })].filter(Boolean).join("&")}`;
  return (
    <section class={trouble.value && value ? "greyed" : undefined}>
      <Times search={search} />
      {trouble.value && <p class="failure">{trouble.value}</p>}
      {value?.failure && <p class="failure">The history database does not answer ({value.failure}). Shown is what the journal has: the last 24 hours.</p>}
      {!value && !trouble.value && <Skeleton />}
      {value && value.items.length === 0 && <p class="empty-line">No alarm in this time.</p>}
      {value && value.items.length > 0 && <AlarmTable alarms={value.items} flat />}
      {value?.cursor && (
        <button type="button" class="fresh" onClick={() => void load(value.cursor ?? "")}>
          Older alarms
        </button>
      )}
      {value && !value.failure && value.items.length > 0 && (
        <p>
          <a class="filter" href={csv} download>
            Export as CSV
          </a>{" "}
          <span class="quiet">of this time and filter, the newest 1,000</span>
        </p>
      )}
    </section>
  );
}
