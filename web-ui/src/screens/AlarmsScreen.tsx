/* Alarms: open and shelved ones live, those of the past when asked for, one of them beside the list. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { type AlarmFilter, filterOf, filterQuery, isFiltering, isWanted } from "../model/alarm-filter";
import { isShown } from "../model/alarm-list";
import { duration, instant } from "../model/format";
import type { Alarm } from "../model/types";
import { get } from "../live/api";
import { query } from "../live/navigation";
import { alarms, channelSignal, loaded, now } from "../live/state";
import { AlarmDrawer } from "../parts/AlarmDrawer";
import { AlarmFilters } from "../parts/AlarmFilters";
import { AlarmHistory } from "../parts/AlarmHistory";
import { AlarmTable } from "../parts/AlarmTable";
import { type AlarmTab, AlarmTabs } from "../parts/AlarmTabs";
import { Skeleton } from "../parts/Skeleton";
import { TickedBar } from "../parts/TickedBar";

const tabOf = (show: string | null): AlarmTab => (show === "shelved" || show === "history" ? show : "open");

/* "No open alarms. Last cleared 14 min ago". */
function NoneOpen() {
  const last = useSignal<string | null>(null);
  useEffect(() => {
    get<{ last_cleared_at: string | null }>("/alarms?state=open&limit=1").then(
      (answer) => (last.value = answer.last_cleared_at),
      () => undefined,
    );
  }, []);
  const at = instant(last.value);
  return (
    <p class="empty-line">
      No open alarms.{" "}
      {at !== null && (
        <>
          Last cleared {duration(now.value - at)} ago. <a class="filter" href="/alarms?show=history">History</a>
        </>
      )}
    </p>
  );
}

function Empty({ shelved, filter }: { shelved: boolean; filter: AlarmFilter }) {
  if (isFiltering(filter)) return <p class="empty-line">No {shelved ? "shelved" : "open"} alarm fits this filter.</p>;
  return shelved ? <p class="empty-line">Nothing is shelved.</p> : <NoneOpen />;
}

function Current({ rows, shelved, filter }: { rows: readonly Alarm[]; shelved: boolean; filter: AlarmFilter }) {
  if (!loaded.value) return <Skeleton />;
  const csv = `/api/v1/alarms.csv?${[`state=${shelved ? "shelved" : "open"}`, filterQuery(filter)].filter(Boolean).join("&")}`;
  return (
    <>
      <TickedBar shown={rows} />
      {rows.length === 0 && <Empty shelved={shelved} filter={filter} />}
      {rows.length > 0 && <AlarmTable alarms={rows} />}
      {rows.length > 0 && (
        <p class="export">
          <a class="filter" href={csv} download>
            Export as CSV
          </a>
        </p>
      )}
    </>
  );
}

/* @alarm: the one in the drawer, "" for none. */
export function AlarmsScreen({ alarm }: { alarm: string }) {
  const tab = tabOf(query.value.get("show"));
  const filter = filterOf(query.value);
  const groupOf = (channel: string) => channelSignal(channel)?.value.group ?? "";
  const rows = alarms.value.filter((one) => isShown(one) === (tab !== "shelved") && isWanted(one, filter, groupOf));
  return (
    <main class={alarm ? "screen alarm-screen with-drawer" : "screen alarm-screen"}>
      <div class="alarm-list">
        <div class="title">
          <h1>Alarms</h1>
          <AlarmTabs tab={tab} />
        </div>
        <AlarmFilters filter={filter} at={alarm ? `/alarms/${alarm}` : "/alarms"} keep={tab === "open" ? "" : `show=${tab}`} past={tab === "history"} />
        {tab === "history" ? <AlarmHistory filter={filter} /> : <Current key={tab} rows={rows} shelved={tab === "shelved"} filter={filter} />}
      </div>
      {alarm && <AlarmDrawer key={alarm} id={alarm} />}
    </main>
  );
}
