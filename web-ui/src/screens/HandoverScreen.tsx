/* The hand-over between shifts, on one page: open, put aside, promised, planned, and the last 12 hours. */
import { dateTime, instant } from "../model/format";
import { type AlarmFigures, type Handover, spanName, spanSentence } from "../model/handover";
import type { Alarm } from "../model/types";
import { usePolled } from "../live/polling";
import { AlarmTable } from "../parts/AlarmTable";
import { AlarmTabs } from "../parts/AlarmTabs";
import { Skeleton } from "../parts/Skeleton";
import { TickedBar } from "../parts/TickedBar";

const PERIOD_MS = 5000;
const FIGURES_MS = 10_000;

const LISTS: { name: keyof Handover & ("open" | "shelved" | "promised" | "stale" | "recent"); heading: string; none: string }[] = [
  { name: "open", heading: "Open", none: "No open alarms." },
  { name: "shelved", heading: "Shelved", none: "Nothing is shelved." },
  { name: "promised", heading: "Promised", none: "Nobody has promised to see to anything." },
  { name: "stale", heading: "Open for more than 24 hours", none: "None." },
  { name: "recent", heading: "Last 12 hours", none: "Nothing happened." },
];

function Until({ alarm }: { alarm: Alarm }) {
  const ms = instant(alarm.until ?? null);
  return (
    <li>
      {alarm.channel_name || alarm.resource}: {alarm.owner}
      {ms === null ? "" : ` until ${dateTime(ms)} UTC`}
      {alarm.note ? `, "${alarm.note}"` : ""}
    </li>
  );
}

function List({ alarms, heading, none, people }: { alarms: readonly Alarm[]; heading: string; none: string; people: boolean }) {
  return (
    <section class="panel">
      <h2>
        {heading}: {alarms.length}
      </h2>
      {people && alarms.length > 0 && (
        <ul>
          {alarms.map((alarm) => (
            <Until key={alarm.id} alarm={alarm} />
          ))}
        </ul>
      )}
      {alarms.length === 0 ? <p class="quiet">{none}</p> : <AlarmTable alarms={alarms} />}
    </section>
  );
}

function Planned({ planned }: { planned: Handover["planned"] }) {
  return (
    <section class="panel">
      <h2>Planned now: {planned.length}</h2>
      <ul>
        {planned.map((channel) => (
          <li key={channel.id}>
            <a href={`/channels/${channel.id}`}>{channel.name}</a>: {channel.text}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Figures() {
  const polled = usePolled<AlarmFigures>(() => "/alarm-figures", "alarm-figures", FIGURES_MS);
  if (!polled.data) return null;
  return (
    <section class="panel">
      <h2>How many alarms an operator gets</h2>
      <ul>
        {polled.data.spans.map((span) => (
          <li key={span.span} class={span.per_hour.met ? undefined : "notable"}>
            {spanName(span.span)}: {spanSentence(span)}
          </li>
        ))}
      </ul>
    </section>
  );
}

export function HandoverScreen() {
  const polled = usePolled<Handover>(() => "/handover", "handover", PERIOD_MS);
  const report = polled.data;
  if (!report) {
    return (
      <main class="screen">
        {polled.failure ? <p class="failure">{polled.failure}</p> : <Skeleton />}
      </main>
    );
  }
  const at = instant(report.at);
  return (
    <main class={polled.failure ? "screen greyed" : "screen"}>
      <div class="title">
        <h1>Hand-over</h1>
        <AlarmTabs tab="handover" />
        <p>{at === null ? "" : `As of ${dateTime(at)} UTC`}</p>
        {polled.failure && <span class="failure">{polled.failure}</span>}
      </div>
      <TickedBar shown={LISTS.flatMap(({ name }) => report[name]).filter((alarm, i, all) => all.findIndex(({ id }) => id === alarm.id) === i)} />
      {LISTS.map(({ name, heading, none }) => (
        <List key={name} alarms={report[name]} heading={heading} none={none} people={name === "shelved" || name === "promised"} />
      ))}
      {report.left_out > 0 && <p class="notable">{report.left_out} more are not listed.</p>}
      <Planned planned={report.planned} />
      <Figures />
    </main>
  );
}
