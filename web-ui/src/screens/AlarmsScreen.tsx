/* Alarms: open ones live, those of the past when asked for. */
import { channelOf, isShown } from "../model/alarm-list";
import { word } from "../model/severity";
import type { Alarm, Severity } from "../model/types";
import { usePolled } from "../live/polling";
import { query } from "../live/navigation";
import { alarms, loaded } from "../live/state";
import { AlarmTable } from "../parts/AlarmTable";

const TABS = [
  { show: "open", name: "Open" },
  { show: "shelved", name: "Shelved" },
  { show: "cleared", name: "Cleared" },
];
const HISTORY_MS = 5000;

function filtered(all: readonly Alarm[]): Alarm[] {
  const severity = query.value.get("severity");
  const channel = query.value.get("channel");
  return all.filter((alarm) => (!severity || alarm.severity === severity) && (!channel || channelOf(alarm) === channel));
}

function Cleared() {
  const polled = usePolled<{ items: Alarm[] }>(() => "/alarms?state=cleared&limit=200", "cleared", HISTORY_MS);
  if (!polled.data) return <p class="quiet">{polled.failure || "Loading"}</p>;
  const rows = filtered(polled.data.items).sort((a, b) => (b.cleared_at ?? "").localeCompare(a.cleared_at ?? ""));
  return (
    <>
      {polled.failure && <p class="failure">{polled.failure}</p>}
      {rows.length === 0 ? <p class="empty-line">No alarm has cleared yet.</p> : <AlarmTable alarms={rows} />}
    </>
  );
}

function Current({ shelved }: { shelved: boolean }) {
  const rows = filtered(alarms.value).filter((alarm) => isShown(alarm) !== shelved);
  if (!loaded.value) return <p class="quiet">Loading</p>;
  if (rows.length === 0) return <p class="empty-line">{shelved ? "Nothing is shelved." : "No open alarms."}</p>;
  return <AlarmTable alarms={rows} />;
}

export function AlarmsScreen() {
  const show = query.value.get("show") ?? "open";
  const severity = query.value.get("severity");
  return (
    <main class="screen">
      <div class="title">
        <h1>Alarms</h1>
        <nav class="tabs" aria-label="Which alarms">
          {TABS.map((tab) => (
            <a key={tab.show} href={`/alarms?show=${tab.show}`} aria-current={tab.show === show ? "page" : undefined}>
              {tab.name}
            </a>
          ))}
        </nav>
        {severity && (
          <a class="filter" href={`/alarms?show=${show}`}>
            Only {word(severity as Severity)} ✕
          </a>
        )}
      </div>
      {show === "cleared" ? <Cleared /> : <Current shelved={show === "shelved"} />}
    </main>
  );
}
