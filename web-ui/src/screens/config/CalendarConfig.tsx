/* The calendar: planned work, and content that is right at known times, once or weekly. */
import { useEffect } from "preact/hooks";
import type { components } from "../../../generated/api";
import { type Fields, heading, slugOf } from "../../model/config";
import { get } from "../../live/api";
import { lists, loadLists, lock, mayPlan } from "../../live/config";
import { go } from "../../live/navigation";
import { DeleteButton } from "../../parts/config/DeleteButton";
import type { FieldSpec } from "../../parts/config/Field";
import { Loaded, useLoaded } from "../../parts/config/Loaded";
import { ObjectForm } from "../../parts/config/ObjectForm";

type Entry = components["schemas"]["CalendarEntry"];

interface Answer {
  items: Entry[];
  timezone: string;
}

const KINDS = {
  maintenance: "Maintenance: alarms are quiet, the state is planned",
  slate: "A slate is right; its absence is the fault",
  black: "Black is right; its absence is the fault",
  silence: "Silence is right; its absence is the fault",
  "colour-bars": "Colour bars are right; their absence is the fault",
  tables: "The programme map may change",
};
const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const BLANK: Fields = { title: "", kind: "maintenance", groups: [], channels: [], repeat: "once", from: "", until: "", days: [], from_time: "22:00", until_time: "06:00" };
const locked = () => lock(mayPlan(), "Your role may look, not change: an operator may.");

const daysOf = (days: readonly string[]): string => (days.length === 0 || days.length === DAYS.length ? "every day" : days.join(", "));
const weekly = (values: Fields) => values["repeat"] === "weekly";
const once = (values: Fields) => !weekly(values);
const at = (text: string): string => (text ? `${text.slice(0, 10)} ${text.slice(11, 16)} UTC` : "");

function specsOf(zone: string): FieldSpec[] {
  return [
    { name: "title", label: "What is done, or why it is right", kind: "text", maxLength: 200 },
    { name: "kind", label: "Kind", kind: "select", options: Object.entries(KINDS).map(([value, label]) => ({ value, label })) },
    { name: "groups", label: "Groups", kind: "names", suggest: lists.value.groups },
    { name: "channels", label: "Channels", kind: "names", suggest: lists.value.channels, hint: "With no group and no channel it is for all" },
    { name: "repeat", label: "How often", kind: "select", options: [{ value: "once", label: "Once" }, { value: "weekly", label: "Every week" }] },
    { name: "from", label: "From, in UTC", kind: "when", shown: once },
    { name: "until", label: "Until, in UTC", kind: "when", shown: once },
    { name: "days", label: "On these days", kind: "names", suggest: DAYS, shown: weekly },
    { name: "from_time", label: `From, by the clock of ${zone}`, kind: "time", shown: weekly },
    { name: "until_time", label: `Until, by the clock of ${zone}`, kind: "time", shown: weekly, hint: "Not later than the begin: of the next day" },
  ];
}

function bodyOf(values: Fields): Fields {
  const { title, kind, groups, channels, repeat, from, until, days, from_time, until_time } = values;
  const common = { title, kind, groups, channels, repeat };
  if (repeat === "once") return { ...common, from, until };
  return { ...common, from_time, until_time, ...(Array.isArray(days) && days.length > 0 ? { days } : {}) };
}

const valuesOf = (entry: Entry): Fields => Object.fromEntries(Object.keys(BLANK).map((name) => [name, (entry as unknown as Fields)[name] ?? BLANK[name]]));

async function readOne(id: string) {
  const answer = await get<Answer>("/calendar");
  const entry = answer.items.find((one) => one.id === id);
  if (!entry) throw new Error("gone");
  return { entry, zone: answer.timezone, tagged: { value: valuesOf(entry), etag: entry.etag } };
}

function EditEntry({ id }: { id: string }) {
  const loaded = useLoaded(() => readOne(id), id);
  return (
    <Loaded from={loaded}>
      {({ entry, zone, tagged }, reload) => (
        <>
          <h1>{entry.title || id}</h1>
          <p class="quiet">{entry.active ? `It holds until ${at(entry.next_until)}` : entry.next_from ? `Next from ${at(entry.next_from)} to ${at(entry.next_until)}` : "It does not come again"}</p>
          <ObjectForm
            key={tagged.etag}
            label={`Calendar entry ${id}`}
            specs={specsOf(zone)}
            start={tagged}
            locked={locked()}
            write={(all) => ({ method: "PUT", path: `/calendar/${id}`, body: bodyOf(all) })}
            read={async () => (await readOne(id)).tagged}
            onSaved={() => void reload()}
          >
            {mayPlan() && <DeleteButton what="entry" name={id} path={`/calendar/${id}`} etag={tagged.etag} consequence="What it kept quiet is told again." onGone={() => go("/config/calendar")} />}
          </ObjectForm>
        </>
      )}
    </Loaded>
  );
}

function NewEntry() {
  const loaded = useLoaded(() => get<Answer>("/calendar"));
  return (
    <Loaded from={loaded}>
      {({ items, timezone }) => (
        <>
          <h1>Plan something</h1>
          <ObjectForm
            label="New calendar entry"
            specs={specsOf(timezone)}
            start={{ value: BLANK, etag: "" }}
            locked={locked()}
            write={(all) => ({ method: "PUT", path: `/calendar/${freeId(slugOf(String(all["title"])) || String(all["kind"]), items)}`, body: bodyOf(all) })}
            onSaved={() => go("/config/calendar", true)}
          />
        </>
      )}
    </Loaded>
  );
}

function freeId(wanted: string, items: readonly Entry[]): string {
  const taken = new Set(items.map(({ id }) => id));
  for (let i = 1; ; i += 1) {
    const id = i === 1 ? wanted : `${wanted.slice(0, 58)}-${i}`;
    if (!taken.has(id)) return id;
  }
}

function List() {
  const loaded = useLoaded(() => get<Answer>("/calendar"));
  return (
    <>
      <div class="title">
        <h1>Calendar</h1>
        {mayPlan() && (
          <a class="button main" href="/config/calendar/+">
            Plan something
          </a>
        )}
      </div>
      <Loaded from={loaded}>
        {({ items, timezone }) =>
          items.length === 0 ? (
            <p class="empty-line">Nothing is planned. Maintenance keeps alarms quiet; expected content turns a fault into what is right.</p>
          ) : (
            <>
              <table class="objects">
                <thead>
                  <tr>
                    <th scope="col">What</th>
                    <th scope="col">Kind</th>
                    <th scope="col">For</th>
                    <th scope="col">How often</th>
                    <th scope="col">Next</th>
                  </tr>
                </thead>
                <tbody>
                  {items.map((one) => (
                    <tr key={one.id}>
                      <th scope="row">
                        <a class="filter" href={`/config/calendar/${one.id ?? ""}`}>
                          {one.title || one.id}
                        </a>
                      </th>
                      <td>{heading(one.kind ?? "")}</td>
                      <td>{[...(one.groups ?? []), ...(one.channels ?? [])].join(", ") || "every channel"}</td>
                      <td>{one.repeat === "weekly" ? `${daysOf(one.days ?? [])} ${one.from_time} to ${one.until_time}` : "once"}</td>
                      <td>{one.active ? <b class="badge">now, until {at(one.next_until)}</b> : at(one.next_from) || "over"}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
              <p class="quiet">Weekly times are of {timezone}.</p>
            </>
          )
        }
      </Loaded>
    </>
  );
}

export function CalendarConfig({ id }: { id: string }) {
  useEffect(() => void loadLists(), []);
  if (id === "+") return <NewEntry />;
  return id ? <EditEntry id={id} /> : <List />;
}
